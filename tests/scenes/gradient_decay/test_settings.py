"""Networks that differ in one thing: which values belong to the difference, the remedies in order, steps enough."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.core.initializers import initialize
from simulator.errors import InputError
from simulator.scenes.gradient_decay.scene import SCENE
from simulator.scenes.gradient_decay.settings import DIFFERENCES, REMEDIES, GradientDecay, remedy_chain


def test_bad_values_become_the_nearest_valid_ones_with_a_sentence_each():
    found, errors = GradientDecay.read({"depth": "1000", "width": "1", "activation": "softplus", "rate": "fast"})
    assert (found.depth, found.width, found.activation, found.rate) == (100, 2, "sigmoid", 0.02)
    assert [error.details["field"] for error in errors] == ["depth", "width", "activation", "rate"]
    assert "100" in errors[0].in_language("ko") and "sigmoid" in errors[2].in_language("en")


def test_values_belong_to_the_difference():
    found, errors = GradientDecay.read({"differ": "normalization", "values": "sigmoid.relu"})
    assert found.values == ("none", "batch") and len(errors) == 1
    assert GradientDecay.read({"differ": "residual"}) == (GradientDecay().change(differ="residual"), ())
    assert GradientDecay().change(differ="residual").values == ("off", "on")
    assert GradientDecay().change(differ="residual").kind("values").holds(("on", "off"))
    with pytest.raises(InputError, match=r"Compare: .*off\.on"):
        GradientDecay(differ="residual")


def test_a_preset_in_a_link_is_where_the_rest_starts():
    found, errors = SCENE.read({"preset": "narrow", "depth": "10"})
    assert (found.width, found.depth, found.values, errors) == (4, 10, ("relu", "tanh"), ())
    found, errors = SCENE.read({"preset": "wide", "depth": "10"})
    assert (found, len(errors)) == (GradientDecay(depth=10), 1)


def test_the_preset_of_the_edge_has_a_network_on_it_and_one_on_either_side():
    """χ of tanh by the sum σ²·E[φ′²] at the variance that the layers keep, from weights as they are drawn."""
    points, shares = np.polynomial.hermite_e.hermegauss(201)
    shares /= shares.sum()
    chi = []
    for variant in SCENE.presets["edge_of_chaos"].settings.variants():
        matrices = [entry.weight for entry in initialize(variant.network, 0)[1:-1]]
        spread = float(np.mean([matrix.var() for matrix in matrices])) * matrices[0].shape[0]
        variance = 1.0
        for _ in range(200):
            variance = spread * float(shares @ np.tanh(np.sqrt(variance) * points) ** 2)
        chi.append(spread * float(shares @ np.cosh(np.sqrt(variance) * points) ** -4.0))
    below, on, above = chi
    assert below < 0.6 and on == pytest.approx(1.0, abs=0.04) and above > 1.05


def test_what_the_networks_differ_in_has_no_common_value():
    assert not GradientDecay().applies("activation") and GradientDecay().applies("initializer")
    assert not GradientDecay().applies("std") and GradientDecay(initializer="normal").applies("std")
    differing = GradientDecay().change(differ="initializer")
    assert differing.applies("std") and not differing.change(values=("he_normal", "zeros")).applies("std")


@pytest.mark.parametrize("differ", DIFFERENCES)
def test_networks_differ_in_one_thing(differ):
    variants = GradientDecay().change(differ=differ).variants()
    assert len({getattr(variant.network, differ) for variant in variants}) == len(variants)
    common = {replace(variant.network, **{differ: getattr(variants[0].network, differ)}) for variant in variants}
    assert len(common) == 1


def test_remedies_come_in_the_order_of_history_one_at_a_time():
    assert list(REMEDIES) == ["activation", "initializer", "normalization", "residual", "layer"]
    chain = remedy_chain(GradientDecay(remedies=("residual", "activation")))
    assert [variant.code for variant in chain] == ["before", "activation", "residual"]
    assert [variant.network.activation for variant in chain] == ["sigmoid", "relu", "relu"]
    assert [any(variant.network.residuals) for variant in chain] == [False, False, True]


def test_trained_steps_are_enough():
    for data in ("digits", "moons", "iris"):
        chosen = GradientDecay(data=data, steps=300)
        rows = chosen.dataset().num_rows
        assert chosen.training().num_epochs * -(-rows * 0.78 // 32) >= 250
