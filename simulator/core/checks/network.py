"""A small network whose backward pass is written by hand, layer by layer: what gradient checks are tried on."""

import time
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from simulator.core.checks.compare import finite_differences, relative_error
from simulator.core.checks.rules import (
    affine_backward,
    affine_forward,
    sigmoid_backward,
    sigmoid_forward,
    softmax_cross_entropy_backward,
    softmax_cross_entropy_forward,
)
from simulator.errors import InputError, check_integer

Array = np.ndarray
PASS_LIMIT = 1e-5
"""A gradient check passes below this relative error."""


class HandNetwork(NamedTuple):
    """Affine layers with sigmoid between them, softmax and cross-entropy at the end; float64."""

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    x: Array  # (rows, inputs)
    targets: Array  # (rows, outputs) one-hot


class Trace(NamedTuple):
    """What the forward pass stores for the backward pass. Layer l takes ``inputs[l]`` to ``pre_activations[l]``."""

    loss: float
    inputs: tuple[Array, ...]
    pre_activations: tuple[Array, ...]


class ParameterCheck(NamedTuple):
    """A gradient check of one parameter array."""

    name: str  # "W1", "b1", …
    error: float  # relative, against central differences
    passes: bool


class PassCount(NamedTuple):
    """How many passes through a network each way to the gradient needs, and how long they take."""

    num_parameters: int
    backpropagation: int  # one forward and one backward pass
    one_sided: int  # forward passes
    central: int  # forward passes
    forward_seconds: float  # one forward pass, median
    backward_seconds: float  # one backward pass, median
    backpropagation_seconds: float
    one_sided_seconds: float  # the count times one forward pass
    central_seconds: float
    num_rows: int  # examples in the batch that was timed
    repeats: int  # of which each time is the median


def hand_network(layer_sizes: tuple[int, ...] = (3, 4, 4, 3), num_rows: int = 5, seed: int = 0) -> HandNetwork:
    """Draw a network and a batch: normal weights with a deviation of 1.5/√fan_in, small biases."""
    if len(layer_sizes) < 2:
        raise InputError("layer_sizes.too_short", value=layer_sizes)
    for size in layer_sizes:
        check_integer("layer_sizes", size, 1)
    draw = np.random.default_rng(seed)
    pairs = list(pairwise(layer_sizes))
    return HandNetwork(
        tuple(draw.normal(0.0, 1.5 / np.sqrt(fan_in), (fan_in, fan_out)) for fan_in, fan_out in pairs),
        tuple(draw.normal(0.0, 0.3, fan_out) for _, fan_out in pairs),
        draw.normal(size=(num_rows, layer_sizes[0])),
        np.eye(layer_sizes[-1])[draw.integers(0, layer_sizes[-1], num_rows)],
    )


def forward(network: HandNetwork) -> Trace:
    """Run the network forward and keep what the backward pass needs."""
    inputs, pre_activations = [network.x], []
    for layer, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        pre_activations.append(affine_forward(inputs[-1], weight, bias)[0])
        if layer < len(network.weights) - 1:
            inputs.append(sigmoid_forward(pre_activations[-1])[0])
    loss, _ = softmax_cross_entropy_forward(pre_activations[-1], network.targets)
    return Trace(float(loss), tuple(inputs), tuple(pre_activations))


def backward(network: HandNetwork, trace: Trace) -> dict[str, Array]:
    """Return the gradient of every parameter, ``W1``, ``b1``, …, from the loss down."""
    _, aux = softmax_cross_entropy_forward(trace.pre_activations[-1], network.targets)
    d_out = softmax_cross_entropy_backward(np.asarray(1.0), aux)["x"]
    gradients: dict[str, Array] = {}
    for layer in reversed(range(len(network.weights))):
        found = affine_backward(d_out, (trace.inputs[layer], network.weights[layer]))
        gradients[f"W{layer + 1}"], gradients[f"b{layer + 1}"] = found["weight"], found["bias"]
        if layer:
            d_out = sigmoid_backward(found["x"], trace.inputs[layer])["x"]
    return dict(sorted(gradients.items(), key=lambda item: (item[0][1:], item[0][0])))


def finite_gradients(network: HandNetwork) -> dict[str, Array]:
    """Return the gradient of every parameter by central differences of the loss, ``W1``, ``b1``, …"""
    found = {}
    for layer in range(len(network.weights)):
        for letter, kind in (("W", "weights"), ("b", "biases")):
            arrays = getattr(network, kind)

            def loss(value: Array, kind: str = kind, layer: int = layer, arrays: tuple = arrays) -> float:
                return forward(network._replace(**{kind: (*arrays[:layer], value, *arrays[layer + 1 :])})).loss

            found[f"{letter}{layer + 1}"] = finite_differences(loss, arrays[layer])
    return found


def check_gradients(network: HandNetwork, gradients: dict[str, Array]) -> tuple[ParameterCheck, ...]:
    """Compare gradients with central differences of the loss, one parameter array at a time."""
    finite = finite_gradients(network)
    checks = []
    for name, gradient in gradients.items():
        error = 1.0 if gradient.shape != finite[name].shape else relative_error(gradient, finite[name])
        checks.append(ParameterCheck(name, error, error < PASS_LIMIT))
    return tuple(checks)


def count_passes(layer_sizes: tuple[int, ...], num_rows: int = 8, seed: int = 0, repeats: int = 5) -> PassCount:
    """Count the passes that each way needs, and time one pass of each kind on this machine.

    >>> count_passes((784, 500, 500, 500, 500, 10), num_rows=1, repeats=1).one_sided  # curriculum, section 2
    1149011
    """
    network = hand_network(layer_sizes, num_rows, seed)
    trace = forward(network)
    ahead = _median_seconds(lambda: forward(network), repeats)
    back = _median_seconds(lambda: backward(network, trace), repeats)
    count = sum(array.size for array in (*network.weights, *network.biases))
    one_sided, central = count + 1, 2 * count
    seconds = (ahead, back, ahead + back, one_sided * ahead, central * ahead)
    return PassCount(count, 1, one_sided, central, *seconds, num_rows, repeats)


def _median_seconds(action, repeats: int) -> float:
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))
