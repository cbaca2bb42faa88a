"""The views of the page on activation functions."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.propagation.signal import signals
from simulator.scenes.activations.cost import NUM_VALUES, REPEATS, Cost, measure_costs
from simulator.scenes.activations.pictures import cost_picture, dead_picture, zigzag_picture
from simulator.scenes.activations.settings import (
    DATA,
    DEAD_CLIP,
    QUOTED_POINTS,
    REACH,
    STEPS_PER_UNIT,
    ActivationSettings,
    Spread,
    curve,
    derivatives_at_zero,
    spread,
)
from simulator.scenes.activations.zigzag import Path, zigzag
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text
from simulator.ui.components.activations.component import activation_curves
from simulator.ui.components.gradient_decay.sections import fitted, say
from simulator.ui.components.picture.picture import picture
from simulator.ui.controls import Controls
from simulator.ui.runs import Training, batch_of, runs_of, start_of

PAGE = "activations"
SMALL, LARGE = r"\frac", r"\dfrac"


def draw_view(settings: ActivationSettings, language: str, controls: Controls) -> None:
    """Draw the view that the settings name."""
    if settings.view == "curves":
        _curves(settings, language, controls)
        return
    views: dict[str, Callable[[ActivationSettings, str], None]] = {"zigzag": _zigzag, "dead": _dead, "cost": _cost}
    views[settings.view](settings, language)


def function_title(language: str, name: str) -> str:
    """Return the name of an activation function for readers."""
    return text(language, f"training.option.activation.{name}")


def _curves(settings: ActivationSettings, language: str, controls: Controls) -> None:
    st.markdown(f"#### {text(language, 'activations_page.curves_title')}")
    spreads = _spreads(settings, language)
    z = activation_curves(settings, spreads, language, revision=controls.revision, key="activation_curves")
    if z != settings.z:
        controls.update(z=z)
        controls.settle()
    layer = settings.shown_layer + 1
    st.caption(text(language, "activations_page.curves_how", layer=layer, depth=settings.depth))
    sentences = []
    for name in settings.functions:
        drawn, title = curve(name, settings.slope), function_title(language, name)
        at = round((z + REACH) * STEPS_PER_UNIT)
        value, derivative = number_text(float(drawn.value[at])), number_text(float(drawn.derivative[at]))
        point = number_text(z)
        sentences.append(
            text(language, "activations_page.says_point", name=title, z=point, value=value, derivative=derivative)
        )
        sentences += _spread_words(spreads.get(name), title, layer, language)
    say(sentences)
    _numbers(settings, language)
    _zero(spreads, language)
    _erratum(language)


def _spreads(settings: ActivationSettings, language: str) -> dict[str, Spread]:
    """Return the pre-activations of the chosen layer of a network with each function."""
    entries = [Training(settings.network(name), settings.training(), DATA) for name in settings.functions]
    if settings.when == "start":
        found = [start_of(entry, 1).signal.pre_activation for entry in entries]
    else:
        runs = runs_of(PAGE, entries, language)
        if runs is None:
            return {}
        found = [
            signals(run.network, batch_of(entry), [run.final_params]).pre_activation
            for run, entry in zip(runs, entries, strict=True)
        ]
    return {
        name: spread(values[settings.shown_layer], name, settings.slope)
        for name, values in zip(settings.functions, found, strict=True)
    }


def _spread_words(shown: Spread | None, title: str, layer: int, language: str) -> list[str]:
    if shown is None:
        return []
    values = {"std": number_text(shown.std), "saturated": percent_text(shown.saturated)}
    sentences = [text(language, "activations_page.spread_says", name=title, layer=layer, **values)]
    if shown.outside:
        share = percent_text(shown.outside / (shown.outside + int(shown.count.sum())))
        sentences.append(text(language, "activations_page.outside", name=title, share=share))
    return sentences


def _numbers(settings: ActivationSettings, language: str) -> None:
    """Write formulas and derivatives at a few points, a column for every function shown."""
    with st.expander(text(language, "activations_page.numbers"), expanded=True):
        names = ("function", "formula", "derivative_formula", "largest")
        heads = [text(language, f"activations_page.{name}") for name in names]
        heads += [text(language, "activations_page.at", z=number_text(point)) for point in QUOTED_POINTS]
        columns = [heads]
        for name in settings.functions:
            entry, drawn = ACTIVATIONS_TABLE[name], curve(name, settings.slope)
            at = [float(drawn.derivative[round((point + REACH) * STEPS_PER_UNIT)]) for point in QUOTED_POINTS]
            formulas = [tex.replace(SMALL, LARGE) for tex in (entry.formula, entry.derivative_formula)]
            numbers = [number_text(value) for value in (entry.max_derivative, *at)]
            columns.append([function_title(language, name), *(f"${tex}$" for tex in formulas), *numbers])
        rows = [f"| {' | '.join(cells)} |" for cells in zip(*columns, strict=True)]
        st.markdown("\n".join([rows[0], "|" + " --- |" * len(columns), *rows[1:]]))


def _zero(spreads: dict[str, Spread], language: str) -> None:
    with st.expander(text(language, "activations_page.zero.heading")):
        found = derivatives_at_zero()
        st.markdown(
            text(
                language,
                "activations_page.zero.rule",
                relu=number_text(found["jax.nn.relu"]),
                own=number_text(found["simulator"]),
                maximum=number_text(found["jnp.maximum"]),
            )
        )
        if spreads:
            share = float(np.mean([shown.exactly_zero for shown in spreads.values()]))
            st.markdown(text(language, "activations_page.zero.matters", share=percent_text(share)))


def _erratum(language: str) -> None:
    with st.expander(text(language, "activations_page.erratum.heading"), icon="⚠️"):
        tanh, sigmoid = curve("tanh", 0.0), curve("sigmoid", 0.0)
        five, eight = (round((point + REACH) * STEPS_PER_UNIT) for point in (5, 8))
        st.markdown(
            text(
                language,
                "activations_page.erratum.text",
                tanh_five=number_text(float(tanh.derivative[five]), 5),
                tanh_eight=number_text(float(tanh.derivative[eight]), 4),
                sigmoid_five=number_text(float(sigmoid.derivative[five]), 4),
            )
        )


def _zigzag(settings: ActivationSettings, language: str) -> None:
    st.markdown(f"#### {text(language, 'activations_page.zigzag_title')}")
    sentences = [text(language, "activations_page.zigzag_why")]
    for column, positive in zip(st.columns(2), (True, False), strict=True):
        path = zigzag(positive=positive, learning_rate=settings.rate, num_steps=settings.steps, seed=settings.seed)
        with column:
            shown = zigzag_picture(path, language, positive=positive)
            picture(shown, key=f"zigzag_{positive}", language=language, height=fitted(420))
        sentences.append(_path_words(path, language, positive))
    say(sentences)


def _path_words(path: Path, language: str, positive: bool) -> str:
    arrival = (
        text(language, "activations_page.not_arrived", steps=len(path.weight) - 1)
        if path.arrived is None
        else text(language, "activations_page.arrived", step=path.arrived)
    )
    entry = "activations_page.zigzag_positive_says" if positive else "activations_page.zigzag_centred_says"
    values = {"share": percent_text(path.same_sign), "length": number_text(path.length)}
    return text(language, entry, straight=number_text(path.straight), arrival=arrival, **values)


def _dead(settings: ActivationSettings, language: str) -> None:
    networks = settings.dead_networks()
    entries = [Training(network, settings.dead_training(), DATA) for network in networks]
    runs = runs_of(PAGE, entries, language)
    if runs is None:
        return
    curves, sentences = [], []
    why = {"slope": number_text(settings.slope), "clip": number_text(DEAD_CLIP)}
    for run in runs:
        title = function_title(language, run.network.activation)
        share = np.asarray(run.records.dead_fraction[:, :-1], float).mean(axis=1)
        curves.append((title, run.records.step, share))
        values = {"share": percent_text(share[-1]), "most": percent_text(share.max())}
        accuracy = percent_text(run.test_accuracy)
        sentences.append(text(language, "activations_page.dead_says", name=title, accuracy=accuracy, **values))
    picture(dead_picture(curves, language), key="dead_units", language=language, height=fitted(380))
    say([text(language, "activations_page.dead_why", **why), *sentences])


def _cost(settings: ActivationSettings, language: str) -> None:
    del settings
    costs: tuple[Cost, ...] | None = st.session_state.get("activations:costs")
    if st.button(text(language, "activations_page.cost_measure"), key="activations:measure"):
        costs = st.session_state["activations:costs"] = measure_costs()
    if costs is None:
        st.info(text(language, "activations_page.cost_zero"))
    else:
        names = [function_title(language, cost.name) for cost in costs]
        picture(cost_picture(costs, names, language), key="activation_cost", language=language, height=fitted(380))
        table = pd.DataFrame(
            {
                text(language, "activations_page.function"): names,
                text(language, "activations_page.cost_axis"): [number_text(cost.ratio) for cost in costs],
                text(language, "activations_page.cost_time"): [number_text(1000 * cost.seconds) for cost in costs],
            }
        )
        st.dataframe(table, hide_index=True, width="content")
    st.caption(text(language, "activations_page.cost_how", count=f"{NUM_VALUES:,}", repeats=REPEATS))
