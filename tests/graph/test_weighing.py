"""What an expression costs, added up from its parts, is what its trace costs; what is refused is never traced."""

import random

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.errors import InputError
from simulator.graph import parse, trace, weighing
from simulator.graph.budget import MAX_ENTRIES, Cost, cost_of
from simulator.graph.expression import Expression
from simulator.scenes.computation_graph.settings import ComputationGraph, typed
from tests.graph.random_expressions import NAMES, random_expression

ONES = "outer(one_hot(1, 256), one_hot(2, 256))"
ENORMOUS = f"outer({ONES}, {ONES})"
Shapes = dict[str, jax.ShapeDtypeStruct]
EXAMPLES = ("x**0.5 + 2**x", "x**3 - e**x", "gelu(2)*x", "leaky_relu(-x, 0.2)", "[x, 1, 2*x]", "reshape(m, 4)", "x > 1")
REFUSED = {
    f"x*sum({ENORMOUS})": "graph:too_large",
    "sum(" + "gelu(" * 20 + ONES + ")" * 20 + ")*x": "graph:too_much_memory",
    "sum([" + ",".join(["gelu(x)"] * 40) + f"]@{ENORMOUS})": "graph:too_large",
    "(m@x)@(x@m)*x": "graph:shapes",
    "x - -(x > 1)": "graph:truth_value",
}


def shapes(**sizes: tuple[int, ...]) -> Shapes:
    return {name: jax.ShapeDtypeStruct(size, jnp.float32) for name, size in sizes.items()}


def added_up(
    expression: Expression, given: dict[str, jax.ShapeDtypeStruct], monkeypatch
) -> tuple[Cost, tuple[int, ...]]:
    """Return what the budget is asked about, and the shape of the value."""
    asked: list[Cost] = []
    monkeypatch.setattr(weighing, "check_budget", asked.append)
    found = weighing.weigh(expression, given)
    return asked[0], found.shape


@pytest.mark.parametrize("seed", range(3))
def test_the_parts_cost_what_the_whole_costs(seed, monkeypatch):
    choose, given, compared = random.Random(seed), shapes(x=(), y=(3,), w=(2,), m=(2, 2), pi=()), 0
    texts = [f"({text}) + 0*x" for text in EXAMPLES] if not seed else []
    texts += [random_expression(choose) for _ in range(40)]
    for text in texts:
        try:
            expression = parse(text)
            with jax.numpy_rank_promotion("allow"):
                whole = jax.make_jaxpr(lambda values, expression=expression: expression(**values))(given)
        except InputError as error:
            with pytest.raises(InputError) as caught:
                weighing.weigh(parse(text), given)
            assert (caught.value.code, caught.value.details) == (error.code, error.details)
            continue
        cost, shape = added_up(expression, given, monkeypatch)
        assert (cost, shape) == (cost_of(whole.jaxpr), whole.out_avals[0].shape), text
        compared += any(name in expression.names for name in NAMES)
    assert compared > 10


@pytest.mark.parametrize(("text", "code"), REFUSED.items())
def test_what_is_refused_is_not_traced(text, code, monkeypatch):
    compute = Expression.__call__

    def watched(expression, **inputs):
        assert text not in expression.text, "traced as a whole"
        return compute(expression, **inputs)

    monkeypatch.setattr(Expression, "__call__", watched)
    for refuse in (
        lambda: trace(text, x=1.0, m=np.ones((2, 2))),
        lambda: typed(ComputationGraph(), text, (("m", "1"),)),
    ):
        with pytest.raises(InputError) as caught:
            refuse()
        assert caught.value.code == code


def test_nothing_is_weighed_beyond_a_part_that_is_too_large(monkeypatch):
    names: list[str] = []
    inside = weighing._weighed

    def noted(part, operands):
        names.append(str(part.what))
        return inside(part, operands)

    monkeypatch.setattr(weighing, "_weighed", noted)
    with pytest.raises(InputError, match=f"{MAX_ENTRIES}"):
        weighing.weigh(parse(f"sin(sum({ENORMOUS})) + cos(x)"), shapes(x=()))
    assert names == ["one_hot", "one_hot", "outer", "one_hot", "one_hot", "outer", "outer"]


def test_a_part_that_comes_again_is_traced_once(monkeypatch):
    weighing._weighed.cache_clear()
    made = []
    make = jax.make_jaxpr
    monkeypatch.setattr(weighing.jax, "make_jaxpr", lambda function: made.append(function) or make(function))
    expression = parse("+".join(["gelu(x)"] * 30))
    cost = [added_up(expression, shapes(x=(5,)), monkeypatch) for _ in range(2)]
    assert len(made) == 2 and cost[0] == cost[1]  # gelu, and the sum
