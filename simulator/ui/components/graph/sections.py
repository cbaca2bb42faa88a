"""The parts of the computation-graph page beside its controls: the graph, the prediction, what can be saved."""

import streamlit as st

from simulator.course.misconceptions import questions
from simulator.graph.chain import chain
from simulator.scenes.computation_graph.layout import dot_source
from simulator.scenes.computation_graph.settings import GraphSettings, run_pass
from simulator.scenes.computation_graph.words import pretty_name
from simulator.texts import text
from simulator.ui.components.graph.component import graph_view
from simulator.ui.components.graph.controls import draw_next, draw_predict, revision, toggle, zoom
from simulator.ui.components.graph.payload import graph_payload
from simulator.ui.components.prediction.prediction import answered, prediction

_PREDICTION = "graph_question"


def draw_prediction(settings: GraphSettings, language: str) -> bool:
    """Draw the switch of the prediction mode and its questions; return whether nothing is held back."""
    backward = run_pass(settings).backward
    names = [f"{pretty_name(step.node)} → {pretty_name(step.operand)}" for step in backward.steps]
    draw_predict(settings, names, language)
    if not settings.predict:
        return True
    asked = questions(backward, backward.steps[settings.predict - 1])
    prediction(asked, key=_PREDICTION, language=language)
    done = not asked or answered(_PREDICTION)
    if done:
        draw_next(settings, language)
    return done


def draw_graph(settings: GraphSettings, language: str, *, answered: bool) -> None:
    """Draw the graph.

    Args:
      settings: for which ``run_pass`` succeeds.
      language: of the reader.
      answered: while False and a step is to be predicted, its numbers are held back.
    """
    payload = graph_payload(settings, language, answered=answered)
    graph_view(payload, language, revision=revision(), on_toggle=toggle, on_zoom=zoom, key="graph_view")


def draw_exports(settings: GraphSettings, language: str) -> None:
    """Offer the graph as DOT, and the chain rule for one input as LaTeX."""
    graph, backward = run_pass(settings)
    view = graph.view(settings.open_calls)
    with st.expander(text(language, "graph_page.exports")):
        st.download_button(
            text(language, "graph_page.export_dot"),
            lambda: dot_source(graph, view, labelled=True),
            file_name="computation-graph.dot",
            mime="text/vnd.graphviz",
            key="graph_dot",
            on_click="ignore",
        )
        names = [name for name in graph.inputs if name in backward.totals]
        if names:
            name = st.selectbox(text(language, "graph_page.export_chain"), names, key="graph_chain")
            latex = chain(backward, name if name in names else names[0], view).latex
            st.caption(text(language, "graph_page.export_latex"))
            st.code(latex, language="latex", wrap_lines=True)
