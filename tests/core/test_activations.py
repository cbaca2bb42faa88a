"""Every activation function's derivative against ``jax.grad``, and the figures that lessons quote."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.engine.activation import activate
from simulator.core.engine.settings import FAMILIES
from simulator.core.network import ACTIVATIONS

POINTS = np.array([-9.0, -2.5, -0.3, 0.0, 1e-3, 0.7, 4.0, 9.0], np.float32)
PLAIN = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": lambda z: jax.nn.leaky_relu(z, 0.01),
    "prelu": lambda z: jax.nn.leaky_relu(z, 0.01),
    "elu": jax.nn.elu,
    "gelu": lambda z: jax.nn.gelu(z, approximate=False),
    "identity": lambda z: z,
}


def test_the_table_has_every_activation():
    assert tuple(ACTIVATIONS_TABLE) == ACTIVATIONS


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_functions_and_derivatives_are_jax_own(name):
    entry, plain = ACTIVATIONS_TABLE[name], PLAIN[name]
    np.testing.assert_allclose(entry.function(POINTS), plain(POINTS), rtol=1e-5, atol=1e-6)
    smooth = POINTS if name not in ("leaky_relu", "prelu") else POINTS[POINTS != 0]  # jax.nn.leaky_relu'(0) is 1
    np.testing.assert_allclose(entry.derivative(smooth), jax.vmap(jax.grad(plain))(smooth), rtol=1e-3, atol=1e-6)
    assert float(entry.derivative(0.0)) == pytest.approx(entry.derivative_at_zero)
    steps = np.abs(entry.derivative(np.linspace(-6, 6, 4001, dtype=np.float32)))
    assert steps.max() == pytest.approx(entry.max_derivative, rel=1e-4)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_program_computes_the_same_function(name):
    family = FAMILIES.index(name) if name in FAMILIES else 0
    slope = {"leaky_relu": 0.01, "prelu": 0.01, "identity": 1.0}.get(name, 0.0)
    value, derivative = activate(
        jnp.asarray(POINTS)[None], jnp.zeros(8), jnp.float32(slope), jnp.ones(8, bool), None, family, False
    )
    np.testing.assert_allclose(value[0], ACTIVATIONS_TABLE[name].function(POINTS), rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(derivative[0], ACTIVATIONS_TABLE[name].derivative(POINTS), rtol=1e-5, atol=1e-9)


def test_saturation_has_the_quoted_figures():
    assert float(ACTIVATIONS_TABLE["sigmoid"].derivative(5.0)) == pytest.approx(0.006648, rel=1e-4)
    assert float(ACTIVATIONS_TABLE["tanh"].derivative(5.0)) == pytest.approx(0.00018158, rel=1e-4)
    assert float(ACTIVATIONS_TABLE["tanh"].derivative(8.0)) == pytest.approx(4.501e-7, rel=1e-3)
