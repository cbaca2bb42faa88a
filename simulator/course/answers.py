"""Grade an answer to a lesson's checkpoint: pure, from what was given and the lesson's plan alone."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from simulator.course.lesson import Checkpoint, CodeCheckpoint, ControlsCheckpoint, NumberCheckpoint, Plan
from simulator.course.reading import MAX_ANSWER_LENGTH, expression_text, parse_numbers, parse_shape
from simulator.course.rules import Gradients, autodiff, gradients_of, same_gradients
from simulator.course.values import compute, drawn_numbers, missed
from simulator.errors import InputError
from simulator.graph import trace
from simulator.graph.expression import parse
from simulator.scenes.settings import Settings

MAX_LETTERS = 200
"""Of a typed expression or matrix."""
NUM_POINTS = 40
"""Where two expressions are compared."""
SMALLEST = 1e-12
"""What a typed number may be away from a right answer of exactly 0."""


class Mark(NamedTuple):
    """What an answer is: right, wrong in a way that has a name, or not to be read at all."""

    right: bool
    name: str = ""  # of the wrong answer that was recognised
    unreadable: InputError | None = None  # then it does not count as an attempt
    measured: float | None = None  # of controls: the number that misses its goal


def mark(plan: Plan, checkpoint: Checkpoint, given: Any) -> Mark:
    """Grade an answer.

    Args:
      plan: of the lesson.
      checkpoint: one of its checkpoints.
      given: typed text for a number, shape, expression or matrix; a name for one choice; names in order for several;
        a mapping of names for a matching; settings for controls; typed lines for code; a line's number for a bug.
    """
    if isinstance(checkpoint, ControlsCheckpoint):
        return _mark_controls(plan, checkpoint, given)
    read, same = _READERS[checkpoint.kind]
    try:
        answer = read(given, checkpoint)
    except InputError as error:
        return Mark(False, unreadable=error)
    if same(answer, right_answer(plan, checkpoint), checkpoint):
        return Mark(True)
    return Mark(False, next((one.name for one in checkpoint.wrong if same(answer, one.answer, checkpoint)), ""))


def right_answer(plan: Plan, checkpoint: Checkpoint) -> Any:
    """Return the right answer: of a number whose answer is a value's name the value, of code what autodiff gives."""
    if isinstance(checkpoint, NumberCheckpoint):
        return _number(checkpoint.answer, plan)
    if isinstance(checkpoint, CodeCheckpoint):
        return autodiff(checkpoint)
    return None if isinstance(checkpoint, ControlsCheckpoint) else checkpoint.answer


def _number(answer: float | str, plan: Plan) -> float:
    if not isinstance(answer, str):
        return float(answer)
    if answer not in plan.values:
        raise InputError("lesson:no_value", value=answer, choices=plan.values or ["–"])
    return compute(plan.values[answer], plan.scenes)


def _mark_controls(plan: Plan, checkpoint: ControlsCheckpoint, settings: Any) -> Mark:
    if not isinstance(settings, Settings):
        return Mark(False)
    try:
        found = missed(checkpoint.goals, drawn_numbers(plan.scenes[checkpoint.scene], checkpoint, settings))
    except InputError:
        return Mark(False)  # settings whose numbers cannot be had reach nothing
    if found is None:
        return Mark(True)
    goal, number = found
    return Mark(False, goal.name or "", measured=number)


def _read_number(given: Any, _checkpoint: Any) -> tuple[float, ...]:
    return parse_numbers(given)


def _same_number(readings: tuple[float, ...], wanted: Any, checkpoint: Any) -> bool:
    return any(_close(reading, float(wanted), checkpoint.tolerance) for reading in readings)


def _close(given: float, wanted: float, tolerance: float) -> bool:
    allowed = tolerance * abs(wanted) or SMALLEST
    return math.isfinite(given) and abs(given - wanted) <= allowed * (1 + 1e-9)


def _read_shape(given: Any, _checkpoint: Any) -> tuple[int, ...]:
    return parse_shape(unicodedata.normalize("NFKC", given) if isinstance(given, str) else given)


def _read_choice(given: Any, checkpoint: Any) -> str:
    if given not in checkpoint.options:
        raise InputError("lesson:nothing_chosen")
    return given


def _read_several(given: Any, checkpoint: Any) -> list[str]:
    chosen = [name for name in given or [] if name in checkpoint.options]
    if not chosen or (checkpoint.kind == "order" and len(set(chosen)) != len(checkpoint.options)):
        raise InputError("lesson:nothing_chosen")
    return chosen


def _same_several(given: list[str], wanted: Any, checkpoint: Any) -> bool:
    return given == list(wanted) if checkpoint.kind == "order" else set(given) == set(wanted)


