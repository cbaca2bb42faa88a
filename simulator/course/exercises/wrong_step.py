"""Find the wrong step: a forward and backward pass written out, in which one line is wrong and the rest follows it."""

from simulator.course.exercises.exercise import Coincidence, Draw, Exercise, Line
from simulator.course.exercises.writing import inline, par, plus, tex, times
from simulator.course.grading import Question
from simulator.texts import Phrase

LINES = ("z", "a", "y", "error", "second", "hidden", "first")
"""What each line computes, in order."""
SLOPE = 0.1
"""Of leaky ReLU below 0."""
PLANTED = {
    "z": "exercises.wrong_step.bias",
    "a": "exercises.wrong_step.activation",
    "y": "exercises.wrong_step.bias",
    "error": "exercises.wrong_step.targets",
    "second": "exercises.wrong_step.operand",
    "hidden": "exercises.wrong_step.operand_hidden",
    "first": "exercises.wrong_step.derivative",
}
"""Line that can be wrong → what is said about it in the solution."""


def wrong_step(draw: Draw) -> Exercise:
    """A leaky ReLU node below 0, then a linear output with ½(y − t)²: which line is wrong?"""
    x, first, bias = draw.signed(5), draw.signed(5), draw.signed(6)
    second, last, target = draw.signed(5), draw.signed(5), draw.signed(6)
    if first * x + abs(bias) >= 0 or abs(second) == abs(x):
        raise Coincidence
    given = {"x": x, "first": first, "bias": bias, "second": second, "last": last, "target": target}
    planted = draw.one(tuple(PLANTED))
    right, shown = _lines(given, ""), _lines(given, planted)
    differs = abs(shown[planted][1] - right[planted][1]) > 0.02 * max(abs(right[planted][1]), 0.5)
    values = [abs(value) for _, value in (*right.values(), *shown.values())]
    if min(values) < 0.05 or not differs:
        raise Coincidence
    place = LINES.index(planted) + 1
    known = {
        "x": inline(f"x = {tex(x)}"),
        "first": inline(f"w_1 = {tex(first)}"),
        "bias": inline(f"b_1 = {tex(bias)}"),
        "second": inline(f"w_2 = {tex(second)}"),
        "last": inline(f"b_2 = {tex(last)}"),
        "target": inline(f"t = {tex(target)}"),
    }
    lines = tuple(
        Line(Phrase("exercises.wrong_step.line", {"line": i}), formula, beside=True)
        for i, (formula, _) in enumerate(shown.values(), start=1)
    )
    choices = tuple(str(i) for i in range(1, len(LINES) + 1))
    network = r"z = w_1 x + b_1, \quad a = \max(z, 0.1 z), \quad y = w_2 a + b_2, \quad L = \tfrac{1}{2} (y - t)^2"
    return Exercise(
        numbers=given,
        given=(
            Line(Phrase("exercises.wrong_step.given"), network),
            Line(Phrase("exercises.wrong_step.numbers", known)),
            *lines,
        ),
        question=Question(
            kind="choice",
            prompt="exercises.wrong_step.ask",
            about="wrong_step",
            answer=str(place),
            choices=choices,
        ),
        solution=(
            Line(Phrase("exercises.wrong_step.found", {"line": place})),
            Line(Phrase(PLANTED[planted]), right[planted][0]),
        ),
        key=f"({place})",
    )


Steps = dict[str, tuple[str, float]]
"""What a line computes → its formula, and the value in it."""


def _lines(given: dict[str, int], wrong: str) -> Steps:
    """Write the passes out; the line ``wrong`` is wrong, and what follows goes on from it."""
    x, second, slope = given["x"], given["second"], SLOPE
    lines: Steps = {}

    def add(name: str, formula: str, value: float) -> float:
        lines[name] = (f"{formula} = {tex(value)}", value)
        return value

    shift = -given["bias"] if wrong == "z" else given["bias"]
    z = add("z", rf"z = {times(given['first'], x)} {plus(shift)}", given["first"] * x + shift)
    if wrong == "a":
        a = add("a", rf"a = {tex(-slope)} \cdot {par(z)}", -slope * z)
    else:
        a = add("a", rf"a = {tex(slope)} \cdot {par(z)}", slope * z)
    shift = -given["last"] if wrong == "y" else given["last"]
    y = add("y", rf"y = {times(second, a)} {plus(shift)}", second * a + shift)
    pair = (given["target"], y) if wrong == "error" else (y, given["target"])
    error = add("error", rf"\partial L / \partial y = {tex(pair[0])} {plus(-pair[1])}", pair[0] - pair[1])
    other = second if wrong == "second" else a
    add("second", rf"\partial L / \partial w_2 = {times(error, other)}", error * other)
    other = a if wrong == "hidden" else second
    hidden = add("hidden", rf"\partial L / \partial a = {times(error, other)}", error * other)
    factors = (hidden, x) if wrong == "first" else (hidden, slope, x)
    value = hidden * x if wrong == "first" else hidden * slope * x
    add("first", rf"\partial L / \partial w_1 = {times(*factors)}", value)
    return lines
