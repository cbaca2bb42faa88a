"""What can be asked at a step of the network's backward pass, with the wrong answers that learners really give."""

from typing import Any

import numpy as np

from simulator.course.grading import Question, WrongAnswer
from simulator.course.misconceptions import KINDS
from simulator.scenes.chain_rule import FUNCTIONS, NetworkPass
from simulator.scenes.chain_rule.numbers import pass_of
from simulator.scenes.chain_rule.settings import ChainRule, Step

TOLERANCE = 0.02
"""Learners multiply numbers that the page shows with three digits."""


def step_questions(settings: ChainRule, step: Step) -> tuple[Question, ...]:
    """Return the questions of a step; none before the backward pass and at the update.

    Args:
      settings: of the network. The entry asked about is the one of largest magnitude, for a weight's layer the chosen
        weight where that has a gradient.
      step: one of ``settings.steps``.
    """
    made = pass_of(settings)
    if step.kind == "start":
        return _start(made, settings, step.layer)
    if step.kind == "weights":
        return _weights(made, settings, step.layer)
    if step.kind == "inputs":
        return _inputs(made, step.layer)
    return _through(made, settings, step.layer) if step.kind == "through" else ()


def _start(made: NetworkPass, settings: ChainRule, layer: int) -> tuple[Question, ...]:
    right = made.loss.grad_logits
    row, unit = _largest(right)
    found = [("targets_swapped", -right[row, unit])]
    if settings.loss != "mse_half_sum":
        found.append(("sum_for_mean", right[row, unit] * made.num_rows))
    slope, arriving = made.loss.derivative, made.loss.grad_output
    if slope is not None and arriving is not None:
        found += _slope_mistakes(made, settings.output_activation, arriving, slope, layer, (row, unit))
    details = {"unit": unit + 1, "example": row + 1}
    asked = _number("start", right, (row, unit), found, details)
    return (asked, _shape(right.shape, f"∂L/∂Z⁽{_raised(layer)}⁾"))


def _weights(made: NetworkPass, settings: ChainRule, layer: int) -> tuple[Question, ...]:
    right, g, x = made.grad_weight[layer - 1], made.grad_pre_activation[layer - 1], made.layer_inputs(layer - 1)
    chosen_layer, source, unit = settings.weight
    entry = (source - 1, unit - 1)
    if chosen_layer != layer or right[entry] == 0.0:
        entry = _largest(right)
    source, unit = entry
    found = [("transpose_missing", right[unit, source])] if max(entry) < min(right.shape) else []
    if made.num_rows > 1:
        found += [("one_branch", x[row, source] * g[row, unit]) for row in range(made.num_rows)]
    found += [("upstream_forgotten", x[:, source].sum()), ("sign", -right[entry])]
    if settings.loss != "mse_half_sum":
        found.append(("sum_for_mean", right[entry] * made.num_rows))
    weight = _number("weight", right, entry, found, {"layer": layer, "source": source + 1, "unit": unit + 1})
    bias = made.grad_bias[layer - 1]
    (at,) = _largest(bias)
    found = [("one_branch", g[row, at]) for row in range(made.num_rows)] if made.num_rows > 1 else []
    found.append(("sign", -bias[at]))
    asked = _number("bias", bias, (at,), found, {"layer": layer, "unit": at + 1})
    shape = _shape(right.shape, f"∂L/∂W⁽{_raised(layer)}⁾")
    return (weight, asked, shape, _receivers(layer))


def _inputs(made: NetworkPass, layer: int) -> tuple[Question, ...]:
    right = made.grad_activation[layer - 2]
    assert right is not None
    row, unit = _largest(right)
    g, weight = made.grad_pre_activation[layer - 1][row], made.parameters.weight[layer - 1]
    found: list[tuple[str, float]] = []
    if weight.shape[0] == weight.shape[1]:
        found.append(("transpose_missing", float(g @ weight[:, unit])))
    if len(g) > 1:
        found += [("one_branch", float(value)) for value in g * weight[unit]]
    found += [("upstream_forgotten", float(weight[unit].sum())), ("sign", -right[row, unit])]
    details = {"layer": layer - 1, "unit": unit + 1, "example": row + 1}
    asked = _number("inputs", right, (row, unit), found, details)
    return (asked, _shape(right.shape, f"∂L/∂A⁽{_raised(layer - 1)}⁾"))


