"""A scene: everything needed to show something. The one joint of page, lesson, stage, link, notebook and test."""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Generic, NamedTuple, TypeVar

from simulator.core.kept import kept
from simulator.errors import InputError
from simulator.scenes.panel import Panel, Shown
from simulator.scenes.settings import Mended, Settings, shortened

S = TypeVar("S", bound=Settings)

Progress = Callable[[int, int], bool]
"""Called with the work done and the work in all; returns False where the work shall stop."""

USUAL_SECONDS = 3.0
"""What long work takes where nobody says how long."""

_PART = "part"
PRESET = "preset"
"""Parameter of a link that names a preset; other parameters are changes to it."""


def unwatched(_done: int, _total: int) -> bool:
    """Be the progress of work that nobody watches and nobody stops."""
    return True


class Numbers(Generic[S]):
    """How the numbers of one or more panels are computed; what was computed is kept while there is room.

    Args:
      compute: from settings, and a ``Progress`` where the work is long, to numbers; ``None`` where long work was
        stopped and a part of it says nothing.
      ignores: controls that change nothing in them; ``compute`` sees them at their defaults.
      long: whether it can take longer than a reader waits: the interface then shows progress and lets it be stopped.
      keep: whether results are kept.
      early: whether long work has something to show before it is done: ``compute`` then also takes a function that it
        calls with what there is.
      seconds: how long long work takes, about; raises ``InputError`` for settings that ask for too much.
      megabytes: how much memory long work takes at its peak, about, where it can be much.
    """

    def __init__(
        self,
        compute: Callable[..., Any],
        *,
        ignores: tuple[str, ...] = (),
        long: bool = False,
        keep: bool = True,
        early: bool = False,
        seconds: Callable[[Any], float] = lambda _settings: USUAL_SECONDS,
        megabytes: Callable[[Any], float] = lambda _settings: 0.0,
    ):
        self.compute, self.ignores, self.long = compute, frozenset(ignores), long
        self._keep, self._early, self._seconds, self._megabytes = keep, early, seconds, megabytes

    def needed(self, settings: S) -> S:
        """Return the settings with every control that is ignored at its default: the numbers cannot depend on it."""
        known = settings.controls()
        return settings.change(**{name: known[name].default for name in self.ignores})

    def key(self, settings: S) -> Hashable:
        """Return what equal numbers depend on."""
        return (self.compute.__module__, self.compute.__qualname__, self.needed(settings))

    def seconds(self, settings: S) -> float:
        """Return about how long they take. Raises ``InputError`` for settings that ask for too much."""
        return self._seconds(self.needed(settings))

    def megabytes(self, settings: S) -> float:
        """Return about how much memory they take while they are computed."""
        return self._megabytes(self.needed(settings))

    def of(self, settings: S, progress: Progress = unwatched, compute: Callable[..., Any] | None = None) -> Any:
        """Return the numbers, kept or computed.

        Args:
          settings: of the scene.
          progress: of long work.
          compute: called in the place of its own, for long work that another process does.
        """
        key, needed = self.key(settings), self.needed(settings)
        if not self.long:
            return kept().of(key, lambda: self.compute(needed)) if self._keep else self.compute(needed)
        found = kept().get(key)
        if found is None:
            self.seconds(settings)
            watched = _Watched(progress)
            shown = ((key, _PART),) if self._early else ()
            try:
                found = (compute or self.compute)(needed, watched, *(partial(kept().put, part) for part in shown))
            finally:
                for part in shown:
                    kept().forget(part)
            if self._keep and found is not None and not watched.stopped:
                kept().put(key, found)
        return found

    def known(self, settings: S) -> Any:
        """Return long work's numbers if they are kept, otherwise ``None``."""
        return kept().get(self.key(settings))

    def part(self, settings: S) -> Any:
        """Return what long work under way has to show already, otherwise ``None``."""
        return kept().get((self.key(settings), _PART)) if self._early else None

    def forget(self, settings: S) -> None:
        """Drop kept numbers, so that they are computed anew: what was measured can be measured again."""
        kept().forget(self.key(settings))


class _Watched:
    """A progress that remembers whether it stopped the work: what came of it is not the whole then."""

    def __init__(self, progress: Progress):
        self._progress, self.stopped = progress, False

    def __call__(self, done: int, total: int) -> bool:
        goes_on = self._progress(done, total) is not False
        self.stopped |= not goes_on
        return goes_on


def nothing(_settings: Settings) -> None:
    """Compute nothing: for a panel that is drawn from its settings alone."""


NOTHING: Numbers[Any] = Numbers(nothing)


@dataclass(frozen=True, kw_only=True)
class View(Generic[S]):
    """One panel of a scene: how it is computed and drawn, and which controls it has.

    Args:
      draw: (numbers, settings, language) → ``Panel``.
      numbers: what it is drawn from.
      controls: those that belong beside it, always visible, in order.
      more: further ones, folded.
      moves: those of ``controls`` that the picture has itself: on a page they are not drawn beside it.
      exists: whether settings have this panel at all; a map, for example, needs two inputs.
      applies: whether a control changes anything in it, where the settings' own ``applies`` does not know.
      opens_with: preset whose settings the panel takes when a reader opens it who has not chosen anything yet.
      height: of its pictures in pixels at 1080p; 0 for the usual one.
      stage: whether it can be put on the stage: it has a picture that fills a window.
    """

    draw: Callable[[Any, S, str], Panel]
    numbers: Numbers[S] = field(default_factory=lambda: NOTHING)
    controls: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    exists: Callable[[S], bool] = lambda _settings: True
    applies: Callable[[S, str], bool] = lambda settings, name: settings.applies(name)
    opens_with: str = ""
    height: int = 0
    stage: bool = True


