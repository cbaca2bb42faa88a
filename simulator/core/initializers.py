"""How weights start: each initializer with its standard deviation as a function of fan_in and fan_out.

In NumPy, so that no width ever compiles and an exported script reproduces the numbers. Biases start at 0, or at random
where a network asks for it: they have a stream of their own, so that the weights are the same with and without them.

Sources: Glorot and Bengio 2010, section 4.2 (Xavier); He et al. 2015, section 2.2; LeCun et al. 1998, "Efficient
BackProp", section 4.6; Saxe et al. 2014 (orthogonal). Xavier is derived for activations that are linear near 0, He
for ReLU.
"""

import math
from collections.abc import Collection
from copy import deepcopy

import numpy as np

from simulator.core.network import LayerParams, NetworkConfig, Params
from simulator.core.training import random_generator


def standard_deviation(name: str, fan_in: int, fan_out: int, *, normal_std: float = 0.030) -> float:
    """Return the standard deviation of the weights that an initializer draws (0 for ``zeros`` and ``constant``).

    Args:
      name: one of ``simulator.core.network.INITIALIZERS``.
      fan_in: number of inputs of the layer.
      fan_out: number of its units.
      normal_std: what ``normal`` uses.

    He divides by √(fan_in / 2), LeCun by √fan_in (divide by √16 = 4 for 16 nodes), Xavier by the root of the mean
    of fan_in and fan_out:

    >>> standard_deviation("lecun_normal", 16, 16), standard_deviation("xavier_normal", 16, 16)
    (0.25, 0.25)
    """
    if name == "normal":
        return normal_std
    if name in ("xavier_normal", "xavier_uniform"):
        return math.sqrt(2.0 / (fan_in + fan_out))
    if name in ("he_normal", "he_uniform"):
        return math.sqrt(2.0 / fan_in)
    if name == "lecun_normal":
        return math.sqrt(1.0 / fan_in)
    if name == "orthogonal":
        return math.sqrt(1.0 / max(fan_in, fan_out))
    return 0.0


def initialize(network: NetworkConfig, seed: int) -> Params:
    """Return the parameters a network starts with: layer by layer from one stream, float32.

    Args:
      network: the configuration.
      seed: of the streams ``initializer`` and ``biases``.

    Returns:
      One ``LayerParams`` a layer; γ = 1, β = 0, running mean 0 and variance 1 where a layer has them.
    """
    generator, biases = random_generator(seed, "initializer"), random_generator(seed, "biases")
    layers = []
    for layer, (fan_in, fan_out) in enumerate(zip(network.layer_sizes, network.layer_sizes[1:], strict=False)):
        hidden = layer < network.num_hidden_layers
        normalization = network.normalizations[layer] if hidden else "none"
        normalized, batch = normalization != "none", normalization == "batch"
        layers.append(
            LayerParams(
                weight=_draw(network, generator, fan_in, fan_out),
                bias=_draw_bias(network, biases, fan_out),
                scale=np.ones(fan_out, np.float32) if normalized else None,
                shift=np.zeros(fan_out, np.float32) if normalized else None,
                slope=np.float32(network.negative_slope) if hidden and network.activation == "prelu" else None,
                running_mean=np.zeros(fan_out, np.float32) if batch else None,
                running_var=np.ones(fan_out, np.float32) if batch else None,
            )
        )
    return tuple(layers)


def initialize_depths(
    network: NetworkConfig, seed: int, depths: Collection[int]
) -> tuple[list[np.ndarray], dict[int, np.ndarray]]:
    """Return the weights that networks start with which differ from ``network`` in depth alone.

    Layers come from one stream, so that all of them share the hidden layers that they have; the output layer of each
    stands in the stream where deeper ones have their next hidden layer.

    Args:
      network: equally wide hidden layers, as many as the deepest has.
      seed: of the stream ``initializer``.
      depths: numbers of hidden layers, up to those of ``network``.

    Returns:
      The weights of the hidden layers, and those of the output layer by depth: the same as ``initialize`` draws.
    """
    generator = random_generator(seed, "initializer")
    width, outputs = network.layer_sizes[1], network.layer_sizes[-1]
    hidden, last = [], {}
    for depth, fan_in in enumerate(network.layer_sizes[:-1]):
        if depth in depths:
            last[depth] = _draw(network, deepcopy(generator), width, outputs)
        if depth < network.num_hidden_layers:
            hidden.append(_draw(network, generator, fan_in, width))
    return hidden, last


def _draw_bias(network: NetworkConfig, generator: np.random.Generator, fan_out: int) -> np.ndarray:
    if network.bias_std == 0.0:
        return np.zeros(fan_out, np.float32)
    return (network.bias_std * generator.standard_normal(fan_out)).astype(np.float32)


def _draw(network: NetworkConfig, generator: np.random.Generator, fan_in: int, fan_out: int) -> np.ndarray:
    name = network.initializer
    if name == "zeros":
        return np.zeros((fan_in, fan_out), np.float32)
    if name == "constant":
        return np.full((fan_in, fan_out), network.initializer_value, np.float32)
    if name == "orthogonal":
        tall = generator.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
        q, r = np.linalg.qr(tall)
        q = q * np.sign(np.diagonal(r))  # makes the draw uniform over all orthogonal matrices
        return np.ascontiguousarray(q if fan_in >= fan_out else q.T, dtype=np.float32)
    std = standard_deviation(name, fan_in, fan_out, normal_std=network.initializer_std)
    if name.endswith("uniform"):
        bound = math.sqrt(3.0) * std
        return generator.uniform(-bound, bound, (fan_in, fan_out)).astype(np.float32)
    return (std * generator.standard_normal((fan_in, fan_out))).astype(np.float32)
