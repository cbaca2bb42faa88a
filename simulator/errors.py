"""Errors for the caller: a sentence that says what is wrong and how to mend it, in either language."""

import math
import numbers
from typing import Any

from simulator.texts import Phrase, has_text, text


class InputError(ValueError):
    """Wrong input of any kind: a configuration, a file, an expression, a link.

    The message is the English sentence; ``in_language`` gives the same sentence to a Korean reader.

    Args:
      code: name of the entry in the catalogue's ``errors`` section, or ``"data:empty_file"`` for the entry
        ``empty_file`` of its ``errors_data`` section.
      details: the placeholders of that entry. ``field`` names a configuration field; the sentence can use it as
        ``{field}`` and its name in the reader's language as ``{label}``. ``choices`` may be any iterable of names,
        and any detail a ``Phrase`` or another error, said in the reader's language.

    >>> str(InputError("at_least", field="num_epochs", value=0, minimum=1))
    'num_epochs must be at least 1. Got 0.'
    """

    def __init__(self, code: str, /, **details: Any):
        self.code = code
        self.details = details
        super().__init__(self.in_language("en"))

    def __reduce__(self):
        return _rebuild, (type(self), self.code, self.details)

    def in_language(self, language: str) -> str:
        """Return the sentence in ``"ko"`` or ``"en"``."""
        details = {name: _spoken(value, language) for name, value in self.details.items()}
        field = details.get("field")
        if field is not None and "label" not in details:
            entry = f"fields.{field}"
            details["label"] = text(language, entry) if has_text(language, entry) else field
        if "choices" in details:
            details["choices"] = ", ".join(str(choice) for choice in details["choices"])
        section, _, entry = self.code.rpartition(":")
        return text(language, f"errors_{section}.{entry}" if section else f"errors.{entry}", **details)


def _spoken(value: Any, language: str) -> Any:
    if isinstance(value, InputError):
        return value.in_language(language)
    return value.say(language) if isinstance(value, Phrase) else value


def _rebuild(kind: type[InputError], code: str, details: dict[str, Any]) -> InputError:
    return kind(code, **details)


def check_choice(field: str, value: Any, choices: Any) -> None:
    """Raise unless ``value`` is one of ``choices``."""
    if value not in choices:
        raise InputError("choice", field=field, value=repr(value), choices=list(choices))


def check_integer(field: str, value: Any, minimum: int, maximum: int | None = None) -> None:
    """Raise unless ``value`` is a whole number from ``minimum`` to ``maximum``."""
    if isinstance(value, bool) or not isinstance(value, (int, numbers.Integral)):
        raise InputError("integer", field=field, value=repr(value))
    number = int(value)
    if number < minimum:
        raise InputError("at_least", field=field, value=value, minimum=minimum)
    if maximum is not None and number > maximum:
        raise InputError("at_most", field=field, value=value, maximum=maximum)


def check_number(
    field: str,
    value: Any,
    minimum: float = float("-inf"),
    maximum: float = float("inf"),
    *,
    above: float | None = None,
    below: float | None = None,
) -> None:
    """Raise unless ``value`` is a finite number within the bounds (``above`` and ``below`` exclude their ends)."""
    if isinstance(value, bool) or not isinstance(value, (int, float, numbers.Real)) or not math.isfinite(value):
        raise InputError("number", field=field, value=repr(value))
    number = float(value)
    if above is not None and number <= above:
        raise InputError("above", field=field, value=value, bound=above)
    if below is not None and number >= below:
        raise InputError("below", field=field, value=value, bound=below)
    if number < minimum:
        raise InputError("at_least", field=field, value=value, minimum=minimum)
    if number > maximum:
        raise InputError("at_most", field=field, value=value, maximum=maximum)
