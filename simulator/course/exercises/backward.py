"""Backpropagation: one weight's chain, paths that meet, an activation's slope, and where the transposes come from."""

import math

from simulator.course.exercises.exercise import Coincidence, Draw, Exercise, Line, number
from simulator.course.exercises.writing import equals, inline, matrix, par, plus, shape, tex, times, total
from simulator.course.grading import Question, WrongAnswer
from simulator.texts import Phrase

OUTPUTS = (0.1, 0.2, 0.25, 0.3, 0.4, 0.6, 0.7, 0.75, 0.8, 0.9)
"""Of a sigmoid; not 0.5, where its slope is its largest."""


def weight_chain(draw: Draw) -> Exercise:
    """∂L/∂w₁ of y = w₂ σ(w₁x + b₁) + b₂ with L = ½(y − t)²."""
    x, a, weight, bias, target = draw.signed(5), draw.one(OUTPUTS), draw.signed(6), draw.signed(4), draw.signed(6)
    y = weight * a + bias
    if abs(x) == 1 or abs(weight) == 1 or abs(weight) == abs(x) or abs(y - target) < 0.15:
        raise Coincidence
    error, slope = y - target, a * (1 - a)
    answer = error * weight * slope * x
    wrong = [
        ("targets_swapped", -answer),
        ("derivative_forgotten", error * weight * x),
        ("weight_forgotten", error * slope * x),
        ("input_forgotten", error * weight * slope),
        ("half_forgotten", 2 * answer),
    ]
    stored = {"x": inline(f"x = {tex(x)}"), "a": inline(f"a = {tex(a)}"), "y": inline(f"y = {tex(y)}")}
    known = {"t": inline(f"t = {tex(target)}"), "w": inline(f"w_2 = {tex(weight)}"), "b": inline(f"b_2 = {tex(bias)}")}
    chain = (
        r"\frac{\partial L}{\partial w_1} = \frac{\partial L}{\partial y} \cdot \frac{\partial y}{\partial a}"
        r" \cdot \frac{\partial a}{\partial z} \cdot \frac{\partial z}{\partial w_1}"
    )
    return Exercise(
        numbers={"x": x, "a": a, "y": y, "target": target, "weight": weight, "bias": bias},
        given=(
            Line(
                Phrase("exercises.weight_chain.given"), r"z = w_1 x + b_1, \quad a = \sigma(z), \quad y = w_2 a + b_2"
            ),
            Line(Phrase("exercises.weight_chain.stored", {**stored, **known})),
        ),
        question=number("weight_chain", answer, wrong),
        solution=(
            Line(Phrase("exercises.weight_chain.chain"), chain),
            Line(
                Phrase("exercises.weight_chain.error"),
                rf"\frac{{\partial L}}{{\partial y}} = y - t = {tex(y)} {plus(-target)} = {tex(error)}",
            ),
            Line(
                Phrase("exercises.weight_chain.factors"),
                rf"\frac{{\partial y}}{{\partial a}} = {tex(weight)}, \quad"
                rf" \frac{{\partial a}}{{\partial z}} = a(1 - a) = {tex(slope)}, \quad"
                rf" \frac{{\partial z}}{{\partial w_1}} = x = {tex(x)}",
            ),
            Line(Phrase("exercises.product"), f"{times(error, weight, slope, x)} {equals(answer)}"),
        ),
        key=rf"\frac{{\partial L}}{{\partial w_1}} {equals(answer)}",
    )


