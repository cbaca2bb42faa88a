"""The panels of batch normalization: rates that are tolerated, values before and after, γ and β, training and use."""

import numpy as np

from simulator.core.generalization.normalization import BATCH, DEPTH, EPOCHS, WIDTH
from simulator.scenes.generalization.bands import Line, Mark, bands_picture
from simulator.scenes.generalization.normalized import normalized_picture
from simulator.scenes.generalization.normalizing import HIGHEST, LEARNED, NUM_SEEDS, Normalizing, OverRates
from simulator.scenes.generalization.settings import Generalization
from simulator.scenes.panel import Panel, Steps
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

GROUP = "normalization"
WAYS = ("without", "with")
PARTS = ("scale", "shift")


def rates(found: OverRates, settings: Generalization, language: str) -> Panel:
    """Draw the last loss over the learning rate, without and with batch normalization."""
    values = np.minimum(found.last, HIGHEST)
    colors = ("ink", "forward")
    names = [text(language, f"generalization.rates.{way}") for way in WAYS]
    lines = [Line(*line) for line in zip(names, colors, values, strict=True)]
    mark = Mark(settings.rate, text(language, "generalization.rates.here", rate=number_text(settings.rate)))
    picture = bands_picture(
        language,
        found.rates,
        lines,
        title=text(language, "generalization.rates.title"),
        alt=text(
            language,
            "generalization.rates.alt",
            seeds=NUM_SEEDS,
            ends="; ".join(map(_best_of(found, language), range(2))),
        ),
        axis=text(language, "generalization.rates.loss"),
        over_rates=True,
        mark=mark,
    )
    notes = (
        _how(language),
        text(language, "generalization.rates.how", seeds=NUM_SEEDS, highest=number_text(HIGHEST)),
    )
    return Panel(
        question=picture.title, pictures=(picture,), sentences=rates_words(language, found, settings), notes=notes
    )


def rates_words(language: str, found: OverRates, settings: Generalization) -> tuple[str, ...]:
    """Say up to which rate training learns, what happens at the reader's rate, and which rate is best."""
    plain, normalized = (found.highest_rate(way) for way in range(2))
    guess = {"learned": number_text(LEARNED), "seeds": NUM_SEEDS}
    if plain is None or normalized is None:
        first = text(language, "generalization.rates.none", **guess)
    else:
        ends = {"plain": number_text(plain), "normalized": number_text(normalized)}
        entry = "higher" if normalized > plain else "same" if normalized == plain else "lower"
        first = text(language, f"generalization.rates.{entry}", times=number_text(normalized / plain), **ends, **guess)
    near = int(np.argmin(np.abs(np.log(found.rates / settings.rate))))
    here = {way: _loss(found.middle[k, near]) for k, way in enumerate(WAYS)}
    second = text(language, "generalization.rates.at", rate=number_text(float(found.rates[near])), **here)
    best = found.middle.argmin(axis=1)
    values = {f"{way}_rate": number_text(float(found.rates[best[k]])) for k, way in enumerate(WAYS)}
    losses = {f"{way}_loss": _loss(found.middle[k, best[k]]) for k, way in enumerate(WAYS)}
    return first, second, text(language, "generalization.rates.best", **values, **losses)


def _loss(value: float) -> str:
    return number_text(float(value))


def _best_of(found: OverRates, language: str):
    def said(way: int) -> str:
        best = int(found.middle[way].argmin())
        values = {"rate": number_text(float(found.rates[best])), "loss": _loss(found.middle[way, best])}
        name = text(language, f"generalization.rates.{WAYS[way]}")
        return text(language, "generalization.rates.alt_best", name=name, **values)

    return said


def normalized(found: Normalizing, settings: Generalization, language: str) -> Panel:
    """Draw the values of a layer before and after normalization."""
    picture = normalized_picture(found, settings, language)
    notes = (text(language, "generalization.normalized.how", batch=BATCH), _how(language))
    said = (text(language, "generalization.normalized.rule"),)
    steps = _steps(found, settings)
    return Panel(question=picture.title, pictures=(picture,), sentences=said, notes=notes, steps=steps)


def learned(found: Normalizing, settings: Generalization, language: str) -> Panel:
    """Draw γ and β of a layer over the steps."""
    both = [getattr(found, part)[settings.layer - 1].T.astype(float) for part in PARTS]  # (nodes, steps) each
    names = [text(language, f"generalization.learned.{part}") for part in PARTS]
    ends = {
        f"{part}_{name}": number_text(float(one))
        for part, values in zip(PARTS, both, strict=True)
        for name, one in (("low", values[:, -1].min()), ("high", values[:, -1].max()))
    }
    here = {"layer": settings.layer, "nodes": WIDTH, "steps": int(found.steps[-1])}
    picture = bands_picture(
        language,
        found.steps,
        [Line(name, color, values) for name, color, values in zip(names, ("forward", "ink"), both, strict=True)],
        title=text(language, "generalization.learned.title", layer=settings.layer),
        alt=text(language, "generalization.learned.alt", **here, **ends),
        axis=text(language, "generalization.learned.axis"),
        log=False,
        step=found.steps,
    )
    said = text(language, "generalization.learned.says", **here, **ends)
    how = text(language, "generalization.learned.how", nodes=WIDTH)
    return Panel(
        question=picture.title, pictures=(picture,), sentences=(said,), notes=(how,), steps=_steps(found, settings)
    )


def in_use(found: Normalizing, settings: Generalization, language: str) -> Panel:
    """Draw the loss of the same mini-batches with their own statistics and with the running averages."""
    looked = found.looked
    lines = [
        Line(text(language, f"generalization.in_use.{part}"), color, values[None].astype(float), False)
        for part, color, values in (("training", "forward", looked.training_loss), ("use", "ink", looked.use_loss))
    ]
    values = use_values(found)
    picture = bands_picture(
        language,
        found.steps,
        lines,
        title=text(language, "generalization.in_use.title"),
        alt=text(language, "generalization.in_use.alt", **values),
        axis=text(language, "generalization.in_use.axis"),
        log=False,
        step=found.steps,
    )
    sentences = (
        text(language, "generalization.in_use.says", **values),
        text(language, "generalization.in_use.right", **values),
        text(language, "generalization.in_use.why"),
    )
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=sentences,
        notes=(text(language, "generalization.in_use.how"), _how(language)),
        steps=_steps(found, settings),
    )


def use_values(found: Normalizing) -> dict[str, str | int]:
    """Return what is said of training and use: means over the first half and the second half of the steps drawn."""
    looked, half = found.looked, len(found.steps) // 2
    values: dict[str, str | int] = {
        "first": int(found.steps[half - 1]),
        "from": int(found.steps[half]),
        "last": int(found.steps[-1]),
    }
    for part, chosen in (("early", slice(0, half)), ("late", slice(half, None))):
        for way in ("training", "use"):
            values[f"{part}_{way}"] = number_text(float(np.mean(getattr(looked, f"{way}_loss")[chosen])))
            values[f"{part}_{way}_right"] = percent_text(float(np.mean(getattr(looked, f"{way}_accuracy")[chosen])))
    return values


def _steps(found: Normalizing, settings: Generalization) -> Steps:
    return Steps(found.steps, run=f"{settings.rate} {settings.seed}", group=GROUP)


def _how(language: str) -> str:
    sizes = {"width": WIDTH, "depth": DEPTH, "batch": BATCH, "epochs": EPOCHS}
    return text(language, "generalization.rates.network", **sizes)
