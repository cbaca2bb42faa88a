"""The race of the optimizers: one start and one rate for all, what each remembers, and each at its best."""

from simulator.ui.page import scene_page

scene_page(
    "optimizer_race",
    {
        "race": (("loss",), ("plane",), ("accuracy",)),
        "fair": (("finish",), ("rates",), ("best",)),
        "state": (("state",), ("steps",)),
    },
)
