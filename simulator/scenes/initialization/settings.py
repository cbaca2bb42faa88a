"""Networks that differ in their first weights, and small ones whose nodes start equal: the settings."""

import math
from dataclasses import dataclass

from simulator.core.datasets import Dataset, dataset_info, load_dataset
from simulator.core.network import ACTIVATIONS, INITIALIZERS, NetworkConfig
from simulator.core.training import TrainingConfig
from simulator.scenes.gradient_decay.settings import DATA, MAX_SEED, RATES, SEEDS, STEPS, Variant
from simulator.scenes.kinds import Choice, Number, Several, Whole
from simulator.scenes.settings import Settings, control

MIN_DEPTH, MAX_DEPTH = 10, 50
MIN_WIDTH, MAX_WIDTH = 4, 256
WIDTHS = (4, 8, 16, 32, 64, 128, 256)
MAX_INITIALIZERS = 5


@dataclass(frozen=True, kw_only=True)
class Initialization(Settings):
    """Networks that differ in their first weights; the names are those of the link.

    Args:
      initializers: those that are compared.
      activation: of every hidden layer.
      depth: hidden layers, 10 to 50.
      width: nodes in each of them.
      std: standard deviation of ``normal``; source D uses 0.030.
      value: every weight of ``constant``.
      data: what goes through the networks.
      seeds: number of random starts.
      steps, rate: updates of training and their learning rate.
      seed: of the split and of the trained networks: the same for all.
    """

    texts = "initialization"

    initializers: tuple[str, ...] = control(
        ("zeros", "normal", "xavier_normal", "he_normal", "orthogonal"),
        Several(INITIALIZERS, 1, MAX_INITIALIZERS, words="initialization.short"),
    )
    activation: str = control("tanh", Choice(ACTIVATIONS, words="training.option.activation"))
    depth: int = control(20, Whole(MIN_DEPTH, MAX_DEPTH))
    width: int = control(32, Whole(MIN_WIDTH, MAX_WIDTH, stops=WIDTHS))
    std: float = control(0.030, Number(0.0, 10.0, step=0.01, look="box"))
    value: float = control(0.5, Number(-10.0, 10.0, step=0.1, look="box"))
    data: str = control("digits", Choice(DATA, words="datasets.{}.name"))
    rate: float = control(0.05, Number(1e-5, 10.0, log=True, stops=RATES))
    steps: int = control(300, Whole(10, 5000, stops=STEPS))
    seeds: int = control(16, Whole(SEEDS[0], SEEDS[-1], stops=SEEDS))
    seed: int = control(0, Whole(0, MAX_SEED, look="box"))

    def applies(self, name: str) -> bool:
        """Say whether a control changes anything: numbers of an initializer need that initializer."""
        needed = {"std": "normal", "value": "constant"}.get(name)
        return needed is None or needed in self.initializers

    def dataset(self) -> Dataset:
        """Load the data set."""
        return load_dataset(self.data)

    def network(self, initializer: str, activation: str | None = None) -> NetworkConfig:
        """Return the network with one of the initializers."""
        info = dataset_info(self.data)
        return NetworkConfig(
            layer_sizes=(info.num_features, *[self.width] * self.depth, info.num_classes),
            activation=activation or self.activation,
            initializer=initializer,
            initializer_std=self.std,
            initializer_value=self.value,
        )

    def variants(self) -> tuple[Variant, ...]:
        """Return the networks that are compared."""
        return tuple(Variant(name, self.network(name)) for name in self.initializers)

    def training(self) -> TrainingConfig:
        """Return how every network is trained: plain SGD from the same seed."""
        info = dataset_info(self.data)
        num_train = info.num_rows_default - 2 * int(info.num_rows_default * 0.1 + 0.5)
        return TrainingConfig(
            learning_rate=self.rate,
            batch_size=32,
            num_epochs=max(1, math.ceil(self.steps / math.ceil(num_train / 32))),
            scaling=info.default_scaling,
            seed=self.seed,
        )
