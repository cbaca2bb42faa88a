"""Graphs to start from, as data: a typed expression, or a function with the names its values go by."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.ad_checkpoint import checkpoint_name

from simulator.errors import InputError
from simulator.graph.backward import backward
from simulator.graph.functions import cross_entropy
from simulator.graph.model import Graph
from simulator.graph.trace import trace

Array = Any


class Preset(NamedTuple):
    """A graph to start from."""

    name: str
    source: str | Callable[..., Array]  # typed text can be edited by the learner, a function cannot
    inputs: dict[str, Any]
    parameters: tuple[str, ...]  # the inputs whose gradient matters most


def named(value: Array, name: str) -> Array:
    """Give a value inside a traced function the name that its node will carry."""
    return checkpoint_name(value, name)


def _affine(x: Array, weight: Array, bias: Array) -> Array:
    return x @ weight + (bias if jnp.ndim(x) == 1 else bias[None])


def three_layers(x: Array, theta1: Array, theta2: Array, theta3: Array) -> Array:
    """Compute y = l₃(l₂(l₁(x, θ₁), θ₂), θ₃) with sigmoid layers of one unit (source A)."""
    with jax.named_scope("l1"):
        a2 = named(jax.nn.sigmoid(theta1 * x), "a2")
    with jax.named_scope("l2"):
        a3 = named(jax.nn.sigmoid(theta2 * a2), "a3")
    with jax.named_scope("l3"):
        return named(jax.nn.sigmoid(theta3 * a3), "y")


def two_inputs(x1: Array, x2: Array, w_f1: Array, w_f2: Array, w_g: Array) -> Array:
    """Compute y = g(f(x₁, x₂)) with f = w_f1 x₁ + w_f2 x₂ and g = tanh(w_g f) (source A)."""
    f = named(w_f1 * x1 + w_f2 * x2, "f")
    return named(jnp.tanh(w_g * f), "y")


def network_2_2_1(x: Array, W1: Array, b1: Array, W2: Array, b2: Array, t: Array) -> Array:
    """Compute the squared error of a network with two sigmoid units, for one example."""
    with jax.named_scope("layer1"):
        h = named(jax.nn.sigmoid(named(_affine(x, W1, b1), "z1")), "a1")
    with jax.named_scope("layer2"):
        y = named(jax.nn.sigmoid(named(_affine(h, W2, b2), "z2")), "a2")
    return jnp.sum((y - t) ** 2)


def residual(x: Array, W: Array, b: Array) -> Array:
    """Compute ½‖x + ReLU(xW + b)‖²: the gradient reaches x twice, once untouched."""
    with jax.named_scope("block"):
        a = named(jax.nn.relu(named(_affine(x, W, b), "z1")), "a1")
    y = named(x + a, "y")
    return 0.5 * jnp.sum(y * y)


def layer_normalization(x: Array, gamma: Array, beta: Array, t: Array) -> Array:
    """Compute the squared error of γ·(x − μ)/√(σ² + ε) + β."""
    mu = named(jnp.mean(x), "mu")
    centred = named(x - mu, "centred")
    variance = named(jnp.mean(centred * centred), "variance")
    normalized = named(centred / jnp.sqrt(variance + 1e-5), "xhat")
    y = named(gamma * normalized + beta, "y")
    return jnp.sum((y - t) ** 2)


def food(x: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, t: Array) -> Array:
    """Compute the cross-entropy of a 4-32-32-4 ReLU network (source A) for a batch, layer by layer."""
    with jax.named_scope("network"):
        with jax.named_scope("layer1"):
            a1 = named(jax.nn.relu(named(_affine(x, W1, b1), "z1")), "a1")
        with jax.named_scope("layer2"):
            a2 = named(jax.nn.relu(named(_affine(a1, W2, b2), "z2")), "a2")
        with jax.named_scope("layer3"):
            logits = named(_affine(a2, W3, b3), "z3")
    with jax.named_scope("cross_entropy#1"):
        return cross_entropy(logits, t)


def _network(sizes: tuple[int, ...], num_rows: int, seed: int) -> dict[str, np.ndarray]:
    """Draw weights with He's deviation, zero biases, inputs in 0–1 and one-hot targets."""
    draw = np.random.default_rng(seed)
    inputs = {"x": draw.random((num_rows, sizes[0]), np.float32).round(2)}
    for layer, (fan_in, fan_out) in enumerate(pairwise(sizes), 1):
        inputs[f"W{layer}"] = draw.normal(0.0, np.sqrt(2 / fan_in), (fan_in, fan_out)).astype(np.float32).round(2)
        inputs[f"b{layer}"] = np.zeros(fan_out, np.float32)
    inputs["t"] = np.eye(sizes[-1], dtype=np.float32)[np.arange(num_rows) % sizes[-1]]
    return inputs


