"""Reading sentences back: the numbers that they hold, as a reader would type them into a calculator."""

import re
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, NamedTuple

from simulator.scenes.panel import Shown
from simulator.scenes.scene import Scene
from simulator.texts import LANGUAGES

_POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_NUMBER = r"−?(?:\d+(?:\.\d+)?|∞)(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
NUMBER = rf"({_NUMBER})"
"""A number as it is written, for patterns of sentences."""


def number(written: str) -> float:
    """Return the number that is written; a percentage as a share.

    >>> number("−1.5×10⁻³"), number("25%"), number("∞")
    (-0.0015, 0.25, inf)
    """
    share = written.endswith("%")
    plain = written.rstrip("%").replace("−", "-").replace("∞", "inf")
    mantissa, _, power = plain.partition("×10")
    value = float(f"{mantissa}e{power.translate(_POWERS)}") if power else float(mantissa)
    return value / 100.0 if share else value


def read(pattern: str, sentence: str) -> tuple[float, ...]:
    """Return the numbers of a sentence that must fit a pattern, in which ``#`` stands for a number."""
    found = re.search(re.escape(pattern).replace(r"\#", rf"({_NUMBER}%?)"), sentence)
    assert found, f"{pattern!r} is not said: {sentence!r}"
    return tuple(map(number, found.groups()))


def sentences(scene: Scene[Any], panel: str, settings: Any) -> dict[str, str]:
    """Return what a panel and its pictures say, in every language."""
    drawn = {language: scene.panel(panel, settings, language) for language in LANGUAGES}
    return {language: "\n".join(Shown(panel).sentences) for language, panel in drawn.items()}


class Entry(NamedTuple):
    """What a sentence is written from: which entry of the catalogue, and with what in its places."""

    name: str
    values: dict[str, Any]


def entries_of(monkeypatch: Any, module: ModuleType) -> list[Entry]:
    """Return the list to which a module of sentences adds each entry that it writes, instead of writing it."""
    found: list[Entry] = []

    def text(language: str, name: str, /, **values: Any) -> str:
        found.append(Entry(name.partition(".")[2], values))
        return name

    monkeypatch.setattr(module, "text", text)
    return found


def for_each(cases: Iterable[Any]) -> Callable[[Callable[[Any], None]], Callable[[], None]]:
    """Run a test for many settings, without the cost of as many tests; a failure names its settings."""

    def decorated(test: Callable[[Any], None]) -> Callable[[], None]:
        def run() -> None:
            for case in cases:
                try:
                    test(case)
                except BaseException as error:
                    error.add_note(f"with {case}")
                    raise

        run.__name__, run.__doc__ = test.__name__, test.__doc__
        return run

    return decorated


def near(value: Any, digits: int = 3) -> Any:
    """Return what a number written with so many digits may be."""
    return Near(value, 10.0 ** (1 - digits))


class Near:
    """Equal to what rounds to the same digits."""

    def __init__(self, value: float, share: float):
        self.value, self.share = float(value), share

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, float | int):
            return False
        return other == self.value or abs(other - self.value) <= 0.5001 * self.share * max(abs(self.value), abs(other))

    def __repr__(self) -> str:
        return f"about {self.value!r}"
