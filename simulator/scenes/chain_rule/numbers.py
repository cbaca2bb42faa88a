"""What the panels of the chain rule are drawn from: one pass of the network, and what an update does to its loss."""

from typing import NamedTuple

import numpy as np

from simulator.scenes.chain_rule import LossChanges, NetworkPass, draw_parameters, loss_changes, run_pass
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.scenes.chain_rule.update import RATES
from simulator.scenes.scene import Numbers

LOOKED_AT = ("look", "step", "example", "weight", "stage", "ask", "delta")
"""Controls that only say where a reader looks."""


class Update(NamedTuple):
    """One update of all parameters."""

    made: NetworkPass  # whose gradient is followed
    changes: LossChanges  # for many learning rates
    actual: float  # what the loss changes by at the chosen rate


def pass_of(settings: ChainRule) -> NetworkPass:
    """Return everything that is computed forward and backward."""
    return PASS.of(settings)


def _pass(settings: ChainRule) -> NetworkPass:
    return run_pass(
        draw_parameters(settings.sizes, settings.seed),
        *settings.examples,
        activation=settings.activation,
        loss=settings.loss,
        output=settings.output_activation,
    )


def _update(settings: ChainRule) -> Update:
    made = pass_of(settings)
    names = {"activation": settings.activation, "loss": settings.loss, "output": settings.output_activation}
    exact = loss_changes(made, np.array([settings.rate]), **names)
    return Update(made, loss_changes(made, RATES, **names), float(exact.actual[0]))


PASS = Numbers(_pass, ignores=(*LOOKED_AT, "rate"))
UPDATE = Numbers(_update, ignores=LOOKED_AT)
