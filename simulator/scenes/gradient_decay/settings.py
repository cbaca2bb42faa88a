"""Networks that differ in one thing, and the remedies against vanishing gradients in the order of their history."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from simulator.core.datasets import Dataset, dataset_info, load_dataset
from simulator.core.network import ACTIVATIONS, INITIALIZERS, NORMALIZATIONS, NetworkConfig
from simulator.core.training import TrainingConfig
from simulator.errors import InputError
from simulator.scenes.gradient_decay.factors import DEFAULT_FACTORS, LARGEST_FACTOR, MAX_FACTORS
from simulator.scenes.old_controls import Choice, Control, Number, Numbers, Several, read_link, write_link

DATA = ("digits", "moons", "spirals_2", "iris")
RESIDUALS = ("off", "on")
DIFFERENCES: dict[str, tuple[str, ...]] = {
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "normalization": NORMALIZATIONS,
    "residual": RESIDUALS,
}
VIEWS = ("decay", "microscope", "learning", "remedies", "factors", "underflow", "explosion")
NORMS = ("pre_activation", "weight")
MAX_NETWORKS = 4
MIN_DEPTH, MAX_DEPTH = 2, 100
MIN_WIDTH, MAX_WIDTH = 2, 256
SEEDS = (8, 16, 32, 64)
MAX_SEED = 9999


class Variant(NamedTuple):
    """One of the networks that are compared."""

    code: str  # what it differs in: a value of the differing control
    network: NetworkConfig


@dataclass(frozen=True, kw_only=True)
class DepthSettings:
    """Everything the controls of the gradient-decay page say; the names are those of the link.

    Args:
      view: which question is asked.
      data: what goes through the networks.
      depth: hidden layers, 2 to 100.
      width: nodes in each of them, 2 to 256.
      differ: the control in which the networks differ.
      values: its values, one a network.
      activation, initializer, normalization, residual: of all networks, where they do not differ.
      std: standard deviation of ``normal``.
      seeds: number of random starts.
      norm: gradient of the pre-activations or of the weights.
      remedies: those switched on, in the view of remedies.
      factors: source E's table, layer 1 first.
      gain: weight gain of the sigmoid bound beside it.
      steps: updates of training.
      rate: learning rate.
      clip: largest gradient norm in the view of exploding gradients.
      seed: of the data's split and of the trained networks.
    """

    view: str = "decay"
    data: str = "digits"
    depth: int = 20
    width: int = 32
    differ: str = "activation"
    values: tuple[str, ...] = ("sigmoid", "relu")
    activation: str = "sigmoid"
    initializer: str = "he_normal"
    std: float = 0.3
    normalization: str = "none"
    residual: str = "off"
    seeds: int = 32
    norm: str = "pre_activation"
    remedies: tuple[str, ...] = ()
    factors: tuple[float, ...] = DEFAULT_FACTORS
    gain: float = 1.0
    steps: int = 300
    rate: float = 0.05
    clip: float = 1.0
    seed: int = 0

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

    def to_link(self) -> dict[str, str]:
        """Return what differs from the default as query parameters.

        >>> DepthSettings(depth=50, values=("tanh", "relu")).to_link()
        {'depth': '50', 'values': 'tanh.relu'}
        """
        return write_link(self, DepthSettings())

    @classmethod
    def from_link(cls, parameters: Mapping[str, str]) -> tuple["DepthSettings", tuple[InputError, ...]]:
        """Return the nearest valid settings to what a link says, and what had to be mended.

        >>> settings, mended = DepthSettings.from_link({"depth": "500", "differ": "residual"})
        >>> settings.depth, settings.values, [error.code for error in mended]
        (100, ('off', 'on'), ['at_most'])
        """
        values, mended = read_link(CONTROLS, cls(), parameters)
        differ = values.get("differ", cls.differ)
        choices = DIFFERENCES[differ]
        if "values" in parameters:
            values["values"], error = Several(choices, 2, MAX_NETWORKS).read(
                "values", str(parameters["values"]), default_values(differ)
            )
            if len(values["values"]) < 2:
                values["values"] = default_values(differ)
            mended += (error,) if error is not None else ()
        else:
            values["values"] = default_values(differ)
        return cls(**values), mended


def default_values(differ: str) -> tuple[str, ...]:
    """Return the first comparison that a reader meets for each difference."""
    return {
        "activation": ("sigmoid", "relu"),
        "initializer": ("normal", "xavier_normal", "he_normal"),
        "normalization": ("none", "batch"),
        "residual": ("off", "on"),
    }[differ]


CONTROLS: dict[str, Control] = {
    "view": Choice(VIEWS),
    "data": Choice(DATA),
    "depth": Number(MIN_DEPTH, MAX_DEPTH, whole=True),
    "width": Number(MIN_WIDTH, MAX_WIDTH, whole=True),
    "differ": Choice(tuple(DIFFERENCES)),
    "activation": Choice(ACTIVATIONS),
    "initializer": Choice(INITIALIZERS),
    "std": Number(0.0, 10.0),
    "normalization": Choice(NORMALIZATIONS),
    "residual": Choice(RESIDUALS),
    "seeds": Number(SEEDS[0], SEEDS[-1], whole=True),
    "norm": Choice(NORMS),
    "remedies": Several(("activation", "initializer", "normalization", "residual"), 0, 4),
    "factors": Numbers(-LARGEST_FACTOR, LARGEST_FACTOR, 1, MAX_FACTORS),
    "gain": Number(0.0, 100.0),
    "steps": Number(10, 5000, whole=True),
    "rate": Number(1e-5, 10.0),
    "clip": Number(1e-3, 1e3),
    "seed": Number(0, MAX_SEED, whole=True),
}
"""Every control but ``values``, whose choices depend on ``differ``."""

LINK_NAMES = (*CONTROLS, "values")

REMEDIES: dict[str, dict[str, str]] = {
    "activation": {"activation": "relu"},
    "initializer": {"initializer": "he_normal"},
    "normalization": {"normalization": "batch"},
    "residual": {"residual": "on"},
}
"""In the order of history: rectifiers (2010–11), He initialization, batch normalization (2015), residual (2015–16)."""

BEFORE_REMEDIES = {
    "activation": "sigmoid",
    "initializer": "normal",
    "normalization": "none",
    "residual": "off",
    "std": 0.1,
}
"""Where history starts: sigmoid units and small random weights."""


def remedy_chain(settings: DepthSettings) -> tuple[Variant, ...]:
    """Return the network before all remedies, then with one more of the chosen ones at a time, in historical order."""
    changes: dict[str, Any] = dict(BEFORE_REMEDIES)
    chain = [Variant("before", settings.network(**changes))]
    for name, change in REMEDIES.items():
        if name in settings.remedies:
            changes.update(change)
            chain.append(Variant(name, settings.network(**changes)))
    return tuple(chain)


PRESETS: dict[str, DepthSettings] = {
    "sigmoid_relu": DepthSettings(),
    "xavier_he": DepthSettings(
        differ="initializer", values=("normal", "xavier_normal", "he_normal"), activation="relu", std=0.1
    ),
    "edge_of_chaos": DepthSettings(
        view="microscope",
        differ="initializer",
        values=("normal", "xavier_normal"),
        activation="tanh",
        std=0.35,
        depth=50,
    ),
    "narrow": DepthSettings(
        view="microscope", differ="activation", values=("relu", "tanh"), initializer="he_normal", width=4, depth=40
    ),
    "residual_fails_theory": DepthSettings(
        view="microscope", differ="residual", values=("off", "on"), activation="relu", initializer="he_normal"
    ),
    "batch_normalization": DepthSettings(differ="normalization", values=("none", "batch", "layer"), depth=30),
    "remedies": DepthSettings(view="remedies", remedies=("activation", "initializer", "normalization", "residual")),
    "float32_ends": DepthSettings(view="underflow", depth=100, values=("sigmoid", "tanh")),
    "exploding": DepthSettings(view="explosion", activation="relu", initializer="normal", std=0.3, depth=20, rate=0.05),
}
"""Starting points by name; their words are entries of the catalogue."""
