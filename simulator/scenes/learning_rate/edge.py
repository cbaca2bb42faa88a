"""The edge of stability: how sharp a real network's loss is where its path goes, beside 2/η, and what the loss does."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.core.trajectories.network import (
    DIVERGED,
    NETWORK,
    NUM_ROWS,
    descend,
    rows_of,
    sharpness,
    start_of,
    stride_of,
)
from simulator.scenes.learning_rate.network_settings import TRAINING, NetworkSettings
from simulator.scenes.learning_rate.settings import LearningRate
from simulator.scenes.scene import Numbers, Progress
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

NEAR = 0.15
"""The sharpness is near 2/η within this share of it."""
ROUNDING = 1e-12
"""A loss that grows by less than this share of itself grows by rounding."""
SECONDS = 4.0


class Edge(NamedTuple):
    """A run and the sharpness along it."""

    rate: float
    loss: Float[np.ndarray, " points"]  # at every step
    step: np.ndarray  # (records,) at which the sharpness was measured
    sharpness: Float[np.ndarray, " records"]
    diverged: int | None  # step from which on the loss stays away

    @property
    def limit(self) -> float:
        """2/η: a quadratic that is sharper grows under this rate."""
        return 2.0 / self.rate

    @property
    def reached(self) -> int | None:
        """The first record at which the sharpness is at least 2/η."""
        there = np.flatnonzero(self.sharpness >= self.limit)
        return int(there[0]) if len(there) else None

    @property
    def near(self) -> np.ndarray:
        """Which records lie within ``NEAR`` of 2/η, (records,) bool."""
        return np.abs(self.sharpness / self.limit - 1.0) <= NEAR

    @property
    def sharpest(self) -> int:
        """The record of the largest sharpness."""
        return int(np.nanargmax(self.sharpness))

    @property
    def rises(self) -> np.ndarray:
        """The steps at which the loss is larger than at the step before."""
        with np.errstate(invalid="ignore"):
            return np.flatnonzero(self.loss[1:] > self.loss[:-1] * (1.0 + ROUNDING)) + 1


def _edge(settings: LearningRate, progress: Progress) -> Edge | None:
    rows = rows_of(settings.net_data)
    found = descend(rows, start_of(settings.net_seed), np.array([settings.net_rate]), settings.net_steps)
    path = found.theta[0]
    measured = sharpness(rows, path, lambda done: progress(done, len(path)) is not False)
    if measured is None:
        return None
    return Edge(settings.net_rate, found.loss[0], found.step, measured, found.diverged(0))


def other_controls(*own: str) -> tuple[str, ...]:
    """Return all controls of the scene but some: what numbers about the network ignore."""
    return tuple(name for name in LearningRate.controls() if name not in own)


EDGE = Numbers(_edge, ignores=other_controls(*TRAINING), long=True, seconds=lambda _settings: SECONDS)


def edge_words(found: Edge, language: str) -> tuple[str, ...]:
    """Say when the sharpness reaches 2/η, how long it stays around it, and where it ends."""
    values: dict[str, Any] = {
        "limit": number_text(found.limit),
        "rate": number_text(found.rate),
        "start": number_text(float(found.sharpness[0])),
        "most": number_text(float(found.sharpness[found.sharpest])),
        "sharpest": int(found.step[found.sharpest]),
    }
    first = found.reached
    if found.diverged is not None:
        return (text(language, "learning_rate.sharpness.diverges", step=found.diverged, **values),)
    if first is None:
        return (text(language, "learning_rate.sharpness.below", **values),)
    after = found.near[first:]
    last = float(found.sharpness[-1])
    begins = "begins" if first == 0 else "reaches"
    stays = text(
        language,
        "learning_rate.sharpness.stays",
        steps=int(found.step[-1] - found.step[first]),
        count=len(after),
        near=int(after.sum()),
        share=percent_text(NEAR),
        last=number_text(last),
        times=number_text(last / found.limit),
        **values,
    )
    return text(language, f"learning_rate.sharpness.{begins}", step=int(found.step[first]), **values), stays


def loss_words(found: Edge, language: str) -> str:
    """Say where the loss is not monotone, and whether it falls all the same."""
    rises, last = found.rises, float(found.loss[-1])
    values: dict[str, Any] = {"steps": len(found.loss) - 1, "first": number_text(float(found.loss[0]))}
    if found.diverged is not None:
        return text(
            language, "learning_rate.network_loss.diverges", step=found.diverged, times=f"{DIVERGED:g}", **values
        )
    values |= {"last": number_text(last)}
    if not len(rises):
        return text(language, "learning_rate.network_loss.falls", **values)
    still = "still" if last < found.loss[0] else "higher"
    return text(language, f"learning_rate.network_loss.{still}", rises=len(rises), at=int(rises[0]), **values)


def how(settings: NetworkSettings, language: str) -> str:
    """Say what was trained."""
    data = text(language, f"datasets.{settings.net_data}.name")
    sizes = "-".join(map(str, NETWORK.layer_sizes))
    return text(language, "learning_rate.network_how", data=data, rows=NUM_ROWS, sizes=sizes)


def measured_how(settings: NetworkSettings, language: str) -> str:
    """Say how the sharpness was measured."""
    return text(language, "learning_rate.sharpness.how", stride=stride_of(settings.net_steps))
