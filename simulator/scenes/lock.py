"""A teacher's lock: controls that a link fixes or hides, answers that it holds back, one panel that stands alone."""

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode

from simulator.errors import InputError
from simulator.scenes.kinds import Choice, Flag, Kind, Several
from simulator.scenes.scene import Scene
from simulator.scenes.settings import Settings
from simulator.scenes.written import shortened

FIX, HIDE, ANSWERS, ONLY = "fix", "hide", "answers", "only"
LOCK_PARAMETERS = (FIX, HIDE, ANSWERS, ONLY)
"""What a link says of its lock: fixed controls by name, hidden ones with their values, no answers, one panel."""
_MOST_LETTERS = 8000
S = TypeVar("S", bound=Settings)


@dataclass(frozen=True, kw_only=True)
class Lock:
    """What a teacher has settled for the learners who open a link. A lock that settles nothing is no lock.

    Args:
      fixed: controls that are shown and stay as they are.
      hidden: controls that are not shown and stay as they are.
      values: of all of these.
      asking: controls by which the learner is asked to predict: once on, they stay on.
      hides_answers: whether sentences, solutions and what reveals them are held back.
      panel: the only one that is shown; empty for the whole page.
    """

    fixed: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    asking: tuple[str, ...] = ()
    hides_answers: bool = False
    panel: str = ""

    def __bool__(self) -> bool:
        """Say whether anything is settled."""
        return bool(self.values or self.hides_answers or self.panel)

    def hold(self, wanted: S, before: S) -> S:
        """Return wanted settings with what is locked as it was.

        Args:
          wanted: by a widget, a preset, a picture, another link.
          before: the settings until now; they stay where the others do not fit to what is locked.
        """
        held = {name: getattr(before, name) for name in self.asking if getattr(before, name)}
        held = {name: value for name, value in held.items() if not getattr(wanted, name)} | dict(self.values)
        if _has(wanted, held):
            return wanted
        try:
            found = wanted.change(**held)
        except InputError:
            return before
        return found if _has(found, held) else before

    def parameters(self, settings: Settings) -> dict[str, str]:
        """Return the lock as parameters of a link; hidden controls leave ``settings.to_link`` and are only in here."""
        known = settings.controls()
        fixed = tuple(known[name].link for name in self.fixed)
        hidden = {known[name].link: known[name].kind.write(getattr(settings, name)) for name in self.hidden}
        found = {FIX: ".".join(fixed), HIDE: covered(hidden), ANSWERS: "0" if self.hides_answers else ""}
        return {name: value for name, value in (found | {ONLY: self.panel}).items() if value}


class ReadLock(NamedTuple):
    """A lock from a link, the link's parameters with those of hidden controls, and a sentence for what was wrong."""

    lock: Lock
    parameters: dict[str, str]
    errors: tuple[InputError, ...]


def read_lock(scene: Scene[Any], parameters: Mapping[str, str]) -> ReadLock:
    """Return the lock that a link says; what of it cannot be used is left out, with a sentence.

    The lock has no values yet: they are those of the settings that the link gives, see ``closed``.
    """
    links = {control.link: name for name, control in scene.settings.controls().items() if control.link}
    errors: list[InputError] = []

    def read(parameter: str, kind: Kind, default: Any) -> Any:
        if parameter not in parameters:
            return default
        found = kind.read(str(parameters[parameter])[:_MOST_LETTERS], default)
        if not found.as_asked:
            errors.append(_left_out(parameter, parameters[parameter], kind))
        return found.value

    names = Several(tuple(links), fewest=0, most=len(links))
    hidden = uncovered(str(parameters[HIDE])) if HIDE in parameters else {}
    unknown = hidden is None or not set(hidden) <= set(links)
    if unknown:
        errors.append(InputError("scene:lock_hidden", value=shortened(parameters[HIDE])))
    hidden = {link: value for link, value in (hidden or {}).items() if link in links}
    fixed = tuple(links[link] for link in read(FIX, names, ()) if link not in hidden)
    answers = read(ANSWERS, Flag(), True)
    panels = Choice(tuple(panel for panel, view in scene.views.items() if view.stage))
    lock = Lock(
        fixed=fixed,
        hidden=tuple(links[link] for link in hidden),
        asking=() if answers else scene.asking,
        hides_answers=not answers,
        panel=read(ONLY, panels, ""),
    )
    return ReadLock(lock, {**parameters, **hidden}, tuple(errors))


def closed(lock: Lock, settings: Settings) -> Lock:
    """Return a lock that holds what it fixes and hides at the values of these settings."""
    values = {name: getattr(settings, name) for name in (*lock.fixed, *lock.hidden)}
    return Lock(**{**vars(lock), "values": values})


def covered(hidden: Mapping[str, str]) -> str:
    """Return hidden controls with their values so that the address does not tell them at a glance; no secret.

    >>> covered({"act": "relu"}), uncovered("YWN0PXJlbHU"), uncovered("{")
    ('YWN0PXJlbHU', {'act': 'relu'}, None)
    """
    return base64.urlsafe_b64encode(urlencode(hidden).encode()).decode().rstrip("=") if hidden else ""


def uncovered(written: str) -> dict[str, str] | None:
    """Return what ``covered`` wrote; ``None`` where it is damaged."""
    try:
        padded = written + "=" * (-len(written) % 4)
        plain = base64.b64decode(padded[:_MOST_LETTERS], altchars=b"-_", validate=True).decode()
        pairs = parse_qsl(plain, keep_blank_values=True, strict_parsing=True, max_num_fields=100)
    except ValueError:
        return None
    return dict(pairs)


def lockable(scene: Scene[Any], names: Collection[str]) -> tuple[str, ...]:
    """Return those of some controls that a link can lock, in the order of the settings."""
    return tuple(name for name, control in scene.settings.controls().items() if control.link and name in names)


def _has(settings: Settings, values: Mapping[str, Any]) -> bool:
    return all(getattr(settings, name) == value for name, value in values.items())


def _left_out(parameter: str, written: str, kind: Kind) -> InputError:
    return InputError("scene:lock", parameter=parameter, value=shortened(written), rule=kind.rule())
