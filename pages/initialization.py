"""Initialization: what the first weights do to signals and gradients, and why they must not be equal."""

import streamlit as st

from simulator.core.datasets import dataset_label
from simulator.core.network import ACTIVATIONS, INITIALIZERS
from simulator.scenes.gradient_decay.settings import DATA, SEEDS
from simulator.scenes.initialization.settings import (
    CONTROLS,
    MAX_DEPTH,
    MAX_INITIALIZERS,
    MIN_DEPTH,
    PRESETS,
    VIEWS,
    InitializationSettings,
)
from simulator.texts import text
from simulator.ui.components.initialization.sections import draw_view
from simulator.ui.controls import Controls
from simulator.ui.frame.theme import display

RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
STEPS = (50, 100, 200, 300, 500, 1000, 2000)
WIDTHS = (4, 8, 16, 32, 64, 128, 256)

lang = display().language
controls = Controls(
    "initialization",
    InitializationSettings,
    CONTROLS,
    PRESETS,
    label=lambda name: f"initialization.control.{name}",
    preset_label=lambda name: f"initialization.preset_name.{name}",
    language=lang,
)


def word(entry: str):
    """Return a function from a code to its word."""
    return lambda code: text(lang, f"{entry}.{code}")


st.title(text(lang, "initialization.title"))
controls.segmented("view", VIEWS, word("initialization.view"), label_visibility="collapsed")
left, right = st.columns([0.24, 0.76], gap="medium")
view = controls["view"]
with left:
    st.caption(text(lang, "initialization.lead"))
    controls.preset()
    if view == "symmetry":
        controls.number("value", -10.0, 10.0, 0.1, format="%g")
        controls.number("seed", 0, 9999, 1)
    else:
        controls.several("initializers", INITIALIZERS, word("initialization.short"), 1, MAX_INITIALIZERS)
        controls.select("activation", ACTIVATIONS, word("training.option.activation"))
        controls.slider("depth", MIN_DEPTH, MAX_DEPTH, 1)
        controls.stops("width", WIDTHS)
        if "normal" in controls["initializers"]:
            controls.number("std", 0.0, 10.0, 0.01, format="%g")
        if "constant" in controls["initializers"]:
            controls.number("value", -10.0, 10.0, 0.1, format="%g")
        if view == "training":
            controls.stops("rate", RATES, lambda rate: f"{rate:g}")
            controls.stops("steps", STEPS)
        with st.expander(text(lang, "depth.settings")):
            controls.select("data", DATA, lambda name: dataset_label(lang, name))
            controls.stops("seeds", SEEDS)
            controls.number("seed", 0, 9999, 1)
settings = controls.settle()
with right:
    draw_view(settings, lang)
