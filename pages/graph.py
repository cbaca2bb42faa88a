"""The computation graph: any expression or network, forward through its values, back through its derivatives."""

from typing import Any

from simulator.ui.components.graph.exports import draw_exports
from simulator.ui.components.graph.prediction import draw_prediction
from simulator.ui.controls.session import Controls
from simulator.ui.page import scene_page


def beside(controls: Controls[Any], _view: str) -> None:
    """Draw the prediction mode and what can be saved."""
    draw_prediction(controls)
    draw_exports(controls)


scene_page("computation_graph", {"graph": (("graph",), ("chain",))}, beside=beside)
