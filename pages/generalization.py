"""Generalization: under- and overfitting at first sight, and what more points and penalties change."""

from simulator.ui.page import scene_page

scene_page(
    "generalization",
    {
        "degree": (("fits",), ("degrees",), ("basis",)),
        "amount": (("amounts",), ("points",)),
        "penalty": (("penalties",), ("weights",), ("strengths_l2",), ("strengths_l1",)),
        "stopping": (("stopping",), ("moments",)),
        "capacity": (("capacity",),),
        "dropout": (("dropout",), ("dropped",), ("dropout_fits",)),
        "normalization": (("rates",), ("normalized",), ("learned",), ("in_use",)),
    },
)
