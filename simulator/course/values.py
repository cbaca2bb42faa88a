"""Numbers that a lesson quotes: computed from its scenes, or by a formula, when they are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np

from simulator.course.lesson import ControlsCheckpoint, Goal, SceneUse, Value
from simulator.course.markdown import ROLE
from simulator.errors import InputError
from simulator.graph.expression import parse
from simulator.graph.trace import value_of
from simulator.scenes.lock import ANSWERS, FIX, HIDE, ONLY
from simulator.scenes.registry import scene_named
from simulator.scenes.scene import PRESET
from simulator.scenes.settings import Mended
from simulator.texts.numbers import number_text, percent_text


def settings_of(use: SceneUse, query: str | None = None) -> Mended:
    """Return the settings that a lesson names, with a sentence for each that had to be mended.

    Args:
      use: of the scene.
      query: instead of the lesson's own.
    """
    written = _query(use.settings if query is None else query)
    return scene_named(use.scene).read(dict(parse_qsl(written, keep_blank_values=True)))


def _query(written: str) -> str:
    """Return the settings of a link, of which an author may have copied the whole."""
    return urlsplit(written).query if "://" in written else written


def links_of(use: SceneUse) -> tuple[str, ...]:
    """Return the names that the settings of a scene have in links."""
    scene = scene_named(use.scene)
    links = tuple(control.link for control in scene.settings.controls().values() if control.link)
    return (*links, *((PRESET,) if scene.presets else ()))


OF_PAGES = frozenset(
    {"lang", "contrast", "view", "stage", "step", "node", "lines", "example", FIX, HIDE, ANSWERS, ONLY}
)
"""What a link that is copied from a page may say besides the settings of its scene."""


def unknown_names(use: SceneUse) -> tuple[str, ...]:
    """Return the names in a lesson's settings that neither the scene nor a page knows."""
    known = {*links_of(use), *OF_PAGES}
    return tuple(name for name, _ in parse_qsl(_query(use.settings), keep_blank_values=True) if name not in known)


def number_at(numbers: Any, path: str) -> float:
    """Return a number inside the numbers of a panel.

    Args:
      numbers: of a panel.
      path: names of fields and keys, places in lists and arrays, joined with dots.

    Raises:
      InputError: where there is no number; the sentence says which part leads nowhere, and what there is instead.

    >>> number_at({"loss": np.array([[0.5, 0.25]])}, "loss.0.1")
    0.25
    """
    for part in path.split("."):
        try:
            numbers = _inside(numbers, part)
        except (LookupError, AttributeError, TypeError):
            raise InputError("lesson:no_part", value=path, part=part, choices=_there(numbers)) from None
    try:
        return float(numbers)
    except (TypeError, ValueError):
        raise InputError("lesson:no_number", value=path, choices=_there(numbers)) from None


def _inside(found: Any, part: str) -> Any:
    if isinstance(found, Mapping):
        return found[part]
    if part.lstrip("-").isdigit():
        return found[int(part)]
    if part.startswith("_"):
        raise LookupError(part)
    return getattr(found, part)


def _there(found: Any) -> list[str]:
    """Return what a path can go on with: keys, places, or names of fields and properties."""
    if isinstance(found, Mapping):
        return [str(key) for key in found]
    if isinstance(found, Sequence) and not hasattr(found, "_fields"):
        return [f"0 … {len(found) - 1}"] if found else ["–"]
    if isinstance(found, np.ndarray):
        return [f"0 … {len(found) - 1}"] if np.size(found) > 1 else ["–"]
    named = [one.name for one in fields(found)] if is_dataclass(found) else getattr(found, "_fields", ())
    computed = [name for name, one in vars(type(found)).items() if isinstance(one, (property, cached_property))]
    return [name for name in (*named, *computed) if not name.startswith("_")] or ["–"]


def panel_numbers(use: SceneUse, panel: str, settings: Any) -> Any:
    """Return the numbers that a panel of a lesson is drawn from. Raises ``InputError`` where they cannot be had."""
    numbers = scene_named(use.scene).view(panel).numbers
    if numbers.long:
        raise InputError("lesson:long", value=f"{use.scene} {panel}")
    return numbers.of(settings)


def compute(value: Value, scenes: Mapping[str, SceneUse]) -> float:
    """Return a value of a lesson.

    Raises:
      InputError: saying what is wrong with it.
    """
    if value.formula:
        return float(np.asarray(value_of(parse(value.formula))))
    if value.scene not in scenes:
        raise InputError("lesson:no_scene", value=value.scene, choices=scenes or ["–"])
    use = scenes[value.scene]
    return number_at(panel_numbers(use, value.panel, settings_of(use).settings), value.path)


def drawn_numbers(use: SceneUse, checkpoint: ControlsCheckpoint, settings: Any) -> list[Any]:
    """Return the numbers of a panel for each draw that a checkpoint measures. Raises ``InputError`` without any."""
    if checkpoint.draws > 1 and "seed" not in settings.controls():
        raise InputError("lesson:no_seed", value=use.scene)
    more = [settings.change(seed=settings.seed + number) for number in range(1, checkpoint.draws)]
    return [panel_numbers(use, checkpoint.panel, one) for one in (settings, *more)]


def missed(goals: list[Goal], draws: Sequence[Any]) -> tuple[Goal, float] | None:
    """Return the first goal that the numbers of a panel do not reach, and the number: of several draws the median."""
    found = [(goal, float(np.median([number_at(numbers, goal.path) for numbers in draws]))) for goal in goals]
    return next(
        (
            (goal, number)
            for goal, number in found
            if not np.isfinite(number)
            or (goal.above is not None and number <= goal.above)
            or (goal.below is not None and number >= goal.below)
        ),
        None,
    )


def shown(value: Value, number: float) -> str:
    """Return a value as the text shows it; a count with all its digits.

    >>> shown(Value(formula="1000*1000", digits=7), 1e6), shown(Value(formula="1000*1000"), 1e6)
    ('1,000,000', '1×10⁶')
    """
    if not value.percent and 10_000 <= number < 10**value.digits and number == round(number):
        return f"{round(number):,}"
    return percent_text(number) if value.percent else number_text(number, value.digits)


def filled(text: str, values: Mapping[str, Value], scenes: Mapping[str, SceneUse]) -> str:
    """Return a text with the values that it quotes."""
    return ROLE.sub(lambda found: shown(values[found[1]], compute(values[found[1]], scenes)), text)
