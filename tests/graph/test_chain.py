"""The chain rule written out for one input: every path, every factor on its side, and what they come to."""

from functools import reduce
from operator import add

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.errors import InputError
from simulator.graph import backward, trace
from simulator.graph.chain import MAX_PATHS, chain
from simulator.graph.presets import PRESETS, preset_graph


@pytest.fixture(scope="module")
def passes():
    return {name: backward(preset_graph(name)) for name in PRESETS}


def test_chain_is_a_product_of_factors():
    result = backward(trace("(w*x + b - t)**2", w=2.0, x=3.0, b=1.0, t=5.0))
    written = chain(result, "w")
    assert len(written.paths) == 1 and written.complete
    assert written.paths[0].formulas == r"2\,v_{3} \cdot x" and written.paths[0].value == 12.0
    assert written.latex.endswith(r"&= 2 \cdot 2 \cdot 3\\ &= 12\end{aligned}")


def test_chain_sums_over_the_paths(passes):
    for name in ("tangle", "neuron_cross_entropy", "used_twice", "two_inputs"):
        for parameter in PRESETS[name].parameters:
            written = chain(passes[name], parameter)
            total = sum(path.value for path in written.paths if path.value is not None)
            assert total == pytest.approx(float(written.total), rel=1e-4, abs=1e-6), (name, parameter)


def test_chain_stops_writing_when_there_are_too_many_paths():
    def wide(x):
        for _ in range(12):
            x = x * x
        return x

    written = chain(backward(trace(wide, 1.0)), "x")
    assert not written.complete and r"\cdots" in written.latex
    with pytest.raises(InputError, match="no node q"):
        chain(backward(trace("x*x", x=1.0)), "q")


def test_chain_of_matrices_keeps_the_order():
    result = backward(trace("sum(tanh(X@W))", X=np.ones((2, 3)), W=np.ones((3, 2))))
    assert r"X^{\top}\," in chain(result, "W").latex
    assert r"\,W^{\top}" in chain(result, "X").latex


def rows(source, name, **inputs) -> list[str]:
    """Return the lines of a derivation, without what they are lines of."""
    written = chain(backward(trace(source, **inputs)), name).latex
    body = written.removeprefix(r"\begin{aligned}").removesuffix(r"\end{aligned}")
    first, *more = body.split(r"\\ ")
    left, equals, right = first.partition(" &= ")
    assert left == rf"\frac{{\partial L}}{{\partial {name}}}" and equals
    assert all(row.startswith("&= ") for row in more)
    return [right, *(row.removeprefix("&= ") for row in more)]


ONE, TWO, GRID = np.ones(1), np.ones(2), np.ones((2, 2))


@pytest.mark.parametrize(
    ("source", "inputs", "formulas"),
    [
        # between numbers a dot, between arrays a circled one; a factor that is a sum or negative in parentheses
        ("(a - x)*b", {"x": 2.0, "a": 5.0, "b": 3.0}, r"b \cdot \left(-1\right)"),
        ("sum(square(t - x))", {"x": TWO, "t": 3 * TWO}, r"2\,v_{1} \odot \left(-1\right)"),
        ("sum(square(t - x))", {"x": ONE, "t": 3 * ONE}, r"2\,v_{1} \cdot \left(-1\right)"),
        ("sum(square(x))", {"x": TWO}, r"2\,x"),
        # a factor of 1 is not written, but a product of nothing else is 1
        ("x + y", {"x": 2.0, "y": 3.0}, "1"),
        ("sum(square(x + y))", {"x": TWO, "y": TWO}, r"2\,v_{1}"),
        # a matrix stands on its own side of what comes in, which is kept together
        ("sum(x@w)", {"x": GRID, "w": GRID}, r"\mathbf{1}\,w^{\top}"),
        ("sum(w@x)", {"x": GRID, "w": GRID}, r"w^{\top}\,\mathbf{1}"),
        ("sum(tanh(x@w))", {"x": GRID, "w": GRID}, r"\left(1 - a_{1}^{2}\right)\,w^{\top}"),
        ("sum(square(x@w)*t)", {"x": GRID, "w": GRID, "t": GRID}, r"\left(t \odot 2\,v_{1}\right)\,w^{\top}"),
        ("sum(x@w@v)", {"x": GRID, "w": GRID, "v": GRID}, r"\mathbf{1}\,v^{\top}\,w^{\top}"),
        # a product of two rows of numbers is one number, and so is what comes in
        ("x@w", {"x": TWO, "w": TWO}, "w"),
        ("square(x@w)", {"x": TWO, "w": TWO}, r"2\,v_{1} \cdot w"),
        # what is taken along an axis has a formula: no matrix of derivatives
        ("sum(square(max(x, axis=1)))", {"x": GRID}, r"2\,v_{1} \odot \mathbf{1}[x = v_{1}]"),
        # where every output depends on every input, the whole matrix of derivatives is named
        ("sum(softmax(x)*t)", {"x": TWO, "t": TWO}, r"\left(\frac{\partial p_{1}}{\partial x}\right)^{\top}\,t"),
        (
            "sum(square(softmax(x))*t)",
            {"x": TWO, "t": TWO},
            r"\left(\frac{\partial p_{1}}{\partial x}\right)^{\top}\,\left(t \odot 2\,p_{1}\right)",
        ),
        # what is used for several entries collects what comes back from all of them
        ("sum(x*w)", {"x": 2.0, "w": TWO}, r"\textstyle\sum_{\mathrm{copies}}\!w"),
        (
            "sum(square(x*w))",
            {"x": 2.0, "w": TWO},
            r"\textstyle\sum_{\mathrm{copies}}\!\left(2\,v_{1} \odot w\right)",
        ),
        (
            "sum((x*w)@v)",
            {"x": np.ones((1, 2)), "w": GRID, "v": GRID},
            r"\textstyle\sum_{\mathrm{copies}}\!\left(\mathbf{1}\,v^{\top} \odot w\right)",
        ),
        (
            "sum((x@w + t)*v)",
            {"x": np.ones((1, 2)), "w": GRID, "t": GRID, "v": GRID},
            r"\left(\textstyle\sum_{\mathrm{copies}}\!v\right)\,w^{\top}",
        ),
        ("sum(x + w)", {"x": 2.0, "w": TWO}, r"\textstyle\sum_{\mathrm{copies}}\!\mathbf{1}"),
    ],
)
def test_the_factors_stand_where_they_multiply(source, inputs, formulas):
    assert formulas in rows(source, "x", **inputs)


