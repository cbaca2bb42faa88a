"""Frames of a finished run: which steps, which examples, and the padded answers cut to the network's shapes."""

import math
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

import jax
import numpy as np

from simulator.core.datasets import Dataset, Scaler, apply_scaler, expanded
from simulator.core.engine.execution import EVERY_STEP_UP_TO, Execution, snapshot_steps
from simulator.core.engine.inspection import (
    BINS,
    GROUP,
    NUM_EXAMPLES,
    NUM_TEST_ROWS,
    Edges,
    Moment,
    Watched,
    inspect_steps,
    kept_units,
)
from simulator.core.engine.job import Job
from simulator.core.engine.passes import NUM_PASSES, without_padding
from simulator.core.losses import classes_of
from simulator.core.records import Frames, Records

FRAME_BYTES = 48 * 2**20
MAX_FRAMES = 96
SMALL_NUMBERS = 600_000
"""Weights, gradients, updates and values of nodes of a run that has a frame for every step."""
MAX_OUTPUTS = 64


def frame_steps(execution: Execution, records: Records, count: int) -> np.ndarray:
    """Return the recorded steps that become frames: the first few, then evenly, and the last; or all there are."""
    job = execution.job
    wanted = snapshot_steps(job.num_steps, job.record_every, count)
    wanted = [step for step in wanted if step < execution.num_steps] + [execution.num_steps]
    recorded = set(records.step.tolist())
    return np.array([step for step in wanted if step in recorded])


def grid_side(job: Job, dataset: Dataset) -> int:
    """Return the points along each axis of the map over a two-dimensional input; 0 without one."""
    if dataset.num_own_features != 2:
        return 0
    return 32 if job.shape.depth <= 10 else 24


def moment_at(execution: Execution, step: int) -> Moment:
    """Return one step's state with its mini-batch, as NumPy arrays."""
    job, state = execution.of_step(step).job, execution.state_at(step)
    plan, _ = job.plan(step)
    start = (step - int(plan.first_step)) * job.shape.batch
    indices = np.asarray(plan.indices)[start : start + job.shape.batch]
    return Moment(
        state.packed, state.running, state.moments, np.int32(step), np.float32(job.learning_rate(step)), indices
    )


def make_frames(
    execution: Execution,
    records: Records,
    dataset: Dataset,
    targets: np.ndarray,
    rows: np.ndarray,
    scaler: Scaler,
    *,
    threshold: float,
) -> Frames:
    """Compute the frames of a run.

    Args:
      execution, records: of the run.
      dataset: all rows, in their own units.
      targets: all rows, encoded.
      rows: that the examples and the confusion matrix are taken from.
      scaler: of the features.
      threshold: output above which a single unit says the second class.
    """
    job, labels, num_classes = execution.job, dataset.labels, dataset.num_classes
    shape, side, keep = job.shape, grid_side(job, dataset), kept_units(job.shape)
    sizes = tuple(min(size, keep) for size in job.network.layer_sizes[:-1])
    sizes = (*sizes, min(job.network.layer_sizes[-1], keep))
    num_outputs = min(job.network.layer_sizes[-1], MAX_OUTPUTS)
    steps = frame_steps(execution, records, count_frames(sizes, side, num_outputs, job.num_steps))
    examples = _spread(rows, NUM_EXAMPLES)
    tested = _spread(rows, NUM_TEST_ROWS)
    axes, grid = _grid(dataset.inputs[:, :2], side)
    watched = Watched(
        _pad_rows(apply_scaler(scaler, dataset.inputs[examples]), NUM_EXAMPLES, shape.inputs),
        _pad_rows(apply_scaler(scaler, dataset.inputs[tested]), NUM_TEST_ROWS, shape.inputs),
        _pad_rows(_seen(grid, dataset, scaler) if side else np.zeros((0, 1), np.float32), side * side, shape.inputs),
    )
    record = np.searchsorted(records.step, steps)
    edges, activation_edges, gradient_edges = _edges(job, records)
    collected: list[dict] = []
    for owner, group in _groups(execution, steps):
        moments = [moment_at(execution, int(step)) for step in group]
        moments += [moments[-1]] * (GROUP - len(group))
        stacked = jax.tree.map(lambda *leaves: np.stack(leaves), *moments)
        answer = inspect_steps(stacked, watched, edges, owner.data, owner.settings, shape=owner.shape)
        collected.append(_shrink(answer, len(group), job, sizes, len(tested), len(examples), side, num_outputs))
    joined: dict[str, Any] = jax.tree.map(lambda *parts: np.concatenate(parts), *collected)
    predicted = classes_of(joined["test_output"], threshold) if labels is not None else None
    confusion = np.zeros((len(steps), num_classes, num_classes), np.int32)
    if labels is not None and predicted is not None:
        frame = np.repeat(np.arange(len(steps)), len(tested))
        np.add.at(confusion, (frame, np.tile(labels[tested], len(steps)), predicted.reshape(-1)), 1)
    counts = joined["gradient_histogram"]
    return Frames(
        step=steps,
        record=record,
        num_units=sizes,
        weight=joined["weight"],
        weight_gradient=joined["weight_gradient"],
        weight_update=joined["weight_update"],
        bias=joined["bias"],
        bias_gradient=joined["bias_gradient"],
        bias_update=joined["bias_update"],
        example_row=examples,
        example_input=np.asarray(watched.examples)[: len(examples), : sizes[0]],
        example_target=targets[examples],
        pre_activation=joined["pre_activation"],
        activation=joined["activation"],
        output=joined["output"],
        confusion=confusion,
        histogram_edges=activation_edges,
        activation_histogram=joined["activation_histogram"],
        gradient_histogram_edges=gradient_edges,
        gradient_histogram=counts[:, :, :BINS],
        gradient_zero_count=counts[:, :, BINS + 1],
        grid=axes,
        grid_output=joined["grid_output"],
        grid_activation=joined["grid_activation"],
        passes=joined["passes"],
    )


