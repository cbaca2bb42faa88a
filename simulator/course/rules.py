"""Backward rules as learners write them: lines ``name = expression``, compared with autodiff at many points.

Each line is an expression of the graph page's language, checked and traced like one: nothing is executed as Python.
"""

import re
import unicodedata
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from simulator.course.lesson import BugCheckpoint, CodeCheckpoint
from simulator.course.reading import expression_text
from simulator.errors import InputError
from simulator.graph import trace
from simulator.graph.expression import Expression, parse
from simulator.graph.functions import CONSTANTS, function_name

MAX_CODE_LETTERS = 500
MAX_LINES = 8
NUM_DRAWS = 6
"""How often the inputs are drawn anew; each of their entries is another point."""
_ASSIGNMENT = re.compile(r"\s*(?P<name>[^=\s]*)\s*=(?!=)(?P<expression>.*)")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,23}")

Gradients = list[dict[str, np.ndarray]]
"""For each draw of the inputs the gradients that are asked for, by the input's name."""


class Line(NamedTuple):
    """One line of a rule."""

    name: str
    expression: Expression


def written_lines(given: str) -> list[str]:
    """Return the lines of a rule as it was typed; empty ones do not count."""
    return [line.strip() for line in re.split(r"[\n;；]", given) if line.strip()]


def gradients_of(given: Any, checkpoint: CodeCheckpoint | BugCheckpoint) -> Gradients:
    """Return the gradients that typed lines compute, for every draw of the inputs.

    Raises:
      InputError: for what cannot be read or computed, with the line; and where an asked gradient is not computed.
    """
    if not isinstance(given, str) or not written_lines(given) or len(given) > MAX_CODE_LETTERS:
        raise InputError("lesson:code_answer", choices=_asked(checkpoint), example=_asked(checkpoint)[0])
    lines = _read(written_lines(given), checkpoint)
    missing = [name for name in _asked(checkpoint) if name not in {line.name for line in lines}]
    if missing:
        raise InputError("lesson:code_missing", value=missing[0])
    return [_run(lines, values, checkpoint) for values in _draws(checkpoint)]


def autodiff(checkpoint: CodeCheckpoint | BugCheckpoint) -> Gradients:
    """Return the gradients as autodiff finds them in ``forward``, for every draw of the inputs."""
    forward, found = parse(checkpoint.forward), []
    for values in _draws(checkpoint):
        asked = {name: values[name] for name in checkpoint.gradients}
        output, back = jax.vjp(lambda moved, values=values: forward(**{**values, **moved}), asked)
        (gradients,) = back(values[checkpoint.upstream] if checkpoint.upstream else jnp.ones_like(output))
        found.append({name: np.asarray(value, np.float64) for name, value in gradients.items()})
    return found


def same_gradients(one: Gradients, other: Gradients) -> bool:
    """Say whether two rules give the same gradients, up to what float32 rounds; infinite numbers are never right."""
    pairs = [(first[name], second[name]) for first, second in zip(one, other, strict=True) for name in second]
    return all(first.shape == second.shape and _close(first, second) for first, second in pairs)


def is_only_bug(checkpoint: BugCheckpoint) -> bool:
    """Say whether the listed rule is wrong, and right with its one line mended."""
    mended = list(checkpoint.lines)
    mended[checkpoint.answer - 1] = checkpoint.fixed
    wanted = autodiff(checkpoint)
    found = [gradients_of("\n".join(lines), checkpoint) for lines in (checkpoint.lines, mended)]
    return [same_gradients(one, wanted) for one in found] == [False, True]


def known_names(checkpoint: CodeCheckpoint | BugCheckpoint) -> tuple[str, ...]:
    """Return the names that a rule may use from the start."""
    return (*checkpoint.inputs, *([checkpoint.upstream] if checkpoint.upstream else []))


def _asked(checkpoint: CodeCheckpoint | BugCheckpoint) -> list[str]:
    return [f"d{name}" for name in checkpoint.gradients]


def _read(written: list[str], checkpoint: CodeCheckpoint | BugCheckpoint) -> list[Line]:
    if len(written) > MAX_LINES:
        raise InputError("lesson:code_long", value=len(written), maximum=MAX_LINES)
    lines: list[Line] = []
    for number, typed in enumerate(written, start=1):
        try:
            known = (*known_names(checkpoint), *(line.name for line in lines))
            lines.append(_line(typed, known, checkpoint, alone=len(written) == 1))
        except InputError as error:
            raise _in_line(number, written, error) from None
    return lines


def _line(typed: str, known: tuple[str, ...], checkpoint: CodeCheckpoint | BugCheckpoint, *, alone: bool) -> Line:
    found, asked = _ASSIGNMENT.fullmatch(typed.replace("＝", "=")), _asked(checkpoint)
    if found is None and (not alone or len(asked) > 1):
        raise InputError("lesson:code_answer", choices=asked, example=asked[0])
    name = unicodedata.normalize("NFKC", found["name"]) if found else asked[0]
    start = found.start("expression") if found else 0
    if not _NAME.fullmatch(name) or name in known_names(checkpoint) or function_name(name) or name in CONSTANTS:
        raise InputError("lesson:code_name", value=name[:30])
    right = typed[start:].lstrip()
    expression = parse(" " * (len(typed) - len(right)) + expression_text(right))  # columns count from the line's start
    strange = [one for one in expression.names if one not in known and one not in CONSTANTS]
    if strange:
        raise InputError("lesson:expression_name", value=strange[0], choices=known)
    return Line(name, expression)


def _run(lines: list[Line], values: dict[str, Any], checkpoint: CodeCheckpoint | BugCheckpoint) -> dict[str, Any]:
    known = dict(values)
    for number, line in enumerate(lines, start=1):
        try:
            used = {name: known[name] for name in line.expression.names if name in known}
            known[line.name] = jnp.asarray(trace(line.expression.text, **used).value)
        except InputError as error:
            raise _in_line(number, lines, error) from None
    return {name: np.asarray(known[f"d{name}"], np.float64) for name in checkpoint.gradients}


def _in_line(number: int, lines: list[Any], error: InputError) -> InputError:
    """Return an error with the line it is in, where there are several."""
    return InputError("lesson:code_line", line=number, said=error) if len(lines) > 1 else error


def _draws(checkpoint: CodeCheckpoint | BugCheckpoint) -> list[dict[str, Any]]:
    """Return inputs and upstream gradients, the same for everybody; no entry is near a corner of ReLU."""
    random, draws = np.random.default_rng(0), []
    forward = parse(checkpoint.forward)
    for _ in range(NUM_DRAWS):
        values = {
            name: (_one_hot if name in checkpoint.one_hot else _drawn)(random, tuple(shape))
            for name, shape in checkpoint.inputs.items()
        }
        if checkpoint.upstream:
            values[checkpoint.upstream] = _drawn(random, np.shape(trace(forward.text, **values).value))
        draws.append(values)
    return draws


def _drawn(random: np.random.Generator, shape: tuple[int, ...]) -> jax.Array:
    return jnp.asarray(random.choice([-1.0, 1.0], shape) * random.uniform(0.2, 2.0, shape), jnp.float32)


def _one_hot(random: np.random.Generator, shape: tuple[int, ...]) -> jax.Array:
    return jax.nn.one_hot(random.integers(shape[-1], size=shape[:-1]), shape[-1])


def _close(first: np.ndarray, second: np.ndarray) -> bool:
    scale = float(np.max(np.abs(second), initial=0.0))
    return bool(np.all(np.isfinite(first)) and np.allclose(first, second, rtol=1e-3, atol=1e-4 * scale))
