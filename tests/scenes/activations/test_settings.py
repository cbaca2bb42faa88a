"""The figures of curriculum section 3, the derivative at exactly 0, saturation, zig-zag and cost."""

import math

import numpy as np
import pytest

from simulator.core.network import ACTIVATIONS
from simulator.errors import InputError
from simulator.scenes.activations.cost import measure_costs
from simulator.scenes.activations.numbers import curve, derivatives_at_zero, grid, spread
from simulator.scenes.activations.settings import Activations
from simulator.scenes.activations.zigzag import TARGET, zigzag


def at(name: str, z: float) -> float:
    return float(curve(name, 0.01).derivative[np.flatnonzero(grid() == z)[0]])


def test_the_figures_of_the_sources():
    assert at("sigmoid", 5.0) == pytest.approx(0.006648, abs=5e-7)
    assert at("sigmoid", 0.0) == 0.25 == curve("sigmoid", 0.0).derivative.max()
    assert at("tanh", 0.0) == 1.0 == curve("tanh", 0.0).derivative.max()
    # Erratum of source E: 4.501e-7 is not the gradient at 5, but at 8.
    assert at("tanh", 5.0) == pytest.approx(0.00018158, abs=5e-9)
    assert at("tanh", 8.0) == pytest.approx(4.501e-7, abs=5e-11)
    assert at("tanh", 5.0) == pytest.approx(1 - math.tanh(5.0) ** 2, rel=1e-4)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_derivative_is_the_slope_of_the_curve(name):
    drawn = curve(name, 0.3)
    z = drawn.z.astype(float)
    slope = np.gradient(drawn.value.astype(float), z)
    away = (np.abs(z) > 0.02) & (np.abs(z) < 9.9)  # from the kink, and from the one-sided ends
    np.testing.assert_allclose(drawn.derivative[away], slope[away], atol=2e-3)


def test_relu_at_exactly_zero_is_a_convention():
    assert derivatives_at_zero() == {"jax.nn.relu": 0.0, "jnp.maximum": 0.5, "simulator": 0.0}
    torch = pytest.importorskip("torch")
    zero = torch.zeros(1, requires_grad=True)
    torch.relu(zero).sum().backward()
    assert zero.grad.item() == 0.0


def test_saturation_is_counted_by_hand():
    values = np.array([[-9.0, 0.0, 1.0, 12.0]], np.float32)
    found = spread(values, "sigmoid", 0.0)
    assert found.saturated == 0.5  # at −9 and 12
    assert found.outside == 1 and found.count.sum() == 3
    assert found.exactly_zero == 0.25
    assert spread(values, "relu", 0.0).saturated == 0.5  # −9 and exactly 0, where the slope is 0


def test_large_weights_saturate_sigmoid():
    from simulator.core.propagation.signal import start_signal
    from simulator.core.propagation.starts import Case, batch_of

    def saturated(settings: Activations) -> float:
        network = settings.network("sigmoid")
        batch = batch_of(Case(network, settings.training(), "digits"))
        values = start_signal(network, batch, [0]).pre_activation[settings.shown_layer]
        return spread(values, "sigmoid", 0.0).saturated

    assert saturated(Activations()) < 0.01
    assert saturated(Activations(initializer="normal", std=2.0)) > 0.5


def test_layers_beyond_the_last_one_show_the_last_one():
    assert Activations(depth=3, layer=9).shown_layer == 2


def test_the_point_stands_on_hundredths():
    assert Activations.read({"z": "1.23456"}).settings.z == 1.23
    assert Activations().change(z=0.005).z in (0.0, 0.01)
    found, errors = Activations.read({"z": "99", "functions": "softplus"})
    assert (found.z, found.functions, len(errors)) == (10.0, ("sigmoid",), 2)


def test_a_slope_matters_only_where_a_function_has_one():
    assert not Activations().applies("slope") and Activations(functions=("relu", "prelu")).applies("slope")
    assert not Activations().applies("std") and Activations(initializer="normal").applies("std")


def test_positive_inputs_never_let_the_weights_go_straight():
    path = zigzag(positive=True, learning_rate=0.5, num_steps=60, seed=0)
    updates = np.diff(path.weight, axis=0)
    assert path.same_sign == 1.0
    assert not np.any((updates[:, 0] > 0) & (updates[:, 1] < 0))  # never right and down, where the target is
    free = zigzag(positive=False, learning_rate=0.5, num_steps=60, seed=0)
    assert 0.3 < free.same_sign < 0.7
    assert free.length < path.length and free.arrived is not None and path.arrived is not None
    assert free.arrived < path.arrived
    assert np.linalg.norm(path.weight[path.arrived] - TARGET) < 0.1


def test_an_update_is_the_gradient_of_half_the_squared_error():
    path = zigzag(positive=True, learning_rate=0.25, num_steps=1, seed=5)
    x = np.random.Generator(np.random.Philox(key=np.array([5, 17], np.uint64))).uniform(0.0, 1.0, (1, 2))[0]

    def loss(w):
        return 0.5 * (w @ x - np.array(TARGET) @ x) ** 2

    step = 1e-6
    gradient = [(loss(step * np.eye(2)[i]) - loss(-step * np.eye(2)[i])) / (2 * step) for i in range(2)]
    np.testing.assert_allclose(path.weight[1], -0.25 * np.array(gradient), rtol=1e-6)


@pytest.mark.parametrize("values", [{"learning_rate": -1.0}, {"num_steps": 0}, {"num_steps": 10_000}])
def test_impossible_paths_are_refused(values):
    with pytest.raises(InputError):
        zigzag(**{"positive": True, "learning_rate": 0.1, "num_steps": 5, "seed": 0, **values})


def test_costs_are_relative_to_relu():
    costs = measure_costs(num_values=20_000, repeats=2)
    assert [cost.name for cost in costs] == list(ACTIVATIONS)
    assert next(cost.ratio for cost in costs if cost.name == "relu") == 1.0
    assert all(cost.seconds > 0 for cost in costs)
