"""What can be asked at a step of the network's backward pass, with the wrong answers that learners really give."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from simulator.course.asking import Formula, formula_question, number_question, shape_question
from simulator.course.chain_rules import inputs_rule, start_rule, through_rule, weights_rule
from simulator.course.grading import Question, as_shown, from_shown
from simulator.scenes.chain_rule import FUNCTIONS, NetworkPass
from simulator.scenes.chain_rule.numbers import pass_of
from simulator.scenes.chain_rule.passes import loss_scale
from simulator.scenes.chain_rule.settings import ChainRule, Step

TOLERANCE = 0.02
"""Learners multiply numbers that the page shows with three digits."""
MOST_TERMS = 6
"""Longer sums are not written out, so their value is not asked for."""

Details = dict[str, Any]


def step_questions(settings: ChainRule, step: Step) -> tuple[Question, ...]:
    """Return the questions of a step; none before the backward pass and at the update.

    Args:
      settings: of the network. The entry asked about is the one of largest magnitude, for a weight's layer the chosen
        weight where that has a gradient.
      step: one of ``settings.steps``.
    """
    makers = {"start": _start, "weights": _weights, "inputs": _inputs, "through": _through}
    if step.kind not in makers:
        return ()
    asked = makers[step.kind](pass_of(settings), settings, step.layer)
    return tuple(question for question in asked if question is not None)


def _start(made: NetworkPass, settings: ChainRule, layer: int) -> Iterable[Question | None]:
    right = made.loss.grad_logits
    entry = row, unit = _largest(right)
    found = [("targets_swapped", -right[entry])]
    if settings.loss != "mse_half_sum":
        found.append(("sum_for_mean", right[entry] * made.num_rows))
    slope, arriving = made.loss.derivative, made.loss.grad_output
    scale = loss_scale(settings.loss, *made.targets.shape) * (1.0 if slope is None else 2.0)
    y, t, z = made.loss.output[entry], made.targets[entry], made.pre_activation[-1][entry]
    by_hand = from_shown(lambda y: scale * (y - t), y)
    if slope is not None and arriving is not None:
        found += _slope_mistakes(made, settings.output_activation, arriving, slope, layer, entry)
        by_hand = from_shown(lambda y, factor: scale * (y - t) * factor, y, slope[entry])
        at_z = _derivative(settings.output_activation)
        by_hand += from_shown(lambda y, z: scale * (y - t) * at_z(z), y, z)
        by_hand += _by_output(settings.output_activation, lambda factor: float(arriving[entry]) * factor, float(y))
    details = {"unit": unit + 1, "example": row + 1}
    yield _formula(start_rule(made, settings), details, layer)
    yield _number("start", right, entry, found, details, by_hand)


def _weights(made: NetworkPass, settings: ChainRule, layer: int) -> Iterable[Question | None]:
    right, g, x = made.grad_weight[layer - 1], made.grad_pre_activation[layer - 1], made.layer_inputs(layer - 1)
    chosen_layer, source, unit = settings.weight
    entry = (source - 1, unit - 1)
    if chosen_layer != layer or right[entry] == 0.0:
        entry = _largest(right)
    source, unit = entry
    yield _formula(weights_rule(x, g, layer), {"layer": layer}, layer)
    yield _shape(right.shape, f"∂L/∂W{_raised(layer)}")
    found = [("transpose_missing", right[unit, source])] if max(entry) < min(right.shape) else []
    if made.num_rows > 1:
        found += [("one_branch", x[row, source] * g[row, unit]) for row in range(made.num_rows)]
    found += [("upstream_forgotten", x[:, source].sum()), ("sign", -right[entry])]
    if settings.loss != "mse_half_sum":
        found.append(("sum_for_mean", right[entry] * made.num_rows))
    if made.num_rows <= MOST_TERMS:
        by_hand = _sums(x[:, source], g[:, unit])
        details = {"layer": layer, "source": source + 1, "unit": unit + 1}
        yield _number("weight", right, entry, found, details, by_hand)
    if made.num_rows in range(2, MOST_TERMS + 1):  # of one example the bias receives what is shown
        yield _bias(made, layer)
    if layer == made.num_layers:
        yield _receivers(layer)


def _bias(made: NetworkPass, layer: int) -> Question:
    bias, g = made.grad_bias[layer - 1], made.grad_pre_activation[layer - 1]
    (at,) = _largest(bias)
    found = [("one_branch", g[row, at]) for row in range(made.num_rows)] + [("sign", -bias[at])]
    by_hand = _sums(g[:, at], np.ones(made.num_rows))
    return _number("bias", bias, (at,), found, {"layer": layer, "unit": at + 1}, by_hand)


def _inputs(made: NetworkPass, _settings: ChainRule, layer: int) -> Iterable[Question | None]:
    right = made.grad_activation[layer - 2]
    assert right is not None
    row, unit = _largest(right)
    g, weight = made.grad_pre_activation[layer - 1][row], made.parameters.weight[layer - 1]
    yield _formula(inputs_rule(made, layer), {"layer": layer - 1}, layer)
    yield _shape(right.shape, f"∂L/∂A{_raised(layer - 1)}")
    if len(g) > MOST_TERMS:
        return
    found: list[tuple[str, float]] = []
    if weight.shape[0] == weight.shape[1]:
        found.append(("transpose_missing", float(g @ weight[:, unit])))
    if len(g) > 1:
        found += [("one_branch", float(value)) for value in g * weight[unit]]
    found += [("upstream_forgotten", float(weight[unit].sum())), ("sign", -right[row, unit])]
    details = {"layer": layer - 1, "unit": unit + 1, "example": row + 1}
    yield _number("inputs", right, (row, unit), found, details, _sums(g, weight[unit]))


def _through(made: NetworkPass, settings: ChainRule, layer: int) -> Iterable[Question | None]:
    right = made.grad_pre_activation[layer - 1]
    slope, arriving = made.derivative[layer - 1], made.grad_activation[layer - 1]
    assert slope is not None and arriving is not None
    entry = row, unit = _largest(right)
    details = {"layer": layer, "unit": unit + 1, "example": row + 1}
    at, z, given = (
        float(array[entry]) for array in (made.activation[layer - 1], made.pre_activation[layer - 1], arriving)
    )
    factor, name = float(slope[entry]), settings.activation
    factors = [
        ("derivative_at_output", _derivative(name)(at)),
        ("derivative_twice", factor**2),
        ("derivative_forgotten", 1.0),
        ("sign", -factor),
    ]
    found = _slope_mistakes(made, name, arriving, slope, layer, entry)
    found += [("upstream_forgotten", factor), ("sign", -right[entry])]
    at_z = _derivative(name)
    slopes = (*from_shown(at_z, z), *_by_output(name, lambda value: value, at))
    products = (*from_shown(lambda g, s: g * s, given, factor), *from_shown(lambda g, z: g * at_z(z), given, z))
    products += _by_output(name, lambda value: as_shown(given) * value, at)
    yield _formula(through_rule(made, settings, layer), details, layer)
    yield _number("slope", slope, entry, factors, details, slopes)
    yield _number("through", right, entry, found, details, products)
    if np.any(slope == 0.0) and right.shape[1] > 1:
        closed = slope.shape[1] - np.count_nonzero(slope, axis=1)
        yield _units(slope[int(np.argmax(closed))], layer, int(np.argmax(closed)))


def _slope_mistakes(
    made: NetworkPass, name: str, arriving: np.ndarray, slope: np.ndarray, layer: int, entry: tuple[int, ...]
) -> list[tuple[str, float]]:
    """Return products in which φ′ is forgotten, taken at the output, or taken twice."""
    upstream = float(arriving[entry])
    return [
        ("derivative_at_output", upstream * _derivative(name)(made.activation[layer - 1][entry])),
        ("derivative_twice", upstream * float(slope[entry]) ** 2),
        ("derivative_forgotten", upstream),
    ]


def _derivative(name: str) -> Callable[[float], float]:
    return lambda value: float(FUNCTIONS[name].derivative(np.array([value]))[0])


def _by_output(name: str, combine: Callable[[float], float], at: float) -> tuple[float, ...]:
    """Return what comes out where φ′ is worked out from the activation: a(1 − a), 1 − a²."""
    rules = {"sigmoid": lambda a: a * (1.0 - a), "tanh": lambda a: 1.0 - a**2}
    return from_shown(lambda a: combine(rules[name](a)), at) if name in rules else ()


def _sums(first: np.ndarray, second: np.ndarray) -> tuple[float, ...]:
    """Return a sum of products by hand, with each product rounded, too."""
    products = as_shown(as_shown(first) * as_shown(second))
    return (*from_shown(lambda a, b: (a * b).sum(), first, second), float(products.sum()))


def _number(
    asked: str,
    right: np.ndarray,
    entry: tuple[int, ...],
    wrong: list[tuple[str, float]],
    details: Details,
    by_hand: Iterable[float],
) -> Question:
    return number_question(
        prompt=f"chain_rule.ask.{asked}",
        about=asked,
        answer=float(right[entry]),
        wrong=wrong,
        details=details,
        by_hand=by_hand,
        entry=entry,
        tolerance=TOLERANCE,
        scale=float(np.abs(right).max()),
    )


def _formula(rule: tuple[str, list[Formula]], details: Details, layer: int) -> Question | None:
    name, (right, *others) = rule
    given = {**details, "name": name, "layer": layer}
    return formula_question(prompt="chain_rule.ask.rule", about="rule", right=right, others=others, details=given)


def _shape(shape: tuple[int, ...], name: str) -> Question | None:
    """Ask for the shape of a matrix; of a square one, or of a single number, it says nothing."""
    if shape[0] == shape[1]:
        return None
    return shape_question(prompt="chain_rule.ask.shape", shape=shape, details={"name": name})


def _receivers(layer: int) -> Question:
    """Ask who receives a gradient from z = aW + b; the inputs of the first layer are data and are left out."""
    names = [f"W{_raised(layer)}", f"b{_raised(layer)}", *([f"A{_raised(layer - 1)}"] if layer > 1 else [])]
    return Question(
        kind="nodes",
        prompt="chain_rule.ask.receivers",
        about="receivers",
        answer=frozenset(names),
        details={"layer": _raised(layer)},
        choices=(*names, "T"),
    )


def _units(slope: np.ndarray, layer: int, row: int) -> Question:
    choices = tuple(str(unit + 1) for unit in range(min(len(slope), 8)))
    answer = frozenset(choice for choice, value in zip(choices, slope, strict=False) if value != 0.0)
    details = {"layer": layer, "example": row + 1}
    return Question(
        kind="nodes", prompt="chain_rule.ask.units", about="units", answer=answer, details=details, choices=choices
    )


def _largest(values: np.ndarray) -> tuple[int, ...]:
    return tuple(int(index) for index in np.unravel_index(int(np.argmax(np.abs(values))), values.shape))


def _raised(layer: int) -> str:
    return f"⁽{str(layer).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}⁾"
