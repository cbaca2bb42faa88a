"""The sections of the chain-rule page: the network to step through with its predictions, and the update."""

import hashlib

import numpy as np
import streamlit as st

from simulator.scenes.chain_rule import LossChanges, NetworkPass, loss_changes
from simulator.scenes.chain_rule.pictures import update_curve
from simulator.scenes.chain_rule.settings import ChainSettings, Step
from simulator.scenes.chain_rule.update import RATES
from simulator.scenes.chain_rule.words import narrate_pass, narrate_update
from simulator.texts import text
from simulator.texts.numbers import number_text
from simulator.ui import link
from simulator.ui.components.chain.component import chain_network
from simulator.ui.components.chain.questions import step_questions
from simulator.ui.components.picture.picture import picture
from simulator.ui.components.prediction.prediction import answered, prediction
from simulator.ui.controls import Controls

MAX_LISTED = 10
"""Rows of the table of parameters."""


def draw_section(controls: Controls, language: str) -> None:
    """Draw the chosen section."""
    if controls["section"] == "update":
        _update(controls.settings(), language)
    else:
        _network(controls, language)


@st.fragment
def _network(controls: Controls, language: str) -> None:
    """Draw the network; a step in the browser reruns only this."""
    settings = controls.settings()
    keys = {place: _key(settings, place) for place, step in enumerate(settings.steps) if step_questions(settings, step)}
    hidden = [place for place, key in keys.items() if settings.ask and not answered(key)]
    changed = chain_network(settings, language, hidden=hidden, revision=controls.revision, key="chain_network")
    if any(controls[name] != value for name, value in changed.items()):
        controls.update(**changed)
        settings = controls.settings()
        link.publish(controls.page, controls.names, settings.to_link())
    if settings.section == "pass" and settings.ask:
        _predict(settings, keys, language)
    elif settings.section == "pass":
        st.write(narrate_pass(language, settings))  # which names the largest gradient: not while predicting


def _predict(settings: ChainSettings, keys: dict[int, str], language: str) -> None:
    place = settings.chosen_step
    if place not in keys:
        st.info(text(language, "chain_rule.predict.nothing"))
        return
    step = settings.steps[place]
    told = text(language, f"chain_rule.predict.{'revealed' if answered(keys[place]) else 'hidden'}")
    st.markdown(f"**{step_title(language, step)}** {told}")
    prediction(step_questions(settings, step), key=keys[place], language=language)


def step_title(language: str, step: Step) -> str:
    """Return the question that a step answers."""
    return text(language, f"chain_rule.component.title_{step.kind}", layer=step.layer, before=step.layer - 1)


def _key(settings: ChainSettings, place: int) -> str:
    """Return the name of a step's prediction: the same network asks the same."""
    digest = hashlib.blake2b(repr(settings.numbers).encode(), digest_size=5).hexdigest()
    return f"chain_{digest}_{place}"


def _update(settings: ChainSettings, language: str) -> None:
    made, rate = settings.network_pass, settings.rate
    changes, actual = _changes(settings)
    narration = narrate_update(language, made, changes, rate, actual)
    left, right = st.columns(2, gap="medium")
    with left:
        picture(
            update_curve(changes, rate, actual, language, narration), key="chain_update", language=language, height=400
        )
        st.write(narration)
    with right:
        tiles = {
            "before": made.loss.value,
            "after": made.loss.value + actual,
            "predicted": -rate * made.squared_grad_norm,
            "actual": actual,
        }
        for column, (name, value) in zip([*st.columns(2), *st.columns(2)], tiles.items(), strict=True):
            column.markdown(f"{text(language, f'chain_rule.update.{name}')} **{number_text(value)}**")
        count = sum(gradient.size for gradient in (*made.grad_weight, *made.grad_bias))
        st.write(text(language, "chain_rule.update.why", norm=number_text(made.squared_grad_norm), number=count))
        rows = parameter_rows(made, rate, language)
        if count > len(rows):
            st.caption(text(language, "chain_rule.update.many", shown=len(rows), number=count))
        st.table(rows)


def _changes(settings: ChainSettings) -> tuple[LossChanges, float]:
    names = {"activation": settings.activation, "loss": settings.loss, "output": settings.output_activation}
    made = settings.network_pass
    exact = loss_changes(made, np.array([settings.rate]), **names)
    return loss_changes(made, RATES, **names), float(exact.actual[0])


def parameter_rows(made: NetworkPass, rate: float, language: str) -> list[dict[str, str]]:
    """Return the parameters with the largest gradients: before, gradient, step, after."""
    found = []
    for layer in range(made.num_layers):
        for letter, values, gradients in (
            ("w", made.parameters.weight[layer], made.grad_weight[layer]),
            ("b", made.parameters.bias[layer], made.grad_bias[layer]),
        ):
            for entry in np.ndindex(values.shape):
                place = ",".join(str(index + 1) for index in entry)
                name = f"{letter}{chr(0x207D)}{_RAISED[layer]}{chr(0x207E)}[{place}]"
                found.append((name, float(values[entry]), float(gradients[entry])))
    found.sort(key=lambda row: -abs(row[2]))
    heads = {
        name: text(language, f"chain_rule.update.{name}") for name in ("parameter", "old", "gradient", "step", "new")
    }
    return [
        dict(
            zip(
                heads.values(),
                (name, *(number_text(value) for value in (old, slope, -rate * slope, old - rate * slope))),
                strict=True,
            )
        )
        for name, old, slope in found[:MAX_LISTED]
    ]


_RAISED = "¹²³⁴⁵⁶⁷⁸⁹"
