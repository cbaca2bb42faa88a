"""What the controls of order and chaos say: the networks, and the part of the plane of σ_w and σ_b that is shown."""

import math
from dataclasses import dataclass

from simulator.core.datasets import dataset_info
from simulator.core.propagation.batch import first_batch
from simulator.core.sweep.depths import MAX_UPDATES, Descent, scaled
from simulator.scenes.kinds import Choice, Number, Whole
from simulator.scenes.map_plane import MapPlane
from simulator.scenes.settings import control
from simulator.scenes.training.settings import Training

ACTIVATIONS = ("tanh", "relu")
DATA, ROWS = "digits", 40
"""Every run sees the same examples, all of them in every update."""
TARGET = float(f"{math.log(dataset_info(DATA).num_classes) / 2:.3g}")
"""Half of what guessing costs, in nats: a run whose loss falls below it has learned something."""
DEPTHS = (2, 4, 8, 12, 16, 20, 24, 32, 48)
SIDES = (16, 24, 32, 48)
WIDTHS = (16, 32, 64)
UPDATES = (50, 100, 200, 400)
RATES = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.2)
LOWEST, HIGHEST = {"x": 0.05, "y": 0.0}, 6.0
"""Scales that an axis can reach."""
FIRST = {"x": (0.5, 3.0), "y": (0.0, 1.0)}
"""The axes at first."""
SHORTEST = 0.01
"""Length of the shortest axis: below it, pixels differ by less than the chance of the first weights."""


@dataclass(frozen=True, kw_only=True)
class Chaos(MapPlane):
    """Networks that differ in the scales of their first weights and biases; the names are those of the link.

    ``at_x`` and ``at_y`` are the scales of the reader's own network; ``None`` for the middle of the map.
    """

    texts = "chaos"
    FIRST = FIRST

    side: int = control(16, Choice(SIDES, look="buttons"))
    activation: str = control("tanh", Choice(ACTIVATIONS, words="training.option.activation"))
    depth: int = control(16, Whole(DEPTHS[0], DEPTHS[-1], stops=DEPTHS))
    width: int = control(32, Choice(WIDTHS, look="buttons"))
    updates: int = control(50, Whole(20, MAX_UPDATES, stops=UPDATES))
    rate: float = control(0.1, Number(1e-3, 1.0, log=True, stops=RATES))
    seed: int = control(0, Whole(0, 9999, look="box"))
    x_low: float = control(FIRST["x"][0], Number(LOWEST["x"], HIGHEST, step=0.1, look="box"))
    x_high: float = control(FIRST["x"][1], Number(LOWEST["x"], HIGHEST, step=0.1, look="box"))
    y_low: float = control(FIRST["y"][0], Number(LOWEST["y"], HIGHEST, step=0.1, look="box"))
    y_high: float = control(FIRST["y"][1], Number(LOWEST["y"], HIGHEST, step=0.1, look="box"))
    at_x: float | None = control(None, Number(LOWEST["x"], HIGHEST, optional=True))
    at_y: float | None = control(None, Number(LOWEST["y"], HIGHEST, optional=True))

    @classmethod
    def is_long(cls, low: float, high: float) -> bool:
        """Say whether an axis is long enough."""
        return high >= low + SHORTEST

    def value_at(self, axis: str, share: float) -> float:
        """Return the scale at a share of ``"x"`` or ``"y"``."""
        low, high = self.ends(axis)
        return round(low + (high - low) * share, 6)

    def ends_of(self, axis: str, low: float, high: float) -> tuple[float, float]:
        """Return scales that an axis can reach."""
        start, end = (round(min(max(value, LOWEST[axis]), HIGHEST), 4) for value in (low, high))
        return start, end

    def share_of(self, axis: str, value: float) -> float:
        """Return where a scale stands on an axis: 0 at its beginning, 1 at its end."""
        low, high = self.ends(axis)
        return (value - low) / (high - low)

    def run(self) -> Training:
        """Return the reader's own network as the training page has it, with all its records."""
        return Training(
            data=DATA,
            rows=ROWS,
            scaling="standard",
            validation=0.0,
            test=0.0,
            hidden=(self.width,) * self.depth,
            activation=self.activation,
            initializer="normal",
            init_std=scaled(self.own("x"), self.width),
            init_bias=self.own("y"),
            rate=self.rate,
            batch=None,
            epochs=self.updates,
            seed=self.seed,
        )

    def descent(self) -> Descent:
        """Return what all runs of the map have in common: they are those of ``run``."""
        own = self.run()
        dataset = own.dataset()
        network, training = own.network(dataset), own.training()
        batch = first_batch(network, training, dataset)
        return Descent(network, batch, self.seed, self.rate, self.updates, TARGET)