def _vector(*numbers: float) -> np.ndarray:
    return np.array(numbers, np.float32)


_SMALL = {"W1": np.array([[0.5, -0.4], [0.3, 0.8]], np.float32), "b1": _vector(0.1, -0.1)}
_SMALL |= {"W2": np.array([[0.7], [-0.6]], np.float32), "b2": _vector(0.2)}

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        # of all values and gradients no two are equal: v = 2 would hide that v², 2v and L are different things
        Preset("squared_error", "(w*x + b - t)**2", {"w": 3.0, "x": 4.0, "b": 5.0, "t": 7.0}, ("w", "b")),
        Preset("neuron_mse", "(sigmoid(w*x + b) - t)**2", {"w": 2.0, "x": -1.0, "b": 0.5, "t": 1.0}, ("w", "b")),
        Preset(
            "neuron_cross_entropy",
            "-(t*log(sigmoid(w*x + b)) + (1 - t)*log(1 - sigmoid(w*x + b)))",
            {"w": 2.0, "x": -1.0, "b": 0.5, "t": 1.0},
            ("w", "b"),
        ),
        Preset(
            "three_layers",
            three_layers,
            {"x": 1.0, "theta1": 0.5, "theta2": -1.5, "theta3": 2.0},
            ("theta1", "theta2", "theta3"),
        ),
        Preset(
            "two_inputs",
            two_inputs,
            {"x1": 1.0, "x2": -1.0, "w_f1": 0.5, "w_f2": 0.25, "w_g": 1.5},
            ("w_f1", "w_f2", "w_g"),
        ),
        Preset("used_twice", "x*x + sin(x)", {"x": 1.5}, ("x",)),
        Preset(
            "softmax_cross_entropy",
            "-sum(t * log(softmax(z)))",
            {"t": _vector(1, 0, 0), "z": _vector(1.54, 2.9, -0.26)},
            ("z",),
        ),
        Preset("closed_gate", "(relu(w*x + b) - t)**2", {"w": 1.5, "x": -2.0, "b": 0.5, "t": 1.0}, ("w", "b")),
        Preset(
            "network_2_2_1",
            network_2_2_1,
            {"x": _vector(1.0, 0.5), **_SMALL, "t": _vector(1.0)},
            ("W1", "b1", "W2", "b2"),
        ),
        Preset(
            "residual",
            residual,
            {"x": _vector(1.0, -0.5), "W": np.array([[0.4, -0.3], [0.2, 0.6]], np.float32), "b": _vector(0.1, 0.0)},
            ("x", "W", "b"),
        ),
        Preset(
            "layer_norm",
            layer_normalization,
            {"x": _vector(1, 2, 4), "gamma": _vector(1, 1, 1), "beta": _vector(0, 0, 0), "t": _vector(0, 0, 1)},
            ("x", "gamma", "beta"),
        ),
        Preset("food", food, _network((4, 32, 32, 4), 4, 7), ("W1", "b1", "W2", "b2", "W3", "b3")),
        Preset(
            "tangle",
            "tanh(a*b + c)**2 / (1 + (a - c)**2) + a*relu(b - a*c) - exp(-b*b)",
            {"a": 0.5, "b": 1.25, "c": -0.75},
            ("a", "b", "c"),
        ),
    )
}
"""Every preset by name, in the order in which they are offered."""


def preset_graph(name: str, **inputs: Any) -> Graph:
    """Trace a preset, with other values for some of its inputs.

    Raises:
      InputError: when there is no such preset, or an input does not fit.

    >>> float(preset_graph("squared_error").value), float(preset_graph("squared_error", w=1.0).value)
    (100.0, 4.0)
    """
    if name not in PRESETS:
        raise InputError("graph:no_preset", value=repr(name), choices=PRESETS)
    preset = PRESETS[name]
    return trace(preset.source, **{**preset.inputs, **inputs})


def warm_up() -> None:
    """Compile what the presets need, so that a learner's first graph comes at once."""
    for name in PRESETS:
        backward(preset_graph(name))
