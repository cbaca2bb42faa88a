"""Activation functions: which are drawn, where the movable point stands, and the networks they are met in."""

from dataclasses import dataclass
from typing import Any

from simulator.core.datasets import dataset_info
from simulator.core.network import ACTIVATIONS, INITIALIZERS, NetworkConfig
from simulator.core.training import TrainingConfig
from simulator.errors import InputError
from simulator.scenes.activations.zigzag import MAX_RATE, MAX_STEPS
from simulator.scenes.gradient_decay.settings import MAX_SEED
from simulator.scenes.kinds import Choice, Number, Several, Whole
from simulator.scenes.settings import Settings, control

WHEN = ("start", "trained")
MAX_FUNCTIONS = 3
REACH = 10.0
STEPS_PER_UNIT = 100
"""The movable point stands on hundredths, so that every number shown is computed, not interpolated."""
DATA = "digits"
DEAD_ACTIVATIONS = ("relu", "leaky_relu")
DEAD_CLIP = 1.0
SLOPED = frozenset({"leaky_relu", "prelu"})
RATES = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0)
DEAD_RATES = (0.1, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)
STEPS = (10, 20, 40, 60, 100, 200, 500)
WIDTHS = (4, 8, 16, 32, 64, 128, 256)


@dataclass(frozen=True, kw_only=True)
class Activations(Settings):
    """Activation functions and networks that use them; the names are those of the link.

    Args:
      functions: those drawn, 1 to 3.
      z: where the movable point stands, −10 to 10.
      slope: of leaky ReLU and PReLU for negative numbers.
      depth, width, initializer, std: of the network whose pre-activations lie under the curve.
      layer: hidden layer, from 1.
      when: before training or after it.
      rate, steps: of the zig-zag.
      dead_rate: learning rate that kills ReLU units.
      seed: of everything drawn at random.
    """

    texts = "activations"

    functions: tuple[str, ...] = control(
        ("sigmoid",), Several(ACTIVATIONS, 1, MAX_FUNCTIONS, words="training.option.activation")
    )
    z: float = control(5.0, Number(-REACH, REACH, step=0.01))
    slope: float = control(0.1, Number(-0.5, 1.0, step=0.01))
    initializer: str = control("he_normal", Choice(INITIALIZERS, words="training.option.initializer"))
    std: float = control(1.0, Number(0.0, 10.0, step=0.05, look="box"))
    depth: int = control(10, Whole(2, 50))
    layer: int = control(5, Whole(1, 50))
    width: int = control(64, Whole(4, 256, stops=WIDTHS))
    when: str = control("start", Choice(WHEN, words="activations.when"))
    rate: float = control(0.5, Number(0.01, MAX_RATE, log=True, stops=RATES))
    steps: int = control(60, Whole(5, MAX_STEPS, stops=STEPS))
    dead_rate: float = control(2.0, Number(0.01, 10.0, log=True, stops=DEAD_RATES))
    seed: int = control(0, Whole(0, MAX_SEED, look="box"))

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return values of which ``z`` is a whole number of hundredths."""
        return {**values, "z": round(values["z"] * STEPS_PER_UNIT) / STEPS_PER_UNIT}, ()

    def applies(self, name: str) -> bool:
        """Say whether a control changes anything: a slope needs a function that has one."""
        if name == "std":
            return self.initializer == "normal"
        return name != "slope" or bool(SLOPED & set(self.functions))

    def network(self, activation: str) -> NetworkConfig:
        """Return the network whose pre-activations lie under the curve."""
        info = dataset_info(DATA)
        return NetworkConfig(
            layer_sizes=(info.num_features, *[self.width] * self.depth, info.num_classes),
            activation=activation,
            negative_slope=self.slope,
            initializer=self.initializer,
            initializer_std=self.std,
        )

    def training(self) -> TrainingConfig:
        """Return how that network is trained."""
        return TrainingConfig(learning_rate=0.05, batch_size=32, num_epochs=7, seed=self.seed)

    def dead_networks(self) -> tuple[NetworkConfig, ...]:
        """Return two networks that differ in what they do with negative numbers."""
        info = dataset_info(DATA)
        sizes = (info.num_features, 32, 32, 32, info.num_classes)
        return tuple(
            NetworkConfig(layer_sizes=sizes, activation=name, negative_slope=self.slope) for name in DEAD_ACTIVATIONS
        )

    def dead_training(self) -> TrainingConfig:
        """Return training with large steps; clipped, so that numbers stay finite."""
        return TrainingConfig(
            learning_rate=self.dead_rate, batch_size=32, num_epochs=7, clip_norm=DEAD_CLIP, seed=self.seed
        )

    @property
    def shown_layer(self) -> int:
        """Index of the hidden layer whose pre-activations are shown; the last one where ``layer`` is too large."""
        return min(self.layer, self.depth) - 1
