"""Predict before reveal under the network: the questions of the step that the reader is at."""

import streamlit as st

from simulator.course.chain_questions import step_questions
from simulator.scenes.chain_rule.content import chain_content
from simulator.scenes.chain_rule.numbers import pass_of
from simulator.scenes.chain_rule.settings import ChainRule, Step
from simulator.texts import text
from simulator.ui.components.chain.component import prediction_key
from simulator.ui.components.prediction.prediction import answered, prediction
from simulator.ui.controls.session import Controls


def draw_predictions(controls: Controls[ChainRule], view: str) -> None:
    """Ask about the step, where the reader wants to be asked."""
    settings, language = controls.settings, controls.language
    if view != "pass" or not settings.ask:
        return
    step = settings.steps[settings.step - 1]
    questions = step_questions(settings, step)
    if not questions:
        st.info(text(language, "chain_rule.predict.nothing"))
        return
    key = prediction_key(chain_content(settings, pass_of(settings), view), settings.step - 1)
    told = text(language, f"chain_rule.predict.{'revealed' if answered(key) else 'hidden'}")
    st.markdown(f"**{step_title(language, step)}** {told}")
    prediction(questions, key=key, language=language)


def step_title(language: str, step: Step) -> str:
    """Return the question that a step answers."""
    return text(language, f"chain_rule.component.title_{step.kind}", layer=step.layer, before=step.layer - 1)
