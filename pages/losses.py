"""Losses and entropy: what an error costs, how hard it pulls, and why the loss is called an entropy."""

import streamlit as st

from simulator.scenes.losses.settings import SECTIONS
from simulator.texts import text
from simulator.ui.components.losses.controls import arrive, bound, depart
from simulator.ui.components.losses.sections import draw_section
from simulator.ui.frame.theme import display

lang = display().language

st.title(text(lang, "losses.title"))
arrive(lang)
bound(
    st.segmented_control,
    "section",
    lang,
    SECTIONS,
    label=text(lang, "losses.section"),
    format_func=lambda name: text(lang, f"losses.sections.{name}"),
    required=True,
)
draw_section(lang)
depart()
