"""The settings of a scene: one frozen value whose fields declare their controls, read and written in one way.

From the declaration of a field follow its widget, its place in a link, its nearest valid value with a sentence, what a
preset, a lock and a lesson say, and the keys of caches. Settings are codes and numbers, never words of a language.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from typing import Any, ClassVar, NamedTuple, TypeVar
from urllib.parse import urlencode

from simulator.core.datasets import Dataset
from simulator.errors import InputError
from simulator.scenes.kinds import Kind, Number, Read
from simulator.scenes.written import shortened
from simulator.texts import Phrase

_CONTROL = "control"
T = TypeVar("T", bound="Settings")


class Control(NamedTuple):
    """One control of a scene."""

    name: str  # of the field
    kind: Kind
    link: str  # name of the parameter; empty for what no link carries
    default: Any


def control(default: Any, kind: Kind, *, link: str | None = None) -> Any:
    """Declare a field of settings.

    Args:
      default: its value at first.
      kind: what it may hold.
      link: name of its parameter in a link; the field's own name by default, ``""`` to keep it out of links.
    """
    return field(default=default, metadata={_CONTROL: (kind, link)})


class Mended(NamedTuple):
    """Settings made from what was written, and a sentence for each value that had to be replaced."""

    settings: Any
    errors: tuple[InputError, ...]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Base of every scene's settings; subclasses are frozen dataclasses whose fields come from ``control``.

    ``texts`` names the section of the catalogue with the words: ``<texts>.control.<field>`` is a label,
    ``<texts>.help.<field>`` its explanation where there is one, ``<texts>.preset.<name>`` a preset.

    Raises:
      InputError: for a value that its control cannot hold, or values that do not fit together.
    """

    texts: ClassVar[str] = ""

    def __post_init__(self):
        values = self.as_dict()
        for one in self.controls().values():
            if not one.kind.holds(values[one.name]):
                raise _invalid(type(self), one, values[one.name])
        _, errors = self.fit(values)
        if errors:
            raise errors[0]

    @classmethod
    def controls(cls) -> dict[str, Control]:
        """Return the controls by the names of their fields, in the order of declaration."""
        return _controls(cls)

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return values that also fit together, and an error with ``field`` for each that had to change.

        Args:
          values: of every field, each valid by itself.
        """
        return values, ()

    def kind(self, name: str) -> Kind:
        """Return what a control may hold as the others stand: its choices or bounds may depend on them."""
        return self.controls()[name].kind

    def shown(self, name: str) -> Any:
        """Return the value that a widget shows: the control's own, or the one that it stands for."""
        return getattr(self, name)

    def applies(self, name: str) -> bool:
        """Say whether a control changes anything as the others stand."""
        return name in self.controls()

    def tables(self) -> tuple[Dataset, ...]:
        """Return the readers' own tables that these settings name: another process has to be given them."""
        return ()

    def as_dict(self) -> dict[str, Any]:
        """Return the value of every field."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def change(self: T, **changes: Any) -> T:
        """Return the settings with some controls moved; the others follow where they would not fit any more.

        Raises:
          InputError: for a value that its control cannot hold.
        """
        for name, value in changes.items():
            if not self.controls()[name].kind.holds(value):
                raise _invalid(type(self), self.controls()[name], value)
        values, _ = self.fit({**self.as_dict(), **changes})
        return type(self)(**values)

    def to_link(self, start: Any = None) -> dict[str, str]:
        """Return what differs from the default, or from other settings, as the parameters of a link."""
        return {
            one.link: one.kind.write(getattr(self, one.name))
            for one in self.controls().values()
            if one.link and getattr(self, one.name) != (one.default if start is None else getattr(start, one.name))
        }

    def to_text(self) -> str:
        """Return the settings as the query of a link: what a lesson, a cue or a cache names them by."""
        return urlencode(self.to_link())

    @classmethod
    def read(cls, parameters: Mapping[str, Any], start: Any = None) -> Mended:
        """Return the nearest valid settings to what is written, with a sentence for each value that is not valid.

        Parameters with other names belong to somebody else and are left alone.

        Args:
          parameters: texts by their names in a link.
          start: what holds where nothing is written; the defaults where it is ``None``.
        """
        start = cls() if start is None else start
        values, errors = start.as_dict(), []
        named: dict[str, str] = {}
        for one in cls.controls().values():
            if not one.link or one.link not in parameters:
                continue
            written = named[one.name] = str(parameters[one.link])
            found = one.kind.read(written, values[one.name])
            if not found.as_asked:
                errors.append(_mended(cls, one, written, found))
            values[one.name] = found.value
        values, unfit = cls.fit(values)
        unfit = tuple(_as_written(error, named) for error in unfit if error.details.get("field") in named)
        said_better = {error.details["field"] for error in unfit}
        errors = [error for error in errors if error.details.get("field") not in said_better] + list(unfit)
        return Mended(cls(**values), tuple(errors))


@cache
def _controls(cls: type[Settings]) -> dict[str, Control]:
    found = {}
    for one in fields(cls):
        if one.default is MISSING or _CONTROL not in one.metadata:
            raise TypeError(f"{cls.__name__}.{one.name} must be declared with control(…)")
        kind, link = one.metadata[_CONTROL]
        found[one.name] = Control(one.name, kind, one.name if link is None else link, one.default)
    return found


def label(cls: type[Settings], name: str) -> Phrase:
    """Return what a control is called."""
    return Phrase(f"{cls.texts}.control.{name}")


def _as_written(error: InputError, named: Mapping[str, str]) -> InputError:
    """Return an error that repeats what was written, not what its kind had made of it by then."""
    if error.code != "scene:replaced":
        return error
    return InputError(error.code, **{**error.details, "value": shortened(named[error.details["field"]])})


def _mended(cls: type[Settings], one: Control, written: str, found: Read) -> InputError:
    if found.error is not None:
        return found.error
    return replaced(cls, one.name, written, found.value)


def replaced(cls: type[Settings], name: str, value: Any, used: Any, kind: Kind | None = None) -> InputError:
    """Return the sentence for a value that was replaced by the nearest valid one.

    Args:
      cls: the settings.
      name: of the control.
      value: what was asked for: text, or a value.
      used: the value in its place.
      kind: whose rule it breaks, where that depends on the other controls.
    """
    kind = kind or cls.controls()[name].kind
    written = value if isinstance(value, str) else kind.write(value)
    details = {"field": name, "label": label(cls, name), "rule": kind.rule()}
    shown = getattr(kind, "show", kind.write)  # a kind whose links are long may have a shorter form for sentences
    return InputError("scene:replaced", value=shortened(written), used=shortened(shown(used)), **details)


def _invalid(cls: type[Settings], one: Control, value: Any) -> InputError:
    return InputError(
        "scene:invalid", field=one.name, label=one.name, value=shortened(repr(value)), rule=one.kind.rule()
    )


def within(kind: Kind, **bounds: Any) -> Kind:
    """Return a kind with narrower bounds or choices, for ``Settings.kind``."""
    if not isinstance(kind, Number) and {"minimum", "maximum"} & set(bounds):
        raise TypeError(f"{type(kind).__name__} has no bounds")
    return replace(kind, **bounds)  # pyright: ignore[reportArgumentType]
