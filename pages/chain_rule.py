"""The chain rule in a network: forward, back and updated, in symbols, numbers and shapes, one step at a time."""

from simulator.ui.page import scene_page

scene_page(
    "chain_rule",
    {"pass": (("pass",),), "weight": (("weight",),), "matrices": (("matrices",),), "update": (("update",),)},
)
