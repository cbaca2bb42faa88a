"""Planted bugs: the hand-written backward pass with one error in it, to be found with gradient checks."""

from typing import NamedTuple

import numpy as np

from simulator.core.checks.network import HandNetwork, check_gradients, forward, hand_network
from simulator.core.checks.rules import sigmoid, softmax_forward
from simulator.errors import check_choice, check_integer
from simulator.texts import text

Array = np.ndarray

BUG_KINDS = (
    "transpose_missing",
    "derivative_forgotten",
    "derivative_at_output",
    "derivative_twice",
    "weight_sign",
    "pass_down_sign",
    "bias_mean",
    "bias_missing",
    "first_example_only",
    "weight_twice",
    "wrong_input",
    "detached",
    "targets_swapped",
    "batch_sum",
    "softmax_twice",
)
"""Every kind of planted bug; ``checks.bugs.<kind>`` names and explains it."""

NUM_LAYERS = 3
MAX_POINTS = 10
HINT_COST = 3
HINTS = ("failing", "layer", "part")

_LAYERS: dict[str, tuple[int, ...]] = {
    # which layers a bug can sit in; layer l turns the output of layer l − 1 into its own
    "transpose_missing": (2,),  # needs a square weight matrix, or the shapes would give it away
    "derivative_forgotten": (1, 2),
    "derivative_at_output": (1, 2),
    "derivative_twice": (1, 2),
    "pass_down_sign": (2, 3),
    "detached": (2, 3),
    "wrong_input": (2,),
    "targets_swapped": (3,),
    "batch_sum": (3,),
    "softmax_twice": (3,),
}
PARTS = {
    "derivative_forgotten": "activation",
    "derivative_at_output": "activation",
    "derivative_twice": "activation",
    "transpose_missing": "pass_down",
    "pass_down_sign": "pass_down",
    "detached": "pass_down",
    "weight_sign": "weight",
    "weight_twice": "weight",
    "wrong_input": "weight",
    "first_example_only": "weight",
    "bias_mean": "bias",
    "bias_missing": "bias",
    "targets_swapped": "loss",
    "batch_sum": "loss",
    "softmax_twice": "loss",
}


class PlantedBug(NamedTuple):
    """One error: what kind, and in which layer (1 is the first; 3 the output, with the loss)."""

    kind: str
    layer: int


class BugVerdict(NamedTuple):
    """What a guess earns. ``message`` is a catalogue entry."""

    kind_correct: bool
    layer_correct: bool
    points: int
    message: str


def planted_bug(seed: int, round_index: int = 0) -> PlantedBug:
    """Return the bug of a round: the same for the same seed, and never the kind of the round before.

    Every kind comes once before any comes again.

    >>> planted_bug(0, 3) == planted_bug(0, 3), planted_bug(0, 3).kind == planted_bug(0, 4).kind
    (True, False)
    """
    check_integer("seed", seed, 0)
    check_integer("round_index", round_index, 0)
    lap, place = divmod(round_index, len(BUG_KINDS))
    kinds = _lap(seed, lap)
    draw = np.random.Generator(np.random.Philox(key=[seed, 1_000_003 + round_index]))
    layers = layers_of(kinds[place])
    return PlantedBug(kinds[place], layers[int(draw.integers(len(layers)))])


def _lap(seed: int, lap: int) -> tuple[str, ...]:
    """Shuffle the kinds of one lap; where two laps would meet in the same kind, the later one is turned around."""
    order = _shuffled(seed, lap)
    if lap and order[0] == _lap_end(seed, lap - 1):
        order = order[::-1]
    return tuple(BUG_KINDS[i] for i in order)


def _lap_end(seed: int, lap: int) -> int:
    order, before = _shuffled(seed, 0), None
    for current in range(lap + 1):
        order = _shuffled(seed, current)
        if before is not None and order[0] == before:
            order = order[::-1]
        before = order[-1]
    return order[-1]


def _shuffled(seed: int, lap: int) -> list[int]:
    draw = np.random.Generator(np.random.Philox(key=[seed, lap]))
    return [int(i) for i in draw.permutation(len(BUG_KINDS))]


def layers_of(kind: str) -> tuple[int, ...]:
    """Return the layers in which a kind of bug can sit."""
    check_choice("kind", kind, BUG_KINDS)
    return _LAYERS.get(kind, (1, 2, 3))


