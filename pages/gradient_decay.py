"""Gradient decay across depth: networks side by side that differ in one thing, and why their gradients do."""

from simulator.ui.page import scene_page

scene_page(
    "gradient_decay",
    {
        "decay": (("networks",), ("decay",)),
        "microscope": (("split",), ("predicted",)),
        "learning": (("learning",), ("training",), ("loss",)),
        "remedies": (("remedies",), ("remedies_loss",)),
        "factors": (("factors",),),
        "underflow": (("underflow",),),
        "explosion": (("explosion",), ("clip",), ("clip_loss",)),
    },
)
