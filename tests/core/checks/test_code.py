"""The code that readers see is the code that runs: the listings are executed and held to the gradients."""

import numpy as np
import pytest

from simulator.core.checks import (
    BUG_KINDS,
    RULES,
    PlantedBug,
    backward_listing,
    bug_network,
    buggy_backward,
    changed_lines,
    finite_gradients,
    layers_of,
    rule_source,
)
from simulator.core.checks.network import forward
from simulator.core.checks.rules import sigmoid, softmax_forward

EVERY_BUG = [PlantedBug(kind, layer) for kind in BUG_KINDS for layer in layers_of(kind)]


def executed(listing: str) -> dict[str, np.ndarray]:
    """Run a listing on the network of the hunt."""
    network = bug_network(0)
    trace = forward(network)
    outputs = [*trace.inputs[1:], softmax_forward(trace.pre_activations[-1])[0]]
    names = {
        "np": np,
        "sigmoid": sigmoid,
        "p": outputs[-1],
        "t": network.targets,
        "inputs": dict(enumerate(trace.inputs, start=1)),
        "outputs": dict(enumerate(outputs, start=1)),
        "weights": dict(enumerate(network.weights, start=1)),
        "gradients": {},
    }
    exec(listing, names)
    return names["gradients"]


def test_the_right_listing_computes_the_gradient():
    found, right = executed(backward_listing()), finite_gradients(bug_network(0))
    assert set(found) == set(right)
    for name, gradient in right.items():
        np.testing.assert_allclose(found[name], gradient, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("bug", EVERY_BUG, ids=lambda bug: f"{bug.kind}-{bug.layer}")
def test_the_wrong_line_is_what_the_bug_does(bug):
    found, buggy = executed(backward_listing(bug)), buggy_backward(bug_network(0), bug)
    for name, gradient in buggy.items():
        np.testing.assert_allclose(found[name], gradient, rtol=1e-12, err_msg=name)
    right, wrong = changed_lines(bug)
    pairs = zip(backward_listing().splitlines(), backward_listing(bug).splitlines(), strict=True)
    assert [(one, other) for one, other in pairs if one != other] == [(right, wrong)]


@pytest.mark.parametrize("name", RULES)
def test_the_source_of_a_rule_is_its_own(name):
    source = rule_source(name)
    names = {"np": np, "Array": np.ndarray, "Any": object, "sigmoid": sigmoid, "EPSILON": 1e-5}
    exec(source, names)
    rule = RULES[name]
    inputs = rule.example(np.random.default_rng(1))
    out, aux = names[f"{name}_forward"](**inputs)
    expected, expected_aux = rule.forward(**inputs)
    np.testing.assert_array_equal(out, expected)
    d_out = np.ones_like(out)
    found, wanted = names[f"{name}_backward"](d_out, aux), rule.backward(d_out, expected_aux)
    for operand in rule.operands:
        np.testing.assert_array_equal(found[operand], wanted[operand])
