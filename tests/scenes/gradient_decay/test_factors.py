"""Source E's table, sigmoid's bound, and where the number formats end."""

import numpy as np
import pytest

from simulator.core.initializers import initialize
from simulator.core.propagation.signal import start_signal
from simulator.errors import InputError
from simulator.scenes.gradient_decay.factors import DEFAULT_FACTORS, products, sigmoid_bound
from simulator.scenes.gradient_decay.settings import GradientDecay
from simulator.scenes.gradient_decay.underflow import FORMATS, repeated, underflow
from simulator.scenes.gradient_decay.words import factors_words, underflow_words
from simulator.texts import text


def test_source_e_every_layer():
    """Ten layers, every factor 0.01: 10⁻² at layer 10, 10⁻⁴ at layer 9, … 10⁻²⁰ at layer 1."""
    np.testing.assert_allclose(
        products(DEFAULT_FACTORS), [10.0 ** (-2 * (11 - layer)) for layer in range(1, 11)], rtol=1e-12
    )


def test_edited_factors_multiply_from_the_output():
    np.testing.assert_allclose(products([2.0, 3.0, 0.0, 5.0]), [0.0, 0.0, 0.0, 5.0])
    np.testing.assert_allclose(products([-2.0, 0.5]), [-1.0, 0.5])


@pytest.mark.parametrize("factors", [[], [1.0] * 101, [float("nan")], [1e9]])
def test_impossible_tables_are_refused(factors):
    with pytest.raises(InputError, match="factor"):
        products(factors)


def test_no_sigmoid_layer_passes_on_more_than_a_quarter_of_its_spectral_norm(digits_batch):
    network = GradientDecay(depth=6).network(activation="sigmoid")
    signal = start_signal(network, digits_batch, [0])
    gains = [np.linalg.norm(entry.weight, 2) for entry in initialize(network, 0)[1:]]
    factor = signal.grad_norm[0, :-1] / signal.grad_norm[0, 1:]
    assert np.all(factor <= 0.25 * np.array(gains))
    assert sigmoid_bound(3, 2.0).tolist() == [0.125, 0.25, 0.5]


def test_powers_of_a_factor_reach_zero_where_ieee_says():
    # The smallest float32 is 2⁻¹⁴⁹; halving it rounds to even, which is 0: after 150 halvings nothing is left.
    assert repeated(0.5, "float32").zero_after == 150
    assert repeated(0.5, "float16").zero_after == 25  # 2⁻²⁴
    assert repeated(0.5, "bfloat16").zero_after == 134  # 2⁻¹³³
    assert repeated(0.01, "float32").zero_after == 23


@pytest.mark.parametrize("factor", [0.55, 0.75, 0.9, 0.99])
def test_above_one_half_rounding_never_lets_a_product_become_zero(factor):
    """The smallest number times more than ½ rounds back to itself: no number of layers makes it 0."""
    for kind, dtype in (("float32", np.float32), ("float16", np.float16)):
        found = repeated(factor, kind)
        assert found.zero_after is None and found.stays
        held = dtype(found.value)
        assert held > 0 and dtype(held * dtype(factor)) == held
    for language, (zero, held) in {
        "ko": ("정확히 0이 됩니다", "0이 되지 않습니다"),
        "en": ("exactly 0", "never"),
    }.items():
        said = " ".join(factors_words(language, (factor,) * 5, 1.0))
        assert zero not in said and said.count(held) == 3 and "100000" not in said


def test_a_factor_near_one_is_said_to_be_still_there():
    (_, said, _) = factors_words("en", (0.9999,) * 3, 1.0)
    left = float(np.float32(0.9999)) ** 100_000
    assert "float32 still has 4.5" in said and left == pytest.approx(4.5e-5, rel=0.02)
    assert "float16 never gets to 0, because rounding holds it at 1" in said  # 0.9999 is 1 in float16


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_bound_names_the_norm_that_it_needs(language):
    (*_, said) = factors_words(language, (0.01,) * 10, 2.0)
    norm = "스펙트럼 노름" if language == "ko" else "spectral norm"
    assert norm in said and norm in text(language, "gradient_decay.microscope.bound")
    assert "0.5" in said and "9.77×10⁻⁴" in said  # ½¹⁰


@pytest.fixture(scope="module")
def deep_sigmoid(digits_batch):
    network = GradientDecay(depth=100).network(activation="sigmoid")
    return network, underflow(network, digits_batch, 0)


def test_float32_agrees_with_the_compiled_network_while_it_lasts(deep_sigmoid, digits_batch):
    network, results = deep_sigmoid
    compiled = start_signal(network, digits_batch, [0]).grad_norm[0]
    strong = compiled > 1e-30
    assert strong.sum() > 50
    np.testing.assert_allclose(results[0].grad_norm[strong], compiled[strong], rtol=1e-3)


def test_each_format_ends_at_its_own_depth(deep_sigmoid):
    _, results = deep_sigmoid
    assert [entry.format for entry in results] == list(FORMATS)
    reach = {entry.format: entry.reach for entry in results}
    assert reach["float32"] > reach["bfloat16"] > reach["float16"] > 3
    for entry in results:
        assert np.all(entry.grad_norm[: entry.zero_layers] == 0) and np.all(entry.grad_norm[entry.zero_layers :] > 0)
        # The last entries before 0 are near the smallest number: no sooner, no later.
        assert entry.grad_norm[entry.zero_layers] < 1e3 * entry.smallest
    assert results[0].smallest == pytest.approx(2.0**-149)
    assert results[2].smallest == pytest.approx(2.0**-24)


def test_relu_with_he_arrives_in_every_format(digits_batch):
    network = GradientDecay(depth=50).network(activation="relu")
    assert [entry.reach for entry in underflow(network, digits_batch, 0)] == [None, None, None]


def test_only_plain_networks_are_compared(digits_batch):
    with pytest.raises(InputError, match="normalization"):
        underflow(GradientDecay(normalization="batch").network(), digits_batch, 0)


@pytest.mark.filterwarnings("error")
def test_numbers_too_large_for_a_format_are_said_to_be(digits_batch):
    network = GradientDecay(depth=12, initializer="normal", std=1.0).network(activation="relu")
    results = {entry.format: entry for entry in underflow(network, digits_batch, 0)}
    assert not np.all(np.isfinite(results["float16"].grad_norm)) and np.all(np.isfinite(results["float32"].grad_norm))
    assert "too large" in underflow_words("en", results["float16"])
    assert "arrives" in underflow_words("en", results["float32"])
