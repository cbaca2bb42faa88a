"""A network with one learning rate for each of its two layers, in float64: where the edge of training is a fractal.

Mean-field parameterization, n inputs and n hidden nodes, no biases, as many examples N as weights:

    f(x) = 1/n Σ_k v_k tanh(√(2/n) w_k · x),        L = 1/N Σ (f(x) − t)²,        N = n² + n,

with inputs, targets and weights from N(0, 1). Every step is ordinary gradient descent on all examples, η₁ for the w of
the first layer and η₂ for the v of the second. float64, because neighbouring pixels of a deep zoom differ in the tenth
digit; the switch is that of the calling thread, while the program is called, so that all other work stays float32.

Chaotic training magnifies every rounding, so the fewer the better: tanh comes from an exponential, since XLA's own is
off by seven roundings, and where nodes saturate 1 − tanh² then has no correct digit left. Runs that still end in
another way when sums are added up in another order are counted (``rounding``).

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
from simulator.core.sweep.map import STAYED, Canvas, Map, verdict
from simulator.core.sweep.plan import levels

AXES = ("first_rate", "second_rate")
MAX_STEPS = 1000
LAST_STEPS = 20
"""Whose mean is the final loss."""
_SIDE_BY_SIDE = 16
"""Runs whose numbers stay in a processor's cache together: 64 of them take twice as long each."""
_GROUPS = 4
_PIXELS = _SIDE_BY_SIDE * _GROUPS
TRIED = 16
"""Pixels along a side that are computed once more to see what rounding decides, at most."""


class Problem(NamedTuple):
    """Examples and first weights, float64."""

    inputs: np.ndarray  # (N, n)
    targets: np.ndarray  # (N,)
    first: np.ndarray  # (n, n) column k is w_k
    second: np.ndarray  # (n,)


class Rounding(NamedTuple):
    """How many runs end in another way when their sums are added up in another order."""

    tried: int
    changed: int


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


def rounding(
    width: int, seed: int, num_steps: int, found: Map, progress: Callable[[int, int], bool | None]
) -> Rounding | None:
    """Compute evenly spread pixels of a whole map again, with the examples in reverse order.

    In exact arithmetic that is the same run. Where it ends in another way, rounding has decided.

    Args:
      width, seed, num_steps: of the map.
      found: the map.
      progress: called with (pixels done, pixels in all); returning ``False`` ends the work there, with ``None``.
    """
    given = problem(width, seed)
    turned = given._replace(inputs=given.inputs[::-1], targets=given.targets[::-1])
    rows, columns = (np.linspace(0, n - 1, min(n, TRIED)).round().astype(int) for n in found.known.shape)
    pixels = [(row, column) for row in rows for column in columns]
    first, second = (np.array(values) for values in found.axes.values())
    changed = 0
    for start in range(0, len(pixels), _PIXELS):
        place = tuple(np.transpose(pixels[start : start + _PIXELS]))
        again = verdict(*outcome(descend(turned, np.stack([first[place[0]], second[place[1]]], axis=1), num_steps)))
        changed += int(((again == STAYED) != found.converged[place]).sum())
        if progress(min(start + _PIXELS, len(pixels)), len(pixels)) is False:
            return None
    return Rounding(len(pixels), changed)


def tanh_and_slope(z: Any) -> tuple[Any, Any]:
    """Return tanh z and its derivative, both to the last digits: (1 − e) / (1 + e), 4 e / (1 + e)², e = exp(−2 |z|)."""
    e = jnp.exp(-2.0 * jnp.abs(z))
    return jnp.sign(z) * (1.0 - e) / (1.0 + e), 4.0 * e / ((1.0 + e) * (1.0 + e))


@jax.jit
def _descend(given: Problem, rates: Any, num_steps: Any) -> Any:
    """Return losses: (groups, runs, 2) rates → (groups, runs, ``MAX_STEPS``), 0 beyond the steps that are made."""
    count, width = given.inputs.shape
    scale = math.sqrt(2.0 / width)

    def run(rate):
        def step(number, carry):
            first, second, losses = carry
            hidden, slope = tanh_and_slope(scale * (given.inputs @ first))
            error = hidden @ second / width - given.targets
            upstream = error * (2.0 / (count * width))
            second_grad = upstream @ hidden
            hidden_grad = upstream[:, None] * second[None, :] * slope
            first_grad = scale * (given.inputs.T @ hidden_grad)
            losses = losses.at[number].set(jnp.mean(error * error))
            return first - rate[0] * first_grad, second - rate[1] * second_grad, losses

        empty = jnp.zeros(MAX_STEPS, given.inputs.dtype)
        return lax.fori_loop(0, num_steps, step, (given.first, given.second, empty))[2]

    return lax.map(jax.vmap(run), rates)
