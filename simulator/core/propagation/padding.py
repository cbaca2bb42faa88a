"""Networks of any depth and width in the shapes of a bucket, and their configuration as numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from simulator.core.initializers import initialize
from simulator.core.kept import kept
from simulator.core.network import ACTIVATIONS, MAX_HIDDEN_LAYERS, NORMALIZATIONS, NetworkConfig, Params
from simulator.core.propagation.kernel import Choices, PaddedParams
from simulator.errors import InputError

MAX_FEATURES = 64
MAX_CLASSES = 16
WIDTH_BUCKETS = (16, 32, 64, 128, 256)
NETWORKS_PER_CALL = {16: 8, 32: 8, 64: 8, 128: 2, 256: 2}
"""Networks that one call takes: more would leave the processor's cache, and cost memory where layers are wide."""
LARGEST_KEPT_BUCKET = 64
"""Up to this width the starting weights are kept, so that another activation meets the same networks at once."""


def width_bucket(width: int) -> int:
    """Return the padded width of a network.

    >>> width_bucket(2), width_bucket(33)
    (16, 64)
    """
    return next(bucket for bucket in WIDTH_BUCKETS if width <= bucket)


def networks_per_call(network: NetworkConfig) -> int:
    """Return how many networks of this width one call takes."""
    return NETWORKS_PER_CALL[width_bucket(network.layer_sizes[1])]


def check_uniform(network: NetworkConfig) -> None:
    """Raise unless every hidden layer is built alike and the network fits the buckets."""
    sizes = network.layer_sizes
    alike = len(set(sizes[1:-1])) == 1 and len(set(network.normalizations)) == 1 and len(set(network.residuals[1:])) < 2
    if not alike:
        raise InputError("depth:not_uniform", value=sizes)
    if sizes[0] > MAX_FEATURES or sizes[1] > WIDTH_BUCKETS[-1] or sizes[-1] > MAX_CLASSES:
        largest = (MAX_FEATURES, WIDTH_BUCKETS[-1], MAX_CLASSES)
        raise InputError("depth:too_large", value=(sizes[0], sizes[1], sizes[-1]), maximum=largest)


def choices_of(network: NetworkConfig) -> Choices:
    """Return everything that sits on a control as numbers."""
    residuals = network.residuals
    return Choices(
        depth=np.int32(network.num_hidden_layers),
        width=np.int32(network.layer_sizes[1]),
        num_classes=np.int32(network.layer_sizes[-1]),
        activation=np.int32(ACTIVATIONS.index(network.activation)),
        normalization=np.int32(NORMALIZATIONS.index(network.normalizations[0])),
        first_residual=np.float32(residuals[0]),
        residual=np.float32(residuals[-1] if len(residuals) > 1 else 0.0),
    )


def starting_params(network: NetworkConfig, seeds: Sequence[int]) -> Iterable[PaddedParams]:
    """Yield the parameters that networks of these seeds start with, call by call."""
    bare = replace(network, activation="identity", normalization="none", residual=False, dropout=0.0)
    bucket, size = width_bucket(network.layer_sizes[1]), networks_per_call(network)
    draw = _kept_start if bucket <= LARGEST_KEPT_BUCKET else _start
    for first in range(0, len(seeds), size):
        yield draw(bare, tuple(seeds[first : first + size]))


def padded_params(network: NetworkConfig, all_params: Sequence[Params]) -> PaddedParams:
    """Return networks of one configuration as one call takes them; the rows left over repeat the first network."""
    bucket, size = width_bucket(network.layer_sizes[1]), networks_per_call(network)
    padded = _empty(size, bucket)
    for row in range(size):
        _fill(padded, row, all_params[row if row < len(all_params) else 0], network.negative_slope)
    return padded


def pad_batch(inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (batch, MAX_FEATURES) and one-hot targets (batch, MAX_CLASSES), padded with 0."""
    return (
        np.pad(inputs, ((0, 0), (0, MAX_FEATURES - inputs.shape[1]))),
        np.pad(targets, ((0, 0), (0, MAX_CLASSES - targets.shape[1]))),
    )


def _start(network: NetworkConfig, seeds: tuple[int, ...]) -> PaddedParams:
    return padded_params(network, [initialize(network, seed) for seed in seeds])


def _kept_start(network: NetworkConfig, seeds: tuple[int, ...]) -> PaddedParams:
    """Return what ``_start`` returns: a call of deep networks has 13 MB, so that it counts in the limit for all."""
    return kept().of(("start", network, seeds), lambda: _start(network, seeds))


def _empty(num_networks: int, bucket: int) -> PaddedParams:
    layers = MAX_HIDDEN_LAYERS

    def zeros(*shape: int) -> np.ndarray:
        return np.zeros((num_networks, *shape), np.float32)

    return PaddedParams(
        first=zeros(MAX_FEATURES, bucket),
        hidden=zeros(layers - 1, bucket, bucket),
        output=zeros(bucket, MAX_CLASSES),
        bias=zeros(layers, bucket),
        output_bias=zeros(MAX_CLASSES),
        scale=zeros(layers, bucket) + 1,
        shift=zeros(layers, bucket),
        slope=zeros(layers),
    )


def _fill(padded: PaddedParams, row: int, params: Params, slope: float) -> None:
    features, width = params[0].weight.shape
    classes = params[-1].bias.shape[0]
    padded.first[row, :features, :width] = params[0].weight
    padded.output[row, :width, :classes] = params[-1].weight
    padded.output_bias[row, :classes] = params[-1].bias
    for layer, entry in enumerate(params[:-1]):
        if layer:
            padded.hidden[row, layer - 1, :width, :width] = entry.weight
        padded.bias[row, layer, :width] = entry.bias
        padded.slope[row, layer] = slope if entry.slope is None else entry.slope
        if entry.scale is not None:
            padded.scale[row, layer, :width] = entry.scale
            padded.shift[row, layer, :width] = entry.shift
