"""The controls of a page whose settings are one small frozen value: widgets, presets and the link agree on it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import streamlit as st

from simulator.errors import InputError
from simulator.texts import text
from simulator.ui import link


class Controls:
    """Widgets of one page. Values live in the session, also those of widgets that are not on the page just now.

    Args:
      page: name of the page.
      kind: class of the settings, with ``from_link`` and ``to_link``.
      names: parameters of the link.
      presets: settings by name.
      label: catalogue entry of a control, from its name.
      preset_label: catalogue entry of a preset, from its name.
      language: of the reader.
    """

    def __init__(
        self,
        page: str,
        kind: Any,
        names: Iterable[str],
        presets: Mapping[str, Any],
        *,
        label: Callable[[str], str],
        preset_label: Callable[[str], str],
        language: str,
    ):
        self.page, self.kind, self.names, self.presets = page, kind, tuple(names), presets
        self.language, self._entry, self._preset_entry = language, label, preset_label
        self._values: dict[str, Any] = st.session_state.setdefault(f"{page}:settings", _as_values(kind()))
        self._arrive()

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def settings(self, **changes: Any) -> Any:
        """Return what the controls say."""
        return replace(self.kind(**self._values), **changes)

    @property
    def revision(self) -> int:
        """A number that grows when the controls are moved from outside: a component must then take its values over."""
        return st.session_state.get(f"{self.page}:revision", 0)

    def set(self, settings: Any) -> None:
        """Move every control; only before it is drawn, or in a callback."""
        self._values.update(_as_values(settings))
        st.session_state[f"{self.page}:revision"] = self.revision + 1
        for name in (*self.names, "preset"):
            st.session_state.pop(self._key(name), None)

    def update(self, **changes: Any) -> None:
        """Change some controls; only before they are drawn, or in a callback."""
        self._values.update(changes)
        for name in changes:
            st.session_state.pop(self._key(name), None)

    def preset(self) -> None:
        """Draw the list of starting points."""
        current = self.settings()
        key = self._key("preset")
        st.session_state[key] = next((name for name, known in self.presets.items() if known == current), None)

        def choose() -> None:
            chosen = st.session_state[key]
            if chosen is not None:
                st.session_state[f"{self.page}:mended"] = ()
                self.set(self.presets[chosen])

        st.selectbox(
            text(self.language, "frame.preset"),
            list(self.presets),
            index=None,
            key=key,
            format_func=lambda name: text(self.language, self._preset_entry(name)),
            placeholder=text(self.language, "frame.preset_own"),
            on_change=choose,
        )

    def select(self, name: str, options: Sequence[Any], show: Callable[[Any], str], **more: Any) -> None:
        """Draw a list of choices."""
        self._draw(st.selectbox, name, options=list(options), format_func=show, **more)

    def segmented(self, name: str, options: Sequence[str], show: Callable[[Any], str], **more: Any) -> None:
        """Draw a row of buttons, one of them pressed."""
        self._draw(st.segmented_control, name, options=list(options), format_func=show, required=True, **more)

    def toggles(self, name: str, options: Sequence[str], show: Callable[[Any], str]) -> None:
        """Draw one switch below the other; the value holds those that are on, in the order of the options."""
        st.markdown(self._label(name))
        chosen = []
        for option in options:
            key = f"{self._key(name)}:{option}"
            st.session_state[key] = option in self._values[name]
            if st.toggle(show(option), key=key, on_change=self._switch, args=(name, option, options)):
                chosen.append(option)
        self._values[name] = tuple(chosen)

    def _switch(self, name: str, option: str, options: Sequence[str]) -> None:
        on = st.session_state[f"{self._key(name)}:{option}"]
        self._values[name] = tuple(one for one in options if (on if one == option else one in self._values[name]))

    def several(self, name: str, options: Sequence[str], show: Callable[[Any], str], fewest: int, most: int) -> None:
        """Draw a list from which ``fewest`` to ``most`` are chosen; with fewer the last choice stays in force."""
        before = self._values[name]
        key = self._seed(name)
        st.session_state[key] = list(st.session_state[key])
        chosen = st.multiselect(self._label(name), list(options), format_func=show, key=key, max_selections=most)
        self._values[name] = tuple(chosen) if len(chosen) >= fewest else before

    def slider(self, name: str, low: float, high: float, step: float | None = None, **more: Any) -> None:
        """Draw a slider."""
        self._draw(st.slider, name, min_value=low, max_value=high, step=step, **more)

    def stops(self, name: str, options: Sequence[Any], show: Callable[[Any], str] = str) -> None:
        """Draw a slider over fixed stops; a value from a link that is no stop becomes one, in its place."""
        stops = sorted({*options, self._values[name]})
        self._draw(st.select_slider, name, options=stops, format_func=show)

    def number(self, name: str, low: Any, high: Any, step: Any, **more: Any) -> None:
        """Draw a box for a number."""
        self._draw(st.number_input, name, min_value=low, max_value=high, step=step, **more)

    def settle(self) -> Any:
        """Write the link, show what had to be mended, and return the settings."""
        settled = self.settings()
        link.publish(self.page, self.names, settled.to_link())
        return settled

    def _draw(self, widget: Callable[..., Any], name: str, **more: Any) -> None:
        self._values[name] = widget(self._label(name), key=self._seed(name), **more)

    def _arrive(self) -> None:
        arrived = link.arrived_with(self.page, (*self.names, "preset"))
        if arrived is not None:
            named = arrived.pop("preset", None)
            start, mended = self.kind(), ()
            if named is not None and named in self.presets:
                start = self.presets[named]
            elif named is not None:
                mended = (InputError("choice", field="preset", value=named[:40], choices=list(self.presets)),)
            settings, errors = self.kind.from_link({**start.to_link(), **arrived})
            st.session_state[f"{self.page}:mended"] = mended + errors
            st.query_params.pop("preset", None)
            self.set(settings)
        for error in st.session_state.get(f"{self.page}:mended", ()):
            st.warning(error.in_language(self.language))

    def _label(self, name: str) -> str:
        return text(self.language, self._entry(name))

    def _key(self, name: str) -> str:
        return f"{self.page}_{name}"

    def _seed(self, name: str) -> str:
        key = self._key(name)
        if key not in st.session_state:
            st.session_state[key] = self._values[name]
        return key


def _as_values(settings: Any) -> dict[str, Any]:
    return {field.name: getattr(settings, field.name) for field in fields(settings)}
