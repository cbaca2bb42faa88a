"""The computation graph: any expression or network, forward through its values, back through its derivatives."""

import streamlit as st

from simulator.texts import text
from simulator.ui.components.graph.controls import draw_inputs, draw_source, publish, settle
from simulator.ui.components.graph.sections import draw_exports, draw_graph, draw_prediction
from simulator.ui.frame.theme import display

shown = display()
lang = shown.language

st.title(text(lang, "graph_page.title"))
if shown.size != "hall":
    st.caption(text(lang, "graph_page.lead"))
settings = settle(lang)
left, right = st.columns([0.22, 0.78], gap="medium")
with left:
    draw_source(settings, lang)
    done = draw_prediction(settings, lang)
    st.markdown(f"**{text(lang, 'graph_page.inputs')}**")
    draw_inputs(settings, lang)
    draw_exports(settings, lang)
with right:
    draw_graph(settings, lang, answered=done)
publish(settings)
