"""The nudge of one weight of a network: what every node of one example does, and the loss of all examples."""

from typing import NamedTuple

import numpy as np

from simulator.graph.nudge import Move, moved, stop_at
from simulator.scenes.chain_rule.functions import FUNCTIONS
from simulator.scenes.chain_rule.numbers import pass_of
from simulator.scenes.chain_rule.passes import NetworkPass, loss_term
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.scenes.nudging import nearest_stop, stops

Array = np.ndarray
SIDES = 20
MOST_NODES = 6
"""Nodes of a wider layer are one node, of which norms are shown."""
_EPS = float(np.finfo(np.float64).eps)
_LOSS = ("L", 0)


class Column(NamedTuple):
    """Nodes that stand below each other: the pre-activations ``z`` or activations ``a`` of a layer, or the loss."""

    letter: str  # "z", "a" or "L"
    layer: int  # from 1; 0 of the loss
    moves: tuple[Move, ...]  # one for each node, or one for a wide layer
    count: int  # nodes of the layer


class NetworkNudge(NamedTuple):
    """One weight moved to every stop."""

    value: float  # of the weight
    deltas: Array  # (stops,)
    at: int  # the stop that was asked for
    columns: tuple[Column, ...]  # from the weight's own layer to the loss

    @property
    def output(self) -> Move:
        """How the loss moves."""
        return self.columns[-1].moves[0]


def run_nudge(settings: ChainRule) -> NetworkNudge:
    """Move the chosen weight to every stop, everything else staying as it is."""
    made = pass_of(settings)
    layer, source, unit = (place - 1 for place in settings.weight)
    value = float(made.parameters.weight[layer][source, unit])
    deltas = stops(value, settings.delta, SIDES)
    before = _values(made, layer, source, unit, 0.0, settings)
    after = [_values(made, layer, source, unit, delta, settings) for delta in deltas]
    slopes = _slopes(made, layer, source, unit, settings.loss == "cross_entropy")
    row, columns = settings.example - 1, []
    for name in before:
        parts = _parts(before[name][row] if name != _LOSS else before[name])
        found = []
        for part in parts:
            first, slope = (_taken(values[name], row, part) for values in (before, slopes))
            ends = [_taken(values[name], row, part) for values in after]
            marks = [
                stop_at(first, end, slope, delta, value=value, eps=_EPS)
                for end, delta in zip(ends, deltas, strict=True)
            ]
            found.append(moved(first, slope, marks))
        columns.append(Column(*name, tuple(found), before[name].shape[-1] if name != _LOSS else 1))
    return NetworkNudge(value, np.array(deltas), nearest_stop(np.array(deltas), settings.delta), tuple(columns))


def _parts(values: Array) -> list[slice]:
    """Return which entries stand in one node."""
    count = values.size
    return [slice(place, place + 1) for place in range(count)] if count <= MOST_NODES else [slice(0, count)]


def _taken(values: Array, row: int, part: slice) -> Array:
    return values[part] if values.ndim == 1 else values[row, part]


def _values(
    made: NetworkPass, layer: int, source: int, unit: int, delta: float, settings: ChainRule
) -> dict[tuple[str, int], Array]:
    """Return what every layer from the weight's own on is with the weight moved, and the loss."""
    weights = [weight.copy() for weight in made.parameters.weight]
    weights[layer][source, unit] += delta
    value, found = made.layer_inputs(layer), {}
    with np.errstate(all="ignore"):  # a number that grows too large is one that a learner may see
        for place in range(layer, made.num_layers):
            found["z", place + 1] = value @ weights[place] + made.parameters.bias[place]
            if place + 1 < made.num_layers:
                value = found["a", place + 1] = FUNCTIONS[settings.activation].value(found["z", place + 1])
        logits = found["z", made.num_layers]
        term = loss_term(logits, made.targets, loss=settings.loss, output=settings.output_activation)
    return found | {("a", made.num_layers): term.output, _LOSS: np.array([term.value])}


def _slopes(made: NetworkPass, layer: int, source: int, unit: int, softmax: bool) -> dict[tuple[str, int], Array]:
    """Return the derivatives of the same with respect to the weight, layer by layer forward."""
    slope = np.zeros_like(made.pre_activation[layer])
    slope[:, unit] = made.layer_inputs(layer)[:, source]
    found = {}
    for place in range(layer, made.num_layers):
        slope = slope if place == layer else slope @ made.parameters.weight[place]
        found["z", place + 1] = slope
        if place + 1 < made.num_layers:
            derivative = made.derivative[place]
            assert derivative is not None  # only an output may lack it
            slope = found["a", place + 1] = derivative * slope
    loss = np.sum(made.grad_pre_activation[-1] * slope)
    return found | {("a", made.num_layers): _output_slope(made, slope, softmax), _LOSS: np.array([loss])}


def _output_slope(made: NetworkPass, slope: Array, softmax: bool) -> Array:
    """Return how the outputs follow the logits: entry by entry, or by the Jacobian of softmax or sigmoid."""
    y, derivative = made.loss.output, made.loss.derivative
    if derivative is not None:
        return derivative * slope
    if softmax:
        return y * (slope - np.sum(y * slope, axis=1, keepdims=True))
    return y * (1.0 - y) * slope
