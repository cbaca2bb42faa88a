"""Forward and backward pass of a few examples of a step's mini-batch: backpropagation, node by node."""

from itertools import pairwise
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from simulator.core.engine.job import Job
from simulator.core.engine.layers import stack_layers
from simulator.core.engine.outputs import output_trace
from simulator.core.engine.program import Step
from simulator.core.engine.settings import Settings
from simulator.core.engine.shapes import Shape
from simulator.core.records import Passes

NUM_PASSES = 4
"""Examples of a mini-batch whose passes are kept: its first ones."""


class Padded(NamedTuple):
    """What the program gives of one step; of several, with one more axis in front."""

    count: Any  # () examples of the mini-batch
    inputs: Any  # (examples, inputs)
    targets: Any  # (examples, outputs)
    hidden: Any  # five arrays (depth, examples, keep): z, a, φ', ∂L/∂a, ∂L/∂z; None without hidden layers
    output: Any  # the same of the output layer: (examples, keep)
    first: Any  # (keep, keep) gradients of the weights without the penalty
    stack: Any  # (depth − 1, keep, keep)
    last: Any  # (keep, keep)


def example_passes(result: Step, inputs, targets, present, settings: Settings, shape: Shape, keep: int) -> Padded:
    """Return the passes of a mini-batch's first examples, and the gradients of the weights as sums over all of it.

    Args:
      result: forward and backward pass of the mini-batch.
      inputs, targets, present: of the mini-batch, as ``gather`` gives them.
      settings, shape: of the program.
      keep: units of a layer.
    """
    y, derivative, output_gradient = output_trace(result.logits, targets, present, settings)
    count = jnp.sum(present)
    own = jnp.where(settings.loss_per_example, count, 1.0)  # from the batch's loss to each example's own

    def cut(array):
        return array[..., : min(NUM_PASSES, shape.batch), :keep]

    output = (result.logits, y, derivative, output_gradient * own, result.logits_gradient * own)
    hidden = first = stack = None
    below = inputs
    if shape.depth:
        z, a, slope, gradient, delta = _hidden(result, shape)
        hidden = tuple(map(cut, (z, a, slope, gradient * own, delta * own)))
        first = inputs[:, :keep].T @ delta[0, :, :keep]
        stack = jnp.einsum("lbi,lbj->lij", a[:-1, :, :keep], delta[1:, :, :keep])
        below = a[-1]
    last = below[:, :keep].T @ result.logits_gradient[:, :keep]
    return Padded(count, cut(inputs), cut(targets), hidden, tuple(map(cut, output)), first, stack, last)


def _hidden(result: Step, shape: Shape):
    """Return z, a, φ', ∂L/∂a and ∂L/∂z of the hidden layers: (depth, batch, width) each."""
    traces, gradients = result.traces, result.hidden_gradients
    columns = (
        [trace.pre_activation for trace in traces],
        [trace.activation for trace in traces],
        [trace.derivative for trace in traces],
        [gradient.activation for gradient in gradients],
        [gradient.pre_activation for gradient in gradients],
    )
    return [stack_layers(column, shape) for column in columns]


def without_padding(padded: Padded, num_frames: int, job: Job, sizes: tuple[int, ...]) -> Passes:
    """Return the passes of some frames in the network's own shapes, as NumPy arrays of their own.

    Args:
      padded: of several steps.
      num_frames: how many of them are wanted.
      job: of the run.
      sizes: units kept of the inputs and of each layer.
    """
    padded = jax.tree.map(lambda array: np.asarray(array)[:num_frames], padded)
    depth = job.network.num_hidden_layers

    def layers(index: int) -> tuple[np.ndarray, ...]:
        hidden = (padded.hidden[index][:, layer, :, : sizes[layer + 1]].copy() for layer in range(depth))
        return (*hidden, padded.output[index][..., : sizes[-1]].copy())

    matrices = (*(padded.first if layer == 0 else padded.stack[:, layer - 1] for layer in range(depth)), padded.last)
    kept = zip(matrices, pairwise(sizes), strict=True)
    return Passes(
        count=padded.count.astype(np.int32),
        input=padded.inputs[..., : sizes[0]].copy(),
        target=padded.targets[..., : sizes[-1]].copy(),
        pre_activation=layers(0),
        activation=layers(1),
        derivative=layers(2),
        activation_gradient=layers(3),
        pre_activation_gradient=layers(4),
        weight_gradient=tuple(matrix[:, :fan_in, :fan_out].copy() for matrix, (fan_in, fan_out) in kept),
    )
