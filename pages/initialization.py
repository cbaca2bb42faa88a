"""Initialization: what the first weights do to signals and gradients, and why they must not be equal."""

from simulator.ui.page import scene_page

scene_page(
    "initialization",
    {
        "signal": (("forward",), ("backward",), ("formulas",), ("errata",)),
        "histograms": (("histograms",),),
        "symmetry": (("symmetry",),),
        "training": (("training",),),
    },
)
