"""How signals and gradients travel through a deep network: every layer's numbers, for many random starts at once."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np

from simulator.core.network import NetworkConfig, Params
from simulator.core.propagation.batch import Batch
from simulator.core.propagation.kernel import LayerNumbers, PaddedParams, propagate_padded
from simulator.core.propagation.padding import (
    check_uniform,
    choices_of,
    networks_per_call,
    pad_batch,
    padded_params,
    starting_params,
)

CALLS_AT_ONCE = 4


class Signal(NamedTuple):
    """One batch forward and backward through networks of one configuration, float32.

    ``layers`` are the hidden layers, first to last. ``pre_activation`` is what the activation function sees: behind
    the normalization, where there is one.
    """

    loss: np.ndarray  # (networks,) cross-entropy in nats
    layers: LayerNumbers  # each (networks, layers)
    logits_grad_norm: np.ndarray  # (networks,) ‖∂L/∂logits‖
    output_weight_grad_norm: np.ndarray  # (networks,)
    output_weight_gain: np.ndarray  # (networks,) ‖W‖ / √outputs of the output layer
    pre_activation: np.ndarray  # (layers, batch, width) of the first network
    activation: np.ndarray  # (layers, batch, width) of the first network

    @property
    def grad_norm(self) -> np.ndarray:
        """‖∂L/∂z‖ of every layer, the output's logits last: (networks, layers + 1)."""
        return np.concatenate([self.layers.pre_activation_grad_norm, self.logits_grad_norm[:, None]], axis=1)

    @property
    def weight_grad_norm(self) -> np.ndarray:
        """‖∂L/∂W‖ of every layer, the output layer last: (networks, layers + 1)."""
        return np.concatenate([self.layers.weight_grad_norm, self.output_weight_grad_norm[:, None]], axis=1)


def start_signal(network: NetworkConfig, batch: Batch, seeds: Sequence[int]) -> Signal:
    """Return the signal of freshly drawn networks, one for each seed.

    Args:
      network: every hidden layer alike.
      batch: what goes through them.
      seeds: of the initial parameters.

    Returns:
      The signal; ``networks`` counts seeds.

    Raises:
      InputError: for hidden layers that differ, or a network over the limits.
    """
    check_uniform(network)
    return _propagate(network, batch, starting_params(network, seeds), len(seeds))


def signals(network: NetworkConfig, batch: Batch, all_params: Sequence[Params]) -> Signal:
    """Return the signal of given parameters, for example of the steps of a training run.

    Dropout is left out, and batch normalization uses the batch, as in training.

    Args:
      network: every hidden layer alike.
      batch: what goes through.
      all_params: of one or more networks of this configuration.

    Returns:
      The signal; ``networks`` counts ``all_params``.
    """
    check_uniform(network)
    size = networks_per_call(network)
    calls = (padded_params(network, all_params[first : first + size]) for first in range(0, len(all_params), size))
    return _propagate(network, batch, calls, len(all_params))


def _propagate(network: NetworkConfig, batch: Batch, calls: Iterable[PaddedParams], num_networks: int) -> Signal:
    inputs, targets = pad_batch(batch.inputs, batch.targets)
    choices = choices_of(network)
    depth, width = network.num_hidden_layers, network.layer_sizes[1]
    pending, results = deque(), []
    for params in calls:
        pending.append(propagate_padded(params, inputs, targets, choices))  # returns at once; several run side by side
        if len(pending) == CALLS_AT_ONCE:
            results.append(jax.device_get(pending.popleft()))
    results += jax.device_get(list(pending))
    _, _, _, seen, activation = results[0]

    def joined(parts: list[Any]) -> np.ndarray:
        return np.concatenate(parts)[:num_networks]

    return Signal(
        loss=joined([result[0] for result in results]),
        layers=LayerNumbers(*(joined([r[2][i][:, :depth] for r in results]) for i in range(len(LayerNumbers._fields)))),
        logits_grad_norm=joined([result[1][0] for result in results]),
        output_weight_grad_norm=joined([result[1][1] for result in results]),
        output_weight_gain=joined([result[1][2] for result in results]),
        pre_activation=seen[:depth, :, :width],
        activation=activation[:depth, :, :width],
    )
