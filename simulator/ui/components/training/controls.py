"""All controls of the training page, in the order of the work: data, network, training."""

import streamlit as st

from simulator.core.datasets import Dataset
from simulator.scenes.training.presets import PRESETS, preset
from simulator.scenes.training.settings import Experiment
from simulator.texts import text
from simulator.ui.components.training import state
from simulator.ui.components.training.data_controls import data_controls
from simulator.ui.components.training.network_controls import network_controls
from simulator.ui.components.training.run_controls import run_controls


def training_controls(language: str) -> tuple[Experiment, Dataset | None]:
    """Draw the controls; return the experiment they say and the uploaded data set, where there is one."""
    state.arrive()
    for error in st.session_state.get(state.MENDED, ()):
        st.warning(error.in_language(language))
    _preset_control(language)
    tabs = st.tabs([text(language, f"training.tab_{name}") for name in ("data", "network", "run")])
    for tab, draw in zip(tabs, (data_controls, network_controls, run_controls), strict=True):
        with tab:
            draw(language)
    st.button(text(language, "training.reset"), on_click=state.reset, icon=":material/restart_alt:", type="tertiary")
    return state.settle(), st.session_state.get(state.UPLOADED_DATASET)


def _preset_control(language: str) -> None:
    names = [known.name for known in PRESETS]
    current = state.experiment()
    matching = next((known.name for known in PRESETS if known.experiment == current), None)
    st.session_state[state.key("preset")] = matching
    st.selectbox(
        text(language, "training.preset"),
        names,
        index=None,
        key=state.key("preset"),
        format_func=lambda name: text(language, f"presets.{name}.title"),
        placeholder=text(language, "training.preset_own"),
        on_change=_choose_preset,
    )
    if matching is not None:
        st.caption(text(language, f"presets.{matching}.look"))


def _choose_preset() -> None:
    chosen = st.session_state[state.key("preset")]
    if chosen is not None:
        st.session_state[state.MENDED] = ()
        state.set_experiment(preset(chosen).experiment)
