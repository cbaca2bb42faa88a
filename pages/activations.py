"""Activation functions: what they let through forward and back, where they saturate, die or zig-zag."""

import streamlit as st

from simulator.core.network import ACTIVATIONS, INITIALIZERS
from simulator.scenes.activations.settings import (
    CONTROLS,
    MAX_FUNCTIONS,
    PRESETS,
    VIEWS,
    WHEN,
    ActivationSettings,
)
from simulator.texts import text
from simulator.ui.components.activations.sections import draw_view, function_title
from simulator.ui.controls import Controls
from simulator.ui.frame.theme import display

RATES = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0)
DEAD_RATES = (0.1, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)
STEPS = (10, 20, 40, 60, 100, 200, 500)
WIDTHS = (4, 8, 16, 32, 64, 128, 256)

lang = display().language
controls = Controls(
    "activations",
    ActivationSettings,
    CONTROLS,
    PRESETS,
    label=lambda name: f"activations_page.control.{name}",
    preset_label=lambda name: f"activations_page.preset_name.{name}",
    language=lang,
)


def word(entry: str):
    """Return a function from a code to its word."""
    return lambda code: text(lang, f"{entry}.{code}")


st.title(text(lang, "activations_page.title"))
controls.segmented("view", VIEWS, word("activations_page.view"), label_visibility="collapsed")
left, right = st.columns([0.24, 0.76], gap="medium")
view = controls["view"]
with left:
    st.caption(text(lang, "activations_page.lead"))
    controls.preset()
    if view == "curves":
        controls.several("functions", ACTIVATIONS, lambda name: function_title(lang, name), 1, MAX_FUNCTIONS)
        controls.select("initializer", INITIALIZERS, word("training.option.initializer"))
        if controls["initializer"] == "normal":
            controls.number("std", 0.0, 10.0, 0.05, format="%g")
        controls.slider("depth", 2, 50, 1)
        controls.slider("layer", 1, 50, 1)
        controls.stops("width", WIDTHS)
        controls.select("when", WHEN, word("activations_page.when"))
    if view == "dead" or {"leaky_relu", "prelu"} & set(controls["functions"]):
        controls.slider("slope", -0.5, 1.0, 0.01)
    if view == "zigzag":
        controls.stops("rate", RATES, lambda rate: f"{rate:g}")
        controls.stops("steps", STEPS)
    if view == "dead":
        controls.stops("dead_rate", DEAD_RATES, lambda rate: f"{rate:g}")
    if view != "cost":
        controls.number("seed", 0, 9999, 1)
settings = controls.settle()
with right:
    draw_view(settings, lang, controls)
