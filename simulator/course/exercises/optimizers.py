"""Gradient descent and its relatives: how large a rate may be, steps on a parabola, momentum, Adam."""

import math

from simulator.course.exercises.exercise import Coincidence, Draw, Exercise, Line, number
from simulator.course.exercises.writing import equals, inline, par, plus, tex, times
from simulator.course.grading import from_shown
from simulator.texts import Phrase


def rate_bound(draw: Draw) -> Exercise:
    """The bound 2/a of a valley of two curvatures: the larger one counts."""
    first, second = draw.several(range(2, 41), 2)
    steep, flat = max(first, second), min(first, second)
    if steep < 2 * flat or steep == 2 * flat:
        raise Coincidence
    wrong = [("flat_direction", 1 / flat), ("half_forgotten", 2 / steep), ("best_rate", 1 / (2 * steep))]
    loss = rf"L(\theta_1, \theta_2) = {first} \, \theta_1^2 + {second} \, \theta_2^2"
    place = 1 if first == steep else 2
    return Exercise(
        numbers={"factors": (first, second)},
        given=(Line(Phrase("exercises.rate_bound.given"), loss),),
        question=number("rate_bound", 1 / steep, wrong),
        solution=(
            Line(
                Phrase("exercises.rate_bound.gradient"),
                rf"\theta_{place} \leftarrow \theta_{place} - \eta \cdot {2 * steep} \, \theta_{place}"
                rf" = (1 - {2 * steep} \, \eta) \, \theta_{place}",
            ),
            Line(Phrase("exercises.rate_bound.shrink"), rf"-1 < 1 - {2 * steep} \, \eta"),
            Line(Phrase("exercises.rate_bound.solve"), rf"\eta < \frac{{2}}{{{2 * steep}}} {equals(1 / steep)}"),
        ),
        key=rf"\eta < \frac{{1}}{{{steep}}} {equals(1 / steep)}",
    )


def descent(draw: Draw) -> Exercise:
    """Two or three steps of gradient descent on ½aθ²."""
    curvature, start = draw.one((2, 3, 4, 5, 6, 8)), draw.signed(9)
    rate, steps = draw.decimal(5, 60, places=2), draw.one((2, 3))
    factor = 1 - rate * curvature
    if abs(factor) < 0.15 or abs(factor) > 2 or abs(abs(factor) - 1) < 0.08 or start in (-1, 1):
        raise Coincidence
    path = [start * factor**step for step in range(steps + 1)]
    answer = path[-1]
    wrong = [
        ("uphill", start * (1 + rate * curvature) ** steps),
        ("gradient_kept", start - steps * rate * curvature * start),
        ("fewer_steps", path[-2]),
    ]
    moves = [
        Line(
            Phrase("exercises.descent.step", {"step": step}),
            rf"\theta_{step} = {times(factor, path[step - 1])} {equals(path[step])}",
        )
        for step in range(1, steps + 1)
    ]
    given = {"start": inline(rf"\theta_0 = {tex(start)}"), "rate": inline(rf"\eta = {tex(rate)}")}
    return Exercise(
        numbers={"curvature": curvature, "start": start, "rate": rate},
        given=(
            Line(
                Phrase("exercises.descent.given", given), rf"L(\theta) = \tfrac{{1}}{{2}} \cdot {curvature} \, \theta^2"
            ),
        ),
        question=number("descent", answer, wrong, details={"theta": inline(rf"\theta_{steps}"), "steps": steps}),
        solution=(
            Line(
                Phrase("exercises.descent.rule"),
                rf"\theta \leftarrow \theta - {times(rate, curvature)} \, \theta = {tex(factor)} \, \theta",
            ),
            *moves,
        ),
        key=rf"\theta_{steps} {equals(answer)}",
    )


def momentum(draw: Draw) -> Exercise:
    """Two steps with momentum: v ← αv − ρg, w ← w + v."""
    start, gradients = draw.signed(5), [draw.signed(9), draw.signed(9)]
    keep, rate = draw.one((0.5, 0.6, 0.7, 0.8, 0.9)), draw.one((0.1, 0.2, 0.3, 0.4))
    if gradients[0] == gradients[1]:
        raise Coincidence
    first = -rate * gradients[0]
    second = keep * first - rate * gradients[1]
    middle = start + first
    answer = middle + second
    wrong = [
        ("momentum_forgotten", start - rate * sum(gradients)),
        ("uphill", start - first - second),
        ("last_step_only", start + second),
    ]
    given = {
        "keep": inline(rf"\alpha = {tex(keep)}"),
        "rate": inline(rf"\rho = {tex(rate)}"),
        "start": inline(rf"w_0 = {tex(start)}"),
        "first": inline(rf"g_1 = {tex(gradients[0])}"),
        "second": inline(rf"g_2 = {tex(gradients[1])}"),
    }
    return Exercise(
        numbers={"start": start, "gradients": gradients, "keep": keep, "rate": rate},
        given=(
            Line(Phrase("exercises.momentum.given"), r"v \leftarrow \alpha v - \rho g, \quad w \leftarrow w + v"),
            Line(Phrase("exercises.momentum.numbers", given)),
        ),
        question=number("momentum", answer, wrong),
        solution=(
            Line(
                Phrase("exercises.momentum.first"),
                rf"v_1 = -{times(rate, gradients[0])} = {tex(first)}, \quad w_1 = {tex(start)} {plus(first)}"
                rf" = {tex(middle)}",
            ),
            Line(
                Phrase("exercises.momentum.second"),
                rf"v_2 = {times(keep, first)} - {times(rate, gradients[1])} = {tex(second)}",
            ),
            Line(Phrase("exercises.momentum.move"), rf"w_2 = {tex(middle)} {plus(second)} {equals(answer)}"),
        ),
        key=rf"w_2 {equals(answer)}",
    )


