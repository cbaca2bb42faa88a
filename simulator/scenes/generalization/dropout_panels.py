"""The panels of dropout: what it does to both losses, which nodes are out, and what the network says at the end."""

import numpy as np

from simulator.core.generalization.stopping import HELD_OUT, RATE
from simulator.drawing.picture import Picture
from simulator.scenes.generalization.bands import Line, bands_picture
from simulator.scenes.generalization.dropout import NUM_SEEDS, WIDTH, Dropped
from simulator.scenes.generalization.dropped import dropped_picture, dropped_words
from simulator.scenes.generalization.fits import fits_picture
from simulator.scenes.generalization.settings import Generalization
from simulator.scenes.generalization.stopping import moment_of
from simulator.scenes.panel import Panel, Steps
from simulator.texts import text
from simulator.texts.numbers import number_text

WAYS = ("without", "with")
PARTS = ("training", "validation")
COLORS = {"without": "ink", "with": "forward"}
GROUP = "dropout"


def dropout(found: Dropped, settings: Generalization, language: str) -> Panel:
    """Draw both losses of both networks over the steps, with several seeds."""
    picture = _losses_picture(found, settings, language)
    values = {"points": settings.points, "width": WIDTH, "held": HELD_OUT, "rate": number_text(RATE)}
    notes = (
        text(language, "generalization.dropout.how", **values),
        text(language, "generalization.dropout.lines", seeds=NUM_SEEDS),
    )
    sentences = dropout_words(language, found, settings)
    steps = _steps(found, settings)
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences, notes=notes, steps=steps)


def dropped(found: Dropped, settings: Generalization, language: str) -> Panel:
    """Draw the network at the player's step."""
    picture = dropped_picture(found, settings, language)
    how = text(language, "generalization.dropped.how")
    sentences = dropped_words(language, found, settings)
    steps = _steps(found, settings)
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences, notes=(how,), steps=steps)


def dropout_fits(found: Dropped, settings: Generalization, language: str) -> Panel:
    """Draw what both networks say at the end."""
    last = int(found.steps[-1])
    drawn = [moment_of(run, last) for run in found.runs]
    question = text(language, "generalization.dropout.fits", step=last)
    picture = fits_picture(_titles(language, settings), drawn, settings.curve, language, question)
    values = {way: number_text(one.test) for way, one in zip(WAYS, drawn, strict=True)}
    said = text(language, "generalization.dropout.tested", step=last, **values)
    how = text(language, "generalization.stopping.fits_how")
    return Panel(question=question, pictures=(picture,), sentences=(said,), notes=(how,))


def dropout_words(language: str, found: Dropped, settings: Generalization) -> tuple[str, ...]:
    """Say what dropout does to both losses at the end, and in how many seeds."""
    ends = {
        way: {part: float(np.median(getattr(found, _FIELD[part])[k, :, -1])) for part in PARTS}
        for k, way in enumerate(WAYS)
    }
    written = {f"{way}_{part}": number_text(value) for way, parts in ends.items() for part, value in parts.items()}
    gaps = {f"{way}_gap": number_text(parts["validation"] - parts["training"]) for way, parts in ends.items()}
    shown = {"p": number_text(settings.dropout), "seeds": NUM_SEEDS, "steps": int(found.steps[-1])}
    plain, dropped = (ends[way]["validation"] for way in WAYS)
    verdict = {
        "better": found.num_better,
        "worse": NUM_SEEDS - found.num_better,
        "seeds": NUM_SEEDS,
        "ratio": number_text(dropped / plain),
    }
    fitted = "held" if ends["with"]["training"] > ends["without"]["training"] else "not_held"
    training = {way: number_text(ends[way]["training"]) for way in WAYS}
    return (
        text(language, f"generalization.dropout.{found.verdict}", **verdict),
        text(language, "generalization.dropout.ends", **written, **gaps, **shown),
        text(language, f"generalization.dropout.{fitted}", **training),
    )


_FIELD = {"training": "train", "validation": "validation"}


def _titles(language: str, settings: Generalization) -> list[str]:
    return [text(language, f"generalization.dropout.{way}", p=number_text(settings.dropout)) for way in WAYS]


def _steps(found: Dropped, settings: Generalization) -> Steps:
    return Steps(found.steps, run=settings.to_text(), group=GROUP)


def _losses_picture(found: Dropped, settings: Generalization, language: str) -> Picture:
    lines = [
        Line(
            text(language, f"generalization.dropout.{part}_{way}"),
            COLORS[way],
            getattr(found, _FIELD[part])[k],
            part == "validation",
        )
        for k, way in enumerate(WAYS)
        for part in PARTS
    ]
    ends = "; ".join(f"{line.name} {number_text(float(np.median(line.values[:, -1])))}" for line in lines)
    return bands_picture(
        language,
        found.steps,
        lines,
        title=text(language, "generalization.dropout.title", p=number_text(settings.dropout)),
        alt=text(language, "generalization.dropout.alt", steps=int(found.steps[-1]), seeds=NUM_SEEDS, ends=ends),
        axis=text(language, "generalization.errors.axis"),
        log=False,
        step=found.steps,
    )
