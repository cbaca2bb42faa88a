"""A network with one learning rate for each of its two layers, in float64: where the edge of training is a fractal.

Mean-field parameterization, n inputs and n hidden nodes, no biases, as many examples N as weights:

    f(x) = 1/n Σ_k v_k tanh(√(2/n) w_k · x),        L = 1/N Σ (f(x) − t)²,        N = n² + n,

with inputs, targets and weights from N(0, 1). Every step is ordinary gradient descent on all examples, η₁ for the w of
the first layer and η₂ for the v of the second. float64, because neighbouring pixels of a deep zoom differ in the tenth
digit; the switch is that of the calling thread, while the program is called, so that all other work stays float32.

Source: Sohl-Dickstein 2024, "The boundary of neural network trainability is fractal" (arXiv 2402.06184), sections 2, 3.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from simulator.core.engine.devices import single_core_device
from simulator.core.sweep.chunk import Losses
from simulator.core.sweep.map import Canvas, Map
from simulator.core.sweep.plan import levels

AXES = ("first_rate", "second_rate")
MAX_STEPS = 1000
LAST_STEPS = 20
"""Whose mean is the final loss."""
_SIDE_BY_SIDE = 16
"""Runs whose numbers stay in a processor's cache together: 64 of them take twice as long each."""
_GROUPS = 4
_PIXELS = _SIDE_BY_SIDE * _GROUPS


class Problem(NamedTuple):
    """Examples and first weights, float64."""

    inputs: np.ndarray  # (N, n)
    targets: np.ndarray  # (N,)
    first: np.ndarray  # (n, n) column k is w_k
    second: np.ndarray  # (n,)


@lru_cache(maxsize=8)
def problem(width: int, seed: int) -> Problem:
    """Return the examples and the first weights of a seed.

    >>> problem(16, 0).inputs.shape  # 16² + 16 weights
    (272, 16)
    """
    random = np.random.default_rng(seed)
    count = width * width + width
    shapes = ((count, width), (count,), (width, width), (width,))
    return Problem(*(random.standard_normal(shape) for shape in shapes))


def descend(given: Problem, rates: np.ndarray, num_steps: int) -> np.ndarray:
    """Return the loss before every step of some runs.

    Args:
      given: where all begin.
      rates: (runs, 2) of the first and of the second layer.
      num_steps: at most ``MAX_STEPS``.

    Returns:
      (runs, num_steps) float64.
    """
    count = len(rates)
    missing = -count % _PIXELS
    filled = np.concatenate([rates, np.repeat(rates[-1:], missing, axis=0)])
    found = []
    with jax.enable_x64(True):
        for part in filled.reshape(-1, _GROUPS, _SIDE_BY_SIDE, 2):
            placed = jax.device_put((given, part, np.int32(num_steps)), single_core_device())
            found.append(np.asarray(_descend(*placed))[..., :num_steps].reshape(_PIXELS, num_steps))
    return np.concatenate(found)[:count]


def outcome(losses: np.ndarray) -> Losses:
    """Return what became of runs: (runs, steps) → first loss, mean of the last ones, last step below the first."""
    with np.errstate(invalid="ignore", over="ignore"):
        final = losses[:, -LAST_STEPS:].mean(axis=1)
        below = losses < losses[:, :1]
    last = losses.shape[1] - 1 - np.argmax(below[:, ::-1], axis=1)
    return Losses(losses[:, 0], final, np.where(below.any(axis=1), last, 0))


def sweep_rates(
    width: int,
    seed: int,
    num_steps: int,
    first_rates: tuple[float, ...],
    second_rates: tuple[float, ...],
    *,
    progress: Callable[[int, int], bool | None] = lambda _done, _total: None,
    show: Callable[[Map], object] = lambda _map: None,
) -> Map:
    """Train a network for every pair of rates, a coarse map first.

    Args:
      width: inputs, and hidden nodes.
      seed: of examples and first weights.
      num_steps: of each run.
      first_rates, second_rates: of the two layers, increasing.
      progress: called with (pixels done, pixels in all) between chunks; returning ``False`` ends the work there.
      show: called with what there is after each level.
    """
    given = problem(width, seed)
    canvas = Canvas(dict(zip(AXES, (first_rates, second_rates), strict=True)), dtype=np.float64)
    shape = (len(first_rates), len(second_rates))
    done, total = 0, math.prod(shape)
    for stride, pixels in levels(shape):
        for start in range(0, len(pixels), _PIXELS):
            part = pixels[start : start + _PIXELS]
            rates = np.array([(first_rates[row], second_rates[column]) for row, column in part])
            canvas.put(part, outcome(descend(given, rates, num_steps)))
            done += len(part)
            if progress(done, total) is False:
                return canvas.map
        canvas.stride = stride
        show(canvas.map)
    return canvas.map


@jax.jit
def _descend(given: Problem, rates: Any, num_steps: Any) -> Any:
    """Return losses: (groups, runs, 2) rates → (groups, runs, ``MAX_STEPS``), 0 beyond the steps that are made."""
    count, width = given.inputs.shape
    scale = math.sqrt(2.0 / width)

    def run(rate):
        def step(number, carry):
            first, second, losses = carry
            hidden = jnp.tanh(scale * (given.inputs @ first))
            error = hidden @ second / width - given.targets
            upstream = error * (2.0 / (count * width))
            second_grad = upstream @ hidden
            hidden_grad = upstream[:, None] * second[None, :] * (1.0 - hidden * hidden)
            first_grad = scale * (given.inputs.T @ hidden_grad)
            losses = losses.at[number].set(jnp.mean(error * error))
            return first - rate[0] * first_grad, second - rate[1] * second_grad, losses

        empty = jnp.zeros(MAX_STEPS, given.inputs.dtype)
        return lax.fori_loop(0, num_steps, step, (given.first, given.second, empty))[2]

    return lax.map(jax.vmap(run), rates)
