"""The settings of a scene in a reader's session: moved by widgets, presets, links and the browser, in one way."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Generic, NamedTuple, TypeGuard, TypeVar

import streamlit as st

from simulator.errors import InputError
from simulator.scenes.lock import LOCK_PARAMETERS, Lock, closed, read_lock
from simulator.scenes.scene import PRESET, Scene
from simulator.scenes.settings import Settings
from simulator.texts import has_text, text
from simulator.ui import link
from simulator.ui.controls.echo import Echoes
from simulator.ui.plain import plain
from simulator.ui.work.sessions import asks_by_itself

S = TypeVar("S", bound=Settings)

PAGE_PARAMETERS = ("view", "stage")
"""What a link says beside the settings: the open view of the page, and the panel on the stage."""


OPEN = Lock()
"""No lock: what a reader has who opened no teacher's link."""


class _Memory(NamedTuple):
    """What a session knows of one place that shows a scene."""

    settings: Any
    revision: int = 0  # grows when settings move from outside: a component must then take them over
    arrived: Any = None  # settings as a link gave them, to which ``mended`` belongs
    mended: tuple[InputError, ...] = ()
    page: Mapping[str, str] = {}
    lock: Lock | None = None  # of the link that the session began with; None before that


class Controls(Generic[S]):
    """The controls of a scene at one place.

    The session holds the settings; widgets only show them and say what the reader wants. So nothing is lost when a
    widget is not on the page just now, or when the page changes its language.

    Args:
      scene: whose controls they are.
      language: of the reader.
      place: name of the place, where it is not the scene's own page: a lesson's part, for example. Only the page's own
        controls are in the link.
      start: settings at first, at a place that is not the page.
    """

    def __init__(self, scene: Scene[S], language: str, *, place: str = "", start: S | None = None):
        self.scene, self.language, self.place = scene, language, place
        self._name = f"controls:{place or scene.name}"
        if self._name not in st.session_state:
            st.session_state[self._name] = _Memory(start or scene.settings())
        if not place:
            self._arrive()
        self._echoes.settle()

    @property
    def settings(self) -> S:
        """What the controls say."""
        return self._memory.settings

    @property
    def revision(self) -> int:
        """A number that grows when the controls are moved from outside a component."""
        return self._memory.revision

    @property
    def lock(self) -> Lock:
        """What a teacher's link has settled; it stays for the session, whatever comes from the browser."""
        return self._memory.lock or OPEN

    @property
    def _memory(self) -> _Memory:
        return st.session_state[self._name]

    def key(self, name: str, part: str = "") -> str:
        """Return the key of a control's widget, or of one of several widgets.

        It holds the language: Streamlit sends back the words that the widget had when the reader touched it, and a
        widget of another language must not read them.
        """
        return f"{self._name}:{name}:{self.language}{part and f':{part}'}"

    @property
    def _echoes(self) -> Echoes:
        return st.session_state.setdefault(f"{self._name}:echoes", Echoes())

    def show(self, name: str, shown: Any, part: str = "") -> None:
        """Let a control's widget show a value."""
        self._echoes.settle()  # where only a part of the page is drawn
        self._echoes.show(f"{name}:{part}", shown)
        st.session_state[self.key(name, part)] = shown

    def hear(self, name: str, act: Callable[[Any], None], part: str = "") -> None:
        """Do something with what a control's widget says, unless a browser only repeats what it showed before."""
        key = self.key(name, part)
        if key in st.session_state:
            given = st.session_state[key]
            self._echoes.hear(f"{name}:{part}", given, lambda: act(given), wished=not asks_by_itself())

    def current(self, sent: Any) -> TypeGuard[Mapping[str, Any]]:
        """Return whether what a component says belongs to these settings: they may have been moved since."""
        self._echoes.moved()
        return isinstance(sent, Mapping) and sent.get("revision") == self.revision

    def set(self, settings: S) -> None:
        """Move every control that is not locked."""
        self._echoes.moved()
        held = self.lock.hold(settings, self.settings)
        st.session_state[self._name] = self._memory._replace(settings=held, revision=self.revision + 1)

    def change(self, **changes: Any) -> None:
        """Move some controls; the others follow where they would not fit any more. What no control can hold is dropped.

        Raises:
          InputError: where the values cannot be brought together.
        """
        self.set(self._changed(changes))

    def take(self, **changes: Any) -> None:
        """Take over what a component in the browser says: it shows that already, and goes back where it may not."""
        self._echoes.moved()
        wanted = self._changed(changes)
        held = self.lock.hold(wanted, self.settings)
        revision = self.revision + (held != wanted)
        st.session_state[self._name] = self._memory._replace(settings=held, revision=revision)

    def _changed(self, changes: dict[str, Any]) -> S:
        kinds = {name: self.settings.kind(name) for name in changes}
        return self.settings.change(**{name: value for name, value in changes.items() if kinds[name].holds(value)})

    def warnings(self) -> None:
        """Say what of the link had to be mended, as long as the settings are those of the link."""
        memory = self._memory
        if memory.settings == memory.arrived:
            for error in memory.mended:
                st.warning(plain(error.in_language(self.language)))

    def preset(self, panels: Collection[str] = ()) -> None:
        """Draw the list of starting points; one is chosen where the settings are exactly its own.

        What to look at is said below it, where the catalogue has it: ``<texts>.look.<preset>``.

        Args:
          panels: those that are shown.
        """
        texts, key = self.scene.settings.texts, self.key(PRESET)
        chosen = self.scene.preset_of(self.settings, panels)
        self.show(PRESET, chosen)
        st.selectbox(
            text(self.language, "frame.preset"),
            list(self.scene.presets),
            index=None,
            key=key,
            format_func=lambda name: text(self.language, f"{texts}.preset.{name}"),
            placeholder=text(self.language, "frame.preset_own"),
            on_change=lambda: self.hear(PRESET, self.choose),
        )
        if has_text(self.language, f"{texts}.look.{chosen}"):
            st.caption(text(self.language, f"{texts}.look.{chosen}"))

    def choose(self, preset: str | None) -> None:
        """Start from a preset, and open the panel that it is about."""
        if preset is not None and preset in self.scene.presets:
            st.session_state.pop(f"{self.key('')}errors", None)  # what was typed in vain was about something else
            self.set(self.scene.start(preset, self.settings))
            self._open(self.scene.presets[preset].panel)

    @property
    def branches(self) -> bool:
        """Say whether the reader may fork a run at a step: the scene does, and no teacher has settled it."""
        branch = self.scene.branch
        return branch is not None and branch.control not in self.lock.values and not self.lock.panel

    def branch_at(self, step: Any, **changes: Any) -> None:
        """Fork at a step, with other controls moved, too; the panel that shows the fork is opened."""
        branch = self.scene.branch
        if branch is not None and self.branches:
            self.change(**{branch.control: step}, **changes)
            self._open(branch.panel)

    def page(self, parameter: str) -> str:
        """Return what the link says beside the settings, for one of ``PAGE_PARAMETERS``; empty for nothing."""
        return self._memory.page.get(parameter, "")

    def turn(self, **parameters: str) -> None:
        """Change what the link says beside the settings: another view, a panel on the stage; a locked panel stays."""
        if self.lock.panel:
            return
        st.session_state[self._name] = self._memory._replace(page={**self._memory.page, **parameters})

    def opened(self) -> str | None:
        """Return the panel that the last chosen preset is about, once."""
        return st.session_state.pop(f"{self._name}:open", None)

    def mend(self, error: InputError) -> None:
        """Say something of the link that the page could not follow, together with what the settings could not."""
        memory = self._memory
        st.session_state[self._name] = memory._replace(arrived=memory.settings, mended=(*memory.mended, error))

    def publish(self) -> None:
        """Write the settings, and what the page shows of them, into the link."""
        st.query_params.pop(PRESET, None)
        link.publish(self.scene.name, self._parameters(), self.parameters())

    def parameters(self, lock: Lock | None = None) -> dict[str, str]:
        """Return what a link needs to say to show this, with another lock than the present one where it is given."""
        lock, known = self.lock if lock is None else lock, self.scene.settings.controls()
        settings, hidden = self.settings.to_link(), {known[name].link for name in lock.hidden}
        page = {} if lock.panel else {name: value for name, value in self._memory.page.items() if value}
        shown = {name: value for name, value in settings.items() if name not in hidden}
        return shown | page | lock.parameters(self.settings)

    def _arrive(self) -> None:
        arrived = link.arrived_with(self.scene.name, (*self._parameters(), PRESET))
        if arrived is None:
            return
        lock, parameters, lock_errors = read_lock(self.scene, arrived)
        settings, errors = self.scene.read(parameters)
        page = {name: arrived[name] for name in PAGE_PARAMETERS if name in arrived}
        if self._memory.lock is None:
            st.session_state[self._name] = self._memory._replace(lock=closed(lock, settings), settings=settings)
            errors = (*lock_errors, *errors)
        self.set(settings)
        page = {} if self.lock.panel else page
        st.session_state[self._name] = self._memory._replace(arrived=self.settings, mended=errors, page=page)
        preset = self.scene.presets.get(arrived.get(PRESET, ""))
        if preset is not None and "view" not in page:
            self._open(preset.panel)

    def _open(self, panel: str) -> None:
        if panel:
            st.session_state[f"{self._name}:open"] = panel

    def _parameters(self) -> tuple[str, ...]:
        controls = self.scene.settings.controls().values()
        return (*(one.link for one in controls if one.link), *PAGE_PARAMETERS, *LOCK_PARAMETERS)
