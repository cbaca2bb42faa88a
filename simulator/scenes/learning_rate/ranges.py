"""Range tests: one descent on the surface, or one training of a network, in which the rate grows at every step."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.datasets import load_dataset
from simulator.core.network import NetworkConfig
from simulator.core.run import train
from simulator.core.training import TrainingConfig
from simulator.core.trajectories.paths import MAX_STEPS
from simulator.core.trajectories.rate_range import RangeTest, read_range
from simulator.drawing.annotations import rule
from simulator.drawing.axes import linear_range, log_range, x_log, y_numbers
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import px
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.learning_rate.network_settings import NetworkSettings
from simulator.scenes.learning_rate.numbers import descend
from simulator.scenes.learning_rate.settings import LearningRate
from simulator.scenes.learning_rate.theory import rate_ends
from simulator.scenes.scene import Numbers, Progress
from simulator.texts import text
from simulator.texts.numbers import number_text

LOWEST, HIGHEST = 1e-3, 10.0
"""Ends of the test on a surface, as multiples of the scale of its rates."""
EPOCHS = 6
TOP = 5.0
"""Rate at which the test of the network ends."""


def _on_surface(settings: LearningRate) -> RangeTest:
    run = settings.moved_run
    rates = settings.scale(run.letter) * np.geomspace(LOWEST, HIGHEST, MAX_STEPS)
    found = descend(settings, run, np.array([1.0]), MAX_STEPS, rates)
    return read_range(rates, found.loss[0, :-1])


def network_configs() -> tuple[NetworkConfig, TrainingConfig]:
    """Return the network of the test on handwritten digits; the rate grows along a straight line, step by step."""
    network = NetworkConfig(layer_sizes=(64, 32, 10), activation="relu", initializer="he_normal")
    training = TrainingConfig(
        learning_rate=TOP, schedule="warmup", schedule_epochs=EPOCHS, num_epochs=EPOCHS, batch_size=32, scaling="max"
    )
    return network, training


def _on_network(_settings: LearningRate, progress: Progress) -> RangeTest | None:
    run = train(*network_configs(), load_dataset("digits"), progress=progress)
    if run.cancelled:
        return None
    return read_range(run.records.learning_rate[:-1], run.records.loss[:-1])


SURFACE_RANGE = Numbers(_on_surface, ignores=tuple(NetworkSettings.controls()))
NETWORK_RANGE = Numbers(_on_network, ignores=tuple(LearningRate.controls()), long=True)


def range_picture(found: RangeTest, name: str, language: str) -> Picture:
    """Draw the loss over the growing rate, smoothed and as it was, with the suggested interval."""
    finite, log = found.smoothed[np.isfinite(found.smoothed)], bool((found.loss[np.isfinite(found.loss)] >= 0).all())
    ends, ticks = log_range(np.where(found.loss <= 100 * found.loss[0], found.loss, np.nan))
    ends[0] = max(ends[0], ends[1] * 1e-8)
    if not log:
        ends = linear_range(finite[finite <= found.loss[0]], found.loss[:1], zero=False, margin=0.3)
    within = (found.loss >= ends[0]) & (found.loss <= ends[1])
    return Picture(
        title=text(language, f"learning_rate.{name}.title"),
        alt=text(
            language,
            "learning_rate.range.alt",
            low=number_text(float(found.rate[0])),
            high=number_text(float(found.rate[-1])),
            lowest=number_text(float(found.rate[found.lowest])),
        ),
        specs={"range": _range_spec(language, log)},
        signals=rate_ends(found.rate) | {"log_domain": ends, "log_ticks": ticks, "y_domain": ends},
        tables={
            "curve": {
                "rate": found.rate,
                "loss": np.where(within, found.loss, np.nan),
                "smoothed": np.where(found.smoothed <= ends[1], np.maximum(found.smoothed, ends[0]), np.nan),
            },
            "interval": {"low": [found.low], "high": [found.high]}
            if found.low is not None
            else {"low": [], "high": []},
            "lowest": {"rate": [float(found.rate[found.lowest])]},
        },
        reading=Reading(
            "curve",
            {
                "rate": text(language, "learning_rate.theory.rate"),
                "loss": text(language, "learning_rate.loss.axis"),
                "smoothed": text(language, "learning_rate.range.smoothed"),
            },
        ),
    )


def range_words(found: RangeTest, language: str) -> str:
    """Say which interval is suggested, and where the loss was lowest."""
    if found.low is None or found.high is None:
        return text(language, "learning_rate.range.none")
    return text(
        language,
        "learning_rate.range.say",
        low=number_text(found.low),
        high=number_text(found.high),
        lowest=number_text(float(found.rate[found.lowest])),
    )


@cache
def _range_spec(language: str, log: bool) -> dict[str, Any]:
    x = x_log("rate", text(language, "learning_rate.theory.rate"), grid=False)
    axis = text(language, "learning_rate.loss.axis")
    y = y_numbers("loss", axis, log=log)
    band = over("interval").mark_rect(color="@good", opacity=0.18, clip=True)
    plain = over("curve").mark_line(
        strokeWidth=px(1.5), color="@muted", opacity=0.6, invalid="break-paths-show-domains"
    )
    smooth = over("curve").mark_line(strokeWidth=px(4), color="@forward", invalid="break-paths-show-domains")
    layers = [
        band.encode(alt.X("low:Q"), alt.X2("high:Q")),
        plain.encode(x, y),
        smooth.encode(alt.X("rate:Q"), alt.Y("smoothed:Q")),
        rule("lowest", thin=True, color="@muted").encode(x="rate:Q"),
    ]
    return chart(layers, ["x_domain", "x_ticks", "log_domain", "log_ticks", "y_domain"])