def _groups(execution: Execution, steps: np.ndarray) -> Iterator[tuple[Job, np.ndarray]]:
    """Yield steps that are looked at together, with the job that made them: a forked run has its past's and its own."""
    for _, own in groupby(steps.tolist(), lambda step: id(execution.of_step(step))):
        together = np.array(list(own))
        for start in range(0, len(together), GROUP):
            yield execution.of_step(int(together[0])).job, together[start : start + GROUP]


def count_frames(sizes: tuple[int, ...], side: int, num_outputs: int, num_steps: int) -> int:
    """Return how many frames fit the memory they may take.

    Args:
      sizes: units kept of the inputs and of each layer.
      side: points along each axis of the map.
      num_outputs: outputs kept.
      num_steps: updates of the run; a small one gets a frame for each.
    """
    weights = sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes))
    units = sum(sizes[1:])
    size = (
        16 * weights
        + (8 * NUM_EXAMPLES + 20 * NUM_PASSES) * units
        + side * side * (2 * sum(sizes[1:-1]) + 4 * num_outputs)
    )
    size += 4 * len(sizes) * 2 * BINS
    enough, numbers = FRAME_BYTES // size, 3 * weights + (2 * NUM_EXAMPLES + 5 * NUM_PASSES) * units
    if num_steps <= EVERY_STEP_UP_TO and num_steps < enough and (num_steps + 1) * numbers <= SMALL_NUMBERS:
        return num_steps + 1
    return max(GROUP, min(MAX_FRAMES, enough))


def _spread(rows: np.ndarray, count: int) -> np.ndarray:
    """Return at most ``count`` of the rows, evenly spread."""
    if len(rows) <= count:
        return np.asarray(rows)
    return np.asarray(rows)[np.linspace(0, len(rows) - 1, count).astype(np.int64)]


def _pad_rows(array: np.ndarray, rows: int, columns: int) -> np.ndarray:
    padded = np.zeros((rows, columns), np.float32)
    padded[: array.shape[0], : array.shape[1]] = array
    return padded


