"""A loss against one logit: autodiff as the oracle, the unfair stretch in closed form, the figures of the lecture."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.core.losses import loss_value
from simulator.errors import InputError
from simulator.scenes.losses.single import (
    OUTPUTS,
    SINGLE_LOSSES,
    SQUARED_ERRORS,
    TARGETS,
    UNFAIR_ERROR,
    loss_curve,
    squared_error_factor,
    unfair_band,
    unfair_points,
    worked_example,
)

PLACES = np.linspace(-10.0, 10.0, 41)


def _definition(loss, output, target, classes):
    """Return the loss of one logit as a JAX function, by the engine's own definition of every loss."""
    if output == "sigmoid":
        targets = jnp.array([[float(target)]])
        name = "binary_cross_entropy" if loss == "cross_entropy" else loss
        return lambda z: loss_value(z[None, None], targets, name, "sigmoid")
    targets = jnp.eye(classes)[0 if target else 1][None]
    return lambda z: loss_value(jnp.zeros(classes).at[0].set(z)[None], targets, loss, "softmax")


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("loss", SINGLE_LOSSES)
def test_loss_and_gradient_are_those_of_the_engine(loss, output, target):
    for classes in (2, 5):
        curve = loss_curve(loss, output, target, PLACES, num_classes=classes)
        with jax.enable_x64(True):
            both = jax.vmap(jax.value_and_grad(_definition(loss, output, target, classes)))
            values, gradients = both(jnp.asarray(PLACES))
        assert curve.loss == pytest.approx(np.asarray(values), rel=1e-9, abs=1e-12)
        assert curve.gradient == pytest.approx(np.asarray(gradients), rel=1e-9, abs=1e-12)


def test_the_figures_of_the_lecture():
    example = worked_example(5.0, 0)
    assert example.derivative == pytest.approx(0.006648, abs=5e-7)
    assert round(example.derivative, 4) == 0.0066
    assert round(example.squared_gradient, 4) == 0.0066
    assert example.error == pytest.approx(0.9933, abs=5e-5)
    assert example.cross_entropy_gradient == pytest.approx(0.9933, abs=5e-5)
    # A better student, nearer to the target, gets the larger gradient.
    assert worked_example(1.0, 0).squared_gradient > 20 * example.squared_gradient


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("loss", SQUARED_ERRORS)
def test_the_unfair_stretch_begins_at_two_thirds(loss, output, target):
    places = np.linspace(-12.0, 12.0, 4801)
    curve = loss_curve(loss, output, target, places)
    unfair = unfair_points(curve)
    assert curve.error[unfair].min() == pytest.approx(UNFAIR_ERROR, abs=2e-3)
    # e = 2/3 is the logit ±ln 2 behind a sigmoid, and behind softmax of two.
    edge = places[unfair].min() if target == 0 else places[unfair].max()
    assert edge == pytest.approx(np.log(2) * (1 if target == 0 else -1), abs=0.011)
    # One connected stretch, on the side of the large errors.
    assert (curve.error[unfair] > curve.error[~unfair].max() - 1e-12).all()


@pytest.mark.parametrize("classes", [3, 10])
def test_two_thirds_holds_for_the_right_class_of_any_softmax(classes):
    curve = loss_curve("mse_half_sum", "softmax", 1, np.linspace(-12.0, 12.0, 4801), num_classes=classes)
    assert curve.error[unfair_points(curve)].min() == pytest.approx(UNFAIR_ERROR, abs=2e-3)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("target", TARGETS)
def test_cross_entropy_is_fair(output, target):
    curve = loss_curve("cross_entropy", output, target, np.linspace(-40.0, 40.0, 801))
    assert not unfair_points(curve).any()
    assert np.abs(curve.gradient) == pytest.approx(curve.error)


def test_the_scalings_differ_by_a_constant():
    curves = {loss: loss_curve(loss, "softmax", 1, PLACES, num_classes=4) for loss in SQUARED_ERRORS}
    base = curves["mse_half_sum"]
    for loss, curve in curves.items():
        factor = squared_error_factor(loss, 1, 4)
        assert curve.loss == pytest.approx(factor * base.loss)
        assert curve.gradient == pytest.approx(factor * base.gradient)
    assert [squared_error_factor(loss, 32, 10) for loss in SQUARED_ERRORS] == [1.0, 2 / 320, 2 / 32]


def test_nothing_is_lost_far_out():
    far = loss_curve("cross_entropy", "sigmoid", 1, np.array([800.0, -800.0]))
    assert far.loss.tolist() == [0.0, 800.0]
    assert far.gradient[1] == -1.0
    assert loss_curve("mse_half_sum", "sigmoid", 1, np.array([40.0])).gradient[0] != 0.0


def test_wrong_names_and_numbers():
    with pytest.raises(InputError, match="Choose one of: mse_half_sum"):
        loss_curve("absolute", "sigmoid", 0, PLACES)
    with pytest.raises(InputError, match="Choose one of: sigmoid, softmax"):
        loss_curve("mse_mean", "tanh", 0, PLACES)
    with pytest.raises(InputError, match="Choose one of: 0, 1"):
        loss_curve("mse_mean", "sigmoid", 2, PLACES)
    with pytest.raises(InputError, match="at least 2"):
        loss_curve("mse_mean", "softmax", 0, PLACES, num_classes=1)
    with pytest.raises(InputError, match="Choose one of: mse_half_sum, mse_mean, mse_batch_mean"):
        squared_error_factor("cross_entropy", 1, 1)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("loss", SQUARED_ERRORS)
def test_the_worked_example_is_that_of_the_chosen_output(loss, output, target):
    """It once worked out a sigmoid below pictures of a softmax."""
    for classes in (2, 4, 10):
        for logit in (-9.9, -3.3, 0.0, 0.7, 5.0, 10.0):
            example = worked_example(logit, target, loss=loss, output=output, num_classes=classes)
            with jax.enable_x64(True):
                squared = jax.grad(_definition(loss, output, target, classes))(logit)
                cross = jax.grad(_definition("cross_entropy", output, target, classes))(logit)
            assert example.squared_gradient == pytest.approx(float(squared), rel=1e-9, abs=1e-12)
            assert example.cross_entropy_gradient == pytest.approx(float(cross), rel=1e-9, abs=1e-12)
            # The parts that are shown make up the result that is shown.
            whole = example.factor * (example.own + example.others)
            assert whole == pytest.approx(example.squared_gradient, rel=1e-9, abs=1e-15)
            assert example.own == pytest.approx(example.cross_entropy_gradient * example.derivative)
            assert (example.others == 0.0) == (output == "sigmoid")


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("classes", range(2, 11))
def test_there_is_an_unfair_stretch_for_every_setting(output, target, classes):
    low, high = unfair_band("mse_half_sum", output, target, num_classes=classes)
    assert (high == 10.0) if target == 0 else (low == -10.0)
    edge, inner = (low, 0.02) if target == 0 else (high, -0.02)
    places = np.array([edge - inner, edge, edge + 2 * inner])
    pulls = np.abs(loss_curve("mse_half_sum", output, target, places, num_classes=classes).gradient)
    assert pulls[2] < pulls[1]
