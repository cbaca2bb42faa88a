"""The panels of L1 and L2: curves, weights as bars, errors over the strength of the penalty."""

from collections.abc import Callable, Mapping

import numpy as np

from simulator.scenes.generalization.errors import Words, errors_alt, errors_picture, noise_line
from simulator.scenes.generalization.fits import fits_picture
from simulator.scenes.generalization.numbers import Scan
from simulator.scenes.generalization.penalties import KINDS, PENALTIES, Penalized
from simulator.scenes.generalization.settings import Generalization
from simulator.scenes.generalization.weights import weights_picture
from simulator.scenes.generalization.words import error_text, sets_note, zone_names
from simulator.scenes.panel import Panel
from simulator.texts import text
from simulator.texts.numbers import number_text

TICKS = tuple(10.0**power for power in range(-4, 2))


def curves(found: Penalized, settings: Generalization, language: str) -> Panel:
    """Draw the polynomial without a penalty, with L2 and with L1."""
    question = text(language, "generalization.penalty.title", degree=settings.degree)
    picture = fits_picture(_titles(language, settings), found.fits, settings.curve, language, question)
    values = {
        f"{kind}_{part}": error_text(getattr(one, part))
        for kind, one in zip(KINDS, found.fits, strict=True)
        for part in ("train", "test")
    }
    said = text(language, "generalization.penalty.says", strength=number_text(settings.strength), **values)
    how = (text(language, "generalization.fits.how"), text(language, "generalization.penalty.how"))
    return Panel(question=question, pictures=(picture,), sentences=(said,), notes=how)


def weights(found: Penalized, settings: Generalization, language: str) -> Panel:
    """Draw the weights as bars."""
    total = settings.degree
    counts = [text(language, "generalization.weights.zero", zero=found.num_zero(kind), total=total) for kind in KINDS]
    picture = weights_picture(found, _titles(language, settings), counts, language)
    sentences = tuple(_weights_words(language, found, kind) for kind in PENALTIES)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=sentences,
        notes=(text(language, "generalization.weights.how"),),
    )


def strengths(kind: str) -> Callable[[Mapping[str, Scan], Generalization, str], Panel]:
    """Return what draws the errors over the strength of one penalty."""

    def draw(found: Mapping[str, Scan], settings: Generalization, language: str) -> Panel:
        """Draw both errors over λ."""
        scan, name = found[kind], text(language, f"generalization.penalty.{kind}")
        said = Words(
            title=text(language, "generalization.strengths.title", penalty=name),
            alt=errors_alt(language, scan, "strengths"),
            axis=text(language, "generalization.strengths.axis"),
            best=text(language, "generalization.strengths.best", strength=number_text(float(scan.at[scan.best]))),
            noise=noise_line(language, settings.noise),
            **zone_names(language, scan, ("right", "left")),
        )
        shown = {"log": True, "ticks": TICKS, "powers": True}
        picture = errors_picture(scan, settings.strength, settings.noise, said, language, **shown)
        sentence = _strengths_words(language, name, scan)
        note = sets_note(language, scan)
        return Panel(question=said.title, pictures=(picture,), sentences=(sentence,), notes=(note,))

    return draw


def _titles(language: str, settings: Generalization) -> list[str]:
    strength = number_text(settings.strength)
    none = text(language, "generalization.penalty.none")
    names = (text(language, f"generalization.penalty.{kind}") for kind in PENALTIES)
    return [none, *(text(language, "generalization.penalty.name", penalty=name, strength=strength) for name in names)]


def _weights_words(language: str, found: Penalized, kind: str) -> str:
    def size(values: np.ndarray) -> float:
        return float(np.sum(values**2) if kind == "l2" else np.sum(np.abs(values)))

    plain, held = found.weights("none"), found.weights(kind)
    values = {"before": number_text(size(plain)), "after": number_text(size(held))}
    counts = {"zero": found.num_zero(kind), "total": len(held)}
    entry = "says_all" if kind == "l1" and not counts["zero"] else f"says_{kind}"
    return text(language, f"generalization.weights.{entry}", **values, **counts)


def _strengths_words(language: str, name: str, scan: Scan) -> str:
    test = scan.middle("test")
    values = {
        "best": number_text(float(scan.at[scan.best])),
        "value": error_text(test[scan.best]),
        "low": number_text(float(scan.at[0])),
        "low_value": error_text(test[0]),
        "high": number_text(float(scan.at[-1])),
        "high_value": error_text(test[-1]),
    }
    return text(language, "generalization.strengths.says", penalty=name, **values)
