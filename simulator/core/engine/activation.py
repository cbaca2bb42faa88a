"""Activation functions as the program runs them: chosen by a traced number, with φ' computed beside φ."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.engine.settings import FAMILIES


class Passing(NamedTuple):
    """What a layer that may be absent hands on instead of its own value."""

    previous: Any  # (batch, width)
    active: Any  # () bool


@jax.custom_vjp
def activate(z, bias, slope, mask, passing: Passing | None, family, learn_slope):
    """Return φ(z + bias), 0 for units that do not exist, and its derivative: (batch, width) each.

    One branch over the families of functions computes both, so that nothing is stored in between; only the first is
    differentiated, by the second. The slope's gradient is summed only where it is learned.
    """
    del learn_slope

    def branch(function):
        def run(z, bias, slope, mask, passing):
            value, derivative = function(z + bias[None, :], slope)
            exists = mask[None, :]
            if passing is not None:
                exists = exists & passing.active
            value, derivative = jnp.where(exists, value, 0.0), jnp.where(exists, derivative, 0.0)
            if passing is not None:
                value = jnp.where(passing.active, value, passing.previous)
            return value, derivative

        return run

    branches = [branch(_value_and_derivative(name)) for name in FAMILIES]
    return lax.switch(family, branches, z, bias, slope, mask, passing)


def _activate_forward(z, bias, slope, mask, passing, family, learn_slope):
    value, derivative = activate(z, bias, slope, mask, passing, family, learn_slope)
    active = None if passing is None else passing.active
    return (value, derivative), (derivative, z, bias, active, learn_slope)


def _activate_backward(kept, upstream):
    derivative, z, bias, active, learn_slope = kept
    gradient, _ = upstream
    pre_gradient = gradient * derivative

    def sum_slope():
        return jnp.sum(jnp.sum(gradient * jnp.minimum(z + bias[None, :], 0.0), axis=0))

    slope_gradient = lax.cond(learn_slope, sum_slope, lambda: jnp.float32(0.0))
    passing = None
    if active is not None:
        passing = Passing(jnp.where(active, 0.0, gradient), None)
    return pre_gradient, jnp.sum(pre_gradient, axis=0), slope_gradient, None, passing, None, None


activate.defvjp(_activate_forward, _activate_backward)


def _piecewise(z, slope):
    positive = z > 0
    return jnp.where(positive, z, slope * z), jnp.where(positive, 1.0, slope)


def _sigmoid(z, slope):
    del slope
    small = jnp.exp(-jnp.abs(z))
    value = jnp.where(z > 0, 1.0, small) / (1.0 + small)
    return value, small / (1.0 + small) ** 2


def _tanh(z, slope):
    del slope
    small = jnp.exp(-2.0 * jnp.abs(z))  # 1 − tanh² is 0 in float32 long before the derivative is
    return jnp.tanh(z), 4.0 * small / (1.0 + small) ** 2


_FUSED = {"piecewise": _piecewise, "sigmoid": _sigmoid, "tanh": _tanh}
"""Families whose value and derivative share their work; the others are computed as the table of functions says."""


def _value_and_derivative(name: str):
    if name in _FUSED:
        return _FUSED[name]
    entry = ACTIVATIONS_TABLE[name]
    return lambda z, slope: (entry.function(z, slope), entry.derivative(z, slope))
