"""How a widget is tied to a control: it shows the control's value, and what the reader makes of it is checked."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from simulator.errors import InputError
from simulator.scenes.kinds import Kind
from simulator.scenes.settings import replaced
from simulator.texts import has_text, text
from simulator.ui.controls.session import Controls


def label(controls: Controls[Any], name: str) -> str:
    """Return what a control is called."""
    return text(controls.language, f"{controls.scene.settings.texts}.control.{name}")


def help_of(controls: Controls[Any], name: str) -> str | None:
    """Return the explanation of a control, where there is one."""
    entry = f"{controls.scene.settings.texts}.help.{name}"
    return text(controls.language, entry) if has_text(controls.language, entry) else None


def bound(
    widget: Callable[..., Any],
    controls: Controls[Any],
    name: str,
    *args: Any,
    shown: Any,
    meant: Callable[[Any], Any] = lambda value: value,
    **more: Any,
) -> None:
    """Draw a widget that shows ``shown``; what the reader makes of it becomes the control's value if it can hold it.

    Args:
      widget: of Streamlit.
      controls: whose control it is.
      name: of the control.
      args: of the widget, after its label.
      shown: the control's value as the widget shows it.
      meant: from what the widget says to a value of the control; may raise ``InputError``, which is then said.
      more: of the widget.
    """
    controls.show(name, shown)

    def moved(given: Any) -> None:
        errors = errors_of(controls)
        errors.pop(name, None)
        try:
            controls.change(**{name: meant(given)})
        except InputError as error:
            errors[name] = error

    more = {"help": help_of(controls, name), **more}
    widget(label(controls, name), *args, key=controls.key(name), on_change=lambda: controls.hear(name, moved), **more)


def typed(
    controls: Controls[Any],
    name: str,
    kind: Kind,
    shown: str,
    *args: Any,
    widget: Callable[..., Any] = st.text_input,
    **more: Any,
) -> None:
    """Draw a box for text; text that cannot be used is answered with a sentence and stays as it is typed.

    Args:
      controls: whose control it is.
      name: of the control.
      kind: reads what is typed.
      shown: the control's value as text.
      args: of the widget, after its label.
      widget: of Streamlit, in which one can type.
      more: of the widget.
    """
    kept = st.session_state.get(controls.key(name)) if name in errors_of(controls) else None

    def meant(written: str | None) -> Any:
        settings = controls.settings
        found = kind.read((written or "").strip(), getattr(settings, name))
        if not found.as_asked:
            raise found.error or replaced(type(settings), name, written, found.value)
        _, unfit = settings.fit({**settings.as_dict(), name: found.value})
        error = next((one for one in unfit if one.details.get("field") == name), None)
        if error is not None:
            raise error
        return found.value

    bound(widget, controls, name, *args, shown=shown if kept is None else kept, meant=meant, **more)


def errors_of(controls: Controls[Any]) -> dict[str, InputError]:
    """Return the sentences for what the reader last asked for in vain, by control."""
    return st.session_state.setdefault(f"{controls.key('')}errors", {})