def paths(draw: Draw) -> Exercise:
    """∂y/∂x where x goes into three ReLU nodes, of which one is closed."""
    x = draw.signed(4)
    first, second = ([one * draw.one((-1, 1)) for one in draw.several(range(2, 7), 3)] for _ in range(2))
    bias = [draw.signed(6) for _ in range(3)]
    z = [w * x + b for w, b in zip(first, bias, strict=True)]
    through = [v * w for v, w in zip(second, first, strict=True)]
    is_open = [value > 0 for value in z]
    if 0 in z or sum(is_open) != 2 or len({abs(one) for one in through}) < 3:
        raise Coincidence
    kept = [one for one, stays in zip(through, is_open, strict=True) if stays]
    answer = sum(kept)
    wrong = [
        ("relu_forgotten", sum(through)),
        *(("one_branch", one) for one in kept),
        ("second_weight_forgotten", sum(w for w, stays in zip(first, is_open, strict=True) if stays)),
    ]
    nodes = [
        rf"z_{i + 1} = {tex(first[i])} \, x {plus(bias[i])}, \quad h_{i + 1} = \max(0, z_{i + 1})" for i in range(3)
    ]
    written = total(rf"{tex(v)} \, h_{i + 1}" for i, v in enumerate(second))
    signs = [rf"z_{i + 1} = {tex(value)}" for i, value in enumerate(z)]
    slopes = [rf"\varphi'(z_{i + 1}) = {int(stays)}" for i, stays in enumerate(is_open)]
    terms = [times(v, int(stays), w) for v, stays, w in zip(second, is_open, first, strict=True)]
    return Exercise(
        numbers={"x": x, "first": first, "bias": bias, "second": second},
        given=(
            Line(Phrase("exercises.paths.given", {"x": inline(f"x = {tex(x)}")}), nodes[0]),
            Line(Phrase("exercises.paths.second"), nodes[1]),
            Line(Phrase("exercises.paths.third"), nodes[2]),
            Line(Phrase("exercises.paths.output"), rf"y = {written}"),
        ),
        question=number("paths", answer, wrong),
        solution=(
            Line(Phrase("exercises.paths.values"), r", \quad ".join(signs)),
            Line(Phrase("exercises.paths.slopes"), r", \quad ".join(slopes)),
            Line(
                Phrase("exercises.paths.sum"),
                rf"\frac{{\partial y}}{{\partial x}} = {total(terms)} = {tex(answer)}",
            ),
        ),
        key=rf"\frac{{\partial y}}{{\partial x}} = {tex(answer)}",
    )


def slope(draw: Draw) -> Exercise:
    """∂L/∂z from ∂L/∂a and the stored output of a sigmoid or tanh."""
    name = draw.one(("sigmoid", "tanh"))
    a = draw.decimal(11, 89, places=2) * (draw.one((-1, 1)) if name == "tanh" else 1)
    upstream = draw.decimal(2, 49) * draw.one((-1, 1))
    at = {"sigmoid": lambda out: out * (1 - out), "tanh": lambda out: 1 - out**2}
    other = "tanh" if name == "sigmoid" else "sigmoid"
    value = 1 / (1 + math.exp(-a)) if name == "sigmoid" else math.tanh(a)
    answer = upstream * at[name](a)
    wrong = [
        ("derivative_forgotten", upstream),
        ("derivative_at_output", upstream * at[name](value)),
        ("upstream_forgotten", at[name](a)),
        ("other_function", upstream * at[other](a)),
    ]
    function = r"\sigma(z)" if name == "sigmoid" else r"\tanh(z)"
    rule = r"\sigma'(z) = a(1 - a)" if name == "sigmoid" else r"\tanh'(z) = 1 - a^2"
    numbers = rf"{tex(a)} \cdot (1 - {tex(a)})" if name == "sigmoid" else rf"1 - {par(a)}^2"
    given = {
        "a": inline(f"a = {function} = {tex(a)}"),
        "gradient": inline(rf"\frac{{\partial L}}{{\partial a}} = {tex(upstream)}"),
    }
    return Exercise(
        numbers={"a": a, "upstream": upstream},
        given=(Line(Phrase("exercises.slope.given", given)),),
        question=number("slope", answer, wrong),
        solution=(
            Line(Phrase("exercises.slope.output"), rf"{rule} = {numbers} {equals(at[name](a))}"),
            Line(
                Phrase("exercises.product"),
                rf"\frac{{\partial L}}{{\partial z}} = {times(upstream, at[name](a))} {equals(answer)}",
            ),
        ),
        key=rf"\frac{{\partial L}}{{\partial z}} {equals(answer)}",
    )


