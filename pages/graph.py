"""The computation graph: any expression or network, forward through its values, back through its derivatives."""

from typing import Any

import streamlit as st

from simulator.texts import text
from simulator.ui.components.graph.exports import draw_exports
from simulator.ui.components.graph.prediction import draw_prediction
from simulator.ui.controls.session import Controls
from simulator.ui.page import scene_page


def beside(controls: Controls[Any], _view: str) -> None:
    """Draw the prediction mode and what can be saved."""
    draw_prediction(controls)
    draw_exports(controls)


def below(controls: Controls[Any], view: str) -> None:
    """Say why a nudge is not shown while something is to be predicted."""
    if view == "nudge" and controls.settings.predict:
        st.info(text(controls.language, "computation_graph.nudge_predicting"))


VIEWS = {"graph": (("graph",), ("chain",)), "nudge": (("nudge",), ("tangent",))}
scene_page("computation_graph", VIEWS, beside=beside, below=below)