def adam(draw: Draw) -> Exercise:
    """The second step of Adam, with the bias correction of both moments."""
    g, rate = [draw.signed(9), draw.signed(9)], draw.one((0.01, 0.02, 0.05, 0.1))
    keep = draw.one((0.5, 0.8, 0.9)), draw.one((0.75, 0.9, 0.99))
    if abs(g[0]) == abs(g[1]) or keep[0] == keep[1]:
        raise Coincidence
    m = (1 - keep[0]) * (keep[0] * g[0] + g[1])
    v = (1 - keep[1]) * (keep[1] * g[0] ** 2 + g[1] ** 2)
    m_hat, v_hat = m / (1 - keep[0] ** 2), v / (1 - keep[1] ** 2)
    if abs(m_hat) < 0.3:
        raise Coincidence
    answer = -rate * m_hat / math.sqrt(v_hat)
    wrong = [
        ("correction_forgotten", -rate * m / math.sqrt(v)),
        ("root_forgotten", -rate * m_hat / v_hat),
        ("uphill", -answer),
        ("momentum_forgotten", -rate * g[1] / math.sqrt(v_hat)),
    ]
    by_hand = from_shown(lambda top, bottom: -rate * top / math.sqrt(bottom), m_hat, v_hat)
    given = {
        "first": inline(rf"\beta_1 = {tex(keep[0])}"),
        "second": inline(rf"\beta_2 = {tex(keep[1])}"),
        "rate": inline(rf"\eta = {tex(rate)}"),
        "g1": inline(f"g_1 = {tex(g[0])}"),
        "g2": inline(f"g_2 = {tex(g[1])}"),
    }
    moments = [
        (rf"m_{n} = {tex(keep[0])} \cdot {a} {plus_product(1 - keep[0], b)}", c)
        for n, a, b, c in ((1, "0", g[0], (1 - keep[0]) * g[0]), (2, par((1 - keep[0]) * g[0]), g[1], m))
    ]
    squares = [
        (rf"v_{n} = {tex(keep[1])} \cdot {a} + {tex(1 - keep[1])} \cdot {par(b)}^2", c)
        for n, a, b, c in ((1, "0", g[0], (1 - keep[1]) * g[0] ** 2), (2, tex((1 - keep[1]) * g[0] ** 2), g[1], v))
    ]
    return Exercise(
        numbers={"gradients": g, "keep": keep, "rate": rate},
        given=(Line(Phrase("exercises.adam.given", given)),),
        question=number("adam", answer, wrong, by_hand=by_hand),
        solution=(
            *_after_each_step("exercises.adam.mean", moments),
            *_after_each_step("exercises.adam.square", squares),
            Line(
                Phrase("exercises.adam.correct"),
                rf"\hat{{m}}_2 = \frac{{{tex(m)}}}{{1 - {tex(keep[0])}^2}} {equals(m_hat)}, \quad"
                rf" \hat{{v}}_2 = \frac{{{tex(v)}}}{{1 - {tex(keep[1])}^2}} {equals(v_hat)}",
            ),
            Line(
                Phrase("exercises.adam.step"),
                rf"-\eta \frac{{\hat{{m}}_2}}{{\sqrt{{\hat{{v}}_2}}}} = -{tex(rate)} \cdot"
                rf" \frac{{{tex(m_hat)}}}{{\sqrt{{{tex(v_hat)}}}}} {equals(answer)}",
            ),
        ),
        key=equals(answer).removeprefix("= "),
    )


def _after_each_step(entry: str, found: list[tuple[str, float]]) -> tuple[Line, ...]:
    return tuple(
        Line(Phrase(entry, {"step": str(step)}), f"{formula} {equals(value)}")
        for step, (formula, value) in enumerate(found, start=1)
    )


def plus_product(factor: float, value: float) -> str:
    """Return ``+ factor · value``."""
    return rf"+ {tex(factor)} \cdot {par(value)}"
