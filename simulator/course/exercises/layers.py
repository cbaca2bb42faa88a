"""Layers as functions: a forward pass by hand, two linear layers as one, and how many parameters there are."""

from itertools import pairwise

from simulator.course.exercises.exercise import EXACT, Coincidence, Draw, Exercise, Line, number
from simulator.course.exercises.writing import equals, inline, plus, row, tex, times, total
from simulator.course.exercises.writing import matrix as written_matrix
from simulator.texts import Phrase


def forward(draw: Draw) -> Exercise:
    """Two inputs, three hidden nodes with ReLU, one output: Y = XW + b."""
    x = [draw.signed(4) for _ in range(2)]
    first = [[draw.signed(3) for _ in range(3)] for _ in range(2)]
    bias = [draw.signed(4) for _ in range(3)]
    second, last = [draw.signed(4) for _ in range(3)], draw.signed(5)
    z = [sum(x[i] * first[i][j] for i in range(2)) + bias[j] for j in range(3)]
    hidden = [max(0, value) for value in z]
    if 0 in z or sum(value > 0 for value in z) != 2 or abs(x[0]) == abs(x[1]):
        raise Coincidence
    answer = sum(h * w for h, w in zip(hidden, second, strict=True)) + last
    linear = sum(v * w for v, w in zip(z, second, strict=True)) + last
    unbiased = [max(0, v - b) for v, b in zip(z, bias, strict=True)]
    wrong = [
        ("relu_forgotten", linear),
        ("bias_forgotten", sum(h * w for h, w in zip(unbiased, second, strict=True))),
        ("last_bias_forgotten", answer - last),
    ]
    given = {
        "x": inline(rf"x = {row(x)}"),
        "first": inline(rf"W_1 = {written_matrix(first)}"),
        "bias": inline(rf"b_1 = {row(bias)}"),
        "second": inline(rf"w_2 = {row(second)}"),
        "last": inline(rf"b_2 = {tex(last)}"),
    }
    sums = [
        Line(
            Phrase("exercises.forward.node", {"node": j + 1}),
            rf"z_{j + 1} = {total([times(x[0], first[0][j]), times(x[1], first[1][j])])} {plus(bias[j])} = {tex(z[j])}",
        )
        for j in range(3)
    ]
    outputs = total(times(h, w) for h, w in zip(hidden, second, strict=True))
    return Exercise(
        numbers={"x": x, "first": first, "bias": bias, "second": second, "last": last},
        given=(Line(Phrase("exercises.forward.given", given)),),
        question=number("forward", answer, wrong),
        solution=(
            *sums,
            Line(Phrase("exercises.forward.relu"), rf"h = {row(hidden)}"),
            Line(Phrase("exercises.forward.output"), rf"y = {outputs} {plus(last)} = {tex(answer)}"),
        ),
        key=rf"y = {tex(answer)}",
    )


def collapse(draw: Draw) -> Exercise:
    """Two linear layers in a row are one: w₂(w₁x + b₁) + b₂."""
    first, bias, second, last = draw.signed(6), draw.signed(7), draw.signed(5), draw.signed(9)
    if len({abs(first), abs(bias), abs(second), abs(last)}) < 4 or 1 in (abs(first), abs(second)):
        raise Coincidence
    answer = second * bias + last
    wrong = [
        ("bias_not_passed_on", bias + last),
        ("last_bias_forgotten", second * bias),
        ("weight_for_bias", second * first),
    ]
    layers = inline(rf"h = {tex(first)} \, x {plus(bias)}"), inline(rf"y = {tex(second)} \, h {plus(last)}")
    return Exercise(
        numbers={"first": first, "bias": bias, "second": second, "last": last},
        given=(Line(Phrase("exercises.collapse.given", {"first": layers[0], "second": layers[1]})),),
        question=number("collapse", answer, wrong),
        solution=(
            Line(
                Phrase("exercises.collapse.insert"),
                rf"y = {tex(second)} \, ({tex(first)} \, x {plus(bias)}) {plus(last)}",
            ),
            Line(
                Phrase("exercises.collapse.sort"),
                rf"y = {tex(second * first)} \, x {plus(second * bias)} {plus(last)}",
            ),
            Line(Phrase("exercises.collapse.read"), rf"b = {times(second, bias)} {plus(last)} = {tex(answer)}"),
        ),
        key=rf"b = {tex(answer)}",
    )


def parameters(draw: Draw) -> Exercise:
    """Weights and biases of a network: (inputs + 1) · outputs for every layer."""
    sizes = [draw.whole(6, 30), *draw.several(range(12, 50), 2), draw.whole(3, 10)]
    if len(set(sizes)) < 4:
        raise Coincidence
    pairs = list(pairwise(sizes))
    weights, biases = sum(a * b for a, b in pairs), sum(sizes[1:])
    answer = weights + biases
    wrong = [
        ("biases_forgotten", weights),
        ("bias_per_layer", weights + len(pairs)),
        ("input_biases", answer + sizes[0]),
    ]
    named = "-".join(map(str, sizes))
    counts = [(a + 1) * b for a, b in pairs]
    layers = [
        Line(
            Phrase("exercises.parameters.layer", {"layer": place}),
            rf"({a} + 1) \cdot {b} = {count}",
        )
        for place, ((a, b), count) in enumerate(zip(pairs, counts, strict=True), start=1)
    ]
    return Exercise(
        numbers={"sizes": sizes},
        given=(Line(Phrase("exercises.parameters.given", {"sizes": named})),),
        question=number("parameters", answer, wrong, tolerance=EXACT),
        solution=(*layers, Line(Phrase("exercises.parameters.total"), f"{total(map(str, counts))} {equals(answer)}")),
        key=str(answer),
    )
