"""Predict before reveal over the network: the questions of the step that the reader is at, and what stays hidden."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import streamlit as st

from simulator.course.chain_questions import step_questions
from simulator.course.grading import Question
from simulator.drawing.picture import Picture
from simulator.scenes.chain_rule.content import hidden_steps
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.texts import text
from simulator.ui.components.prediction.prediction import answered, current, has_begun, is_done, prediction
from simulator.ui.place import Place


def draw_question(picture: Picture, place: Place) -> None:
    """Ask about the step that the reader is at, where the reader wants to be asked."""
    controls = place.controls
    if controls is None or place.hidden or not picture.content["ask"]:
        return
    settings: ChainRule = controls.settings
    questions = _questions(settings, settings.step - 1)
    if not questions:
        st.info(text(place.language, "chain_rule.predict.nothing"))
        return
    key, reveals = prediction_key(picture.content, settings.step - 1), not controls.lock.hides_answers
    prediction(questions, key=key, language=place.language, reveals=reveals)


def hidden_from(content: Mapping[str, Any], place: Place) -> tuple[int, ...]:
    """Return the indices of the steps that the reader has to predict and has not answered yet."""
    if place.hidden:
        return hidden_steps(content)
    if not content["ask"]:
        return ()
    return tuple(step for step in hidden_steps(content) if not _is_answered(content, step, place))


def asked_of(content: Mapping[str, Any], place: Place) -> dict[str, Any] | None:
    """Return what the open question of this step is about, for the drawing; None where nothing is asked.

    Returns:
      The step's index; what the question is about; the entry that it asks for, from 0; and whether rule and shape of
      the result are still to be found.
    """
    at = content["state"]["step"]
    if not content["ask"] or place.controls is None or place.hidden or _is_answered(content, at, place):
        return None
    key, questions = prediction_key(content, at), _questions(place.controls.settings, at)
    question = current(key, questions)
    if question is None:
        return None
    waiting = [one.about for one in questions if not is_done(key, one)]
    return {
        "step": at,
        "about": question.about,
        "entry": None if question.entry is None else list(question.entry),
        "rule": "rule" in waiting,
        "shape": "shape" in waiting,
    }


def prediction_key(content: Mapping[str, Any], step: int) -> str:
    """Return the name of a step's questions: the same network asks the same.

    Args:
      content: of ``simulator.scenes.chain_rule.content.chain_content``.
      step: its index.
    """
    return f"chain_{content['network']}_{step}"


def _is_answered(content: Mapping[str, Any], step: int, place: Place) -> bool:
    key = prediction_key(content, step)
    return place.controls is not None and has_begun(key) and answered(key, _questions(place.controls.settings, step))


def _questions(settings: ChainRule, step: int) -> tuple[Question, ...]:
    return _questions_of(settings.change(step=1, look="numbers", example=1, stage=1, rate=0.5), step)


@lru_cache(maxsize=256)
def _questions_of(settings: ChainRule, step: int) -> tuple[Question, ...]:
    return step_questions(settings, settings.steps[step])
