"""One weight's gradient as what it is: a sum over examples and over paths, of products of local derivatives.

A path runs from the loss through one unit of every later layer to the weight's own unit, and on to its input. Factors
stand in the order of the backward pass; ``place`` numbers them as the page's diagram does.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from simulator.scenes.chain_rule.passes import NetworkPass

MAX_PATHS = 8
"""That are written out; the others are summed."""


class Factor(NamedTuple):
    """One local derivative on a path. Layers and units count from 1, as readers do."""

    place: int  # 1 is next to the loss
    kind: str  # "loss": ∂L/∂z, or ∂L/∂y; "slope": φ′(z); "weight": w; "input": x or a
    layer: int
    unit: int
    to: int  # the weight's unit in the later layer; 0 for the other kinds
    value: float


class WeightPath(NamedTuple):
    """One way from the loss to the weight, for one example."""

    units: tuple[int, ...]  # from the output layer to the weight's layer, counted from 1
    factors: tuple[Factor, ...]
    value: float


class WeightChain(NamedTuple):
    """∂L/∂w of one weight."""

    layer: int
    source: int
    target: int
    num_paths: int  # for each example
    paths: tuple[WeightPath, ...]  # of one example, the largest first
    rest: float  # sum of that example's other paths
    each: np.ndarray  # (rows,) what each example adds
    total: float


def num_paths(sizes: tuple[int, ...], layer: int) -> int:
    """Return the number of paths from the loss to a weight of a layer (from 1).

    >>> num_paths((2, 3, 2, 2), 1), num_paths((2, 3, 2, 2), 3), num_paths((4, 32, 32, 4), 1)
    (4, 1, 128)
    """
    return int(np.prod([1, *sizes[layer + 1 :]]))


def weight_chain(made: NetworkPass, layer: int, source: int, target: int, *, example: int = 0) -> WeightChain:
    """Write one weight's gradient out.

    Args:
      made: a pass.
      layer: of the weight, from 1.
      source: its input's number, from 1.
      target: its unit's number, from 1.
      example: whose paths are written out, from 0.
    """
    found = _largest_paths(made, layer, target, example)
    paths = tuple(_path(made, units, layer, source, example) for units in found)
    count = num_paths((made.inputs.shape[1], *(len(bias) for bias in made.parameters.bias)), layer)
    each = made.layer_inputs(layer - 1)[:, source - 1] * made.grad_pre_activation[layer - 1][:, target - 1]
    shown = [path.value for path in paths]
    rest = float(each[example]) - sum(shown) if count > len(paths) else 0.0
    if abs(rest) < 1e-12 * max(map(abs, shown)):
        rest = 0.0  # what rounding leaves of nothing
    total = float(made.grad_weight[layer - 1][source - 1, target - 1])
    return WeightChain(layer, source, target, count, paths, rest, each, total)


def _largest_paths(made: NetworkPass, layer: int, target: int, example: int) -> list[tuple[int, ...]]:
    """Return the units of the ``MAX_PATHS`` largest paths, the largest first.

    All paths through one unit go on with the same factors, so the largest of them stay the largest: it is enough to
    keep a few for each unit, and a million paths need not be listed.
    """
    last = made.num_layers
    first = range(1, len(made.parameters.bias[-1]) + 1) if last > layer else [target]
    kept = {unit: [((unit,), abs(float(made.loss.grad_logits[example, unit - 1])))] for unit in first}
    for number in range(last - 1, layer - 1, -1):
        weight, slope = made.parameters.weight[number], made.derivative[number - 1]
        assert slope is not None
        units = [target] if number == layer else range(1, len(weight) + 1)
        before, kept = kept, {}
        for unit in units:
            factor = np.abs(weight[unit - 1] * slope[example, unit - 1])
            longer = [((*path, unit), size * factor[to - 1]) for to, paths in before.items() for path, size in paths]
            kept[unit] = sorted(longer, key=lambda one: -one[1])[:MAX_PATHS]
    return [path for path, _ in kept[target]]


def _path(made: NetworkPass, units: tuple[int, ...], layer: int, source: int, example: int) -> WeightPath:
    last = made.num_layers
    factors: list[Factor] = []

    def add(kind: str, number: int, unit: int, value: float, to: int = 0) -> None:
        factors.append(Factor(len(factors) + 1, kind, number, unit, to, float(value)))

    first = units[0] - 1
    grad_output, slope = made.loss.grad_output, made.derivative[-1]
    if grad_output is None or slope is None:
        add("loss", last, units[0], made.loss.grad_logits[example, first])
    else:
        add("loss", last, units[0], grad_output[example, first])
        add("slope", last, units[0], slope[example, first])
    for number, (to, unit) in zip(range(last, layer, -1), pairwise(units), strict=True):
        add("weight", number, unit, made.parameters.weight[number - 1][unit - 1, to - 1], to)
        add("slope", number - 1, unit, made.derivative[number - 2][example, unit - 1])  # type: ignore[index]
    add("input", layer - 1, source, made.layer_inputs(layer - 1)[example, source - 1])
    return WeightPath(units, tuple(factors), float(np.prod([factor.value for factor in factors])))
