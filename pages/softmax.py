"""Softmax and its temperature: drag logits, see probabilities and gradients, then look closer."""

import streamlit as st

from simulator.scenes.softmax.settings import CONTROLS, SoftmaxState
from simulator.texts import text
from simulator.ui import link
from simulator.ui.components.softmax.component import softmax_bars
from simulator.ui.components.softmax.sections import draw_section, section_choice
from simulator.ui.frame.theme import display

PAGE = "softmax"
shown = display()
lang = shown.language
memory = st.session_state

st.title(text(lang, "softmax.title"))
st.write(text(lang, "softmax.intro"))

arrived = link.arrived_with(PAGE, CONTROLS)
if arrived is not None or "softmax.state" not in memory:
    memory["softmax.state"], memory["softmax.mended"] = SoftmaxState.from_link(arrived or {})
    memory["softmax.revision"] = memory.get("softmax.revision", 0) + 1
for error in memory["softmax.mended"]:
    st.warning(error.in_language(lang))

state = softmax_bars(
    memory["softmax.state"], lang, shown.theme, revision=memory["softmax.revision"], key="softmax.bars"
)
if state != memory["softmax.state"]:
    memory["softmax.state"], memory["softmax.mended"] = state, ()
link.publish(PAGE, CONTROLS, state.to_link())

draw_section(section_choice(lang), state, lang)