def _grid(inputs: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the axes (2, side) and the points (side · side, 2) of the map, 10 % beyond the data; row by row."""
    if not side:
        return np.zeros((2, 0), np.float32), np.zeros((0, 2), np.float32)
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    margin = 0.1 * np.where(high > low, high - low, 1.0)
    axes = np.stack([np.linspace(low[i] - margin[i], high[i] + margin[i], side) for i in range(2)]).astype(np.float32)
    second, first = np.meshgrid(axes[1], axes[0], indexing="ij")
    return axes, np.stack([first.reshape(-1), second.reshape(-1)], axis=1)


def _seen(inputs: np.ndarray, dataset: Dataset, scaler: Scaler) -> np.ndarray:
    """Return points of the plane as the network sees them: with the inputs that are made of others, and scaled."""
    return apply_scaler(scaler, expanded(inputs, dataset.extra_inputs))


def _edges(job: Job, records: Records) -> tuple[Edges, np.ndarray, np.ndarray]:
    """Choose histogram edges that hold for the whole run, from the records' means, deviations and norms."""
    depth, layers = job.network.num_hidden_layers, records.activation_mean.shape[1]
    low, high = np.zeros(layers), np.ones(layers)
    for layer in range(layers):
        mean, std = records.activation_mean[:, layer], records.activation_std[:, layer]
        good = np.isfinite(mean) & np.isfinite(std)
        if good.any():
            # A quantile, because the few steps before an overflow would stretch the axis for all others.
            low[layer] = np.quantile((mean - 4.0 * std)[good].astype(np.float64), 0.02)
            high[layer] = np.quantile((mean + 4.0 * std)[good].astype(np.float64), 0.98)
        name = job.network.activation if layer < depth else job.network.output_activation
        if name in ("relu", "sigmoid", "softmax"):
            low[layer] = 0.0
        if name in ("sigmoid", "softmax", "tanh"):
            low[layer], high[layer] = (-1.0 if name == "tanh" else 0.0), 1.0
        if not high[layer] > low[layer]:
            low[layer], high[layer] = low[layer] - 0.5, low[layer] + 0.5
    norms = records.pre_activation_grad_norm
    norms = norms[np.isfinite(norms) & (norms > 0)].astype(np.float64)
    smallest, largest = (math.log10(norms.min()), math.log10(norms.max())) if norms.size else (-4.0, 0.0)
    gradient_low, gradient_high = math.floor(max(smallest, -38.0) - 4.0), math.ceil(largest)
    gradient_high = max(gradient_high, gradient_low + 2)
    keep = [*range(depth), job.shape.depth]
    padded_low = np.zeros(job.shape.depth + 1, np.float32)
    padded_width = np.ones(job.shape.depth + 1, np.float32)
    padded_low[keep], padded_width[keep] = low, (high - low) / BINS
    gradient_width = (gradient_high - gradient_low) / BINS
    edges = Edges(padded_low, padded_width, np.float32(gradient_low), np.float32(gradient_width))
    fractions = np.linspace(0.0, 1.0, BINS + 1)
    activation_edges = low[:, None] + (high - low)[:, None] * fractions[None, :]
    return edges, activation_edges, gradient_low + (gradient_high - gradient_low) * fractions


def _shrink(answer, count: int, job: Job, sizes, num_tested: int, num_examples: int, side: int, num_outputs: int):
    """Return a group of frames without padding, as NumPy arrays of their own."""
    answer = jax.tree.map(np.asarray, answer)
    depth = job.network.num_hidden_layers

    def matrices(weights):
        out = []
        for layer in range(depth):
            matrix = weights.first if layer == 0 else weights.stack[:, layer - 1]
            out.append(matrix[:count, : sizes[layer], : sizes[layer + 1]].copy())
        return (*out, weights.last[:count, : sizes[-2], : sizes[-1]].copy())

    def vectors(weights):
        hidden = tuple(weights.bias[:count, layer, : sizes[layer + 1]].copy() for layer in range(depth))
        return (*hidden, weights.last_bias[:count, : sizes[-1]].copy())

    def hidden(name):
        return tuple(answer[name][:count, layer, :num_examples, : sizes[layer + 1]].copy() for layer in range(depth))

    output = answer["output"][:count, :num_examples]
    grid_shape = (count, side, side)
    shrunk = {
        "weight": matrices(answer["weights"]),
        "weight_gradient": matrices(answer["gradients"]),
        "weight_update": matrices(answer["updates"]),
        "bias": vectors(answer["weights"]),
        "bias_gradient": vectors(answer["gradients"]),
        "bias_update": vectors(answer["updates"]),
        "pre_activation": (*hidden("pre_activation"), answer["logits"][:count, :num_examples, : sizes[-1]].copy()),
        "activation": (*hidden("activation"), output[..., : sizes[-1]].copy()),
        "output": output[..., :num_outputs].copy(),
        "test_output": answer["test_output"][:count, :num_tested, : job.network.layer_sizes[-1]].copy(),
        "grid_output": answer["grid_output"][:count, :, :num_outputs].reshape(*grid_shape, num_outputs).copy(),
        "grid_activation": tuple(
            answer["grid_activation"][:count, layer, :, : sizes[layer + 1]]
            .reshape(*grid_shape, sizes[layer + 1])
            .copy()
            for layer in range(depth)
        ),
        "passes": without_padding(answer["passes"], count, job, sizes),
    }
    for position, name in enumerate(("activation_histogram", "gradient_histogram")):
        bins = [
            answer["hidden_bins"][position][:count, layer, :, :width]
            for layer, width in enumerate(job.network.layer_sizes[1:-1])
        ]
        bins.append(answer["output_bins"][position][:count, :, : job.network.layer_sizes[-1]])
        histogram = np.stack([_count(layer_bins) for layer_bins in bins], axis=1)
        shrunk[name] = histogram if name == "gradient_histogram" else histogram[:, :, :BINS]
    return shrunk


def _count(bins: np.ndarray) -> np.ndarray:
    """Count bins of each frame: (frames, …) uint8 to (frames, BINS + 2)."""
    frames = len(bins)
    offset = np.arange(frames, dtype=np.intp)[:, None] * (BINS + 2)
    flat = bins.reshape(frames, -1) + offset
    return np.bincount(flat.reshape(-1), minlength=frames * (BINS + 2)).reshape(frames, BINS + 2)
