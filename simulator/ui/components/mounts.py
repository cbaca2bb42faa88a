"""Every kind of picture and how it is mounted in the browser: one table, so that any panel can stand anywhere."""

from collections.abc import Callable

from simulator.drawing.picture import Picture
from simulator.ui.components.activations.component import mount as mount_activation_curves
from simulator.ui.components.atlas.component import mount as mount_atlas
from simulator.ui.components.chain.component import mount as mount_chain
from simulator.ui.components.chain.predictions import draw_question as ask_about_network
from simulator.ui.components.distribution.component import mount as mount_distribution
from simulator.ui.components.graph.component import mount as mount_graph
from simulator.ui.components.graph.component import mount_formulas
from simulator.ui.components.graph.prediction import draw_question as ask_about_graph
from simulator.ui.components.networks.component import mount as mount_networks
from simulator.ui.components.nudge.component import mount as mount_nudge
from simulator.ui.components.picture.picture import mount as mount_picture
from simulator.ui.components.softmax.component import mount as mount_softmax_bars
from simulator.ui.components.training.result import mount as mount_result
from simulator.ui.components.trajectory.component import mount as mount_trajectory
from simulator.ui.components.trust_lab.component import mount as mount_listing
from simulator.ui.place import Place

Mount = Callable[[Picture, Place], None]

MOUNTS: dict[str, Mount] = {
    "vega": mount_picture,
    "network": mount_picture,
    "map": mount_picture,
    "atlas": mount_atlas,
    "activation_curves": mount_activation_curves,
    "chain": mount_chain,
    "graph": mount_graph,
    "formulas": mount_formulas,
    "networks": mount_networks,
    "nudge": mount_nudge,
    "softmax_bars": mount_softmax_bars,
    "distribution": mount_distribution,
    "listing": mount_listing,
    "result": mount_result,
    "trajectory": mount_trajectory,
}
"""Kind of a picture → its component. A component that lets the reader move something moves ``place.controls``."""

QUESTIONS: dict[str, Mount] = {"chain": ask_about_network, "graph": ask_about_graph}
"""Kind of a picture → what asks the reader to predict, over the picture, where the settings want that."""


def draw_question(picture: Picture, place: Place) -> None:
    """Ask about a picture, where its kind knows questions."""
    if picture.kind in QUESTIONS:
        QUESTIONS[picture.kind](picture, place)


def has_title(kind: str) -> bool:
    """Say whether a kind of picture writes its own question above itself."""
    return MOUNTS[kind] in (mount_picture, mount_chain, mount_graph, mount_nudge, mount_result, mount_trajectory)
