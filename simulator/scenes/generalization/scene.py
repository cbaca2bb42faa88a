"""Generalization: a model that fits its training points well may be wrong everywhere else."""

from collections.abc import Callable, Sequence

import pandas as pd

from simulator.scenes.generalization import (
    dropout_panels,
    normalizing_panels,
    numbers,
    penalties,
    penalty_panels,
    stopping_panels,
)
from simulator.scenes.generalization.capacity import CAPACITY, capacity
from simulator.scenes.generalization.dropout import DROPPED, Dropped
from simulator.scenes.generalization.errors import Words, errors_alt, errors_picture, noise_line
from simulator.scenes.generalization.fits import fits_picture
from simulator.scenes.generalization.normalizing import NORMALIZING, OVER_RATES, Normalizing
from simulator.scenes.generalization.numbers import SAME_FACTOR, Fit, Fits, Scan
from simulator.scenes.generalization.settings import Generalization
from simulator.scenes.generalization.stopping import WATCHED
from simulator.scenes.generalization.words import (
    all_points_words,
    amounts_words,
    basis_words,
    degrees_words,
    fit_words,
    gap_words,
    sets_note,
    verdict_text,
    zone_names,
)
from simulator.scenes.panel import Panel
from simulator.scenes.scene import Preset, Scene, View
from simulator.texts import text
from simulator.texts.numbers import number_text

AMOUNT_TICKS = (10, 20, 50, 100, 200)


def fits(found: Fits, settings: Generalization, language: str) -> Panel:
    """Draw polynomials of several degrees over the same points."""
    titles = [text(language, "generalization.fits.name", degree=one.degree) for one in found.fits]
    verdicts = [verdict_text(language, found, one) for one in found.fits]
    question = text(language, "generalization.fits.title")
    picture = fits_picture(titles, found.fits, settings.curve, language, question, verdicts)
    return Panel(
        question=question,
        pictures=(picture,),
        sentences=tuple(fit_words(language, found, one) for one in found.fits if one.degree == settings.degree),
        notes=(text(language, "generalization.fits.how"),),
    )


def degrees(found: Scan, settings: Generalization, language: str) -> Panel:
    """Draw both errors over the degree."""
    question = text(language, "generalization.degrees.title")
    said = Words(
        title=question,
        alt=errors_alt(language, found, "degrees"),
        axis=text(language, "generalization.degrees.axis"),
        best=text(language, "generalization.degrees.best", degree=found.best + 1),
        noise=noise_line(language, settings.noise),
        **zone_names(language, found),
    )
    picture = errors_picture(found, settings.degree, settings.noise, said, language)
    sentences = degrees_words(language, found, settings)
    rule = text(language, "generalization.verdict.rule", factor=number_text(SAME_FACTOR))
    return Panel(question=question, pictures=(picture,), sentences=sentences, notes=(sets_note(language, found), rule))


def basis(found: Fits, settings: Generalization, language: str) -> Panel:
    """Say how polynomials are fitted, with the condition numbers of both ways."""
    question = text(language, "generalization.basis.heading")
    heads = [text(language, f"generalization.basis.{name}") for name in found.conditions._fields]
    data = pd.DataFrame(dict(zip(heads, ([value] for value in found.conditions), strict=True)))
    return Panel(question=question, words=(("", basis_words(language, found, settings)),), data=data)


def amounts(found: Sequence[Fit], settings: Generalization, language: str) -> Panel:
    """Draw the polynomial of one degree over more and more points."""
    titles = [text(language, "generalization.amounts.name", points=len(one.points.x)) for one in found]
    question = text(language, "generalization.amounts.title", degree=settings.degree)
    picture = fits_picture(titles, found, settings.curve, language, question)
    said = gap_words(language, found[0], found[-1])
    return Panel(
        question=question, pictures=(picture,), sentences=(said,), notes=(text(language, "generalization.fits.how"),)
    )


def points(found: Scan, settings: Generalization, language: str) -> Panel:
    """Draw both errors over the number of training points."""
    question = text(language, "generalization.amounts.question")
    said = Words(
        title=question,
        alt=errors_alt(language, found, "amounts"),
        axis=text(language, "generalization.amounts.axis"),
        noise=noise_line(language, settings.noise),
    )
    picture = errors_picture(found, settings.points, settings.noise, said, language, log=True, ticks=AMOUNT_TICKS)
    through = filter(None, [all_points_words(language, settings)])
    sentences = (*amounts_words(language, found, settings), *through)
    return Panel(question=question, pictures=(picture,), sentences=sentences, notes=(sets_note(language, found),))


