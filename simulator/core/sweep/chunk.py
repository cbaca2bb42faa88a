"""Some pixels of a map: what is sent to a worker, and what the worker makes of it."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import jax
import numpy as np

from simulator.core.batches import batch_block, num_batches
from simulator.core.datasets import Dataset
from simulator.core.engine.program import Data
from simulator.core.engine.settings import LayerSettings, Settings, network_settings
from simulator.core.engine.shapes import Shape, shape_for
from simulator.core.engine.updates import zero_moments
from simulator.core.engine.weights import pack, pad_params, weight_shapes
from simulator.core.initializers import initialize
from simulator.core.network import NetworkConfig
from simulator.core.optimizers import learning_rates
from simulator.core.prepared import prepared
from simulator.core.sweep.axes import AXES, configured
from simulator.core.sweep.local import own_device
from simulator.core.sweep.program import Start, Steps, train_side_by_side
from simulator.core.training import TrainingConfig

PIXELS = {"cpu": 256}
"""Networks side by side: more of them do not make a processor faster, only later with the first picture."""
MANY_PIXELS = 8192
"""On a device with thousands of arithmetic units."""
CHUNK_BYTES = 256 * 2**20
"""What the networks of a chunk may take, whatever the size of the map."""
FEWEST_STEPS = 256
"""That a program has room for."""
WINDOW_SHARE = 20
"""The last twentieth of the steps, and at least an epoch, make the final loss."""


class Chunk(NamedTuple):
    """Pixels that one program trains together; all of it can be pickled."""

    network: NetworkConfig
    training: TrainingConfig
    dataset: Dataset
    names: tuple[str, str]  # of the axes
    values: tuple[tuple[Any, Any], ...]  # of each pixel
    num_pixels: int  # of the program: fewer pixels are filled up


class Losses(NamedTuple):
    """What became of the runs of a chunk: NumPy arrays, one entry a pixel."""

    start: np.ndarray
    final: np.ndarray
    last_below: np.ndarray


class Group(NamedTuple):
    """What pixels must agree in to be trained together."""

    depth: int
    width: int
    batch_size: int | None


def group_of(network: NetworkConfig, training: TrainingConfig) -> Group:
    """Return the program that a pixel needs."""
    shape = shape_for(network, training, batch=1, rows=1, validation_rows=1)
    # A single hidden layer is what maps are most often made of: it does not pay for an absent second one.
    depth = 1 if network.num_hidden_layers == 1 else shape.depth
    return Group(depth, shape.width, training.batch_size)


def largest_chunk(network: NetworkConfig, training: TrainingConfig, num_rows: int) -> int:
    """Return how many networks of a size are trained side by side."""
    batch = num_rows if training.batch_size is None else min(training.batch_size, num_rows)
    shape = _shape(network, training, batch=batch, rows=num_rows)
    steps = _room(num_batches(num_rows, training.batch_size) * training.num_epochs + 1)
    parameters = sum(math.prod(size) for size in weight_shapes(shape) if size is not None)
    values = 6 * parameters + 8 * shape.batch * shape.width * (shape.depth + 1) + steps
    most = PIXELS.get(jax.default_backend(), MANY_PIXELS)
    return max(1, min(most, CHUNK_BYTES // (4 * values)))


def final_window(num_steps: int, steps_per_epoch: int) -> int:
    """Return how many of the ``num_steps + 1`` last losses make the final one."""
    return max(min(steps_per_epoch, num_steps + 1), num_steps // WINDOW_SHARE)


def compute(chunk: Chunk) -> Losses:
    """Train the pixels of a chunk."""
    pixels = [configured(chunk.network, chunk.training, chunk.names, values) for values in chunk.values]
    pixels += [pixels[-1]] * (chunk.num_pixels - len(pixels))
    network, training = max(pixels, key=lambda pixel: pixel[0].num_hidden_layers)
    start = prepared(network, replace(training, patience=None), chunk.dataset)
    network, job, rows = start.network, start.job, len(start.split.train)
    batch = rows if training.batch_size is None else min(training.batch_size, rows)
    shape = _shape(network, training, batch=batch, rows=rows)
    data = Data(
        job.data.inputs[:rows, : shape.inputs], job.data.targets[:rows, : shape.outputs], None, None, np.int32(0)
    )
    steps = job.num_steps + 1  # the loss of the parameters at the end is the last one
    own = [_settings(one, how, shape, job) for one, how in pixels]
    names = {field for name in chunk.names for field in AXES[name].varied}
    varied = {name: _stacked([getattr(one, name) for one in own]) for name in names}
    room = _room(steps)
    work = Steps(
        _rates([how for _, how in pixels], job.num_steps, job.steps_per_epoch, room),
        batch_block(rows, training.batch_size, training.seed, 0, room, batch),
        np.int32(steps),
        np.int32(final_window(job.num_steps, job.steps_per_epoch)),
    )
    arguments = (_start(pixels, shape), work, varied, data, own[0])
    found = train_side_by_side(*jax.device_put(arguments, own_device(job.device)), shape=shape)
    return Losses(*(np.asarray(array)[: len(chunk.values)] for array in found))


def _shape(network: NetworkConfig, training: TrainingConfig, *, batch: int, rows: int) -> Shape:
    """Return the program's sizes: nothing is padded but depth and width, in which pixels may differ."""
    group = group_of(network, training)
    return shape_for(network, training, batch=batch, rows=rows, validation_rows=1)._replace(
        inputs=network.layer_sizes[0],
        width=group.width,
        outputs=network.layer_sizes[-1],
        depth=group.depth,
        batch=batch,
        rows=rows,
        slots=None,
    )


def _settings(network: NetworkConfig, training: TrainingConfig, shape: Shape, job) -> Settings:
    return network_settings(
        replace(network, output_activation=job.network.output_activation),
        training,
        shape,
        threshold=0.0,  # nothing is counted as right here
        num_steps=job.num_steps,
        record_every=1,
        evaluate_every=0,
        steps_per_epoch=job.steps_per_epoch,
    )


def _stacked(values: Sequence[Any]) -> Any:
    if isinstance(values[0], LayerSettings):
        return LayerSettings(*(np.stack(parts) for parts in zip(*values, strict=True)))
    return np.stack(values)


def _room(steps: int) -> int:
    """Return for how many steps a program has room: each size of it compiles once.

    >>> [_room(steps) for steps in (2, 101, 256, 257)]
    [256, 256, 256, 1024]
    """
    room = FEWEST_STEPS
    while room < steps:
        room *= 4
    return room


def _rates(trainings: Sequence[TrainingConfig], num_steps: int, steps_per_epoch: int, room: int) -> np.ndarray:
    """Return the learning rate of every step of every pixel: (room, pixels)."""
    found: dict[float, np.ndarray] = {}
    for training in trainings:
        if training.learning_rate not in found:
            found[training.learning_rate] = learning_rates(training, num_steps, steps_per_epoch, stop=room)
    return np.stack([found[training.learning_rate] for training in trainings], axis=1)


def _start(pixels: Sequence[tuple[NetworkConfig, TrainingConfig]], shape: Shape) -> Start:
    """Return where every pixel begins: its own initial parameters, the same as in a single run."""
    found: dict[Hashable, Any] = {}
    running = None
    for network, training in pixels:
        if network not in found:
            weights, running = pad_params(initialize(network, training.seed), shape)
            found[network] = pack(weights, shape)
    packed = np.stack([found[network] for network, _ in pixels])
    return Start(packed, running, zero_moments(packed[0], shape))
