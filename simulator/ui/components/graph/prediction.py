"""Predict a backward step before it is shown: which step, its questions, and whether they are answered."""

from typing import Any

import streamlit as st

from simulator.course.grading import Question
from simulator.course.misconceptions import questions
from simulator.scenes.computation_graph.names import pretty_name
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass
from simulator.texts import text
from simulator.ui.components.prediction.prediction import answered, prediction
from simulator.ui.controls.session import Controls


def draw_prediction(controls: Controls[Any]) -> None:
    """Draw the switch of the prediction mode, the list of steps, and the questions about the chosen one."""
    settings: ComputationGraph = controls.settings
    _draw_switch(controls)
    if not settings.predict:
        return
    _draw_steps(controls)
    prediction(_asked(settings), key=_key(controls), language=controls.language)
    last = len(run_pass(settings).backward.steps)
    if is_answered(controls) and settings.predict < last:
        label = text(controls.language, "computation_graph.predict_next")
        following = {"predict": settings.predict + 1}
        st.button(label, key=f"{_key(controls)}_following", on_click=controls.change, kwargs=following)


def is_answered(controls: Controls[Any]) -> bool:
    """Say whether nothing is to be predicted any more: no step is asked about, or its questions are answered."""
    settings: ComputationGraph = controls.settings
    if not settings.predict:
        return True
    asked = _asked(settings)
    return not asked or answered(_key(controls), asked)


def _draw_switch(controls: Controls[Any]) -> None:
    key = controls.key("predict")
    st.session_state[key] = bool(controls.settings.predict)

    def moved() -> None:
        there = len(run_pass(controls.settings).backward.steps)
        controls.change(predict=min(1, there) if st.session_state[key] else 0)

    st.toggle(text(controls.language, "computation_graph.predict_toggle"), key=key, on_change=moved)


def _draw_steps(controls: Controls[Any]) -> None:
    settings: ComputationGraph = controls.settings
    steps = run_pass(settings).backward.steps
    names = [f"{pretty_name(step.node)} → {pretty_name(step.operand)}" for step in steps]
    key = controls.key("predict:step")
    st.session_state[key] = settings.predict

    def moved() -> None:
        controls.change(predict=st.session_state[key])

    st.selectbox(
        text(controls.language, "computation_graph.control.predict"),
        list(range(1, len(names) + 1)),
        key=key,
        format_func=lambda step: f"{step}. {names[step - 1]}" if step <= len(names) else str(step),
        on_change=moved,
    )


def _asked(settings: ComputationGraph) -> list[Question]:
    backward = run_pass(settings).backward
    return list(questions(backward, backward.steps[settings.predict - 1]))


def _key(controls: Controls[Any]) -> str:
    return f"{controls.place or 'graph'}_question"
