"""Losses and entropy: what an error costs, how hard it pulls, and why the loss is called an entropy."""

from simulator.ui.page import scene_page

scene_page(
    "losses",
    {
        "single": (("loss", "gradient"), ("worked", "scalings")),
        "digits": (("accuracy", "pull"),),
        "dice": (("dice",), ("surprise",)),
        "codes": (("letters",), ("tree",), ("codes",)),
        "gibbs": (("gibbs",),),
        "terms": (("terms",),),
    },
)
