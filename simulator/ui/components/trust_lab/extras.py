"""What the page of the trust lab has beside its panels: the hunt's buttons and score, and measuring again."""

import streamlit as st

from simulator.scenes.trust_lab.numbers import COUNTED
from simulator.scenes.trust_lab.settings import TrustLab
from simulator.texts import text
from simulator.ui.components.trust_lab.hunt import draw_answer, draw_score
from simulator.ui.controls.session import Controls


def beside(controls: Controls[TrustLab], view: str) -> None:
    """Draw what stands under the controls."""
    if view == "hunt":
        draw_score(controls)
    if view == "passes":
        again = text(controls.language, "trust_lab.passes.again")
        st.button(again, key="trust_again", on_click=COUNTED.forget, args=(controls.settings,))


def below(controls: Controls[TrustLab], view: str) -> None:
    """Draw what stands under the panels."""
    if view == "hunt":
        draw_answer(controls)