_POINTS = ("curve", "degree", "points", "noise", "seed")
_STOPPING = ("curve", "points", "patience", "noise", "seed")
_PENALTY = ("strength", *_POINTS)
_DROPOUT = ("curve", "points", "dropout", "noise", "seed")
_NORMALIZATION = ("rate", "layer", "seed")


def _dropout(draw: Callable[[Dropped, Generalization, str], Panel], height: int) -> View[Generalization]:
    return View(draw=draw, numbers=DROPPED, controls=_DROPOUT, opens_with="dropout", height=height)


def _normalization(draw: Callable[[Normalizing, Generalization, str], Panel], height: int) -> View[Generalization]:
    return View(draw=draw, numbers=NORMALIZING, controls=_NORMALIZATION, height=height)


SCENE = Scene(
    name="generalization",
    settings=Generalization,
    presets={
        "over": Preset(Generalization(), "fits"),
        "under": Preset(Generalization(degree=1), "fits"),
        "right": Preset(Generalization(degree=3), "fits"),
        "through": Preset(Generalization(degree=19), "fits"),
        "quiet": Preset(Generalization(noise=0.0), "fits"),
        "sine": Preset(Generalization(curve="sine"), "fits"),
        "more": Preset(Generalization(), "amounts"),
        "more_stiff": Preset(Generalization(degree=1), "amounts"),
        "penalty": Preset(Generalization(), "penalties"),
        "too_strong": Preset(Generalization(strength=5.0), "penalties"),
        "sparse": Preset(Generalization(degree=20, points=30, strength=0.2), "weights"),
        "stopping": Preset(Generalization(), "stopping"),
        "impatient": Preset(Generalization(patience=20), "stopping"),
        "patient": Preset(Generalization(patience=500), "stopping"),
        "dropout": Preset(Generalization(noise=0.7), "dropout"),
        "dropout_hurts": Preset(Generalization(noise=0.0), "dropout"),
        "rates": Preset(Generalization(), "rates"),
        "spread": Preset(Generalization(layer=1), "normalized"),
        "capacity": Preset(Generalization(), "capacity"),
        "capacity_more": Preset(Generalization(points=80), "capacity"),
    },
    views={
        "fits": View(draw=fits, numbers=numbers.FITS, controls=_POINTS, height=320),
        "degrees": View(draw=degrees, numbers=numbers.OVER_DEGREES, controls=_POINTS, height=320),
        "basis": View(draw=basis, numbers=numbers.FITS, controls=_POINTS, stage=False),
        "amounts": View(draw=amounts, numbers=numbers.AMOUNT_FITS, controls=_POINTS, height=300),
        "points": View(draw=points, numbers=numbers.OVER_AMOUNTS, controls=_POINTS, height=320),
        "penalties": View(draw=penalty_panels.curves, numbers=penalties.PENALIZED, controls=_PENALTY, height=300),
        "weights": View(draw=penalty_panels.weights, numbers=penalties.PENALIZED, controls=_PENALTY, height=300),
        **{
            f"strengths_{kind}": View(
                draw=penalty_panels.strengths(kind), numbers=penalties.OVER_STRENGTHS, controls=_PENALTY, height=300
            )
            for kind in penalties.PENALTIES
        },
        "stopping": View(draw=stopping_panels.stopping, numbers=WATCHED, controls=_STOPPING, height=340),
        "capacity": View(draw=capacity, numbers=CAPACITY, controls=("curve", "points", "noise", "seed"), height=360),
        "moments": View(draw=stopping_panels.moments, numbers=WATCHED, controls=_STOPPING, height=300),
        "dropout": _dropout(dropout_panels.dropout, 360),
        "dropped": _dropout(dropout_panels.dropped, 380),
        "dropout_fits": _dropout(dropout_panels.dropout_fits, 300),
        "rates": View(draw=normalizing_panels.rates, numbers=OVER_RATES, controls=("rate", "seed"), height=340),
        "normalized": _normalization(normalizing_panels.normalized, 320),
        "learned": _normalization(normalizing_panels.learned, 280),
        "in_use": _normalization(normalizing_panels.in_use, 300),
    },
)