def _read_matching(given: Any, checkpoint: Any) -> dict[str, str]:
    if not isinstance(given, Mapping) or any(given.get(name) not in checkpoint.right for name in checkpoint.left):
        raise InputError("lesson:nothing_chosen")
    return {name: given[name] for name in checkpoint.left}


def _read_matrix(given: Any, _checkpoint: Any) -> list[list[float]]:
    """Read rows: one a line or between brackets or semicolons; numbers between spaces or commas."""
    if not isinstance(given, str) or len(given) > MAX_LETTERS:
        raise InputError("lesson:matrix_answer", value=str(given)[:30])
    typed = unicodedata.normalize("NFKC", given).strip().strip("[]")
    rows = [row.strip(" ,[]") for row in re.split(r"\]\s*,?\s*\[|;|\n", typed)]
    split = re.compile(r"\s+") if not any("," in row for row in rows) else re.compile(r"\s*,\s*|\s+")
    try:
        found = [[parse_numbers(number)[0] for number in split.split(row)] for row in rows if row]
    except InputError:
        raise InputError("lesson:matrix_answer", value=given[:30]) from None
    if not found or len({len(row) for row in found}) != 1:
        raise InputError("lesson:matrix_answer", value=given[:30])
    return found


def _same_matrix(given: Any, wanted: Any, checkpoint: Any) -> bool:
    first, second = np.asarray(given, float), np.asarray(wanted, float)
    if first.shape != second.shape:
        return False
    pairs = zip(first.ravel().tolist(), second.ravel().tolist(), strict=True)
    return all(_close(*pair, checkpoint.tolerance) for pair in pairs)


def _read_expression(given: Any, checkpoint: Any) -> np.ndarray:
    """Return the values of an expression at many points, which are the same for everybody."""
    if not isinstance(given, str) or not given.strip() or len(given) > MAX_LETTERS:
        raise InputError("lesson:expression_answer", choices=checkpoint.variables)
    expression = parse(expression_text(given))
    strange = [name for name in expression.names if name not in checkpoint.variables]
    if strange:
        raise InputError("lesson:expression_name", value=strange[0], choices=checkpoint.variables)
    random = np.random.default_rng(0)
    ranges = checkpoint.variables.items()
    points = {name: random.uniform(low, high, NUM_POINTS).astype(np.float32) for name, (low, high) in ranges}
    values = trace(expression.text, **{name: jnp.asarray(points[name]) for name in expression.names}).value
    if np.shape(values) not in ((), (NUM_POINTS,)):
        raise InputError("lesson:expression_answer", choices=checkpoint.variables)
    return np.broadcast_to(np.asarray(values, np.float64), (NUM_POINTS,))


def _same_expression(given: np.ndarray, wanted: Any, checkpoint: Any) -> bool:
    right = _read_expression(wanted, checkpoint)
    scale = float(np.max(np.abs(right)))
    return bool(np.allclose(given, right, rtol=1e-3, atol=1e-4 * scale))


def _read_code(given: Any, checkpoint: Any) -> Gradients:
    return gradients_of(given, checkpoint)


def _same_code(given: Gradients, wanted: Any, checkpoint: Any) -> bool:
    return same_gradients(given, _of_wrong(wanted, checkpoint.model_dump_json()) if isinstance(wanted, str) else wanted)


@lru_cache(maxsize=200)
def _of_wrong(written: str, checkpoint: str) -> Gradients:
    """Return the gradients of a wrong answer of the plan; they are compared with every answer that is given."""
    return gradients_of(written, CodeCheckpoint.model_validate_json(checkpoint))


def _read_line(given: Any, checkpoint: Any) -> int:
    if type(given) is not int or not 1 <= given <= len(checkpoint.lines):
        raise InputError("lesson:nothing_chosen")
    return given


def _plainly(given: Any, wanted: Any, _checkpoint: Any) -> bool:
    return given == (tuple(wanted) if isinstance(wanted, list) else wanted)


_READERS: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any, Any], bool]]] = {
    "number": (_read_number, _same_number),
    "shape": (_read_shape, _plainly),
    "choice": (_read_choice, _plainly),
    "step": (_read_choice, _plainly),
    "several": (_read_several, _same_several),
    "order": (_read_several, _same_several),
    "matching": (_read_matching, _plainly),
    "matrix": (_read_matrix, _same_matrix),
    "expression": (_read_expression, _same_expression),
    "code": (_read_code, _same_code),
    "bug": (_read_line, _plainly),
}
"""Kind → how an answer is read, and how it is compared with a right or a wrong one."""
MAX_TYPED = {"number": MAX_ANSWER_LENGTH, "shape": MAX_ANSWER_LENGTH}
"""Letters that can be typed, where it is not ``MAX_LETTERS``."""
