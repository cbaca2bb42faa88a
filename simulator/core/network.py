"""What a network is: its configuration, its parameters, and a forward pass that keeps every intermediate value.

This is the reference: one example, exact shapes, one equation a line. ``simulator.core.engine`` computes the same
equations on padded batches so that no control ever compiles; tests hold the two together.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.errors import InputError, check_choice, check_integer, check_number

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "gelu", "identity")
OUTPUT_ACTIVATIONS = ("auto", "softmax", "identity", "sigmoid", "tanh")
NORMALIZATIONS = ("none", "batch", "layer")
INITIALIZERS = (
    "zeros",
    "constant",
    "normal",
    "xavier_normal",
    "xavier_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "orthogonal",
)
INITIALIZER_ALIASES = {"xavier": "xavier_normal", "glorot": "xavier_normal", "he": "he_normal", "lecun": "lecun_normal"}

MAX_HIDDEN_LAYERS = 100
MAX_WIDTH = 1024


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """A fully connected network, checked where it is built.

    Args:
      layer_sizes: inputs, hidden widths, outputs: ``(4, 32, 32, 4)``. 0–100 hidden layers of width 1–1024.
      activation: of every hidden layer; one of ``ACTIVATIONS``.
      negative_slope: of ``leaky_relu``; also where ``prelu`` starts to learn its slope.
      output_activation: ``auto`` follows the loss: softmax for cross-entropy, sigmoid for binary cross-entropy,
        identity for mean squared error.
      initializer: one of ``INITIALIZERS`` (``he``, ``xavier``, ``glorot``, ``lecun`` mean the normal form).
      initializer_std: standard deviation of ``normal``.
      initializer_value: every weight of ``constant``.
      bias_std: standard deviation of the biases at the start, drawn from a normal distribution; 0: all start at 0.
      normalization: ``none``, ``batch`` or ``layer``; one for all hidden layers or one for each. Applied to the
        pre-activation, before the activation function.
      dropout: probability of dropping an activation in training; one for all hidden layers or one for each.
      residual: add the layer's input to its output where their widths agree; one for all hidden layers or one for
        each. Where the widths differ, nothing is added.

    Raises:
      InputError: naming the field, the value and the choices.
    """

    layer_sizes: tuple[int, ...]
    activation: str = "relu"
    negative_slope: float = 0.01
    output_activation: str = "auto"
    initializer: str = "he_normal"
    initializer_std: float = 0.030
    initializer_value: float = 0.0
    bias_std: float = 0.0
    normalization: str | tuple[str, ...] = "none"
    dropout: float | tuple[float, ...] = 0.0
    residual: bool | tuple[bool, ...] = False

    def __post_init__(self):
        sizes = tuple(self.layer_sizes)
        object.__setattr__(self, "layer_sizes", sizes)
        object.__setattr__(self, "initializer", INITIALIZER_ALIASES.get(self.initializer, self.initializer))
        if len(sizes) < 2:
            raise InputError("layer_sizes.too_short", value=sizes)
        check_integer("num_hidden_layers", len(sizes) - 2, 0, MAX_HIDDEN_LAYERS)
        for size in sizes[:1] + sizes[-1:]:
            check_integer("layer_sizes", size, 1)
        for size in sizes[1:-1]:
            check_integer("width", size, 1, MAX_WIDTH)
        check_choice("activation", self.activation, ACTIVATIONS)
        check_number("negative_slope", self.negative_slope, -1.0, 1.0)
        check_choice("output_activation", self.output_activation, OUTPUT_ACTIVATIONS)
        check_choice("initializer", self.initializer, INITIALIZERS)
        check_number("initializer_std", self.initializer_std, 0.0, 100.0)
        check_number("initializer_value", self.initializer_value, -100.0, 100.0)
        check_number("bias_std", self.bias_std, 0.0, 100.0)
        for normalization in self._each_hidden_layer("normalization", self.normalization):
            check_choice("normalization", normalization, NORMALIZATIONS)
        for rate in self._each_hidden_layer("dropout", self.dropout):
            check_number("dropout", rate, 0.0, below=1.0)
        for flag in self._each_hidden_layer("residual", self.residual):
            check_choice("residual", flag, (False, True))

    def _each_hidden_layer(self, field: str, value):
        if not isinstance(value, tuple):
            return (value,) * self.num_hidden_layers
        if len(value) != self.num_hidden_layers:
            raise InputError("per_layer_length", field=field, value=len(value), expected=self.num_hidden_layers)
        return value

    @property
    def num_hidden_layers(self) -> int:
        """Number of layers between inputs and outputs."""
        return len(self.layer_sizes) - 2

    @property
    def num_layers(self) -> int:
        """Number of layers with weights: the hidden layers and the output layer."""
        return len(self.layer_sizes) - 1

    @property
    def normalizations(self) -> tuple[str, ...]:
        """Normalization of each hidden layer."""
        return self._each_hidden_layer("normalization", self.normalization)

    @property
    def dropouts(self) -> tuple[float, ...]:
        """Dropout probability of each hidden layer."""
        return self._each_hidden_layer("dropout", self.dropout)

    @property
    def residuals(self) -> tuple[bool, ...]:
        """Whether each hidden layer adds its input: asked for, and the widths agree."""
        asked = self._each_hidden_layer("residual", self.residual)
        sizes = self.layer_sizes
        return tuple(bool(flag) and sizes[layer] == sizes[layer + 1] for layer, flag in enumerate(asked))

    @property
    def num_parameters(self) -> int:
        """Number of weights and biases (curriculum: 784-500-500-500-500-10 has 1,149,010).

        >>> NetworkConfig(layer_sizes=(784, 500, 500, 500, 500, 10)).num_parameters
        1149010
        """
        return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(self.layer_sizes))


class LayerParams(NamedTuple):
    """Parameters of one layer, unpadded, float32.

    ``scale`` (γ) and ``shift`` (β) belong to normalization, ``slope`` to PReLU; they are ``None`` elsewhere.
    ``running_mean`` and ``running_var`` are batch normalization's statistics for use after training.
    """

    weight: np.ndarray  # (fan_in, fan_out)
    bias: np.ndarray  # (fan_out,)
    scale: np.ndarray | None = None  # (fan_out,)
    shift: np.ndarray | None = None  # (fan_out,)
    slope: np.ndarray | np.float32 | None = None  # ()
    running_mean: np.ndarray | None = None  # (fan_out,)
    running_var: np.ndarray | None = None  # (fan_out,)


Params = tuple[LayerParams, ...]


NORMALIZATION_EPSILON = 1e-5
"""Added to the variance before its root is taken."""


class Forward(NamedTuple):
    """Every intermediate value of one example, layer by layer."""

    pre_activation: tuple[jax.Array, ...]  # per layer (fan_out,): xW + b, before any normalization
    activation: tuple[jax.Array, ...]  # per layer (fan_out,): what the layer hands on; the last one is the output


def forward(params: Params, inputs, network: NetworkConfig) -> Forward:
    """Run one example through a trained network and keep every intermediate value.

    z = xW + b, then normalization (batch normalization by its running statistics), then φ, then the residual
    connection; no dropout. The output activation must not be ``auto``.

    Args:
      params: unpadded, as ``Run.params_at`` gives them.
      inputs: (features,) as the network sees them, after scaling.
      network: the configuration.

    Returns:
      Pre-activations and activations of every layer.
    """
    hidden = ACTIVATIONS_TABLE[network.activation].function
    value = jnp.asarray(inputs)
    pre_activations, activations = [], []
    for layer, entry in enumerate(params[:-1]):
        z = value @ entry.weight + entry.bias
        slope = network.negative_slope if entry.slope is None else entry.slope
        result = hidden(normalized(z, entry, network.normalizations[layer]), slope)
        value = value + result if network.residuals[layer] else result
        pre_activations.append(z)
        activations.append(value)
    z = value @ params[-1].weight + params[-1].bias
    output = {"softmax": jax.nn.softmax, "sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh, "identity": jnp.asarray}
    return Forward((*pre_activations, z), (*activations, output[network.output_activation](z)))


def normalized(z, entry: LayerParams, normalization: str):
    """Return pre-activations as a layer's normalization makes them when the network is used; of JAX or of NumPy.

    Args:
      z: (…, units) pre-activations of one row or of several.
      entry: parameters of the layer; batch normalization takes its running statistics.
      normalization: ``none``, ``batch`` or ``layer``.
    """
    if normalization == "none":
        return z
    if normalization == "batch":
        mean: Any = entry.running_mean
        variance: Any = entry.running_var
    else:
        mean, variance = z.mean(axis=-1, keepdims=True), z.var(axis=-1, keepdims=True)
    return (z - mean) / (variance + NORMALIZATION_EPSILON) ** 0.5 * entry.scale + entry.shift
