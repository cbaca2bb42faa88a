"""Trust lab: three ways to a gradient, how small a difference may be, what each way costs, and a planted bug."""

from simulator.ui.components.trust_lab.extras import below, beside
from simulator.ui.page import scene_page

scene_page(
    "trust_lab",
    {
        "rules": (("rules", "code"), ("errors",)),
        "step_size": (("step_size",),),
        "passes": (("passes",),),
        "hunt": (("hunt",), ("hunt_numbers",)),
    },
    beside=beside,
    below=below,
)
