"""Networks that differ in one thing, and the remedies against vanishing gradients in the order of their history."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from simulator.core.datasets import Dataset, dataset_info, load_dataset
from simulator.core.network import ACTIVATIONS, INITIALIZERS, NORMALIZATIONS, NetworkConfig
from simulator.core.training import TrainingConfig
from simulator.errors import InputError
from simulator.scenes.gradient_decay.factors import DEFAULT_FACTORS, LARGEST_FACTOR, MAX_FACTORS
from simulator.scenes.kinds import Choice, Kind, Number, Numbers, Several, Whole
from simulator.scenes.settings import Settings, control, replaced

DATA = ("digits", "moons", "spirals_2", "iris")
RESIDUALS = ("off", "on")
DIFFERENCES: dict[str, tuple[str, ...]] = {
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "normalization": NORMALIZATIONS,
    "residual": RESIDUALS,
}
ALL_VALUES = tuple(dict.fromkeys(value for values in DIFFERENCES.values() for value in values))
OPTION = {
    "activation": "training.option.activation",
    "initializer": "training.option.initializer",
    "normalization": "training.option.normalization",
    "residual": "gradient_decay.residual",
}
"""Where the words of a value stand, by what the networks differ in."""
NORMS = ("pre_activation", "weight")
MAX_NETWORKS = 4
MIN_DEPTH, MAX_DEPTH = 2, 100
MIN_WIDTH, MAX_WIDTH = 2, 256
SEEDS = (8, 16, 32, 64)
MAX_SEED = 9999
RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
CLIPS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
STEPS = (50, 100, 200, 300, 500, 1000, 2000)
WIDTHS = (2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256)

REMEDIES: dict[str, dict[str, str]] = {
    "activation": {"activation": "relu"},
    "initializer": {"initializer": "he_normal"},
    "normalization": {"normalization": "batch"},
    "residual": {"residual": "on"},
    "layer": {"normalization": "layer"},
}
"""In the order of history: rectifiers (2010–11), He initialization and batch normalization (2015), residual connections
(2015–16), layer normalization (2016), which takes the place of batch normalization."""


@dataclass(frozen=True)
class Factors(Numbers):
    """One factor a layer, edited as a table."""


class Variant(NamedTuple):
    """One of the networks that are compared."""

    code: str  # what it differs in: a value of the differing control
    network: NetworkConfig


@dataclass(frozen=True, kw_only=True)
class GradientDecay(Settings):
    """Networks that differ in one thing; the names are those of the link.

    Args:
      data: what goes through the networks.
      depth: hidden layers, 2 to 100.
      width: nodes in each of them, 2 to 256.
      differ: the control in which the networks differ.
      values: its values, one a network.
      activation, initializer, normalization, residual: of all networks, where they do not differ.
      std: standard deviation of ``normal``.
      seeds: number of random starts.
      norm: gradient of the pre-activations or of the weights.
      remedies: those switched on, where remedies are compared.
      factors: source E's table, layer 1 first.
      gain: spectral norm of the weights in the sigmoid bound beside it.
      steps: updates of training.
      rate: learning rate.
      clip: largest gradient norm, where exploding gradients are clipped.
      seed: of the data's split and of the trained networks.
    """

    texts = "gradient_decay"

    data: str = control("digits", Choice(DATA, words="datasets.{}.name"))
    depth: int = control(20, Whole(MIN_DEPTH, MAX_DEPTH))
    width: int = control(32, Whole(MIN_WIDTH, MAX_WIDTH, stops=WIDTHS))
    differ: str = control("activation", Choice(tuple(DIFFERENCES), words="gradient_decay.differ"))
    values: tuple[str, ...] = control(("sigmoid", "relu"), Several(ALL_VALUES, 2, MAX_NETWORKS))
    activation: str = control("sigmoid", Choice(ACTIVATIONS, words=OPTION["activation"]))
    initializer: str = control("he_normal", Choice(INITIALIZERS, words=OPTION["initializer"]))
    std: float = control(0.3, Number(0.0, 10.0, step=0.05, look="box"))
    normalization: str = control("none", Choice(NORMALIZATIONS, words=OPTION["normalization"]))
    residual: str = control("off", Choice(RESIDUALS, words=OPTION["residual"]))
    norm: str = control("pre_activation", Choice(NORMS, words="gradient_decay.norm"))
    remedies: tuple[str, ...] = control(
        (), Several(tuple(REMEDIES), 0, len(REMEDIES), words="gradient_decay.remedy", look="switches")
    )
    factors: tuple[float, ...] = control(DEFAULT_FACTORS, Factors(-LARGEST_FACTOR, LARGEST_FACTOR, 1, MAX_FACTORS))
    gain: float = control(1.0, Number(0.0, 100.0, step=0.1, look="box"))
    clip: float = control(1.0, Number(1e-3, 1e3, log=True, stops=CLIPS))
    rate: float = control(0.02, Number(1e-5, 10.0, log=True, stops=RATES))
    steps: int = control(1000, Whole(10, 5000, stops=STEPS))
    seeds: int = control(32, Whole(SEEDS[0], SEEDS[-1], stops=SEEDS))
    seed: int = control(0, Whole(0, MAX_SEED, look="box"))

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return values of which ``values`` belong to the difference."""
        choices = DIFFERENCES[values["differ"]]
        asked = values["values"]
        fitting = tuple(code for code in asked if code in choices)
        used = fitting if len(fitting) >= 2 else default_values(values["differ"])
        if used == asked:
            return values, ()
        error = replaced(cls, "values", asked, used, Several(choices, 2, MAX_NETWORKS))
        return {**values, "values": used}, (error,)

    def kind(self, name: str) -> Kind:
        """Return what a control may hold: the networks compared are those of the difference."""
        if name == "values":
            return Several(DIFFERENCES[self.differ], 2, MAX_NETWORKS, words=OPTION[self.differ])
        return super().kind(name)

    def applies(self, name: str) -> bool:
        """Say whether a control changes anything: what the networks differ in has no common value."""
        if name == "std":
            return "normal" in (self.values if self.differ == "initializer" else (self.initializer,))
        return name != self.differ

    def dataset(self) -> Dataset:
        """Load the data set."""
        return load_dataset(self.data)

    def network(self, **changes: Any) -> NetworkConfig:
        """Return the network that all have in common, with changes named like the controls."""
        chosen = replace(self, **changes)
        info = dataset_info(self.data)
        return NetworkConfig(
            layer_sizes=(info.num_features, *[chosen.width] * chosen.depth, info.num_classes),
            activation=chosen.activation,
            initializer=chosen.initializer,
            initializer_std=chosen.std,
            normalization=chosen.normalization,
            residual=chosen.residual == "on",
        )

    def variants(self) -> tuple[Variant, ...]:
        """Return the networks that are compared, in the order of ``values``."""
        return tuple(Variant(value, self.network(**{self.differ: value})) for value in self.values)

    def training(self, **changes: Any) -> TrainingConfig:
        """Return how the networks are trained: plain SGD, the same for all."""
        values = {
            "learning_rate": self.rate,
            "batch_size": 32,
            "num_epochs": self._epochs(),
            "scaling": dataset_info(self.data).default_scaling,
            "seed": self.seed,
        }
        return TrainingConfig(**{**values, **changes})

    def _epochs(self) -> int:
        rows = dataset_info(self.data).num_rows_default
        per_epoch = -(-(rows - 2 * int(rows * 0.1 + 0.5)) // 32)
        return max(1, -(-self.steps // per_epoch))


def default_values(differ: str) -> tuple[str, ...]:
    """Return the first comparison that a reader meets for each difference."""
    return {
        "activation": ("sigmoid", "relu"),
        "initializer": ("normal", "xavier_normal", "he_normal"),
        "normalization": ("none", "batch"),
        "residual": ("off", "on"),
    }[differ]


BEFORE_REMEDIES = {
    "activation": "sigmoid",
    "initializer": "normal",
    "normalization": "none",
    "residual": "off",
    "std": 0.1,
}
"""Where history starts: sigmoid units and small random weights."""


def remedy_chain(settings: GradientDecay) -> tuple[Variant, ...]:
    """Return the network before all remedies, then with one more of the chosen ones at a time, in historical order."""
    changes: dict[str, Any] = dict(BEFORE_REMEDIES)
    chain = [Variant("before", settings.network(**changes))]
    for name, change in REMEDIES.items():
        if name in settings.remedies:
            changes.update(change)
            chain.append(Variant(name, settings.network(**changes)))
    return tuple(chain)
