"""What a link may say about a page's controls: each reads its text, or says what is wrong and what comes nearest."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, NamedTuple

from simulator.errors import InputError


class Choice(NamedTuple):
    """One of a few codes."""

    choices: tuple[str, ...]

    def read(self, name: str, written: str, default: Any) -> tuple[Any, InputError | None]:
        """Return the value and, where the text was not it, the error."""
        if written in self.choices:
            return written, None
        return default, InputError("choice", field=name, value=_short(written), choices=self.choices)


class Several(NamedTuple):
    """Some of a few codes, without repetition, separated by dots."""

    choices: tuple[str, ...]
    fewest: int
    most: int

    def read(self, name: str, written: str, default: Any) -> tuple[Any, InputError | None]:
        """Return the value and, where the text was not it, the error."""
        asked = tuple(dict.fromkeys(part for part in written.split(".") if part))
        known = tuple(part for part in asked if part in self.choices)[: self.most]
        if known == asked and len(known) >= self.fewest:
            return known, None
        error = InputError("choice", field=name, value=_short(written), choices=self.choices)
        return (known if len(known) >= max(self.fewest, 1) else default), error


class Number(NamedTuple):
    """A number within bounds; whole ones have ``whole``."""

    minimum: float
    maximum: float
    whole: bool = False

    def read(self, name: str, written: str, default: Any) -> tuple[Any, InputError | None]:
        """Return the value and, where the text was not it, the error and the nearest value."""
        try:
            value = float(written)
        except ValueError:
            return default, InputError("number", field=name, value=_short(written))
        if value != value:
            return default, InputError("number", field=name, value=_short(written))
        if value < self.minimum:
            return self._cast(self.minimum), InputError(
                "at_least", field=name, value=_short(written), minimum=f"{self.minimum:g}"
            )
        if value > self.maximum:
            return self._cast(self.maximum), InputError(
                "at_most", field=name, value=_short(written), maximum=f"{self.maximum:g}"
            )
        if self.whole and value != int(value):
            return int(value), InputError("integer", field=name, value=_short(written))
        return self._cast(value), None

    def _cast(self, value: float) -> int | float:
        return int(value) if self.whole else float(value)


class Numbers(NamedTuple):
    """A list of numbers within bounds, separated by commas."""

    minimum: float
    maximum: float
    fewest: int
    most: int

    def read(self, name: str, written: str, default: Any) -> tuple[Any, InputError | None]:
        """Return the value and the first error; numbers out of bounds move to the nearest one."""
        one = Number(self.minimum, self.maximum)
        values, first_error = [], None
        parts = [part for part in written.split(",") if part.strip()]
        for part in parts[: self.most]:
            value, error = one.read(name, part, None)
            first_error = first_error or error
            if value is not None:
                values.append(value)
        if len(values) < self.fewest:
            return default, first_error or InputError("at_least", field=name, value=len(values), minimum=self.fewest)
        if len(parts) > self.most:
            first_error = first_error or InputError("at_most", field=name, value=len(parts), maximum=self.most)
        return tuple(values), first_error


Control = Choice | Several | Number | Numbers


def write_link(settings: Any, default: Any) -> dict[str, str]:
    """Return what differs from the default as query parameters, in the order of the fields."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return {name: _write(value) for name, value in values.items() if value != getattr(default, name)}


def read_link(
    controls: Mapping[str, Control], default: Any, parameters: Mapping[str, str]
) -> tuple[dict[str, Any], tuple[InputError, ...]]:
    """Return the values a link names, each mended to the nearest valid one, and what had to be mended."""
    values: dict[str, Any] = {}
    mended: list[InputError] = []
    for name, control in controls.items():
        if name in parameters:
            values[name], error = control.read(name, str(parameters[name]), getattr(default, name))
            if error is not None:
                mended.append(error)
    return values, tuple(mended)


def _write(value: Any) -> str:
    if isinstance(value, tuple):
        return ("," if value and isinstance(value[0], float) else ".").join(_write(part) for part in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _short(written: str) -> str:
    return written if len(written) <= 40 else written[:39] + "…"
