"""Softmax with and without a temperature, its gradient with cross-entropy, and a squared error behind a sigmoid."""

import math

from simulator.course.exercises.exercise import Draw, Exercise, Line, number
from simulator.course.exercises.writing import equals, inline, row, share, tex, times
from simulator.texts import Phrase

CLASSES = 3


def _logs(numbers: list[int]) -> str:
    logs = ", ".join(rf"\ln\,{one}" for one in numbers)
    return f"z = ({logs})"


def softmax(draw: Draw) -> Exercise:
    """A probability from logits whose exponentials are whole numbers."""
    numbers, k = draw.several(range(2, 16), CLASSES), draw.whole(0, CLASSES - 1)
    logits = [math.log(one) for one in numbers]
    answer = numbers[k] / sum(numbers)
    wrong = [
        ("logit_share", logits[k] / sum(logits)),
        ("not_normalized", float(numbers[k])),
        ("log_probability", math.log(answer)),
    ]
    return Exercise(
        numbers={"exponentials": numbers},
        given=(Line(Phrase("exercises.softmax.given"), _logs(numbers)),),
        question=number("softmax", answer, wrong, details={"p": inline(f"p_{k + 1}"), "place": k + 1}),
        solution=(
            Line(Phrase("exercises.softmax.powers"), _powers(numbers)),
            Line(Phrase("exercises.softmax.sum"), f"{' + '.join(map(str, numbers))} = {sum(numbers)}"),
            Line(
                Phrase("exercises.softmax.divide"), rf"p_{k + 1} = {share(numbers[k], sum(numbers))} {equals(answer)}"
            ),
        ),
        key=rf"p_{k + 1} = {share(numbers[k], sum(numbers))} {equals(answer)}",
    )


def _powers(numbers: list[int]) -> str:
    return r", \quad ".join(rf"e^{{z_{i}}} = {one}" for i, one in enumerate(numbers, start=1))


def temperature(draw: Draw) -> Exercise:
    """A probability at temperature 2 or ½, where the exponentials stay whole numbers."""
    roots, k, is_hot = draw.several(range(2, 10), CLASSES), draw.whole(0, CLASSES - 1), draw.one((True, False))
    squares = [one**2 for one in roots]
    logs, powers = (squares, roots) if is_hot else (roots, squares)
    answer = powers[k] / sum(powers)
    other = [one**2 for one in squares] if is_hot else [math.sqrt(one) for one in roots]
    wrong = [
        ("temperature_forgotten", logs[k] / sum(logs)),
        ("temperature_multiplied", other[k] / sum(other)),
        ("not_normalized", float(powers[k])),
    ]
    written = "2" if is_hot else r"\tfrac{1}{2}"
    divided = r"e^{z_i / T} = \sqrt{e^{z_i}}" if is_hot else r"e^{z_i / T} = (e^{z_i})^2"
    return Exercise(
        numbers={"logs": logs},
        given=(Line(Phrase("exercises.temperature.given", {"t": inline(f"T = {written}")}), _logs(logs)),),
        question=number("temperature", answer, wrong, details={"p": inline(f"p_{k + 1}"), "place": k + 1}),
        solution=(
            Line(Phrase("exercises.temperature.divide"), divided),
            Line(Phrase("exercises.temperature.powers"), f"({', '.join(map(str, powers))})"),
            Line(Phrase("exercises.softmax.divide"), rf"p_{k + 1} = {share(powers[k], sum(powers))} {equals(answer)}"),
        ),
        key=rf"p_{k + 1} = {share(powers[k], sum(powers))} {equals(answer)}",
    )


def cross_entropy_gradient(draw: Draw) -> Exercise:
    """∂L/∂z of softmax and cross-entropy, averaged over a batch: (p − t)/N."""
    numbers, k, target = draw.several(range(2, 12), CLASSES), draw.whole(0, CLASSES - 1), draw.whole(0, CLASSES - 1)
    size = draw.whole(2, 8)
    p, t = numbers[k] / sum(numbers), int(k == target)
    answer = (p - t) / size
    wrong = [("targets_swapped", -answer), ("sum_for_mean", p - t)]
    if k == target:
        wrong += [("target_forgotten", p / size), ("log_only", -1 / (p * size))]
    else:
        wrong.append(("target_everywhere", (p - 1) / size))
    one_hot = [int(place == target) for place in range(CLASSES)]
    gradient = rf"\frac{{\partial L}}{{\partial z_{k + 1}}}"
    return Exercise(
        numbers={"exponentials": numbers, "size": size, "target": one_hot},
        given=(
            Line(
                Phrase("exercises.cross_entropy_gradient.given", {"size": size, "t": inline(f"t = {row(one_hot)}")}),
                _logs(numbers),
            ),
        ),
        question=number(
            "cross_entropy_gradient", answer, wrong, details={"gradient": inline(gradient), "place": k + 1}
        ),
        solution=(
            Line(
                Phrase("exercises.cross_entropy_gradient.probability"),
                rf"p_{k + 1} = {share(numbers[k], sum(numbers))} {equals(p)}",
            ),
            Line(
                Phrase("exercises.cross_entropy_gradient.rule"),
                rf"{gradient} = \frac{{p_{k + 1} - t_{k + 1}}}{{N}}",
            ),
            Line(
                Phrase("exercises.cross_entropy_gradient.insert"),
                rf"{gradient} \approx \frac{{{tex(p)} - {t}}}{{{size}}} {equals(answer)}",
            ),
        ),
        key=rf"{gradient} {equals(answer)}",
    )


def saturated(draw: Draw) -> Exercise:
    """∂L/∂w of ½(a − t)² behind a saturated sigmoid that is wrong."""
    far, target, x = draw.decimal(2, 24, places=2), draw.one((0, 1)), draw.whole(2, 9) * draw.one((-1, 1))
    a = far if target == 1 else round(1 - far, 2)
    error, slope = a - target, a * (1 - a)
    answer = error * slope * x
    wrong = [
        ("derivative_forgotten", error * x),
        ("targets_swapped", -answer),
        ("error_forgotten", slope * x),
        ("input_forgotten", error * slope),
        ("half_forgotten", 2 * answer),
    ]
    given = {
        "x": inline(f"x = {tex(x)}"),
        "a": inline(rf"a = \sigma(wx) = {tex(a)}"),
        "t": inline(f"t = {target}"),
    }
    gradient = r"\frac{\partial L}{\partial w}"
    return Exercise(
        numbers={"a": a, "x": x, "target": target},
        given=(Line(Phrase("exercises.saturated.given", given), r"L = \tfrac{1}{2} (a - t)^2"),),
        question=number("saturated", answer, wrong, details={"gradient": inline(gradient)}),
        solution=(
            Line(
                Phrase("exercises.saturated.error"),
                rf"\frac{{\partial L}}{{\partial a}} = a - t = {tex(a)} - {target} = {tex(error)}",
            ),
            Line(
                Phrase("exercises.saturated.slope"),
                rf"\frac{{\partial a}}{{\partial z}} = a(1 - a) {equals(slope)}",
            ),
            Line(Phrase("exercises.product"), rf"{gradient} = {times(error, slope, x)} {equals(answer)}"),
            Line(Phrase("exercises.saturated.compare"), rf"(a - t) \, x = {times(error, x)} {equals(error * x)}"),
        ),
        key=rf"{gradient} {equals(answer)}",
    )
