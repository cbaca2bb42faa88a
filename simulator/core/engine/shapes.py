"""Which compiled program a network and its data need: sizes rounded up to a few buckets.

Everything a learner changes often is a traced value; only what stands in a ``Shape`` picks another program.
"""

from typing import NamedTuple

from simulator.core.network import NetworkConfig
from simulator.core.optimizers import STATE_SLOTS
from simulator.core.training import TrainingConfig

DEPTHS = (0, 2, 4, 6, 10, 16, 20, 30)
"""Numbers of hidden layers that are written out one by one; deeper networks loop over their layers."""
SCANNED_DEPTHS = (50, 100)
INPUTS = (8, 16, 32, 64, 128, 256, 512, 784)
WIDTHS = (8, 16, 32, 64, 128, 256, 384, 512, 768, 1024)
LARGE = 200_000
"""From this many parameters on, wasted arithmetic costs more than compiling again."""
MIN_BATCH, MIN_OUTPUTS, MIN_ROWS = 16, 8, 2048
VALIDATION_ROWS = tuple(64 * 4**power for power in range(12))
EVALUATION_BLOCK = 256


class Shape(NamedTuple):
    """The static sizes of a compiled program."""

    inputs: int
    width: int
    outputs: int
    depth: int
    batch: int
    rows: int
    validation_rows: int
    extras: bool  # normalization, dropout or residual connections somewhere
    slots: int | None  # numbers the optimizer remembers for a parameter; None: room for any optimizer

    @property
    def scanned(self) -> bool:
        """Whether the hidden layers are a loop in the program."""
        return self.depth > DEPTHS[-1]

    @property
    def certain_depth(self) -> int:
        """Hidden layers that every network of this program has; the further ones may be absent."""
        if self.slots is not None or self.depth == 0:
            return self.depth
        return max(1, max(depth for depth in DEPTHS if depth < self.depth) + 1)

    @property
    def flat(self) -> bool:
        """Whether the parameters go through the loop as one vector: fewer, larger operations for small networks."""
        return self.slots is None


def shape_for(
    network: NetworkConfig, training: TrainingConfig, *, batch: int, rows: int, validation_rows: int
) -> Shape:
    """Return the smallest program that holds a run.

    Args:
      network, training: the configuration.
      batch: rows of the largest batch.
      rows: rows of the training set.
      validation_rows: rows of the validation set.
    """
    large = network.num_parameters > LARGE
    hidden = network.layer_sizes[1:-1]
    depth = network.num_hidden_layers
    if not (large and depth <= DEPTHS[-1]):
        depth = _round_up(depth, DEPTHS + SCANNED_DEPTHS)
    inputs = _round_up(network.layer_sizes[0], INPUTS)
    return Shape(
        inputs=inputs,
        width=_round_up(max(hidden, default=1), WIDTHS),
        outputs=max(MIN_OUTPUTS, power_of_two(network.layer_sizes[-1])),
        depth=depth,
        batch=max(MIN_BATCH, power_of_two(batch)),
        rows=max(MIN_ROWS if inputs <= 64 else 1, power_of_two(rows)),
        validation_rows=_round_up(validation_rows, VALIDATION_ROWS),
        extras=any(name != "none" for name in network.normalizations)
        or any(network.dropouts)
        or any(network.residuals),
        slots=STATE_SLOTS[training.optimizer] if large else None,
    )


def power_of_two(count: int) -> int:
    """Return the smallest power of two that is at least ``count``."""
    return 1 << max(0, count - 1).bit_length()


def _round_up(size: int, choices: tuple[int, ...]) -> int:
    return next((choice for choice in choices if choice >= size), power_of_two(size))
