"""Examples and parameters to start from: few digits, so that every product can be done by hand."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from simulator.scenes.chain_rule.passes import Parameters

STREAMS = {"parameters": 21, "examples": 22}
"""Of the random numbers; other numbers than the training engine's, so that no two purposes share a stream."""


class Examples(NamedTuple):
    """A batch: one row an example."""

    inputs: np.ndarray  # (rows, inputs)
    targets: np.ndarray  # (rows, outputs)


def draw_parameters(sizes: tuple[int, ...], seed: int) -> Parameters:
    """Return weights and biases with two decimals: He's deviation for the weights, 0.2 for the biases.

    Args:
      sizes: inputs, hidden widths, outputs.
      seed: 0 to 9999.
    """
    draw = _generator(seed, "parameters")
    weights, biases = [], []
    for fan_in, fan_out in pairwise(sizes):
        weights.append(np.round(draw.normal(0.0, np.sqrt(2.0 / fan_in), (fan_in, fan_out)), 2) + 0.0)  # no −0
        biases.append(np.round(draw.normal(0.0, 0.2, fan_out), 2) + 0.0)
    return Parameters(tuple(weights), tuple(biases))


def draw_examples(sizes: tuple[int, ...], rows: int, seed: int, *, output: str) -> Examples:
    """Return inputs between −1 and 1, and targets that the output activation can reach.

    Args:
      sizes: inputs, hidden widths, outputs.
      rows: number of examples.
      seed: 0 to 9999.
      output: activation of the output layer. ``softmax`` gets one-hot targets, ``sigmoid`` 0 or 1, ``tanh`` −1 or 1,
        ``identity`` numbers between −1 and 1.
    """
    draw = _generator(seed, "examples")
    inputs = np.round(draw.uniform(-1.0, 1.0, (rows, sizes[0])), 2)
    labels = (draw.permutation(sizes[-1])[0] + np.arange(rows)) % max(sizes[-1], 2)
    if output == "identity":
        targets = np.round(draw.uniform(-1.0, 1.0, (rows, sizes[-1])), 1)
    elif sizes[-1] == 1:
        targets = labels[:, None].astype(float)
    else:
        targets = np.eye(sizes[-1])[labels]
    return Examples(inputs + 0.0, 2.0 * targets - 1.0 if output == "tanh" else targets + 0.0)


def _generator(seed: int, stream: str) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=np.array([seed, STREAMS[stream]], dtype=np.uint64)))
