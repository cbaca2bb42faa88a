"""Order to chaos: how deep a network can be trained, for every scale of its first weights and biases."""

from simulator.ui.page import scene_page

scene_page(
    "chaos",
    {
        "map": (("map",), ("correlation", "own")),
        "microscope": (("place", "layers"), ("gradient", "split")),
    },
)