class Preset(NamedTuple):
    """A starting point: settings, and the panel that they are about."""

    settings: Any
    panel: str = ""  # empty where every panel is


class Branch(NamedTuple):
    """What the player's button does that goes on from the step that is shown in another way.

    The settings of such a scene say with ``by_hand(weight, value)`` which controls set a weight of a diagram by hand.
    """

    control: str  # that takes the step
    panel: str  # that is opened


@dataclass(frozen=True, kw_only=True)
class Scene(Generic[S]):
    """A scene.

    Args:
      name: in links, lessons and cues.
      settings: the class of its settings.
      presets: starting points by name; the words are ``<texts>.preset.<name>``.
      views: its panels by name; the words of a tab are ``<texts>.view.<name>``.
      looks: controls that only say where a reader looks: a preset is recognised whatever they say.
      kept: those that stay as the reader has them when a preset is chosen.
      asking: those that ask the reader to predict, on or off.
      seed: control that draws other random numbers: one click beside the player moves it on, or back.
      branch: how one click beside the player forks a run at the step that is shown; ``None`` where nothing forks.
    """

    name: str
    settings: type[S]
    presets: Mapping[str, Preset]
    views: Mapping[str, View[S]]
    looks: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    asking: tuple[str, ...] = ()
    seed: str = ""
    branch: Branch | None = None

    def __post_init__(self):
        known = self.settings.controls()
        for name, view in self.views.items():
            strange = [one for one in (*view.controls, *view.more, *view.moves) if one not in known]
            if strange:
                raise TypeError(f"panel {name} of {self.name} names controls that are not there: {strange}")

    def view(self, panel: str) -> View[S]:
        """Return a panel's declaration. Raises ``InputError`` for a panel that is not there."""
        if panel not in self.views:
            raise InputError("scene:panel", scene=self.name, value=shortened(panel), choices=self.views)
        return self.views[panel]

    def panel(self, panel: str, settings: S, language: str, progress: Progress = unwatched) -> Panel:
        """Compute and draw a panel.

        Raises:
          InputError: for a panel that the scene or these settings do not have, and where the numbers cannot be had.
        """
        view = self.view(panel)
        if not view.exists(settings):
            there = [name for name, one in self.views.items() if one.exists(settings)]
            raise InputError("scene:panel", scene=self.name, value=panel, choices=there)
        return view.draw(view.numbers.of(settings, progress), settings, language)

    def read(self, parameters: Mapping[str, Any]) -> Mended:
        """Return the nearest valid settings to a link, lock or embedded form, and a sentence for each mended value."""
        named = parameters.get(PRESET)
        if named is None:
            return self.settings.read(parameters)
        if named in self.presets:
            return self.settings.read(parameters, self.presets[named].settings)
        settings, errors = self.settings.read(parameters)
        error = InputError("scene:preset", field=PRESET, value=shortened(named), choices=self.presets)
        return Mended(settings, (error, *errors))

    def preset_of(self, settings: S, panels: Collection[str] = ()) -> str | None:
        """Return the name of the preset that these settings are, or ``None``.

        Args:
          settings: of the scene.
          panels: those that are shown: of presets with equal settings, the one that is about them.
        """
        seen, presets = self._seen(settings), self._seen_presets
        found = [name for name, preset in presets.items() if preset == seen]
        return next((name for name in found if self.presets[name].panel in panels), found[0] if found else None)

    def start(self, preset: str, settings: S) -> S:
        """Return a preset's settings for a reader who has ``settings``: what is ``kept`` stays where it fits."""
        return self.presets[preset].settings.change(**{name: getattr(settings, name) for name in self.kept})

    @cached_property
    def _seen_presets(self) -> Mapping[str, S]:
        return {name: self._seen(preset.settings) for name, preset in self.presets.items()}

    def _seen(self, settings: S) -> S:
        known = self.settings.controls()
        return settings.change(**{name: known[name].default for name in self.looks}) if self.looks else settings


class Bound(NamedTuple):
    """A scene with settings, as ``sim.scene(…)`` returns it."""

    scene: Scene[Any]
    settings: Any

    @property
    def panels(self) -> tuple[str, ...]:
        """Names of the panels that these settings have."""
        return tuple(name for name, view in self.scene.views.items() if view.exists(self.settings))

    def panel(self, name: str, language: str = "en") -> Shown:
        """Compute and draw a panel.

        Args:
          name: one of ``panels``.
          language: ``"ko"`` or ``"en"``.

        Returns:
          The numbers (``data``), the words (``sentences``) and the picture (``chart``).
        """
        return Shown(self.scene.panel(name, self.settings, language))

    @property
    def link(self) -> str:
        """The query of a link that opens these settings."""
        return self.settings.to_text()
