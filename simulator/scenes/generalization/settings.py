"""Models that learn a few noisy points: how stiff they are, how many points there are, and how noisy."""

from dataclasses import dataclass

from simulator.core.generalization.normalization import DEPTH
from simulator.core.generalization.points import CURVES, MAX_POINTS, Points, draw_points
from simulator.core.generalization.polynomials import MAX_DEGREE
from simulator.scenes.gradient_decay.settings import MAX_SEED
from simulator.scenes.kinds import Choice, Number, Whole
from simulator.scenes.settings import Settings, control

AMOUNTS = (10, 15, 20, 25, 30, 40, 50, 65, 80, 100, 140, MAX_POINTS)
"""Numbers of training points that the slider offers, and at which errors are measured."""
STRENGTHS = (*(digit * 10.0**power for power in range(-4, 1) for digit in (1, 2, 5)), 10.0)
"""Strengths λ of a penalty that the slider offers, and at which errors are measured."""
PATIENCES = (5, 10, 20, 50, 100, 200, 500, 1000)
DROPOUTS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
NUM_SETS = 40
"""Sets of points that errors are measured on: one alone may tell another story than most."""
OF_POLYNOMIALS = ("degree", "strength")
OF_NETWORKS = ("patience", "dropout", "rate", "layer")
"""Controls that change nothing in the other kind of model."""
RATES = tuple(float(f"{digit}e{power}") for power in (-2, -1, 0) for digit in (1, 2, 5))
"""Learning rates that the slider offers, and at which networks with and without batch normalization are trained."""


@dataclass(frozen=True, kw_only=True)
class Generalization(Settings):
    """What is learned from which points; the names are those of the link.

    Args:
      curve: the true curve.
      degree: of the polynomial.
      points: training points.
      strength: λ of the penalty.
      patience: steps that early stopping waits.
      dropout: probability p with which a node is left out.
      rate: η of the network with batch normalization.
      layer: hidden layer of that network that is looked at, from 1.
      noise: standard deviation σ of what is added to every y.
      seed: of the points; further sets have the seeds that follow.
    """

    texts = "generalization"

    curve: str = control("cubic", Choice(tuple(CURVES), words="generalization.curve"))
    degree: int = control(12, Whole(1, MAX_DEGREE, step=1))
    points: int = control(20, Whole(AMOUNTS[0], AMOUNTS[-1], stops=AMOUNTS))
    strength: float = control(0.1, Number(STRENGTHS[0], STRENGTHS[-1], log=True, stops=STRENGTHS))
    patience: int = control(50, Whole(PATIENCES[0], PATIENCES[-1], stops=PATIENCES))
    dropout: float = control(0.3, Number(DROPOUTS[0], DROPOUTS[-1], stops=DROPOUTS))
    rate: float = control(1.0, Number(RATES[0], RATES[-1], log=True, stops=RATES))
    layer: int = control(2, Whole(1, DEPTH))
    noise: float = control(0.3, Number(0.0, 1.0, step=0.05))
    seed: int = control(0, Whole(0, MAX_SEED, look="box"))

    def draw(self, *, points: int | None = None, seed: int | None = None) -> Points:
        """Draw the points, or as many others with another seed."""
        amount, seed = self.points if points is None else points, self.seed if seed is None else seed
        return draw_points(self.curve, amount, self.noise, seed)

    def seeds(self) -> range:
        """Return the seeds of all sets of points, the shown one first."""
        return range(self.seed, self.seed + NUM_SETS)
