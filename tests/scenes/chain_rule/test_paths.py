"""The sum over examples and paths is the gradient, and every factor is the local derivative at its place."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from simulator.scenes.chain_rule import weight_chain
from simulator.scenes.chain_rule.numbers import pass_of
from simulator.scenes.chain_rule.paths import MAX_PATHS, num_paths
from simulator.scenes.chain_rule.settings import ChainRule


def chained(**values: Any) -> ChainRule:
    """Return a network of two inputs with two examples, by default."""
    return ChainRule(**{"net": "2-3-2-2", "rows": 2, **values})


CASES = [
    chained(rows=3),
    chained(net="2-3-2-2", activation="relu", rows=4, loss="mse_mean", output="sigmoid"),
    chained(net="3-2", loss="mse_batch_mean", rows=2),
    chained(net="1-1-1-1", loss="mse_half_sum", output="tanh", rows=1),
]


@pytest.mark.parametrize("settings", CASES)
def test_paths_add_up_to_the_gradient(settings):
    made = pass_of(settings)
    for layer, gradient in enumerate(made.grad_weight, 1):
        for source, target in np.ndindex(gradient.shape):
            found = 0.0
            for example in range(made.num_rows):
                chain = weight_chain(made, layer, source + 1, target + 1, example=example)
                part = sum(path.value for path in chain.paths) + chain.rest
                assert part == pytest.approx(chain.each[example], rel=1e-9, abs=1e-15)
                assert chain.num_paths == num_paths(settings.sizes, layer)
                found += part
            assert found == pytest.approx(gradient[source, target], rel=1e-9, abs=1e-15)


def test_more_paths_than_are_written_out_are_counted_and_summed():
    settings = chained(net="4-32-32-4", activation="tanh", rows=2)
    made = pass_of(settings)
    chain = weight_chain(made, 1, 2, 7, example=1)
    assert chain.num_paths == 128 and len(chain.paths) == MAX_PATHS
    assert chain.rest != 0.0
    assert sum(path.value for path in chain.paths) + chain.rest == pytest.approx(chain.each[1])
    sizes = [abs(path.value) for path in chain.paths]
    assert sizes == sorted(sizes, reverse=True)


def test_the_largest_of_all_paths_are_the_ones_written_out():
    """Against every path of a 2-4-5-3-2 network, listed one by one."""
    made = pass_of(chained(net="2-4-5-3-2", activation="gelu", rows=1, seed=4))
    w, d = made.parameters.weight, made.derivative
    start, source, target = made.loss.grad_logits[0], 1, 3
    sizes = {}
    for m, k, j in product(range(2), range(3), range(5)):
        assert d[0] is not None and d[1] is not None and d[2] is not None
        later = start[m] * w[3][k, m] * d[2][0, k] * w[2][j, k] * d[1][0, j]
        sizes[(m + 1, k + 1, j + 1, target)] = later * w[1][target - 1, j] * d[0][0, target - 1] * made.inputs[0, 0]
    expected = sorted(sizes.items(), key=lambda one: -abs(one[1]))
    chain = weight_chain(made, 1, source, target)
    assert chain.num_paths == len(sizes) == 30
    assert [path.units for path in chain.paths] == [units for units, _ in expected[:MAX_PATHS]]
    assert [path.value for path in chain.paths] == pytest.approx([value for _, value in expected[:MAX_PATHS]])
    assert chain.rest == pytest.approx(sum(value for _, value in expected[MAX_PATHS:]))


def test_a_million_paths_are_counted_without_listing_them():
    made = pass_of(chained(net="2-32-32-32-32-32", activation="tanh", rows=1))
    chain = weight_chain(made, 1, 1, 1)
    assert chain.num_paths == 32**4
    assert sum(path.value for path in chain.paths) + chain.rest == pytest.approx(made.grad_weight[0][0, 0])


def test_factors_of_one_path_by_hand():
    """2-2-1 with a squared error: ∂L/∂y · φ_out′ · w · φ′ · x."""
    settings = chained(net="2-2-1", loss="mse_half_sum", output="sigmoid", rows=1, seed=5)
    made = pass_of(settings)
    (path,) = weight_chain(made, 1, 2, 1).paths

    def sigma(z):
        return 1 / (1 + np.exp(-z))

    (w1, w2), (b1, b2) = made.parameters
    z1 = made.inputs[0] @ w1 + b1
    z2 = sigma(z1) @ w2 + b2
    y = sigma(z2)[0]
    slope = sigma(z1[0]) * (1 - sigma(z1[0]))
    expected = [y - made.targets[0, 0], y * (1 - y), w2[0, 0], slope, made.inputs[0, 1]]
    assert [factor.value for factor in path.factors] == pytest.approx(expected)
    assert [factor.kind for factor in path.factors] == ["loss", "slope", "weight", "slope", "input"]
    assert [factor.place for factor in path.factors] == [1, 2, 3, 4, 5]
    assert path.value == pytest.approx(np.prod(expected))
