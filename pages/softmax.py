"""Softmax and its temperature: drag logits, see probabilities and gradients, then look closer."""

from simulator.ui.page import scene_page

scene_page(
    "softmax",
    {
        "temperature": (("bars",), ("sweep", "entropy")),
        "jacobian": (("bars",), ("jacobian",)),
        "overflow": (("bars",), ("precision",)),
        "pair": (("bars",), ("pair",)),
        "uses": (("bars",), ("sampling", "distillation"), ("calibration",)),
    },
)
