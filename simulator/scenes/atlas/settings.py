"""What the controls of the atlas say: two axes with their bounds, and the run that they start from."""

from dataclasses import dataclass
from typing import Any, TypeVar

from simulator.core.network import ACTIVATIONS
from simulator.errors import InputError
from simulator.scenes.atlas.scales import SCALES, at, bounds, rounded, values
from simulator.scenes.kinds import Choice, Kind, Number, Whole
from simulator.scenes.settings import Settings, control, replaced, within
from simulator.scenes.training.settings import Training

T = TypeVar("T", bound="Atlas")

DATA = ("moons", "circles", "xor", "spirals_2")
ROWS = 40
"""Examples of every run, all of them in every update: nothing but the two axes differs from run to run."""
SIDES = (16, 32, 64, 128)
EPOCHS = (20, 50, 100, 200, 500)
RATES = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
_LOW, _HIGH = "low", "high"
_NAMES = "atlas.control"


@dataclass(frozen=True, kw_only=True)
class Atlas(Settings):
    """Two axes with their bounds, and the settings of every run; the names are those of the link.

    ``at_x`` and ``at_y`` are the reader's own run on the axes; ``None`` for what the controls of the run say.
    """

    texts = "atlas"

    x: str = control("rate", Choice(tuple(SCALES), words=_NAMES))
    y: str = control("momentum", Choice(tuple(SCALES), words=_NAMES))
    side: int = control(64, Choice(SIDES, look="buttons"))
    activation: str = control("tanh", Choice(ACTIVATIONS, words="training.option.activation"))
    epochs: int = control(100, Whole(10, 1000, stops=EPOCHS))
    x_low: float = control(0.01, Number(0.0, 1e3, look="box"))
    x_high: float = control(100.0, Number(0.0, 1e3, look="box"))
    y_low: float = control(0.0, Number(0.0, 1e3, look="box"))
    y_high: float = control(0.99, Number(0.0, 1e3, look="box"))
    data: str = control("moons", Choice(DATA, words="datasets.{}.name"))
    depth: int = control(1, Whole(1, 10))
    width: int = control(16, Whole(1, 32))
    rate: float = control(1.0, Number(1e-6, 1e3, log=True, stops=RATES))
    momentum: float = control(0.5, Number(0.0, 0.999, step=0.01, look="box"))
    std: float = control(0.5, Number(1e-4, 10.0, step=0.01, look="box"))
    bias: float = control(0.0, Number(0.0, 10.0, step=0.01, look="box"))
    l2: float = control(0.0, Number(0.0, 10.0, step=0.001, look="box"))
    seed: int = control(0, Whole(0, 9999, look="box"))
    at_x: float | None = control(None, Number(0.0, 1e3, optional=True))
    at_y: float | None = control(None, Number(0.0, 1e3, optional=True))

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return two different axes, bounds that each can have, and an own run within them."""
        used, errors = dict(values), []
        if used["x"] == used["y"]:
            used["y"] = next(name for name in SCALES if name != used["x"])
            errors.append(replaced(cls, "y", values["y"], used["y"]))
        for axis in "xy":
            low, high = f"{axis}_{_LOW}", f"{axis}_{_HIGH}"
            used[low], used[high] = bounds(used[axis], float(used[low]), float(used[high]))
            errors += [
                replaced(cls, name, values[name], used[name], _within(cls.controls()[name].kind, used[axis]))
                for name in (low, high)
                if used[name] != values[name]
            ]
            own, scale = f"at_{axis}", SCALES[used[axis]]
            if used[own] is not None:
                inside = min(max(used[own], scale.minimum), scale.maximum)
                used[own] = float(round(inside)) if scale.whole else inside
                if used[own] != values[own]:
                    errors.append(
                        replaced(cls, own, values[own], used[own], _within(cls.controls()[own].kind, used[axis]))
                    )
        return used, tuple(errors)

    def change(self: T, **changes: Any) -> T:
        """Return the settings with some controls moved; another axis begins with its own bounds.

        Raises:
          InputError: for a value that its control cannot hold.
        """
        own: dict[str, Any] = {}
        if changes.get("x", self.x) == self.y and "y" not in changes:
            changes = {**changes, "y": self.x}
        elif changes.get("y", self.y) == self.x and "x" not in changes:
            changes = {**changes, "x": self.y}
        for axis in "xy":
            name = changes.get(axis, getattr(self, axis))
            if name != getattr(self, axis) and name in SCALES:
                own |= {f"{axis}_low": SCALES[name].low, f"{axis}_high": SCALES[name].high, f"at_{axis}": None}
        return super().change(**{**own, **changes})

    def kind(self, name: str) -> Kind:
        """Return what a control may hold: bounds are those of their axis."""
        axis, _, end = name.partition("_")
        kind = super().kind(name)
        return _within(kind, getattr(self, axis)) if end in (_LOW, _HIGH) and axis in "xy" else kind

    def applies(self, name: str) -> bool:
        """Say whether a control changes anything: what an axis varies has no single value."""
        return name not in (self.x, self.y)

    @property
    def drawn(self) -> list[Any]:
        """What the browser must know of a map to say where a reader dragged on it: another map is another place."""
        return [self.x, self.y, self.x_low, self.x_high, self.y_low, self.y_high, self.side]

    def values(self, axis: str) -> tuple[float | int, ...]:
        """Return what the pixels along ``"x"`` or ``"y"`` stand for."""
        return values(getattr(self, axis), getattr(self, f"{axis}_low"), getattr(self, f"{axis}_high"), self.side)

    def own(self, axis: str) -> float | int:
        """Return where the reader's own run stands on ``"x"`` or ``"y"``."""
        name, found = getattr(self, axis), getattr(self, f"at_{axis}")
        value = getattr(self, name) if found is None else found
        return int(value) if SCALES[name].whole else value

    def zoomed(self: T, left: float, right: float, bottom: float, top: float) -> T:
        """Return the settings with other bounds, given as shares of the axes; less than 0 and more than 1 zoom out."""
        changes = {}
        for axis, shares in (("x", (left, right)), ("y", (bottom, top))):
            name, scale = getattr(self, axis), SCALES[getattr(self, axis)]
            low, high = getattr(self, f"{axis}_low"), getattr(self, f"{axis}_high")
            new = [min(max(at(name, low, high, share), scale.minimum), scale.maximum) for share in sorted(shares)]
            if scale.whole:
                new = [float(round(value)) for value in new]
                new = new if new[1] > new[0] else [low, high]
            else:
                new = [rounded(value, name, *new) if new[1] > new[0] else value for value in new]
            changes |= {f"{axis}_low": new[0], f"{axis}_high": new[1]}
        return self.change(**changes)

    def whole(self: T) -> T:
        """Return the settings with the bounds that the axes have at first."""
        x, y = SCALES[self.x], SCALES[self.y]
        return self.change(x_low=x.low, x_high=x.high, y_low=y.low, y_high=y.high)

    def run(self) -> Training:
        """Return the reader's own run as the training page has it, with all its records."""
        chosen = {name: getattr(self, name) for name in ("depth", "width", "rate", "momentum", "std", "bias", "l2")}
        chosen |= {self.x: self.own("x"), self.y: self.own("y")}
        return Training(
            data=self.data,
            rows=ROWS,
            validation=0.0,
            test=0.0,
            hidden=(chosen["width"],) * chosen["depth"],
            activation=self.activation,
            initializer="normal",
            init_std=chosen["std"],
            init_bias=chosen["bias"],
            optimizer="momentum",
            rate=chosen["rate"],
            momentum=chosen["momentum"],
            l2=chosen["l2"],
            batch=None,
            epochs=self.epochs,
            seed=self.seed,
        )


def _within(kind: Kind, name: str) -> Kind:
    return within(kind, minimum=SCALES[name].minimum, maximum=SCALES[name].maximum)
