"""The chain rule in a network: forward, back and updated, in symbols, numbers and shapes, one step at a time."""

import streamlit as st

from simulator.texts import text
from simulator.ui.components.chain.controls import chain_controls, draw_controls, draw_sections
from simulator.ui.components.chain.sections import draw_section
from simulator.ui.frame.theme import display

lang = display().language
controls = chain_controls(lang)

st.title(text(lang, "chain_rule.title"))
draw_sections(controls, lang)
left, right = st.columns([0.2, 0.8], gap="medium")
with left:
    st.caption(text(lang, "chain_rule.lead"))
    draw_controls(controls, lang)
controls.settle()
with right:
    draw_section(controls, lang)