def bug_network(seed: int = 0) -> HandNetwork:
    """Return the network of the hunt: 3-4-4-3, so that a missing transpose does not show in the shapes."""
    return hand_network((3, 4, 4, 3), 5, seed)


def buggy_backward(network: HandNetwork, bug: PlantedBug | None) -> dict[str, Array]:
    """Return the gradients of a backward pass with ``bug`` in it; with None, the right ones."""

    def has(kind: str, layer: int) -> bool:
        return bug is not None and bug.kind == kind and bug.layer == layer

    trace = forward(network)
    last = len(network.weights)
    probabilities = softmax_forward(trace.pre_activations[-1])[0]
    error = probabilities - network.targets
    if has("targets_swapped", last):
        error = -error
    if has("softmax_twice", last):
        error = error * probabilities * (1 - probabilities)
    d_out = error if has("batch_sum", last) else error / len(error)
    gradients: dict[str, Array] = {}
    for layer in range(last, 0, -1):
        x, weight = trace.inputs[layer - 1], network.weights[layer - 1]
        if layer < last:
            d_out = _through_activation(d_out, trace.inputs[layer], layer, has)
        gradients[f"W{layer}"] = _weight_gradient(x, d_out, trace, layer, has)
        gradients[f"b{layer}"] = _bias_gradient(d_out, layer, has)
        d_out = d_out @ (weight if has("transpose_missing", layer) else weight.T)
        d_out = -d_out if has("pass_down_sign", layer) else d_out
        d_out = np.zeros_like(d_out) if has("detached", layer) else d_out
    return dict(sorted(gradients.items(), key=lambda item: (item[0][1:], item[0][0])))


def _through_activation(d_out: Array, a: Array, layer: int, has) -> Array:
    derivative = a * (1 - a)
    if has("derivative_forgotten", layer):
        return d_out
    if has("derivative_at_output", layer):
        return d_out * sigmoid(a) * (1 - sigmoid(a))
    return d_out * derivative * derivative if has("derivative_twice", layer) else d_out * derivative


def _weight_gradient(x: Array, d_out: Array, trace, layer: int, has) -> Array:
    if has("first_example_only", layer):
        return x[:1].T @ d_out[:1]
    if has("wrong_input", layer):
        return trace.inputs[layer].T @ d_out
    gradient = x.T @ d_out
    if has("weight_sign", layer):
        return -gradient
    return 2 * gradient if has("weight_twice", layer) else gradient


def _bias_gradient(d_out: Array, layer: int, has) -> Array:
    if has("bias_mean", layer):
        return d_out.mean(axis=0)
    return np.zeros(d_out.shape[1]) if has("bias_missing", layer) else d_out.sum(axis=0)


def failing_checks(network: HandNetwork, bug: PlantedBug) -> tuple[str, ...]:
    """Return the parameters whose gradient check a bug fails: what gives it away."""
    checks = check_gradients(network, buggy_backward(network, bug))
    return tuple(check.name for check in checks if not check.passes)


def bug_name(language: str, kind: str) -> str:
    """Return the name of a kind of bug."""
    return text(language, f"checks.bugs.{kind}")


def bug_explanation(language: str, kind: str) -> str:
    """Return what a kind of bug does wrong, to be read once it is found."""
    return text(language, f"checks.explain.{kind}")


def bug_hint(language: str, bug: PlantedBug, number: int, network: HandNetwork) -> str:
    """Return hint 1, 2 or 3: which checks fail, which layer it is, which part of the layer."""
    check_integer("number", number, 1, len(HINTS))
    names = ", ".join(failing_checks(network, bug))
    part = text(language, f"checks.parts.{PARTS[bug.kind]}")
    return text(language, f"checks.hints.{HINTS[number - 1]}", names=names, layer=bug.layer, part=part)


def grade_bug(bug: PlantedBug, kind: str, layer: int, num_hints: int = 0, num_guesses: int = 1) -> BugVerdict:
    """Grade a guess: ten points for kind and layer, less three for each hint and one for each wrong guess before."""
    check_choice("kind", kind, BUG_KINDS)
    right = kind == bug.kind, layer == bug.layer
    points = max(MAX_POINTS - HINT_COST * num_hints - (num_guesses - 1), 1) if all(right) else 0
    message = {(True, True): "found", (True, False): "kind_only", (False, True): "layer_only"}.get(right, "missed")
    return BugVerdict(*right, points, f"checks.verdict.{message}")
