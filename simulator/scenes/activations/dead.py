"""Nodes that no training example moves: counted over every training row, layer by layer, as a network learns."""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.datasets.scaling import apply_scaler
from simulator.core.network import NetworkConfig, Params
from simulator.core.run import Run

MOST_POINTS = 80
"""Steps at which the dead are counted."""


class Dead(NamedTuple):
    """The dead nodes of a network during training."""

    activation: str
    rows: int  # training examples
    step: np.ndarray  # (shown,)
    share: np.ndarray  # (shown, hidden layers) of nodes whose φ′ is 0 for every training example
    accuracy: float  # on the test part, at the end

    @property
    def whole(self) -> np.ndarray:
        """Share of all nodes at each step; every layer has as many."""
        return self.share.mean(axis=1)


def count_dead(run: Run) -> Dead:
    """Count the dead nodes of a finished run over all its training rows.

    Args:
      run: of a network without normalization, whose hidden layers are equally wide.
    """
    inputs = apply_scaler(run.scaler, run.dataset.inputs[run.split.train])
    steps = np.asarray(run.records.step)
    chosen = np.unique(np.linspace(0, len(steps) - 1, MOST_POINTS).round().astype(int))
    share = np.stack([_dead(run.network, inputs, run.params_at(int(step))) for step in steps[chosen]])
    return Dead(run.network.activation, len(inputs), steps[chosen], share, run.test_accuracy)


def _dead(network: NetworkConfig, inputs: np.ndarray, params: Params) -> np.ndarray:
    hidden = [(layer.weight, layer.bias) for layer in params[:-1]]
    return np.asarray(_shares(network.activation, inputs, hidden, network.negative_slope))


@partial(jax.jit, static_argnums=0)
def _shares(name: str, inputs: Any, hidden: list[tuple[Any, Any]], slope: Any) -> jax.Array:
    """Return the share of nodes of each hidden layer whose derivative is 0 for every row."""
    entry, value, shares = ACTIVATIONS_TABLE[name], inputs, []
    for weight, bias in hidden:
        z = value @ weight + bias[None]
        shares.append(jnp.mean(jnp.all(entry.derivative(z, slope) == 0, axis=0)))
        value = entry.function(z, slope)
    return jnp.stack(shares)
