"""Gradient decay across depth: networks side by side that differ in one thing, and why their gradients do."""

from dataclasses import replace

import streamlit as st

from simulator.core.datasets import dataset_label
from simulator.scenes.gradient_decay.settings import (
    DATA,
    DIFFERENCES,
    LINK_NAMES,
    MAX_DEPTH,
    MAX_NETWORKS,
    MIN_DEPTH,
    NORMS,
    PRESETS,
    REMEDIES,
    SEEDS,
    VIEWS,
    DepthSettings,
    default_values,
)
from simulator.texts import text
from simulator.ui.components.gradient_decay.factor_table import factor_table
from simulator.ui.components.gradient_decay.sections import draw_view, variant_title
from simulator.ui.controls import Controls
from simulator.ui.frame.theme import display

RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
CLIPS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
STEPS = (50, 100, 200, 300, 500, 1000, 2000)
WIDTHS = (2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256)

lang = display().language
controls = Controls(
    "gradient_decay",
    DepthSettings,
    LINK_NAMES,
    PRESETS,
    label=lambda name: f"depth.control.{name}",
    preset_label=lambda name: f"depth.preset_name.{name}",
    language=lang,
)


def word(entry: str):
    """Return a function from a code to its word."""
    return lambda code: text(lang, f"{entry}.{code}")


def open_view() -> None:
    """Give the view of exploding gradients a network that explodes, where nothing has been chosen yet; and back."""
    chosen = st.session_state["gradient_decay_view"]
    before = controls.settings()
    if chosen == "explosion" and replace(before, view=DepthSettings().view) == DepthSettings():
        controls.set(PRESETS["exploding"])
    elif chosen != "explosion" and before == PRESETS["exploding"]:
        controls.set(DepthSettings(view=chosen))


st.title(text(lang, "depth.title"))
controls.segmented("view", VIEWS, word("depth.view"), label_visibility="collapsed", on_change=open_view)
left, right = st.columns([0.24, 0.76], gap="medium")
view = controls["view"]
with left:
    st.caption(text(lang, "depth.lead"))
    controls.preset()
    if view == "factors":
        factor_table(controls, lang)
    else:
        controls.slider("depth", MIN_DEPTH, MAX_DEPTH, 1)
        controls.stops("width", WIDTHS)
    if view in ("decay", "microscope", "learning", "underflow"):
        controls.select(
            "differ",
            tuple(DIFFERENCES),
            word("depth.differ"),
            on_change=lambda: controls.update(values=default_values(st.session_state["gradient_decay_differ"])),
        )
        differ = controls["differ"]
        controls.several(
            "values", DIFFERENCES[differ], lambda code: variant_title(lang, differ, code), fewest=2, most=MAX_NETWORKS
        )
    if view == "remedies":
        controls.toggles("remedies", tuple(REMEDIES), word("depth.remedy"))
    if view not in ("remedies", "factors"):
        fixed = [name for name in DIFFERENCES if name != controls["differ"] or view == "explosion"]
        for name in fixed:
            controls.select(name, DIFFERENCES[name], lambda code, name=name: variant_title(lang, name, code))
        if "normal" in (controls["initializer"], *(controls["values"] if controls["differ"] == "initializer" else ())):
            controls.number("std", 0.0, 10.0, 0.05, format="%g")
    if view == "decay":
        controls.select("norm", NORMS, word("depth.norm"))
    if view == "explosion":
        controls.stops("clip", CLIPS, lambda norm: f"{norm:g}")
    if view in ("learning", "remedies", "explosion"):
        controls.stops("rate", RATES, lambda rate: f"{rate:g}")
        controls.stops("steps", STEPS)
    if view != "factors":
        with st.expander(text(lang, "depth.settings")):
            controls.select("data", DATA, lambda name: dataset_label(lang, name))
            controls.stops("seeds", SEEDS)
            controls.number("seed", 0, 9999, 1)
settings = controls.settle()
with right:
    draw_view(settings, lang)
