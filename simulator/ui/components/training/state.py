"""What the training page's controls say, also those that are not on the page just now."""

from dataclasses import fields
from typing import Any

import streamlit as st

from simulator.errors import InputError
from simulator.scenes.training.presets import PRESETS, preset
from simulator.scenes.training.settings import CONTROLS, Experiment
from simulator.ui import link

PAGE = "training"
UPLOADED_DATASET = "train_uploaded"
UPLOAD_ERROR = "train_upload_error"
MENDED = "train_mended"

_VALUES = "train_values"
_OWN_WIDGETS = ("layers", "width")
"""Widgets that set a control without being one."""


def values() -> dict[str, Any]:
    """Return the value of every control by name; widgets write into it."""
    return st.session_state.setdefault(_VALUES, _as_values(Experiment()))


def key(name: str) -> str:
    """Return the key of a control's widget."""
    return f"train_{name}"


def experiment() -> Experiment:
    """Return the experiment that the controls say."""
    return Experiment(**values()).consistent()


def set_experiment(chosen: Experiment) -> None:
    """Move every control; only before the controls are drawn, or in a callback."""
    st.session_state[_VALUES] = _as_values(chosen)
    for name in (*CONTROLS, *_OWN_WIDGETS):
        st.session_state.pop(key(name), None)


def reset() -> None:
    """Put every control back to the default experiment and forget the uploaded file."""
    set_experiment(Experiment())
    for name in (UPLOADED_DATASET, UPLOAD_ERROR, MENDED):
        st.session_state.pop(name, None)


def arrive() -> None:
    """Take over the link that the reader came with; what had to be mended stays readable until a preset or reset."""
    arrived = link.arrived_with(PAGE, (*CONTROLS, "preset"))
    if arrived is None:
        return
    start, mended = Experiment(), ()
    named = arrived.pop("preset", None)
    if named is not None:
        names = [known.name for known in PRESETS]
        if named in names:
            start = preset(named).experiment
        else:
            mended = (InputError("choice", field="preset", value=named[:40], choices=names),)
    linked, errors = Experiment.from_link({**start.to_link(), **arrived})
    st.session_state[MENDED] = mended + errors
    set_experiment(linked)


def settle() -> Experiment:
    """Make the controls agree with each other and with the link; return the experiment they say."""
    settled = experiment()
    for name in ("loss", "output", "outputs"):
        values()[name] = getattr(settled, name)
    st.query_params.pop("preset", None)
    link.publish(PAGE, CONTROLS, settled.to_link())
    return settled


def _as_values(chosen: Experiment) -> dict[str, Any]:
    return {field.name: getattr(chosen, field.name) for field in fields(chosen)}
