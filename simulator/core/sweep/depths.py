"""How deep a network can be and still be trained, for every scale of its first weights and biases.

Every pixel trains real networks that differ in depth alone, the shallowest first, until one of them does not reach a
target loss: how deep it came is its trainable depth. A run is plain gradient descent on all examples, the same as
``train`` makes it, but for the rounding of sums. Depth is a number in the compiled loop, not a shape: one program
serves all depths, and ends a run where it reaches its target.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.engine.devices import single_core_device
from simulator.core.initializers import initialize
from simulator.core.network import NetworkConfig
from simulator.core.propagation.batch import Batch
from simulator.core.sweep.plan import levels

AXES = ("weight_std", "bias_std")
UNKNOWN = -1
MAX_UPDATES = 400
COARSEST = 6
"""Pixels along a side of the first picture: a pixel is several runs."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DepthMap:
    """Which networks reached the target: arrays of (σ_w, σ_b).

    Args:
      axes: the two axes with their values, in order: σ_w = √width · standard deviation of a weight, and σ_b.
      depths: numbers of hidden layers, increasing.
      count: how many of ``depths`` were trained, from the shallowest on; ``UNKNOWN`` where nothing was computed.
      updates: (σ_w, σ_b, depths) until the loss was below the target; −1 where it never was, or no run was made.
      stride: distance of the pixels that have all been computed; 1 for a whole map.
    """

    axes: Mapping[str, tuple[float, ...]]
    depths: tuple[int, ...]
    count: np.ndarray
    updates: np.ndarray
    stride: int

    @property
    def known(self) -> np.ndarray:
        """Which pixels have been computed."""
        return self.count != UNKNOWN

    @property
    def depth(self) -> np.ndarray:
        """The trainable depth: hidden layers; 0 where not even the shallowest network is trained, or not known."""
        return np.array([0, *self.depths])[np.maximum(self.count, 0)]


class Descent(NamedTuple):
    """What all runs have in common; ``network`` has any number of hidden layers, all alike."""

    network: NetworkConfig
    batch: Batch  # all examples, scaled
    seed: int  # of the first weights
    learning_rate: float
    num_updates: int  # of each run at most; ``MAX_UPDATES`` or fewer
    target: float  # loss in nats

    def network_at(self, weight_std: float, bias_std: float, depth: int) -> NetworkConfig:
        """Return the network of one run; every weight has the standard deviation σ_w / √width."""
        features, width, *_, classes = self.network.layer_sizes
        sizes = (features, *[width] * depth, classes)
        std = scaled(weight_std, width)
        return replace(
            self.network, layer_sizes=sizes, initializer="normal", initializer_std=std, bias_std=float(bias_std)
        )


def scaled(weight_std: float, width: int) -> float:
    """Return the standard deviation of one weight: σ_w / √width, with the digits of a link.

    >>> scaled(1.0, 16), scaled(1.5, 32)
    (0.25, 0.265165)
    """
    return float(f"{weight_std / width**0.5:.6g}")


def sweep_depths(
    descent: Descent,
    depths: tuple[int, ...],
    weight_stds: tuple[float, ...],
    bias_stds: tuple[float, ...],
    *,
    progress: Callable[[int, int], bool | None] = lambda _done, _total: None,
    show: Callable[[DepthMap], object] = lambda _map: None,
) -> DepthMap:
    """Find the trainable depth of every pair of scales, a coarse map first.

    Args:
      descent: of all runs.
      depths: numbers of hidden layers, increasing, 1 or more.
      weight_stds, bias_stds: σ_w and σ_b.
      progress: called with (pixels done, pixels in all) between pixels; returning ``False`` ends the work there.
      show: called with what there is after each level.
    """
    shape = (len(weight_stds), len(bias_stds))
    count, updates = np.full(shape, UNKNOWN, np.int32), np.full((*shape, len(depths)), -1, np.int32)
    axes: dict[str, tuple[float, ...]] = dict(zip(AXES, (weight_stds, bias_stds), strict=True))
    stride, done = max(shape), 0

    def found() -> DepthMap:
        return DepthMap(axes=axes, depths=depths, count=count.copy(), updates=updates.copy(), stride=stride)

    for level, pixels in levels(shape, COARSEST):
        for pixel in pixels:
            scales = weight_stds[pixel[0]], bias_stds[pixel[1]]
            updates[pixel], count[pixel] = _trained(descent, depths, *scales)
            done += 1
            if progress(done, count.size) is False:
                return found()
        stride = level
        show(found())
    return found()


def losses_of(descent: Descent, weight_std: float, bias_std: float, depth: int, room: int) -> np.ndarray:
    """Train one network to the end; return its loss before every update and after the last one, shorter if it is lost.

    Args:
      descent: of all runs.
      weight_std, bias_std: σ_w and σ_b.
      depth: hidden layers.
      room: hidden layers that the program has room for: each number of them compiles once.
    """
    made, losses = _run(descent._replace(target=-np.inf), weight_std, bias_std, depth, room)
    return losses[: made + 1]