def affine(draw: Draw) -> Exercise:
    """One entry of ∂L/∂W = XᵀG, with two examples, three inputs and four outputs."""
    x = [[draw.signed(5) for _ in range(3)] for _ in range(2)]
    g = [[draw.signed(5) for _ in range(4)] for _ in range(2)]
    i, j = draw.whole(0, 2), draw.whole(0, 2)
    if i == j:
        raise Coincidence
    terms = [x[n][i] * g[n][j] for n in range(2)]
    answer = sum(terms)
    wrong = [
        *(("one_example", term) for term in terms),
        ("transpose_missing", sum(x[n][j] * g[n][i] for n in range(2))),
        ("mean_for_sum", answer / 2),
    ]
    given = {"x": inline(rf"X = {matrix(x)}"), "g": inline(rf"G = \frac{{\partial L}}{{\partial Y}} = {matrix(g)}")}
    entry = rf"\frac{{\partial L}}{{\partial w_{{{i + 1}{j + 1}}}}}"
    return Exercise(
        numbers={"x": x, "g": g},
        given=(Line(Phrase("exercises.affine.given", given)),),
        question=number("affine", answer, wrong, details={"entry": inline(entry), "row": i + 1, "column": j + 1}),
        solution=(
            Line(Phrase("exercises.affine.rule"), r"\frac{\partial L}{\partial W} = X^{\top} G"),
            Line(
                Phrase("exercises.affine.one", {"row": i + 1, "column": j + 1}),
                rf"{entry} = \sum_n x_{{n{i + 1}}} \, g_{{n{j + 1}}}",
            ),
            Line(
                Phrase("exercises.affine.sum"),
                rf"{total(times(x[n][i], g[n][j]) for n in range(2))} = {tex(answer)}",
            ),
        ),
        key=rf"{entry} = {tex(answer)}",
    )


def shapes(draw: Draw) -> Exercise:
    """The shape of a product of an affine layer: forward, for its weights, for its inputs."""
    asked = draw.one(("forward", "weights", "inputs"))
    batch, inputs, outputs = draw.several(range(3, 65), 3)
    products = {
        "forward": ("XW", (batch, inputs), (inputs, outputs), (batch, outputs)),
        "weights": (r"\frac{\partial L}{\partial W}", (batch, inputs), (batch, outputs), (inputs, outputs)),
        "inputs": (r"\frac{\partial L}{\partial X}", (batch, outputs), (inputs, outputs), (batch, inputs)),
    }
    formulas = {
        "forward": "Y = XW",
        "weights": r"\frac{\partial L}{\partial W} = X^{\top} G",
        "inputs": r"\frac{\partial L}{\partial X} = G W^{\top}",
    }
    names = {"forward": ("X", "W"), "weights": ("X", "G"), "inputs": ("G", "W")}
    result, first, second, answer = products[asked]
    turned = {"forward": (first, second), "weights": (first[::-1], second), "inputs": (first, second[::-1])}
    given = {
        "first": inline(f"{names[asked][0]}: {shape(first)}"),
        "second": inline(f"{names[asked][1]}: {shape(second)}"),
    }
    wrong = [WrongAnswer("transpose_missing", answer[::-1]), WrongAnswer("factor_shape", first)]
    wrong.append(WrongAnswer("factor_shape", second))
    question = Question(
        kind="shape",
        prompt="exercises.shapes.ask",
        about="shapes",
        answer=answer,
        details={"result": inline(result)},
        wrong=tuple(wrong),
    )
    meeting = rf"{shape(turned[asked][0])} \cdot {shape(turned[asked][1])} \to {shape(answer)}"
    return Exercise(
        numbers={"first": first, "second": second},
        given=(Line(Phrase("exercises.shapes.given", given)),),
        question=question,
        solution=(
            Line(Phrase("exercises.shapes.rule"), formulas[asked]),
            Line(Phrase("exercises.shapes.meet"), meeting),
        ),
        key=shape(answer),
    )
