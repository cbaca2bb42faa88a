"""The chain rule in a network: forward, back and updated, in symbols, numbers and shapes, one step at a time."""

from typing import Any

import streamlit as st

from simulator.texts import text
from simulator.ui.controls.session import Controls
from simulator.ui.page import scene_page


def below(controls: Controls[Any], view: str) -> None:
    """Say why a view is empty while its numbers are to be predicted."""
    if view != "pass" and controls.settings.ask:
        st.info(text(controls.language, "chain_rule.predicting"))
        label = text(controls.language, "chain_rule.show")
        st.button(label, key="chain_rule_stop_asking", on_click=controls.change, kwargs={"ask": False})


scene_page(
    "chain_rule",
    {
        "pass": (("pass",),),
        "weight": (("weight",),),
        "nudge": (("nudge",), ("tangent",)),
        "matrices": (("matrices",),),
        "update": (("update",),),
    },
    below=below,
)
