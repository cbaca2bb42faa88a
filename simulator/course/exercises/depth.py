"""Depth: what is left of a gradient behind sigmoids, how initial weights spread, and what layers make of a signal."""

import math

from simulator.course.exercises.exercise import Coincidence, Draw, Exercise, Line, number
from simulator.course.exercises.writing import equals, inline, share, tex, times
from simulator.texts import Phrase


def sigmoid_bound(draw: Draw) -> Exercise:
    """The most that a gradient keeps behind n sigmoid layers of one node with weight w: (w/4)ⁿ."""
    num_layers, weight = draw.whole(3, 7), draw.decimal(4, 36)
    factor = weight / 4
    answer = factor**num_layers
    wrong = [
        ("slope_forgotten", weight**num_layers),
        ("slope_once", weight**num_layers / 4),
        ("weight_left_out", 0.25**num_layers),
        ("added", num_layers * factor),
    ]
    return Exercise(
        numbers={"layers": num_layers, "weight": weight},
        given=(
            Line(
                Phrase("exercises.sigmoid_bound.given", {"layers": num_layers, "w": inline(f"w = {tex(weight)}")}),
                r"a_k = \sigma(w \, a_{k-1} + b_k)",
            ),
        ),
        question=number("sigmoid_bound", answer, wrong, details={"last": inline(f"a_{num_layers}"), "first": "$a_0$"}),
        solution=(
            Line(
                Phrase("exercises.sigmoid_bound.layer"),
                rf"\frac{{\partial a_k}}{{\partial a_{{k-1}}}} = w \, \sigma'(z_k) \le \frac{{{tex(weight)}}}{{4}}"
                rf" = {tex(factor)}",
            ),
            Line(
                Phrase("exercises.sigmoid_bound.all", {"layers": num_layers}),
                rf"{tex(factor)}^{{{num_layers}}} {equals(answer)}",
            ),
        ),
        key=rf"{tex(factor)}^{{{num_layers}}} {equals(answer)}",
    )


RULES = {
    "he": lambda fan_in, fan_out: 2 / fan_in,
    "xavier": lambda fan_in, fan_out: 1 / fan_in,
    "glorot": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
}
"""Rule → variance of the first weights."""


def init_deviation(draw: Draw) -> Exercise:
    """The standard deviation that He, Xavier or Glorot gives the weights of a layer."""
    rule, (fan_in, fan_out) = draw.one(tuple(RULES)), draw.several(range(10, 510, 5), 2)
    variance = RULES[rule](fan_in, fan_out)
    answer = math.sqrt(variance)
    others = [math.sqrt(RULES[name](fan_in, fan_out)) for name in RULES if name != rule]
    wrong = [("variance_for_deviation", variance), *(("other_rule", one) for one in others)]
    if rule != "glorot":
        wrong.append(("fan_out_used", math.sqrt(RULES[rule](fan_out, fan_in))))
    formulas = {
        "he": rf"\frac{{2}}{{{fan_in}}}",
        "xavier": rf"\frac{{1}}{{{fan_in}}}",
        "glorot": rf"\frac{{2}}{{{fan_in} + {fan_out}}}",
    }
    says = {
        "he": "exercises.init_deviation.he",
        "xavier": "exercises.init_deviation.xavier",
        "glorot": "exercises.init_deviation.glorot",
    }
    return Exercise(
        numbers={"fans": (fan_in, fan_out)},
        given=(
            Line(Phrase("exercises.init_deviation.given", {"fan_in": fan_in, "fan_out": fan_out})),
            Line(Phrase(says[rule])),
        ),
        question=number("init_deviation", answer, wrong),
        solution=(
            Line(Phrase("exercises.init_deviation.variance"), rf"{formulas[rule]} {equals(variance)}"),
            Line(Phrase("exercises.init_deviation.root"), rf"\sqrt{{{formulas[rule]}}} {equals(answer)}"),
        ),
        key=equals(answer).removeprefix("= "),
    )


def init_signal(draw: Draw) -> Exercise:
    """What n ReLU layers make of a signal's mean square: (width · variance / 2)ⁿ."""
    num_layers, width, percent = draw.whole(3, 6), draw.one((20, 25, 40, 50, 60, 80, 100)), draw.whole(1, 12)
    variance = percent / 100
    factor = width * variance / 2
    if not 0.4 <= factor <= 2.5 or abs(factor - 1) < 0.05:
        raise Coincidence
    answer = factor**num_layers
    wrong = [
        ("half_of_relu_forgotten", (width * variance) ** num_layers),
        ("one_layer", factor),
        ("deviation_for_variance", factor ** (num_layers / 2)),
        ("added", num_layers * factor),
    ]
    return Exercise(
        numbers={"layers": num_layers, "width": width, "variance": variance},
        given=(
            Line(
                Phrase(
                    "exercises.init_signal.given",
                    {"width": width, "layers": num_layers, "variance": inline(tex(variance))},
                )
            ),
        ),
        question=number("init_signal", answer, wrong),
        solution=(
            Line(
                Phrase("exercises.init_signal.layer"),
                rf"{times(width, variance)} \cdot {share(1, 2)} = {tex(factor)}",
            ),
            Line(
                Phrase("exercises.init_signal.all", {"layers": num_layers}),
                rf"{tex(factor)}^{{{num_layers}}} {equals(answer)}",
            ),
            Line(Phrase("exercises.init_signal.compare"), rf"\frac{{2}}{{{width}}} {equals(2 / width)}"),
        ),
        key=rf"{tex(factor)}^{{{num_layers}}} {equals(answer)}",
    )
