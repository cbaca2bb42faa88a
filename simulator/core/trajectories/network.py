"""A small real network as a surface: its loss over all its weights and biases, its descent, and its sharpness.

The sharpness is the largest eigenvalue λ of the loss's Hessian. On a quadratic, plain descent shrinks as long as
λ < 2/η; trained by full-batch gradient descent, a network sharpens until it gets there and then stays around it.
Source: Cohen et al. 2021 ("Gradient descent on neural networks typically occurs at the edge of stability").
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.flatten_util import ravel_pytree
from jaxtyping import Float
from scipy.sparse.linalg import LinearOperator, eigsh

from simulator.core.datasets import load_dataset
from simulator.core.initializers import initialize
from simulator.core.network import NetworkConfig, Params, forward

NETWORK = NetworkConfig(
    layer_sizes=(2, 8, 8, 1), activation="tanh", initializer="xavier_normal", output_activation="identity"
)
DATASETS = ("circles", "moons", "xor", "spirals_2")
NUM_ROWS = 100
MAX_STEPS = 2000
MAX_RECORDS = 200
"""Parameters are kept at so many steps and the start."""
DIVERGED = 10.0
"""A run has diverged where its loss ends at more than so many times its first one: some jump so high and come back."""


class Rows(NamedTuple):
    """What the network learns, in float64: one class is −1, the other 1."""

    inputs: Float[np.ndarray, "rows 2"]
    targets: Float[np.ndarray, "rows 1"]


class Descent(NamedTuple):
    """Runs from one start, one for each learning rate: the loss of every step, the parameters of some."""

    rates: Float[np.ndarray, " rates"]
    loss: Float[np.ndarray, "rates points"]  # at every step, the start included
    step: np.ndarray  # (records,) those whose parameters are kept
    theta: Float[np.ndarray, "rates records parameters"]

    def diverged(self, index: int) -> int | None:
        """Return the step from which on a run's loss stays away for good, ``None`` for one that does not diverge."""
        loss = self.loss[index]
        back = np.flatnonzero(loss <= DIVERGED * loss[0])  # never empty: the start is one of them
        return None if back[-1] == len(loss) - 1 else int(back[-1]) + 1


def rows_of(name: str) -> Rows:
    """Return the rows of one of ``DATASETS``, always the same ones."""
    data = load_dataset(name, num_rows=NUM_ROWS)
    return Rows(np.asarray(data.inputs, float), np.where(np.asarray(data.labels) == 1, 1.0, -1.0)[:, None])


def start_of(seed: int) -> Float[np.ndarray, " parameters"]:
    """Return the parameters that the network starts with, in one row: weights and biases, layer by layer."""
    return np.concatenate([np.ravel(part) for part in jax.tree.leaves(initialize(NETWORK, seed))]).astype(float)


def unflattened(theta: Any) -> Params:
    """Return parameters in one row as those of layers."""
    return _unflatten()(theta)


@cache
def _unflatten() -> Callable[[Any], Params]:
    with jax.enable_x64(True):
        return ravel_pytree(jax.tree.map(np.float64, initialize(NETWORK, 0)))[1]


def loss_at(theta, inputs, targets):
    """Return the mean squared error over all rows; a JAX function."""
    layers = unflattened(theta)
    outputs = jax.vmap(lambda row: forward(layers, row, NETWORK).activation[-1])(inputs)
    return jnp.mean((outputs - targets) ** 2)


def stride_of(num_steps: int) -> int:
    """Return how many steps lie between two records: an odd number, so that what swings at every step is seen.

    >>> [stride_of(steps) for steps in (50, 200, 201, 1000, 2000)]
    [1, 1, 3, 5, 11]
    """
    stride = -(-num_steps // MAX_RECORDS)
    return stride + 1 - stride % 2


def descend(rows: Rows, start: np.ndarray, rates: np.ndarray, num_steps: int) -> Descent:
    """Train by full-batch gradient descent in float64: θ ← θ − η ∂L/∂θ.

    Args:
      rows: what is learned.
      start: (parameters,).
      rates: η of each run.
      num_steps: updates, at most ``MAX_STEPS``.
    """
    step = np.arange(0, num_steps + 1, stride_of(num_steps))
    with jax.enable_x64(True):
        theta, loss = _descend(np.asarray(rates, float), start, *rows)
        return Descent(np.asarray(rates, float), np.asarray(loss)[:, : num_steps + 1], step, np.asarray(theta)[:, step])


@jax.jit
def _descend(rates, start, inputs, targets):
    def one(rate):
        def update(theta, _):
            loss, gradient = jax.value_and_grad(loss_at)(theta, inputs, targets)
            return theta - rate * gradient, (theta, loss)

        return lax.scan(update, start, length=MAX_STEPS + 1)[1]

    # One after another: in one batch they would round in another way, and at the edge of stability rounding grows.
    return lax.map(one, rates)


def sharpness(
    rows: Rows, path: Float[np.ndarray, "records parameters"], goes_on: Callable[[int], bool] = lambda _done: True
) -> Float[np.ndarray, " records"] | None:
    """Return the largest eigenvalue of the Hessian at each point of a path; NaN where that is not finite.

    The largest, not the one of the largest magnitude: a strongly negative curvature does not count. Lanczos iterations
    (ARPACK) on products of Hessian and vector, ``jax.jvp`` of ``jax.grad``; each begins with the last eigenvector.

    Args:
      rows: what is learned.
      path: parameters.
      goes_on: called with the number of points done; the work ends with ``None`` where it returns False.
    """
    found = np.full(len(path), np.nan)
    vector = np.ones(path.shape[1])
    with jax.enable_x64(True):
        data = [jnp.asarray(part) for part in rows]
        for index, point in enumerate(path):
            if not goes_on(index):
                return None
            hessian = _Hessian(point, *data)
            if not np.isfinite(hessian.matvec(vector)).all():
                continue
            values, vectors = eigsh(hessian, k=1, which="LA", v0=vector)
            found[index], vector = values[0], vectors[:, 0]
    return found


class _Hessian(LinearOperator):
    """The Hessian of the loss at a point, known by its products with vectors."""

    def __init__(self, point: np.ndarray, inputs: jax.Array, targets: jax.Array):
        super().__init__(np.dtype(float), (len(point), len(point)))
        self._point, self._rows = jnp.asarray(point), (inputs, targets)

    def _matvec(self, x):
        return np.asarray(_product(self._point, np.ravel(x), *self._rows))


@jax.jit
def _product(theta, vector, inputs, targets):
    """Return the Hessian of the loss times a vector."""
    return jax.jvp(lambda point: jax.grad(loss_at)(point, inputs, targets), (theta,), (vector,))[1]
