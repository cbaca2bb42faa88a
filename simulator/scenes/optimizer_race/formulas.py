"""The update of one weight with the numbers of one step put in, line by line."""

from collections.abc import Callable

from simulator.core.opened import Opened
from simulator.core.training import TrainingConfig
from simulator.texts.numbers import number_text

Line = tuple[str, str]
"""What it is about (``gradient``, ``update`` or ``forward``), and its text."""


def update_lines(training: TrainingConfig, opened: Opened, update: int) -> list[Line]:
    """Return the lines of an update: the gradient, what is remembered, the weight.

    Args:
      training: the configuration.
      opened: the state.
      update: which, counted from 0.
    """
    name, power = training.optimizer, _raised(update + 1)

    def number(field: str) -> str:
        return number_text(float(getattr(opened, field)[update]))

    def factor(field: str) -> str:
        """Write a number that follows a sign of multiplication or addition."""
        plain = number(field)
        return f"({plain})" if plain.startswith("−") else plain

    rate, epsilon = number_text(training.learning_rate), number_text(training.epsilon)
    lines: list[Line] = [("gradient", f"g = ∂L/∂w = {number('gradient')}")]
    lines += _remembered(training, number, factor, power)
    used = {
        "sgd": factor("gradient"),
        "momentum": factor("first"),
        "nesterov": f"({number('gradient')} + {number_text(training.momentum)} × {factor('first')})",
        "adagrad": f"{factor('gradient')} / √({number('second')} + {epsilon})",
        "rmsprop": f"{factor('gradient')} / (√{number('second')} + {epsilon})",
    }.get(name, f"{factor('first_corrected')} / (√{number('second_corrected')} + {epsilon})")
    decayed = f" − {rate} × {number_text(training.weight_decay)} × {factor('weight')}" if name == "adamw" else ""
    return [*lines, ("forward", f"w ← {number('weight')} − {rate} × {used}{decayed} = {number('after')}")]


def _remembered(
    training: TrainingConfig, number: Callable[[str], str], factor: Callable[[str], str], power: str
) -> list[Line]:
    name = training.optimizer
    if name == "sgd":
        return []
    if name in ("momentum", "nesterov"):
        alpha = number_text(training.momentum)
        return [("update", f"v ← {alpha} × {factor('first_before')} + {factor('gradient')} = {number('first')}")]
    squared = f"{factor('gradient')}²"
    if name == "adagrad":
        return [("update", f"s ← {number('second_before')} + {squared} = {number('second')}")]
    if name == "rmsprop":
        return [("update", _mean("s", training.decay, number("second_before"), squared, number("second")))]
    first = _mean("m", training.beta1, factor("first_before"), factor("gradient"), number("first"))
    second = _mean("s", training.beta2, number("second_before"), squared, number("second"))
    beta1, beta2 = number_text(training.beta1), number_text(training.beta2)
    return [
        ("update", first),
        ("update", f"m̂ = {number('first')} / (1 − {beta1}{power}) = {number('first_corrected')}"),
        ("update", second),
        ("update", f"ŝ = {number('second')} / (1 − {beta2}{power}) = {number('second_corrected')}"),
    ]


def _mean(name: str, decay: float, before: str, new: str, after: str) -> str:
    return f"{name} ← {number_text(decay)} × {before} + {number_text(1.0 - decay)} × {new} = {after}"


def _raised(number: int) -> str:
    """Write an exponent.

    >>> _raised(12)
    '¹²'
    """
    return str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