@pytest.mark.parametrize(
    ("source", "inputs", "numbers"),
    [
        ("w*x", {"x": 2.0, "w": 3.0}, ["w", "3"]),
        ("x + y", {"x": 2.0, "y": 3.0}, ["1"]),
        ("log(x + y)", {"x": 1.0, "y": -3.0}, [r"\frac{1}{v_{1}}", r"\frac{1}{(-2)}", "-0.5"]),
        ("(a - x)*b", {"x": 2.0, "a": 5.0, "b": 3.0}, [r"3 \cdot \left(-1\right)", "-3"]),
        ("(a - x)*(b + x)", {"x": 2.0, "a": 5.0, "b": 1.0}, [r"3 + 3 \cdot \left(-1\right)", "3 + (-3)", "0"]),
        ("sum(w*x)", {"x": 2.0, "w": TWO}, [r"\textstyle\sum_{\mathrm{copies}}\!w", "2"]),  # no numbers of arrays
    ],
)
def test_the_last_lines_are_numbers_and_no_line_comes_twice(source, inputs, numbers):
    found = rows(source, "x", **inputs)
    assert found[-len(numbers) :] == numbers
    assert len(set(found)) == len(found) and r"\frac{\partial L}{\partial x}" not in found


def test_a_path_of_one_step_begins_with_its_formula():
    assert rows("w*x", "x", w=3.0, x=2.0)[0] == "w"
    assert rows("exp(w*x)", "x", w=3.0, x=2.0)[0] == (
        r"\frac{\partial L}{\partial v_{1}} \cdot \frac{\partial v_{1}}{\partial x}"
    )


def test_twenty_four_paths_are_written_and_the_next_is_a_row_of_dots():
    for count in (MAX_PATHS - 1, MAX_PATHS, MAX_PATHS + 1):
        found = chain(backward(trace(lambda x, n=count: reduce(add, [x * k for k in range(2, n + 2)]), 1.5)), "x")
        assert MAX_PATHS == 24 and len(found.paths) == min(count, 24)
        assert found.complete == (count <= 24) == (r"\cdots" not in found.latex)
        assert found.total == sum(range(2, count + 2))  # the sum is whole, however much of it is written


def test_an_input_without_a_way_to_the_output_has_a_gradient_of_nothing():
    found = chain(backward(trace(lambda x, y: x * x, 2.0, np.ones(3))), "y")
    assert found.paths == () and found.complete
    assert found.latex == r"\frac{\partial L}{\partial y} = \begin{bmatrix}0 & 0 & 0\end{bmatrix}"


def test_the_output_itself_changes_one_for_one():
    (path,) = chain(backward(trace("w*x", w=3.0, x=2.0)), "L").paths
    assert path.steps == () and path.value == 1.0 and path.numbers == path.formulas == path.symbols == "1"


def test_the_paths_end_at_the_output_that_is_seen():
    """A graph that is one call: closed, its paths end at the call, and open, at what stands for its output inside."""
    result = backward(trace(lambda x: jax.jit(lambda y: y * y * 3.0)(x), 2.0))
    closed, opened = chain(result, "x"), chain(result, "x", result.graph.view("all"))
    assert [len(path.steps) for path in closed.paths] == [1]
    assert [len(path.steps) for path in opened.paths] == [2, 2]  # y·y takes y twice
    assert sum(path.value or 0.0 for path in opened.paths) == float(opened.total) == float(closed.total) == 12.0


@pytest.mark.parametrize("seed", range(12))
def test_the_paths_of_numbers_add_up_to_what_jax_says(seed):
    weights = np.random.default_rng(seed).uniform(-1.5, 1.5, 5)

    def function(a, b, c, d, e):
        h = jnp.tanh(a * b + c)
        g = jnp.exp(h * d - a) * (e - h)
        return (g + a * h) * c + jnp.sin(b - g)

    result = backward(trace(function, *weights))
    expected = jax.grad(function, range(5))(*map(jnp.float32, weights))
    for name, gradient in zip("abcde", expected, strict=True):
        found = chain(result, name)
        values = [path.value for path in found.paths if path.value is not None]
        assert found.complete and len(values) == len(found.paths)
        assert sum(values) == pytest.approx(float(gradient), rel=1e-4, abs=1e-5)
