"""Forward and backward pass against JAX: every activation, loss and output activation."""

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.losses import NATURAL_OUTPUT, loss_value
from simulator.core.training import LOSSES
from simulator.graph import backward, trace
from simulator.graph.functions import cross_entropy
from simulator.scenes.chain_rule import FUNCTIONS, SLOPE, draw_examples, draw_parameters, run_pass

OUTPUTS = ("identity", "sigmoid", "tanh")
COMBINATIONS = [
    (loss, output) for loss in LOSSES for output in ((NATURAL_OUTPUT[loss],) if loss in NATURAL_OUTPUT else OUTPUTS)
]


def jax_loss(parameters, inputs, targets, activation, loss, output):
    value = inputs
    for weight, bias in zip(parameters[0][:-1], parameters[1][:-1], strict=True):
        value = ACTIVATIONS_TABLE[activation].function(value @ weight + bias[None], SLOPE)
    logits = value @ parameters[0][-1] + parameters[1][-1][None]
    return loss_value(logits, targets, loss, output)


def assert_agrees(sizes, rows, seed, activation, loss, output):
    parameters = draw_parameters(sizes, seed)
    inputs, targets = draw_examples(sizes, rows, seed, output=output)
    made = run_pass(parameters, inputs, targets, activation=activation, loss=loss, output=output)
    rounded = jax.tree.map(jnp.asarray, (tuple(parameters.weight), tuple(parameters.bias)))
    value, gradients = jax.value_and_grad(jax_loss)(
        rounded, jnp.asarray(inputs), jnp.asarray(targets), activation, loss, output
    )
    assert made.loss.value == pytest.approx(float(value), rel=1e-5, abs=1e-7)
    assert made.loss.each.sum() == pytest.approx(made.loss.value)
    for mine, theirs in zip((*made.grad_weight, *made.grad_bias), (*gradients[0], *gradients[1]), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=2e-4, atol=2e-6)


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_gradients_with_every_activation(activation):
    assert_agrees((2, 3, 2, 2), 3, 1, activation, "cross_entropy", "softmax")


@pytest.mark.parametrize(("loss", "output"), COMBINATIONS)
def test_gradients_with_every_loss(loss, output):
    assert_agrees((3, 4, 2), 3, 2, "tanh", loss, output)


@pytest.mark.parametrize("sizes", [(1, 1), (1, 1, 1, 1), (4, 32, 32, 4)])
def test_gradients_of_small_and_wide_networks(sizes):
    loss, output = ("cross_entropy", "softmax") if sizes[-1] > 1 else ("binary_cross_entropy", "sigmoid")
    assert_agrees(sizes, 4, 3, "relu", loss, output)


def test_gradients_of_activations_and_pre_activations():
    """∂L/∂A and ∂L/∂Z by central differences in float64, through offsets added on the way."""
    sizes, rows = (2, 3, 2, 2), 2
    weight, bias = draw_parameters(sizes, 1)
    inputs, targets = draw_examples(sizes, rows, 1, output="softmax")
    made = run_pass(
        draw_parameters(sizes, 1), inputs, targets, activation="sigmoid", loss="cross_entropy", output="softmax"
    )

    def loss(before, after):
        value = inputs
        for layer in range(3):
            z = value @ weight[layer] + bias[layer] + before.get(layer, 0.0)
            value = 1 / (1 + np.exp(-z)) + after.get(layer, 0.0)
        logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -(targets * logs).sum() / rows

    step = 1e-6
    for layer in range(3):
        found = made.grad_pre_activation[layer]
        for entry in np.ndindex(found.shape):
            offset = np.zeros(found.shape)
            offset[entry] = step
            slope = (loss({layer: offset}, {}) - loss({layer: -offset}, {})) / (2 * step)
            assert found[entry] == pytest.approx(slope, rel=1e-5, abs=1e-9)
            if layer < 2:
                slope = (loss({}, {layer: offset}) - loss({}, {layer: -offset})) / (2 * step)
                grad_activation = made.grad_activation[layer]
                assert grad_activation is not None
                assert grad_activation[entry] == pytest.approx(slope, rel=1e-5, abs=1e-9)


def test_functions_are_those_of_the_training_engine():
    z = np.array([-6.0, -1.3, -0.2, 0.0, 0.4, 2.0, 7.0])
    for name, function in FUNCTIONS.items():
        row = ACTIVATIONS_TABLE[name]
        np.testing.assert_allclose(function.value(z), row.function(jnp.asarray(z), SLOPE), rtol=2e-5, atol=1e-6)
        np.testing.assert_allclose(function.derivative(z), row.derivative(jnp.asarray(z), SLOPE), rtol=2e-4, atol=1e-6)


@pytest.mark.parametrize("sizes", [(1, 1), (2, 3, 2, 2), (4, 32, 32, 4)])
def test_drawn_numbers_have_two_decimals_and_do_not_change(sizes):
    parameters = draw_parameters(sizes, 5)
    for values in (*parameters.weight, *parameters.bias):
        np.testing.assert_array_equal(values, np.round(values, 2))
    assert [weight.shape for weight in parameters.weight] == list(pairwise(sizes))
    again = draw_parameters(sizes, 5)
    for one, other in zip(parameters.weight, again.weight, strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(parameters.weight[0], draw_parameters(sizes, 6).weight[0])


@pytest.mark.parametrize(("output", "allowed"), [("softmax", {0, 1}), ("sigmoid", {0, 1}), ("tanh", {-1, 1})])
def test_targets_fit_the_output(output, allowed):
    targets = draw_examples((2, 3), 8, 1, output=output).targets
    assert set(np.unique(targets)) == allowed
    if output == "softmax":
        np.testing.assert_array_equal(targets.sum(axis=1), 1)
    single = draw_examples((2, 1), 4, 1, output="sigmoid").targets
    assert set(np.unique(single)) == {0, 1}


def test_gradients_are_those_of_the_traced_program():
    """The same network through the computation graph, whose gradients are JAX's own."""
    sizes, rows = (2, 3, 2), 2
    parameters = draw_parameters(sizes, 4)
    inputs, targets = draw_examples(sizes, rows, 4, output="softmax")
    made = run_pass(parameters, inputs, targets, activation="sigmoid", loss="cross_entropy", output="softmax")

    def loss(X, W1, b1, W2, b2, T):
        A1 = jax.nn.sigmoid(X @ W1 + b1[None])
        return cross_entropy(A1 @ W2 + b2[None], T)

    arrays = {"X": inputs, "W1": parameters.weight[0], "b1": parameters.bias[0]}
    arrays |= {"W2": parameters.weight[1], "b2": parameters.bias[1], "T": targets}
    found = backward(trace(loss, **{name: value.astype(np.float32) for name, value in arrays.items()})).gradients
    for layer in (1, 2):
        np.testing.assert_allclose(made.grad_weight[layer - 1], found[f"W{layer}"], rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(made.grad_bias[layer - 1], found[f"b{layer}"], rtol=1e-4, atol=1e-6)
