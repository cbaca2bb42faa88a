"""Activation functions: what they let through forward and back, where they saturate, die or zig-zag."""

from simulator.ui.page import scene_page

scene_page(
    "activations",
    {
        "curves": (("curves",), ("points",), ("zero",), ("erratum",)),
        "zigzag": (("zigzag",),),
        "dead": (("dead",),),
        "cost": (("cost",),),
    },
)
