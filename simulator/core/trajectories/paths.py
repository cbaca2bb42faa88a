"""The paths of an optimizer from one start: one for each of many learning rates, computed in one call, in float64."""

from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax
from jaxtyping import Float

from simulator.core.optimizers import optimizer
from simulator.core.training import OPTIMIZERS, random_generator
from simulator.core.trajectories.surfaces import SURFACES, Shape, surface
from simulator.core.trajectories.typed import TOGETHER, TypedSurface
from simulator.errors import check_choice

MAX_STEPS = 200
_ROUND = TOGETHER
"""Rates are computed so many at a time, so that one program of an optimizer serves all."""
_FIRST, _SECOND = ("trace", "mu"), ("nu", "sum_of_squares")


class Paths(NamedTuple):
    """Everything of every step, for each learning rate; ``step`` counts from 0, the start.

    What is remembered at ``[:, k]`` is what the optimizer knew *before* its update at θ_k; where an optimizer keeps
    no such thing, it is 0.
    """

    rates: Float[np.ndarray, " rates"]
    theta: Float[np.ndarray, "rates points 2"]
    loss: Float[np.ndarray, "rates points"]
    gradient: Float[np.ndarray, "rates points 2"]  # that the optimizer is given: with noise, if there is any
    first: Float[np.ndarray, "rates points 2"]  # velocity v, or mean of the gradients m
    second: Float[np.ndarray, "rates points 2"]  # sum or mean of the squared gradients s

    def one(self, index: int) -> "Path":
        """Return the path of one rate."""
        return Path(float(self.rates[index]), *(part[index] for part in self[1:]))


class Path(NamedTuple):
    """One path; see ``Paths``."""

    rate: float
    theta: Float[np.ndarray, "points 2"]
    loss: Float[np.ndarray, " points"]
    gradient: Float[np.ndarray, "points 2"]
    first: Float[np.ndarray, "points 2"]
    second: Float[np.ndarray, "points 2"]


def paths(
    name: str,
    shape: Shape,
    start: tuple[float, float],
    optimizer_name: str,
    rates: np.ndarray,
    *,
    num_steps: int,
    momentum: float = 0.9,
    multiples: np.ndarray | None = None,
    noise: float = 0.0,
    seed: int = 0,
) -> Paths:
    """Descend from one start with each of several learning rates.

    Args:
      name: of the surface.
      shape: of a quadratic.
      start: θ₀; the second number is not used by a surface of one parameter.
      optimizer_name: one of ``OPTIMIZERS``, with the usual β₁ = 0.9, β₂ = 0.999, ρ = 0.9, ε = 1e-8.
      rates: η, before the schedule.
      num_steps: updates, at most ``MAX_STEPS``.
      momentum: α of ``momentum`` and ``nesterov``.
      multiples: (num_steps,) what the schedule multiplies η by at each step; 1 by default.
      noise: standard deviation of what is added to each number of the gradient; the same draws for every rate.
      seed: of the noise.
    """
    check_choice("optimizer", optimizer_name, OPTIMIZERS)
    rates, padded = _padded(rates)
    schedule = np.ones(MAX_STEPS)
    schedule[:num_steps] = 1.0 if multiples is None else multiples
    drawn = noise * random_generator(seed, "batches").standard_normal((MAX_STEPS + 1, 2))
    if surface(name).one_dimensional:
        start = (start[0], 0.0)
        drawn[:, 1] = 0.0
    with jax.enable_x64(True):
        index = np.int64(list(SURFACES).index(name))
        traced = (index, Shape(*map(np.float64, shape)), np.array(start, np.float64), np.float64(momentum))
        found = _program(optimizer_name)(padded, *traced, schedule, drawn)
        found = [np.asarray(part)[: len(rates), : num_steps + 1] for part in found]
    return Paths(rates, *found)


def _padded(rates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rates in float64, and filled up to whole rounds."""
    rates = np.asarray(rates, np.float64)
    padded = np.full(-(-len(rates) // _ROUND) * _ROUND, rates[-1])
    padded[: len(rates)] = rates
    return rates, padded


def typed_paths(
    surface: TypedSurface,
    start: tuple[float, float],
    optimizer_name: str,
    rates: np.ndarray,
    *,
    num_steps: int,
    momentum: float = 0.9,
    multiples: np.ndarray | None = None,
) -> Paths:
    """Descend on a typed surface; arguments as for ``paths``, with at most ``TOGETHER`` rates.

    Loss and gradient are the expression's program, the update is the optimizer's: neither holds the other, so that
    another optimizer compiles nothing for the expression, and another expression nothing for the optimizer.
    """
    check_choice("optimizer", optimizer_name, OPTIMIZERS)
    rates, padded = _padded(rates)
    begin, update = _update(optimizer_name)
    with jax.enable_x64(True):
        theta = jnp.asarray(np.tile(np.asarray(start, np.float64), (len(padded), 1)))
        state, alpha = begin(theta), np.float64(momentum)
        first = second = jnp.zeros_like(theta)
        recorded = []
        for multiple in np.ones(num_steps) if multiples is None else np.asarray(multiples, np.float64):
            loss, gradient = surface.program(theta)
            recorded.append((theta, loss, gradient, first, second))
            theta, state, first, second = update(theta, state, gradient, padded * multiple, alpha)
        recorded.append((theta, *surface.program(theta), first, second))
        found = [np.stack([np.asarray(part) for part in parts], axis=1) for parts in zip(*recorded, strict=True)]
    return Paths(rates, *(part[: len(rates)] for part in found))


@cache
def _update(name: str) -> tuple[Any, Any]:
    """Return the compiled beginning and update of an optimizer, for every rate at once."""

    def update(theta, state, gradient, rate, momentum):
        changes, after = optimizer(name, learning_rate=rate, momentum=momentum).update(gradient, state, theta)
        return theta + changes, after, *_remembered(after, theta)

    begin = optimizer(name, learning_rate=1.0).init
    return jax.jit(jax.vmap(begin)), jax.jit(jax.vmap(update, in_axes=(0, 0, 0, 0, None)))


@cache
def _program(name: str) -> Any:
    """Return the compiled descent of one optimizer: surface, start, rates and schedule are traced."""
    return jax.jit(jax.vmap(partial(_descend, name), in_axes=(0, *[None] * 6)))


def _descend(name, rate, index, shape, start, momentum, schedule, noise):
    """Return θ, L, gradient and what is remembered at every step of ``MAX_STEPS``, and after the last one."""
    functions = [jax.value_and_grad(one.function) for one in SURFACES.values()]

    def look(theta, drawn):
        loss, gradient = lax.switch(index, functions, theta, shape)
        return loss, gradient + drawn

    def update(carry, inputs):
        theta, state = carry
        multiple, drawn = inputs
        loss, gradient = look(theta, drawn)
        transformation = optimizer(name, learning_rate=rate * multiple, momentum=momentum)
        changes, after = transformation.update(gradient, state, theta)
        return (theta + changes, after), (theta, loss, gradient, *_remembered(state, theta))

    state = optimizer(name, learning_rate=rate, momentum=momentum).init(start)
    (theta, state), recorded = lax.scan(update, (start, state), (schedule, noise[:-1]))
    last = (theta, *look(theta, noise[-1]), *_remembered(state, theta))
    return tuple(jnp.concatenate([part, end[None]]) for part, end in zip(recorded, last, strict=True))


def _remembered(state, theta):
    def find(names):
        found = [optax.tree_utils.tree_get(state, name) for name in names]
        return next((one for one in found if one is not None), jnp.zeros_like(theta))

    return find(_FIRST), find(_SECOND)
