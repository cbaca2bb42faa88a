"""Train a network on real data and watch every layer's gradient."""

from simulator.ui.components.training.downloads import below
from simulator.ui.components.training.uploads import beside
from simulator.ui.page import scene_page

scene_page(
    "training",
    {
        "run": (("network_and_map",), ("what_happened",), ("norm_bars", "norm_curves", "loss")),
        "network": (("network",),),
        "activations": (
            ("activation_bands",),
            ("activations", "gradients"),
            ("zero_fraction", "saturated_fraction", "dead_fraction"),
        ),
        "answers": (("confusion", "predictions"), ("map", "fit")),
        "fork": (("fork_loss",), ("fork_maps",), ("fork_norms",)),
        "course": (("accuracy", "learning_rate"), ("loss",)),
    },
    beside=beside,
    below=below,
)
