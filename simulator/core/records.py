"""What a run leaves behind: every number a picture, a sentence or a download may show."""

from typing import Any, NamedTuple

import numpy as np


class Records(NamedTuple):
    """Scalars and per-layer numbers of every recorded step.

    ``recorded`` counts steps, ``layers`` the layers with weights: hidden layers, then the output layer. Row i
    belongs to the parameters *before* update ``step[i]``, on that update's mini-batch; the last row is the end of
    training, whose update is computed but not made. Norms are Euclidean, over the batch and the units.
    Non-finite values stand as they came.
    """

    step: np.ndarray  # (recorded,) int: updates made before this row
    epoch: np.ndarray  # (recorded,) float: passes over the training set before this row
    loss: np.ndarray  # (recorded,) of the mini-batch, with its penalty
    penalty: np.ndarray  # (recorded,) the part of the loss that is the L1 and L2 penalty
    accuracy: np.ndarray  # (recorded,) of the mini-batch; NaN for regression
    validation_loss: np.ndarray  # (recorded,) without penalty; NaN where not evaluated
    validation_accuracy: np.ndarray  # (recorded,) NaN where not evaluated, and for regression
    evaluated: np.ndarray  # (recorded,) bool: the validation columns were measured at this step
    learning_rate: np.ndarray  # (recorded,) of the schedule at this step
    grad_norm: np.ndarray  # (recorded,) of all parameters together, before clipping
    activation_mean: np.ndarray  # (recorded, layers)
    activation_std: np.ndarray  # (recorded, layers)
    zero_fraction: np.ndarray  # (recorded, layers) share of activations that are exactly 0
    saturated_fraction: np.ndarray  # (recorded, layers) share whose |φ'| is under 5 % of the function's largest
    dead_fraction: np.ndarray  # (recorded, layers) share of units whose φ' is 0 for every example of the batch
    pre_activation_grad_norm: np.ndarray  # (recorded, layers) ‖∂L/∂z‖
    activation_grad_norm: np.ndarray  # (recorded, layers) ‖∂L/∂a‖
    weight_grad_norm: np.ndarray  # (recorded, layers) ‖∂L/∂W‖
    bias_grad_norm: np.ndarray  # (recorded, layers) ‖∂L/∂b‖
    weight_norm: np.ndarray  # (recorded, layers) ‖W‖
    update_ratio: np.ndarray  # (recorded, layers) ‖ΔW‖ / ‖W‖ of the update that follows this row


class Passes(NamedTuple):
    """Forward and backward pass of the first examples of each frame's mini-batch, as training ran them.

    Derivatives are those of the example's own loss: the loss is their mean over the mini-batch, or their sum where it
    is defined as one, and so is the gradient of a weight. Where a mini-batch has fewer examples, the rest is void.
    """

    count: np.ndarray  # (frames,) int: examples of the mini-batch
    input: np.ndarray  # (frames, examples, kept inputs) scaled as the network sees them
    target: np.ndarray  # (frames, examples, kept outputs)
    pre_activation: tuple[np.ndarray, ...]  # z, per layer (frames, examples, kept units), before any normalization
    activation: tuple[np.ndarray, ...]  # a, what the layer hands on: after dropout and the residual connection
    derivative: tuple[np.ndarray, ...]  # φ' where the activation function was applied; of each output by itself
    activation_gradient: tuple[np.ndarray, ...]  # ∂L/∂a
    pre_activation_gradient: tuple[np.ndarray, ...]  # δ = ∂L/∂z
    weight_gradient: tuple[np.ndarray, ...]  # per layer (frames, kept fan_in, kept fan_out), without the penalty's part


class Frames(NamedTuple):
    """The heavy numbers, at thinned steps: what a player shows. Every ``step`` here is a recorded step.

    Only the first units of a wide layer are kept (``num_units``); sums over the rest are not lost, since
    pre-activations are exact. Layers are tuples, because widths differ. Gradients are of the mini-batch of that step;
    updates are what the optimizer would add next.
    """

    step: np.ndarray  # (frames,)
    record: np.ndarray  # (frames,) index of the same step in Records
    num_units: tuple[int, ...]  # units kept of the inputs and of each layer
    weight: tuple[np.ndarray, ...]  # per layer (frames, kept fan_in, kept fan_out)
    weight_gradient: tuple[np.ndarray, ...]
    weight_update: tuple[np.ndarray, ...]
    bias: tuple[np.ndarray, ...]  # per layer (frames, kept fan_out)
    bias_gradient: tuple[np.ndarray, ...]
    bias_update: tuple[np.ndarray, ...]
    example_row: np.ndarray  # (examples,) rows of the data set that are looked at: from the test part, else training
    example_input: np.ndarray  # (examples, kept inputs) scaled as the network sees them
    example_target: np.ndarray  # (examples, outputs)
    pre_activation: tuple[np.ndarray, ...]  # per layer (frames, examples, kept units), evaluation mode
    activation: tuple[np.ndarray, ...]  # per layer (frames, examples, kept units)
    output: np.ndarray  # (frames, examples, outputs) probabilities or values
    confusion: (
        np.ndarray
    )  # (frames, classes, classes) counts, rows true, on the test part (else training); empty for regression
    histogram_edges: np.ndarray  # (layers, bins + 1) fixed over the frames
    activation_histogram: np.ndarray  # (frames, layers, bins) counts on the mini-batch
    gradient_histogram_edges: np.ndarray  # (bins + 1,) of log10 |∂L/∂z|
    gradient_histogram: np.ndarray  # (frames, layers, bins) counts
    gradient_zero_count: np.ndarray  # (frames, layers) exact zeros, which have no logarithm
    grid: np.ndarray  # (2, side) axes of the map over a two-dimensional input, in the data's own units; (2, 0) else
    grid_output: np.ndarray  # (frames, side, side, outputs); row index is the second feature
    grid_activation: tuple[np.ndarray, ...]  # per hidden layer (frames, side, side, kept units)
    passes: Passes  # backpropagation of a few examples

    def taken(self, frames: np.ndarray) -> "Frames":
        """Return some of the frames, in the order of their indices."""
        changing = {name: _taken(value, frames) for name, value in self._asdict().items() if name not in _OF_ALL_FRAMES}
        return self._replace(**changing)


_OF_ALL_FRAMES = (
    *("num_units", "example_row", "example_input", "example_target"),
    *("histogram_edges", "gradient_histogram_edges", "grid"),
)


def _taken(value: Any, frames: np.ndarray) -> Any:
    if not isinstance(value, tuple):
        return value[frames] if isinstance(value, np.ndarray) and value.ndim else value
    taken = (_taken(one, frames) for one in value)
    return type(value)(*taken) if hasattr(value, "_fields") else tuple(taken)
