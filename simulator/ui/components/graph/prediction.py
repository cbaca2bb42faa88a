"""Predict a backward step before it is shown: which step, its questions, and whether they are answered."""

from functools import lru_cache
from typing import Any

import streamlit as st

from simulator.course.grading import Question
from simulator.course.graph_questions import questions
from simulator.drawing.picture import Picture
from simulator.scenes.computation_graph.names import pretty, pretty_name
from simulator.scenes.computation_graph.settings import OF_PANELS, ComputationGraph, run_pass
from simulator.texts import text
from simulator.ui.components.prediction.prediction import answered, current, prediction
from simulator.ui.controls.session import Controls
from simulator.ui.place import Place


def draw_prediction(controls: Controls[Any]) -> None:
    """Draw the switch of the prediction mode and the list of steps; the question stands over the graph.

    Where a teacher holds answers back there is neither: a later step would show the answer of this one.
    """
    if "predict" in (*controls.lock.values, *controls.lock.asking):
        return
    _draw_switch(controls)
    if controls.settings.predict:
        _draw_steps(controls)


def draw_question(picture: Picture, place: Place) -> None:
    """Ask about the step that is to be predicted, where there is one and somebody can answer."""
    controls = place.controls
    if controls is None or place.hidden or picture.content["asked"] is None:
        return
    settings: ComputationGraph = controls.settings
    graph, backward = run_pass(settings)
    prediction(
        _asked(settings),
        key=_key(controls),
        language=place.language,
        write=lambda said: pretty(graph, said),
        reveals=not controls.lock.hides_answers,
    )
    if is_answered(controls) and settings.predict < len(backward.steps):
        label = text(place.language, "computation_graph.predict_next")
        following = {"predict": settings.predict + 1}
        key = f"{_key(controls)}_following"
        st.button(label, key=key, type="primary", on_click=controls.change, kwargs=following)


def is_answered(controls: Controls[Any]) -> bool:
    """Say whether nothing is to be predicted any more: no step is asked about, or its questions are answered."""
    settings: ComputationGraph = controls.settings
    if not settings.predict:
        return True
    asked = _asked(settings)
    return not asked or answered(_key(controls), asked)


def asked_entry(controls: Controls[Any]) -> tuple[int, ...] | None:
    """Return which entry the question that is on asks for; None where it asks for something else."""
    question = current(_key(controls), _asked(controls.settings)) if controls.settings.predict else None
    return question.entry if question is not None else None


def _draw_switch(controls: Controls[Any]) -> None:
    controls.show("predict", bool(controls.settings.predict))

    def moved(wanted: bool) -> None:
        there = len(run_pass(controls.settings).backward.steps)
        controls.change(predict=min(1, there) if wanted else 0)

    st.toggle(
        text(controls.language, "computation_graph.predict_toggle"),
        key=controls.key("predict"),
        on_change=controls.hear,
        args=("predict", moved),
    )


def _draw_steps(controls: Controls[Any]) -> None:
    settings: ComputationGraph = controls.settings
    steps = run_pass(settings).backward.steps
    names = [f"{pretty_name(step.node)} → {pretty_name(step.operand)}" for step in steps]
    controls.show("predict:step", settings.predict)
    st.selectbox(
        text(controls.language, "computation_graph.control.predict"),
        list(range(1, len(names) + 1)),
        key=controls.key("predict:step"),
        format_func=lambda step: f"{step}. {names[step - 1]}" if step <= len(names) else str(step),
        on_change=controls.hear,
        args=("predict:step", lambda step: controls.change(predict=step)),
    )


def _asked(settings: ComputationGraph) -> tuple[Question, ...]:
    return _questions(settings.change(**OF_PANELS))


@lru_cache(maxsize=64)
def _questions(settings: ComputationGraph) -> tuple[Question, ...]:
    backward = run_pass(settings).backward
    return questions(backward, backward.steps[settings.predict - 1])


def _key(controls: Controls[Any]) -> str:
    return f"{controls.place or 'graph'}_question"
