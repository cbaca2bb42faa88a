"""One forward and one backward pass of a small network with every intermediate value, for the chain-rule page."""

from simulator.scenes.chain_rule.examples import Examples, draw_examples, draw_parameters
from simulator.scenes.chain_rule.functions import FUNCTIONS, SLOPE
from simulator.scenes.chain_rule.passes import LossTerm, NetworkPass, Parameters, run_pass
from simulator.scenes.chain_rule.paths import Factor, WeightChain, WeightPath, weight_chain
from simulator.scenes.chain_rule.update import LossChanges, loss_changes

__all__ = [
    "FUNCTIONS",
    "SLOPE",
    "Examples",
    "Factor",
    "LossChanges",
    "LossTerm",
    "NetworkPass",
    "Parameters",
    "WeightChain",
    "WeightPath",
    "draw_examples",
    "draw_parameters",
    "loss_changes",
    "run_pass",
    "weight_chain",
]