def updates_to_target(descent: Descent, weight_std: float, bias_std: float, depth: int, room: int) -> int:
    """Train one network; return after how many updates its loss was below the target, −1 where it never was.

    Arguments are those of ``losses_of``.
    """
    made, losses = _run(descent, weight_std, bias_std, depth, room)
    return made if losses[made] < descent.target else -1


def _run(descent: Descent, weight_std: float, bias_std: float, depth: int, room: int) -> tuple[int, np.ndarray]:
    network = descent.network_at(weight_std, bias_std, depth)
    params = _stacks(network, descent.seed, room)
    rest = np.float32(descent.learning_rate), np.int32(descent.num_updates), np.float32(descent.target)
    arguments = jax.device_put((params, tuple(descent.batch), np.int32(depth), *rest), single_core_device())
    made, losses = jax.device_get(_descend(network.activation, *arguments))
    return int(made), losses


def _trained(descent: Descent, depths: tuple[int, ...], weight_std: float, bias_std: float) -> tuple[np.ndarray, int]:
    updates = np.full(len(depths), -1, np.int32)
    for at, depth in enumerate(depths):
        updates[at] = updates_to_target(descent, weight_std, bias_std, depth, depths[-1])
        if updates[at] < 0:
            return updates, at
    return updates, len(depths)


def _stacks(network: NetworkConfig, seed: int, room: int) -> list[np.ndarray]:
    """Return first parameters: weight and bias of the first layer, of the layers between, and of the last one."""
    first, *hidden, last = initialize(network, seed)
    width = network.layer_sizes[1]
    weights, biases = np.zeros((room - 1, width, width), np.float32), np.zeros((room - 1, width), np.float32)
    for at, entry in enumerate(hidden):
        weights[at], biases[at] = entry.weight, entry.bias
    return [first.weight, first.bias, weights, biases, last.weight, last.bias]


@partial(jax.jit, static_argnums=0)
def _descend(activation: str, params: Any, batch: Any, depth: Any, rate: Any, num_updates: Any, target: Any) -> Any:
    """Return how many updates were made until the loss was below the target, and the loss before and after each."""
    function, derivative = ACTIVATIONS_TABLE[activation].function, ACTIVATIONS_TABLE[activation].derivative
    inputs, targets = batch
    room = params[2].shape[0] + 1

    def forward(params):
        first, first_bias, hidden, bias, last, last_bias = params

        def layer(at, carry):
            z, value = carry
            new = value @ hidden[at - 1] + bias[at - 1][None, :]
            return z.at[at].set(new), function(new, 0.01)

        start = inputs @ first + first_bias[None, :]
        z = jnp.zeros((room, *start.shape), start.dtype).at[0].set(start)
        z, value = lax.fori_loop(1, depth, layer, (z, function(start, 0.01)))
        logits = value @ last + last_bias[None, :]
        return z, logits, -jnp.mean(jnp.sum(targets * jax.nn.log_softmax(logits, axis=-1), axis=-1))

    def descended(params, z, logits):
        first, first_bias, hidden, bias, last, last_bias = params
        error = (jax.nn.softmax(logits, axis=-1) - targets) / inputs.shape[0]

        def back(step, carry):
            gradients, upstream = carry
            at = depth - 1 - step
            gradient = derivative(z[at], 0.01) * upstream
            return gradients.at[at].set(gradient), gradient @ hidden[at - 1].T

        gradients, upstream = lax.fori_loop(0, depth - 1, back, (jnp.zeros_like(z), error @ last.T))

        # Apart from the way back: a loop that reads all weights and changes some would copy them in every layer.
        def move(at, carry):
            hidden, bias = carry
            weight_gradient = function(z[at - 1], 0.01).T @ gradients[at]
            hidden = hidden.at[at - 1].add(-rate * weight_gradient)
            return hidden, bias.at[at - 1].add(-rate * jnp.sum(gradients[at], axis=0))

        hidden, bias = lax.fori_loop(1, depth, move, (hidden, bias))
        gradient = derivative(z[0], 0.01) * upstream
        return [
            first - rate * (inputs.T @ gradient),
            first_bias - rate * jnp.sum(gradient, axis=0),
            hidden,
            bias,
            last - rate * (function(z[depth - 1], 0.01).T @ error),
            last_bias - rate * jnp.sum(error, axis=0),
        ]

    def goes_on(carry):
        _, made, _, _, loss, _ = carry
        return (made < num_updates) & (loss >= target)  # NaN ends it, too

    def update(carry):
        params, made, z, logits, _, losses = carry
        params = descended(params, z, logits)
        z, logits, loss = forward(params)
        return params, made + 1, z, logits, loss, losses.at[made + 1].set(loss)

    z, logits, loss = forward(params)
    losses = jnp.zeros(MAX_UPDATES + 1, inputs.dtype).at[0].set(loss)
    _, made, _, _, _, losses = lax.while_loop(goes_on, update, (params, jnp.int32(0), z, logits, loss, losses))
    return made, losses
