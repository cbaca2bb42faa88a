"""Softmax: logits become probabilities, and the temperature decides how sure they are."""

import pandas as pd

from simulator.core.softmax import Examination
from simulator.drawing.picture import Picture
from simulator.scenes.panel import Panel
from simulator.scenes.scene import Preset, Scene, View
from simulator.scenes.softmax import numbers
from simulator.scenes.softmax.numbers import Drawn, Pair, Precise, Responses, Softened, Swept
from simulator.scenes.softmax.pictures.bars import bars_picture
from simulator.scenes.softmax.pictures.jacobian import jacobian_map
from simulator.scenes.softmax.pictures.pair import pair_curve
from simulator.scenes.softmax.pictures.precision import precision_strips
from simulator.scenes.softmax.pictures.temperature import entropy_sweep, probability_sweep
from simulator.scenes.softmax.pictures.uses import calibrated, draw_counts, soft_targets
from simulator.scenes.softmax.settings import LOGIT_PRESETS, Softmax
from simulator.scenes.softmax.words import (
    narrate_calibration,
    narrate_draws,
    narrate_entropy_sweep,
    narrate_jacobian,
    narrate_pair,
    narrate_precision,
    narrate_probability_sweep,
    narrate_soft_targets,
)
from simulator.texts import text
from simulator.texts.numbers import number_text


def _panel(picture: Picture, *sentences: str, **more) -> Panel:
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences, **more)


def bars(found: Examination, settings: Softmax, language: str) -> Panel:
    """Draw the logits to drag, their probabilities and gradients."""
    return _panel(bars_picture(found, settings, language))


def sweep(found: Swept, _settings: Softmax, language: str) -> Panel:
    """Draw the probabilities over the temperature."""
    return _panel(probability_sweep(found, language), narrate_probability_sweep(language, found))


def entropy(found: Swept, _settings: Softmax, language: str) -> Panel:
    """Draw the entropy over the temperature."""
    return _panel(entropy_sweep(found, language), narrate_entropy_sweep(language, found))


def jacobian(found: Responses, _settings: Softmax, language: str) -> Panel:
    """Draw how every probability answers to every logit."""
    return _panel(jacobian_map(found, language), narrate_jacobian(language, found))


def precision(found: Precise, _settings: Softmax, language: str) -> Panel:
    """Draw where few digits break softmax, with the computation of the logits as they are."""
    return _panel(
        precision_strips(found, language),
        *narrate_precision(language, found),
        tables=((text(language, "softmax.precision.table"), precision_table(found, language)),),
        words=((text(language, "softmax.precision.shift_title"), text(language, "softmax.precision.shift")),),
    )


def precision_table(found: Precise, language: str) -> pd.DataFrame:
    """Return every computation of the logits as they are, step by step."""
    rows = [
        {
            "computation": text(language, f"softmax.precision.{method}", precision=digits),
            "exponentials": ", ".join(number_text(float(value)) for value in made.exponentials),
            "total": number_text(made.total),
            "probabilities": ", ".join(number_text(float(value), 4) for value in made.probabilities),
            "outcome": text(language, f"softmax.outcome.{made.outcome}"),
        }
        for (digits, method), made in found.computed.items()
    ]
    return pd.DataFrame(rows).rename(columns=lambda name: text(language, f"softmax.precision.{name}"))


def pair(found: Pair, _settings: Softmax, language: str) -> Panel:
    """Draw the sigmoid that softmax is for the first two classes."""
    return _panel(pair_curve(found, language), narrate_pair(language, found))


def sampling(found: Drawn, _settings: Softmax, language: str) -> Panel:
    """Draw how often each class comes up."""
    return _panel(
        draw_counts(found, language), narrate_draws(language, found), text(language, "softmax.draws.explanation")
    )


def distillation(found: Softened, _settings: Softmax, language: str) -> Panel:
    """Draw the targets that a large network gives a small one."""
    sentence = narrate_soft_targets(language, found)
    return _panel(soft_targets(found, language), sentence, text(language, "softmax.soft.explanation"))


def calibration(found: Softened, _settings: Softmax, language: str) -> Panel:
    """Draw what the temperature does to the confidence."""
    sentence = narrate_calibration(language, found)
    return _panel(calibrated(found, language), sentence, text(language, "softmax.calibration.explanation"))


_BOTH = ("logits", "temperature")

SCENE = Scene(
    name="softmax",
    settings=Softmax,
    presets={
        name: Preset(Softmax(logits=logits), "precision" if name == "overflow" else "")
        for name, logits in LOGIT_PRESETS.items()
    },
    views={
        "bars": View(draw=bars, numbers=numbers.EXAMINED, controls=(*_BOTH, "target")),
        "sweep": View(draw=sweep, numbers=numbers.SWEPT, controls=_BOTH),
        "entropy": View(draw=entropy, numbers=numbers.SWEPT, controls=_BOTH),
        "jacobian": View(draw=jacobian, numbers=numbers.RESPONSES, controls=_BOTH, height=340),
        "precision": View(draw=precision, numbers=numbers.PRECISE, controls=("logits",), height=240),
        "pair": View(draw=pair, numbers=numbers.PAIR, controls=_BOTH),
        "sampling": View(draw=sampling, numbers=numbers.DRAWN, controls=(*_BOTH, "seed"), height=260),
        "distillation": View(draw=distillation, numbers=numbers.DISTILLED, controls=("logits",), height=260),
        "calibration": View(draw=calibration, numbers=numbers.CALIBRATED, controls=_BOTH, height=260),
    },
)
