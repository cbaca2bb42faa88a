"""How a network is trained: the configuration, checked where it is built, and the streams of random numbers."""

from dataclasses import dataclass

import numpy as np

from simulator.errors import check_choice, check_integer, check_number

OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
SCHEDULES = ("constant", "step", "exponential", "cosine", "cyclic", "warmup")
LOSSES = ("cross_entropy", "binary_cross_entropy", "mse_half_sum", "mse_mean", "mse_batch_mean")
SCALINGS = ("none", "max", "minmax", "standard")
STREAMS = {"initializer": 2, "batches": 3, "dropout": 4, "biases": 5}
"""Random numbers for different purposes never share a stream; the data's own streams are 0 and 1."""


def random_generator(seed: int, stream: str, counter: int = 0) -> np.random.Generator:
    """Return the generator of one purpose: Philox keyed by (seed, stream), its counter's highest word given.

    The highest word, because a draw counts up from the lowest: generators of different counters never overlap.
    """
    key = np.array([seed, STREAMS[stream]], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=np.array([0, 0, 0, counter], dtype=np.uint64)))


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """How a network is trained, checked where it is built.

    Args:
      optimizer: one of ``OPTIMIZERS``; optax computes it.
      learning_rate: η, before the schedule.
      momentum: α of ``momentum`` and ``nesterov``.
      decay: ρ of ``rmsprop``.
      beta1, beta2: of ``adam`` and ``adamw``.
      epsilon: added to the denominator of the adaptive optimizers.
      weight_decay: of ``adamw``.
      schedule: one of ``SCHEDULES``; the shape of the learning rate over the run.
      schedule_factor: ``step`` and ``exponential``: multiply by this every ``schedule_epochs``; ``cosine`` and
        ``warmup``: end at this fraction of the rate; ``cyclic``: the low end as a fraction of the rate.
      schedule_epochs: period of ``step``, ``exponential`` and (one whole triangle) ``cyclic``; length of ``warmup``.
      loss: one of ``LOSSES``. With t the target, y the output, n examples and k outputs:
        ``mse_half_sum`` ½Σ(y−t)² summed over the batch and the outputs (source C), ``mse_mean`` Σ(y−t)²/(nk)
        (source D), ``mse_batch_mean`` Σ‖y−t‖²/n (source E); both cross-entropies are means over the batch, in nats
        (binary: summed over the outputs).
      l1, l2: penalty l1·Σ|w| + l2·Σw² over the weights, not the biases.
      clip_norm: scale the gradient of all parameters down to this Euclidean norm where it is larger; ``None``: never.
      batch_size: examples an update; ``None``: all of them. The last batch of an epoch holds what is left.
      num_epochs: passes over the training set.
      patience: stop when the validation loss has had no new minimum for this many epochs, and restore the best
        parameters; ``None``: run to the end. Needs a validation set.
      scaling: of the features, from the training rows alone: ``max`` divides by the column maximum.
      validation_fraction, test_fraction: of all rows; a data set that is a truth table is never split.
      seed: of the split, the initial parameters, the order of the examples and dropout, each its own stream.
      max_records: most steps recorded; a longer run is thinned evenly.

    Raises:
      InputError: naming the field, the value and the choices.
    """

    optimizer: str = "sgd"
    learning_rate: float = 0.1
    momentum: float = 0.9
    decay: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.01
    schedule: str = "constant"
    schedule_factor: float = 0.1
    schedule_epochs: float = 10.0
    loss: str = "cross_entropy"
    l1: float = 0.0
    l2: float = 0.0
    clip_norm: float | None = None
    batch_size: int | None = 32
    num_epochs: int = 100
    patience: int | None = None
    scaling: str = "none"
    validation_fraction: float = 0.1
    test_fraction: float = 0.1
    seed: int = 0
    max_records: int = 2000

    def __post_init__(self):
        check_choice("optimizer", self.optimizer, OPTIMIZERS)
        check_number("learning_rate", self.learning_rate, 0.0, 1e6)
        for field in ("momentum", "decay", "beta1", "beta2"):
            check_number(field, getattr(self, field), 0.0, below=1.0)
        check_number("epsilon", self.epsilon, above=0.0)
        check_number("weight_decay", self.weight_decay, 0.0)
        check_choice("schedule", self.schedule, SCHEDULES)
        check_number("schedule_factor", self.schedule_factor, 0.0, 1.0)
        check_number("schedule_epochs", self.schedule_epochs, above=0.0)
        check_choice("loss", self.loss, LOSSES)
        check_number("l1", self.l1, 0.0)
        check_number("l2", self.l2, 0.0)
        if self.clip_norm is not None:
            check_number("clip_norm", self.clip_norm, above=0.0)
        if self.batch_size is not None:
            check_integer("batch_size", self.batch_size, 1)
        check_integer("num_epochs", self.num_epochs, 1, 10_000_000)
        if self.patience is not None:
            check_integer("patience", self.patience, 1)
        check_choice("scaling", self.scaling, SCALINGS)
        check_number("validation_fraction", self.validation_fraction, 0.0, below=0.9)
        check_number("test_fraction", self.test_fraction, 0.0, below=0.9)
        check_number("validation_fraction + test_fraction", self.validation_fraction + self.test_fraction, below=0.95)
        check_integer("seed", self.seed, 0, 2**32 - 1)
        check_integer("max_records", self.max_records, 2, 20_000)
