"""Learning rates: the surface, where the descent starts, and up to four runs from there."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from simulator.core.optimizers import learning_rates
from simulator.core.training import OPTIMIZERS, SCHEDULES, TrainingConfig
from simulator.core.trajectories import quadratic
from simulator.core.trajectories.paths import MAX_STEPS
from simulator.core.trajectories.surfaces import Shape, Surface, eigenvalues
from simulator.errors import InputError
from simulator.scenes.kinds import Choice, Kind, Number, Numbers, Whole
from simulator.scenes.learning_rate.network_settings import MAX_SEED, NetworkSettings
from simulator.scenes.learning_rate.own import FARTHEST, OWN, OwnSettings, fit_start, fit_window, place_of
from simulator.scenes.settings import control, replaced, within

LETTERS = ("a", "b", "c", "d")
"""Of the runs."""
WITH_MOMENTUM = ("momentum", "nesterov")
MIN_RATE, MAX_RATE = 1e-6, 100.0
CURVATURES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
MOMENTA = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
STEPS = (5, 10, 20, 30, 50, 75, 100, 150, 200)


class RunSettings(NamedTuple):
    """How one run descends."""

    letter: str
    optimizer: str
    rate: float
    momentum: float
    schedule: str


def _optimizer(default: str) -> Any:
    return control(default, Choice(OPTIMIZERS, words="training.option.optimizer"))


def _rate(default: float) -> Any:
    return control(default, Number(MIN_RATE, MAX_RATE, look="box"))


def _momentum() -> Any:
    return control(0.9, Number(0.0, 0.999, stops=MOMENTA))


def _schedule() -> Any:
    return control("constant", Choice(SCHEDULES, words="training.option.schedule"))


@dataclass(frozen=True, kw_only=True)
class LearningRate(NetworkSettings, OwnSettings):
    """A surface and the runs on it, and a real network.

    Args:
      curvature: λ₁ of a quadratic, a of the parabola.
      steep, angle: λ₂ and the rotation of a quadratic of two parameters.
      noise, noise_seed: of the gradient, on the noisy quadratic.
      start: θ₀; nothing for the surface's own.
      steps: updates.
      runs: how many descend.
      optimizer, rate, momentum, schedule and the same with a letter: of each run.
      factor, period: of the schedules, as in ``TrainingConfig``; the period in steps.
      moved: the run whose rate the slider under the picture moves, counted from 1.
    """

    texts = "learning_rate"

    curvature: float = control(1.0, Number(0.05, 100.0, log=True, stops=CURVATURES))
    steep: float = control(10.0, Number(0.05, 100.0, log=True, stops=CURVATURES))
    angle: float = control(0.0, Number(-90.0, 90.0, step=5.0))
    noise: float = control(2.0, Number(0.0, 20.0, step=0.5))
    noise_seed: int = control(0, Whole(0, MAX_SEED, look="box"), link="seed")
    start: tuple[float, ...] = control((), Numbers(-FARTHEST, FARTHEST, 0, 2))
    steps: int = control(30, Whole(1, MAX_STEPS, stops=STEPS))
    runs: int = control(1, Whole(1, len(LETTERS)))
    optimizer: str = _optimizer("sgd")
    rate: float = _rate(0.05)
    momentum: float = _momentum()
    schedule: str = _schedule()
    optimizer_b: str = _optimizer("momentum")
    rate_b: float = _rate(0.05)
    momentum_b: float = _momentum()
    schedule_b: str = _schedule()
    optimizer_c: str = _optimizer("rmsprop")
    rate_c: float = _rate(0.05)
    momentum_c: float = _momentum()
    schedule_c: str = _schedule()
    optimizer_d: str = _optimizer("adam")
    rate_d: float = _rate(0.2)
    momentum_d: float = _momentum()
    schedule_d: str = _schedule()
    factor: float = control(0.1, Number(0.0, 1.0, step=0.05))
    period: int = control(10, Whole(1, MAX_STEPS, stops=STEPS))
    moved: int = control(1, Whole(1, len(LETTERS)))

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return values whose start lies in the picture and whose moved run is one of the runs."""
        windowed, of_window = fit_window(values)
        fitted, of_start = fit_start(cls, windowed)
        errors = [*of_window, *of_start]
        if values["moved"] > values["runs"]:
            kind = within(cls.controls()["moved"].kind, maximum=values["runs"])
            errors.append(replaced(cls, "moved", values["moved"], values["runs"], kind))
            fitted = fitted | {"moved": values["runs"]}
        return fitted, tuple(errors)

    def change(self, **changes: Any) -> "LearningRate":
        """Return the settings with some controls moved.

        Another surface, curvature or optimizer has another scale of rates: a run that would leave the scale of its
        slider takes the usual rate. Another surface has its own start and window, and so has an expression with another
        number of variables.
        """
        changed = super().change(**changes)
        follow: dict[str, Any] = {}
        if changed.surface != self.surface or changed.place.one_dimensional != self.place.one_dimensional:
            follow = {name: () for name in ("start", "window") if name not in changes}
        for letter in LETTERS:
            name = field("rate", letter)
            if name not in changes and changed.scale(letter) != self.scale(letter):
                low, high = changed.rate_range(letter)
                if changed.surface != self.surface or not low <= getattr(changed, name) <= high:
                    follow[name] = changed.usual_rate(letter)
        return super(LearningRate, changed).change(**follow) if follow else changed

    def kind(self, name: str) -> Kind:
        """Return what a control may hold: the moved run is one of the runs."""
        if name == "moved":
            return within(super().kind(name), maximum=self.runs)
        return super().kind(name)

    def applies(self, name: str) -> bool:
        """Say whether a control changes anything as the others stand."""
        letter = name[-1] if name[-2:-1] == "_" else "a"
        if name in ("expression", "window"):
            return self.surface == OWN
        if name in ("noise", "noise_seed"):
            return self.place.noisy
        if name == "curvature":
            return self.place.quadratic and self.surface not in ("valley", OWN)
        if name in ("steep", "angle"):
            return self.surface in ("quadratic", "noisy")
        if name == "moved":
            return self.runs > 1
        if name.startswith("momentum"):
            return LETTERS.index(letter) < self.runs and self.run(letter).optimizer in WITH_MOMENTUM
        if name in ("factor", "period"):
            timed = {run.schedule for run in self.all_runs} - {"constant"}
            return bool(timed if name == "factor" else timed - {"cosine"})
        if name == "direction_seed":
            return self.directions == "random"
        if name.startswith(("optimizer", "rate", "schedule")):
            return LETTERS.index(letter) < self.runs
        return True

    @property
    def shape(self) -> Shape:
        """The quadratic."""
        return Shape(self.curvature, self.steep, self.angle)

    @property
    def place(self) -> Surface:
        """The surface."""
        return place_of(self.as_dict())

    @property
    def names(self) -> tuple[str, ...]:
        """What the parameters are called: as they are typed on the reader's own surface."""
        names = ("x", "y") if self.surface == OWN else ("θ", "") if self.place.one_dimensional else ("θ₁", "θ₂")
        return names[: 1 if self.place.one_dimensional else 2]

    @property
    def origin(self) -> tuple[float, float]:
        """θ₀, the surface's own where none was chosen."""
        first, second = self.place.start
        given = self.start[: 1 if self.place.one_dimensional else 2]
        return (given[0] if given else first, given[1] if len(given) > 1 else second)

    def run(self, letter: str) -> RunSettings:
        """Return how a run descends."""
        values = (getattr(self, field(name, letter)) for name in ("optimizer", "rate", "momentum", "schedule"))
        return RunSettings(letter, *values)

    @property
    def all_runs(self) -> tuple[RunSettings, ...]:
        """The runs."""
        return tuple(self.run(letter) for letter in LETTERS[: self.runs])

    @property
    def moved_run(self) -> RunSettings:
        """The run whose rate is moved."""
        return self.run(LETTERS[self.moved - 1])

    def curvatures(self) -> tuple[float, ...] | None:
        """Return the curvatures of a quadratic, smallest first; ``None`` for any other surface."""
        return self.place.curvatures or None if self.surface == OWN else eigenvalues(self.surface, self.shape)

    def multiples(self, letter: str) -> np.ndarray:
        """Return what the schedule of a run multiplies its rate by at each step, (steps,)."""
        schedule = TrainingConfig(
            learning_rate=1.0,
            schedule=self.run(letter).schedule,
            schedule_factor=self.factor,
            schedule_epochs=self.period,
        )
        return learning_rates(schedule, self.steps, 1).astype(np.float64)

    def marks(self, letter: str) -> dict[str, float]:
        """Return the rates that theory names, for a run whose rate is constant."""
        return self.theory(letter) if self.run(letter).schedule == "constant" else {}

    def theory(self, letter: str) -> dict[str, float]:
        """Return the ``best`` rate of a run and the ``bound``; nothing where there is no theory."""
        run, curvatures = self.run(letter), self.curvatures()
        if curvatures is None or run.optimizer not in quadratic.LINEAR:
            return {}
        momentum = run.momentum if run.optimizer != "sgd" else 0.0
        return {
            "best": quadratic.best_rate(run.optimizer, curvatures, momentum),
            "bound": quadratic.bound(run.optimizer, curvatures, momentum),
        }

    def scale(self, letter: str) -> float:
        """Return the size of a run's rates: the bound, the surface's own, or how far an adaptive step shall reach."""
        if self.run(letter).optimizer not in quadratic.LINEAR:
            return (self.place.box[1] - self.place.box[0]) / 2.0  # an adaptive step is about as long as the rate
        return self.theory(letter).get("bound", self.place.scale)

    def rate_range(self, letter: str) -> tuple[float, float]:
        """Return the rates between which a run's slider moves: around the bound, or around the surface's scale."""
        scale = self.scale(letter)
        if self.run(letter).optimizer in quadratic.LINEAR:
            return _within(scale / 100.0), _within(scale * 2.0)
        return _within(scale / 1000.0), _within(scale)

    def usual_rate(self, letter: str) -> float:
        """Return a rate with which a run gets somewhere: a quarter of the scale, a twentieth of an adaptive one's."""
        share = 0.25 if self.run(letter).optimizer in quadratic.LINEAR else 0.05
        return _within(float(f"{share * self.scale(letter):.1g}"))


def field(name: str, letter: str) -> str:
    """Return the name of a run's control.

    >>> field("rate", "a"), field("rate", "b")
    ('rate', 'rate_b')
    """
    return name if letter == LETTERS[0] else f"{name}_{letter}"


def _within(rate: float) -> float:
    return float(np.clip(rate, MIN_RATE, MAX_RATE))
