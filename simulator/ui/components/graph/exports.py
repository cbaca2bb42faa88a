"""What can be saved of a computation graph beside the picture: the graph as DOT, the chain rule as LaTeX."""

from typing import Any

import streamlit as st

from simulator.scenes.computation_graph.chain import chain_of
from simulator.scenes.computation_graph.layout import dot_source
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass
from simulator.texts import text
from simulator.ui.controls.session import Controls


def draw_exports(controls: Controls[Any]) -> None:
    """Offer the graph as DOT, and the chain rule of the chosen input as LaTeX where nothing is to be predicted."""
    settings: ComputationGraph = controls.settings
    language, found = controls.language, run_pass(settings)
    with st.expander(text(language, "computation_graph.exports")):
        st.download_button(
            text(language, "computation_graph.export_dot"),
            lambda: _dot(settings),
            file_name="computation-graph.dot",
            mime="text/vnd.graphviz",
            key="graph_dot",
            on_click="ignore",
        )
        if controls.scene.view("chain").exists(settings):
            st.caption(text(language, "computation_graph.export_latex"))
            st.code(chain_of(found, settings).latex, language="latex", wrap_lines=True)


def _dot(settings: ComputationGraph) -> str:
    """Write the graph, kept or traced again: a button on a page keeps no values."""
    graph = run_pass(settings).graph
    return dot_source(graph, graph.view(settings.open_calls), labelled=True)
