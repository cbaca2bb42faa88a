"""Learning rates: drag the rate and watch the path, then see what theory says about it."""

from simulator.ui.page import scene_page

scene_page(
    "learning_rate",
    {
        "path": (("path",), ("loss", "length", "gradient")),
        "theory": (("path",), ("theory", "scan")),
        "schedules": (("path",), ("rates", "loss"), ("surface_range", "network_range")),
        "edge": (("sharpness",), ("network_loss",)),
        "plane": (("landscape",),),
    },
)
