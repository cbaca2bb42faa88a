"""Trust lab: three ways to a gradient, how small a difference may be, what each way costs, and a planted bug."""

import streamlit as st

from simulator.core.checks import RULES, rule_name
from simulator.scenes.trust_lab.settings import (
    CONTROLS,
    MAX_HIDDEN,
    MAX_INPUTS,
    MAX_OUTPUTS,
    MAX_ROUND,
    MAX_SEED,
    MAX_WIDTH,
    PRESETS,
    SMALLEST_EXPONENT,
    VIEWS,
    TrustSettings,
)
from simulator.texts import text
from simulator.ui.components.trust_lab.hunt import draw_hunt
from simulator.ui.components.trust_lab.sections import draw_passes, draw_rules, draw_step_size
from simulator.ui.controls import Controls
from simulator.ui.frame.theme import display

lang = display().language
controls = Controls(
    "trust_lab",
    TrustSettings,
    CONTROLS,
    PRESETS,
    label=lambda name: f"trust.control.{name}",
    preset_label=lambda name: f"trust.preset_name.{name}",
    language=lang,
)

st.title(text(lang, "trust.title"))
controls.segmented("view", VIEWS, lambda name: text(lang, f"trust.view.{name}"), label_visibility="collapsed")
left, right = st.columns([0.2, 0.8], gap="medium")
view = controls["view"]
with left:
    st.caption(text(lang, "trust.lead"))
    controls.preset()
    if view in ("rules", "step_size"):
        controls.select("rule", tuple(RULES), lambda name: rule_name(lang, name))
        operands = RULES[controls["rule"]].operands
        if controls["operand"] not in operands:
            controls.update(operand=operands[0])
        controls.select("operand", operands, lambda name: text(lang, f"trust.operand.{name}"))
    if view == "step_size":
        controls.slider("exponent", SMALLEST_EXPONENT, 0.0, 0.25, format="%.2f")
    if view == "passes":
        controls.number("inputs", 1, MAX_INPUTS, 1)
        controls.number("hidden", 0, MAX_HIDDEN, 1)
        controls.number("width", 1, MAX_WIDTH, 1)
        controls.number("outputs", 2, MAX_OUTPUTS, 1)
    else:
        controls.number("seed", 0, MAX_SEED, 1)
    if view == "hunt":
        controls.number("round", 1, MAX_ROUND, 1)
settings = controls.settle()
with right:
    if view == "hunt":
        draw_hunt(settings, lang, lambda number: controls.update(round=number))
    else:
        {"rules": draw_rules, "step_size": draw_step_size, "passes": draw_passes}[view](settings, lang)