def _through(made: NetworkPass, settings: ChainRule, layer: int) -> tuple[Question, ...]:
    right = made.grad_pre_activation[layer - 1]
    slope, arriving = made.derivative[layer - 1], made.grad_activation[layer - 1]
    assert slope is not None and arriving is not None
    row, unit = _largest(right)
    details = {"layer": layer, "unit": unit + 1, "example": row + 1}
    at = made.activation[layer - 1][row, unit]
    right_slope = float(slope[row, unit])
    factors = [
        ("derivative_at_output", _slope_at(settings.activation, at)),
        ("derivative_twice", right_slope**2),
        ("derivative_forgotten", 1.0),
        ("sign", -right_slope),
    ]
    found = _slope_mistakes(made, settings.activation, arriving, slope, layer, (row, unit))
    found += [("upstream_forgotten", right_slope), ("sign", -right[row, unit])]
    asked = [
        _number("slope", slope, (row, unit), factors, details),
        _number("through", right, (row, unit), found, details),
    ]
    if np.any(slope == 0.0) and right.shape[1] > 1:
        closed = slope.shape[1] - np.count_nonzero(slope, axis=1)
        asked.append(_units(slope[int(np.argmax(closed))], layer, int(np.argmax(closed))))
    return tuple(asked)


def _slope_mistakes(
    made: NetworkPass, name: str, arriving: np.ndarray, slope: np.ndarray, layer: int, entry: tuple[int, int]
) -> list[tuple[str, float]]:
    """Return products in which φ′ is forgotten, taken at the output, or taken twice."""
    at_output = _slope_at(name, made.activation[layer - 1][entry])
    upstream = float(arriving[entry])
    return [
        ("derivative_at_output", upstream * at_output),
        ("derivative_twice", upstream * float(slope[entry]) ** 2),
        ("derivative_forgotten", upstream),
    ]


def _slope_at(name: str, value: float) -> float:
    return float(FUNCTIONS[name].derivative(np.array([value]))[0])


def _number(
    asked: str, right: np.ndarray, entry: tuple[int, ...], found: list[tuple[str, float]], details: dict[str, Any]
) -> Question:
    answer = float(right[entry])
    absolute = 1e-6 * max(1e-6, float(np.abs(right).max()))
    near = max(TOLERANCE * abs(answer), absolute)
    ordered = sorted(found, key=lambda one: KINDS.index(one[0]))
    wrong = tuple(WrongAnswer(kind, float(value)) for kind, value in ordered if abs(value - answer) > near)
    prompt = f"chain_rule.ask.{asked}"
    return Question(
        kind="number",
        prompt=prompt,
        answer=answer,
        details=details,
        wrong=wrong,
        tolerance=TOLERANCE,
        absolute=absolute,
    )


def _shape(shape: tuple[int, ...], name: str) -> Question:
    wrong = (WrongAnswer("transpose_missing", shape[::-1]),) if shape[0] != shape[1] else ()
    return Question(kind="shape", prompt="chain_rule.ask.shape", answer=shape, details={"name": name}, wrong=wrong)


def _receivers(layer: int) -> Question:
    """Ask who receives a gradient from z = aW + b; the inputs of the first layer are data and are left out."""
    raised = _raised(layer)
    names = [f"W⁽{raised}⁾", f"b⁽{raised}⁾", *([f"A⁽{_raised(layer - 1)}⁾"] if layer > 1 else [])]
    details = {"layer": raised}
    choices = (*names, "T")
    return Question(
        kind="nodes", prompt="chain_rule.ask.receivers", answer=frozenset(names), details=details, choices=choices
    )


def _units(slope: np.ndarray, layer: int, row: int) -> Question:
    choices = tuple(str(unit + 1) for unit in range(min(len(slope), 8)))
    answer = frozenset(choice for choice, value in zip(choices, slope, strict=False) if value != 0.0)
    details = {"layer": layer, "example": row + 1}
    return Question(kind="nodes", prompt="chain_rule.ask.units", answer=answer, details=details, choices=choices)


def _largest(values: np.ndarray) -> tuple[int, ...]:
    return tuple(int(index) for index in np.unravel_index(int(np.argmax(np.abs(values))), values.shape))


def _raised(layer: int) -> str:
    return str(layer).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
