"""Shapes for the inputs of typed expressions: found without computing, and with which everything can be computed."""

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.graph import parse, shapes, trace
from simulator.graph.functions import CONSTANTS
from simulator.graph.shapes import guess_shapes, output_shape

EXPRESSIONS = {
    "softmax(z)": (3,),
    "mean((W@x-t)**2)": (),
    "cross_entropy(x@W + b, t)": (),
    "mean((W2@relu(W1@x + b1) + b2 - t)**2)": (),
    "sum((X@W + b - T)**2)": (),
    "a@b": (),
    "x@W1@W2@W3": (3,),
    "concat(x, y)@W": (3,),
    "norm(x - y)": (),
    "[1, 2, 3]@x": (),
    "(w*x + b - t)**2": (),
    "e**x": (),
}


def names_of(text):
    return tuple(name for name in parse(text).names if name not in CONSTANTS)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_shapes_that_are_found_fit(text):
    found = guess_shapes(parse(text), names_of(text), {})
    assert found is not None and tuple(found) == names_of(text)
    value = trace(text, **{name: np.full(shape, 0.5) for name, shape in found.items()}).value
    assert value.shape == output_shape(parse(text), found) == EXPRESSIONS[text]


def test_numbers_stay_numbers_and_capitals_are_matrices():
    assert set((guess_shapes(parse("(w*x + b - t)**2"), ("w", "x", "b", "t"), {}) or {}).values()) == {()}
    found = guess_shapes(parse("W@x"), ("W", "x"), {})
    assert found == {"W": (2, 3), "x": (3,)}


def test_known_shapes_stay():
    found = guess_shapes(parse("mean((W@x-t)**2)"), ("W", "x", "t"), {"x": (2,)})
    assert found is not None and found["x"] == (2,) and found["W"] == (3, 2)
    assert guess_shapes(parse("W@x"), ("W", "x"), {"W": (4, 4)}) is None  # no usual shape has 4 entries


def test_every_usual_shape_is_found_where_it_alone_fits():
    for text, name, known, shape in (
        *((f"reshape(x, {size})", "x", {}, shape) for size, shape in ((1, ()), (2, (2,)), (3, (3,)), (6, (2, 3)))),
        *((f"reshape(softmax(x), {size})", "x", {}, shape) for size, shape in ((2, (2,)), (3, (3,)), (6, (2, 3)))),
        *((f"reshape(softmax(W), {size})", "W", {}, shape) for size, shape in ((2, (2,)), (3, (3,)), (6, (2, 3)))),
        ("reshape(softmax(W), 9)", "W", {}, (3, 3)),
        *((f"reshape(softmax({name})@y, 3)", name, {"y": (2,)}, (3, 2)) for name in ("x", "W")),
        *((f"reshape({name}, 1) + norm(t)", name, {"t": (3,)}, ()) for name in ("x", "W")),
        *((f"norm({name})", name, {}, shape) for name, shape in (("x", (3,)), ("T", (3,)), ("T1", (2, 3)))),
    ):
        found = guess_shapes(parse(text), names_of(text), known)
        assert found is not None and found[name] == shape, text


def test_what_never_fits_is_given_up_after_a_bounded_number_of_attempts(monkeypatch):
    tried = []

    def refuse(expression, found):
        tried.append(found)
        raise InputError("graph:source", value="")

    monkeypatch.setattr(shapes, "output_shape", refuse)
    assert guess_shapes(parse("a@b@c@d@f@g"), tuple("abcdfg"), {}) is None
    assert 8 <= len(tried) <= shapes.MAX_TRACED_PARTS // 10
    assert len({tuple(found.items()) for found in tried}) == len(tried)


def test_what_costs_too_much_is_refused_before_it_is_computed():
    with pytest.raises(InputError) as caught:
        output_shape(parse("sum(outer(x, outer(x, x)))"), {"x": (4096,)})
    assert caught.value.code == "graph:too_large"
