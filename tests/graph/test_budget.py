"""What is typed is weighed from its shapes before anything is computed, and whatever fails becomes a sentence."""

import importlib
import random

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.errors import InputError
from simulator.graph import parse, trace
from simulator.graph.budget import (
    MAX_ENTRIES,
    MAX_MEGABYTES,
    MAX_OPERATIONS,
    MAX_WORK,
    Cost,
    check_budget,
    cost_of,
)
from simulator.graph.trace import value_of
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass
from tests.graph.random_expressions import random_link

ENORMOUS = "outer(outer(one_hot(1,1024),one_hot(1,512)),outer(one_hot(1,1024),one_hot(1,512)))"
MATRIX = np.ones((256, 256), np.float32)


def shapes(*sizes: tuple[int, ...]) -> list[jax.ShapeDtypeStruct]:
    return [jax.ShapeDtypeStruct(size, jnp.float32) for size in sizes]


@pytest.mark.parametrize(
    ("function", "sizes"),
    [
        (lambda a, b: a @ b, [(16, 32), (32, 8)]),
        (lambda a, b: jnp.einsum("bij,bjk->bik", a, b), [(4, 16, 8), (4, 8, 8)]),
        (lambda a, b: a * b + a, [(64, 64), (64, 64)]),
    ],
)
def test_work_is_what_the_compiler_counts(function, sizes):
    counted = jax.jit(function).lower(*shapes(*sizes)).cost_analysis()
    assert counted is not None
    assert cost_of(jax.make_jaxpr(function)(*shapes(*sizes)).jaxpr).work == counted["flops"]


def test_a_call_costs_what_is_inside_of_it():
    inside = jax.jit(lambda x: jnp.sin(x) + x)
    cost = cost_of(jax.make_jaxpr(lambda x: inside(x) * 2)(*shapes((10, 10))).jaxpr)
    assert cost.work == 300 and cost.operations == 4 and cost.largest == 100


def test_each_limit_can_be_reached_and_not_passed():
    megabyte = 2**20
    at = Cost(MAX_ENTRIES, MAX_OPERATIONS, MAX_WORK, MAX_MEGABYTES * megabyte)
    check_budget(at)
    for beyond, code, value in (
        (at._replace(largest=MAX_ENTRIES + 1), "too_large", MAX_ENTRIES + 1),
        (at._replace(operations=MAX_OPERATIONS + 1), "too_many_operations", None),
        (at._replace(work=3 * MAX_WORK), "too_much_work", 3.0),
        (at._replace(size=(MAX_MEGABYTES + 2) * megabyte), "too_much_memory", MAX_MEGABYTES + 2),
    ):
        with pytest.raises(InputError) as caught:
            check_budget(beyond)
        assert (caught.value.code, caught.value.details.get("value")) == (f"graph:{code}", value)
    for beyond in (at._replace(work=MAX_WORK + 1), at._replace(size=MAX_MEGABYTES * megabyte + 1)):
        with pytest.raises(InputError):
            check_budget(beyond)


def test_what_nothing_costs_and_what_two_things_cost():
    assert Cost() == (0, 0, 0, 0)
    assert Cost(5, 1, 10, 100) + Cost(3, 2, 20, 200) == (5, 3, 30, 300)
    # of 100 entries: the value, and of the operand its slope, what arrives, what it contributes, and the total: 4 bytes
    assert cost_of(jax.make_jaxpr(jnp.sin)(*shapes((10, 10))).jaxpr) == (100, 1, 100, 4 * 5 * 100)
    assert cost_of(jax.make_jaxpr(jnp.sum)(*shapes((10, 10))).jaxpr) == (100, 1, 100, 4 * (1 + 2 * 1 + 2 * 100))


def test_no_number_is_computed_of_what_is_too_large(monkeypatch):
    def computed(*_):
        raise AssertionError("computed before it was weighed")

    monkeypatch.setattr(importlib.import_module("simulator.graph.trace"), "evaluate", computed)
    for text in (f"sum({ENORMOUS})*x", "sum(outer(outer(m, m), m))*x"):
        with pytest.raises(InputError) as caught:
            trace(text, x=1.0, m=MATRIX)
        assert caught.value.code == "graph:too_large" and caught.value.details["value"] > MAX_ENTRIES
    with pytest.raises(InputError, match=f"{MAX_ENTRIES}"):
        value_of(parse(ENORMOUS))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("sum(" + "gelu(" * 20 + "m" + ")" * 20 + ")", "graph:too_much_memory"),
        ("sum(" + "+".join(["(m@m@m@m@m@m)"] * 20) + ")", "graph:too_much_work"),
    ],
)
def test_every_limit_has_its_sentence(text, code):
    with pytest.raises(InputError) as caught:
        trace(text, m=MATRIX, x=1.0)
    assert caught.value.code == code
    for language in ("ko", "en"):
        assert "{" not in caught.value.in_language(language)


def test_many_small_operations_are_too_many():
    def long_chain(x):
        for _ in range(MAX_OPERATIONS + 1):
            x = jnp.sin(x)
        return x

    with pytest.raises(InputError, match=f"{MAX_OPERATIONS}"):
        check_budget(cost_of(jax.make_jaxpr(long_chain)(*shapes(())).jaxpr))


def test_the_limits_let_through_what_is_taught():
    assert MAX_ENTRIES >= 256 * 256 and MAX_WORK > 20 * 2 * 256**3 and MAX_MEGABYTES >= 64
    assert float(trace("sum(relu(m@m)@m)", m=MATRIX).value) == 256.0**4


def test_the_link_that_ended_the_server_is_answered():
    settings, errors = ComputationGraph.read({"expr": "x*y", "inputs": f"x={ENORMOUS}"})
    assert settings.expression == "x*y" and settings.inputs == ()
    assert [error.code for error in errors] == ["graph:too_large"]


@pytest.mark.parametrize("text", ["x*gelu(1)", "x**gelu(1)", "x*softmax([1, 2])@[1, 2]"])
def test_an_activation_of_a_number_is_a_constant(text):
    graph = trace(text, x=2.0)
    assert np.isfinite(graph.value)


@pytest.mark.parametrize("text", ["-(x==y)", "x - -(x > y)", "(x==y)@(x==y)"])
def test_a_comparison_where_a_number_is_needed(text):
    with pytest.raises(InputError) as caught:
        trace(text, x=2.0, y=1.0)
    assert caught.value.code == "graph:truth_value" and "column" in caught.value.details


def test_what_jax_did_not_foresee_is_a_sentence(monkeypatch):
    def broken(*_args, **_inputs):
        raise RuntimeError("INTERNAL: something of the compiler's own")

    monkeypatch.setattr("simulator.scenes.computation_graph.passes.trace", broken)
    settings, errors = ComputationGraph.read({"expr": "x*y*17"})
    assert settings.expression == "" and errors[0].code == "computation_graph:not_computed"


def test_random_links_are_read_and_computed():
    """Whatever is typed gives settings with a pass, and a sentence where it is not what was asked for."""
    choose = random.Random(20)
    num_computed = 0
    for _ in range(60):
        link = random_link(choose)
        settings, errors = ComputationGraph.read(link)
        assert run_pass(settings).backward.totals
        num_computed += settings.expression == link["expr"]
        for error in errors:
            assert error.code != "computation_graph:not_computed"
            assert all("{" not in error.in_language(language) for language in ("ko", "en"))
    assert 20 < num_computed < 55
