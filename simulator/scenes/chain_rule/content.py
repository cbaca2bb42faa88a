"""What the drawing of the chain rule is made from: every number of a pass, and what is held back while predicting."""

import hashlib
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np

from simulator.scenes.chain_rule import NetworkPass
from simulator.scenes.chain_rule.passes import loss_scale
from simulator.scenes.chain_rule.settings import ASKED, ChainRule, Step

_DERIVATIVES = {
    "sigmoid": "σ(z) (1 − σ(z))",
    "tanh": "1 − tanh^{2} z",
    "relu": "1 (z > 0), 0 (z ≤ 0)",
    "leaky_relu": "1 (z > 0), 0.1 (z ≤ 0)",
    "elu": "1 (z > 0), e^{z} (z ≤ 0)",
    "gelu": "Φ(z) + z e^{−z²/2}/√(2π)",
    "identity": "1",
}
"""As the drawing writes them; at 0 the slope of the negative side."""


class Entry(NamedTuple):
    """One array of the content."""

    name: str
    place: int  # in the list of that name: the layer, from 0


def chain_content(settings: ChainRule, made: NetworkPass, section: str) -> dict[str, Any]:
    """Return everything that a drawing of a pass needs; steps and examples count from 0 in it.

    Args:
      settings: of the network, and where the reader looks.
      made: its pass.
      section: what is drawn: ``pass``, ``weight`` or ``matrices``.
    """
    joint = made.loss.grad_output is None
    return {
        "section": section,
        "state": {
            "step": settings.step - 1,
            "look": settings.look,
            "weight": list(settings.weight),
            "example": settings.example - 1,
            "stage": settings.stage,
            "rate": settings.rate,
        },
        "network": network_name(settings),
        "sizes": list(settings.sizes),
        "steps": [step._asdict() for step in settings.steps],
        "activation": settings.activation,
        "derivative_formula": _DERIVATIVES[settings.activation],
        "output": settings.output_activation,
        "loss": settings.loss,
        "joint": joint,
        "gradient_scale": loss_scale(settings.loss, *made.targets.shape) * (1.0 if joint else 2.0),
        "rows": made.num_rows,
        "ask": settings.ask and section == "pass",
        **pass_arrays(made),
    }


def network_name(settings: ChainRule) -> str:
    """Return a name that two settings share where they show the same numbers."""
    batch = (0, settings.data) if settings.data else (settings.rows, "")
    shown = (settings.net, settings.activation, settings.loss, settings.output_activation, settings.seed, *batch)
    return hashlib.blake2b(repr(shown).encode(), digest_size=5).hexdigest()


def pass_arrays(made: NetworkPass) -> dict[str, Any]:
    """Return the numbers of a pass by the names that the drawing uses; lists have an entry for each layer."""
    return {
        "inputs": made.inputs,
        "targets": made.targets,
        "weight": made.parameters.weight,
        "bias": made.parameters.bias,
        "pre_activation": made.pre_activation,
        "activation_values": made.activation,
        "derivative": made.derivative,
        "grad_activation": made.grad_activation,
        "grad_pre_activation": made.grad_pre_activation,
        "grad_weight": made.grad_weight,
        "grad_bias": made.grad_bias,
        "loss_value": made.loss.value,
        "loss_each": made.loss.each,
    }


def held_back(
    content: Mapping[str, Any], hidden: Collection[int], at: int, *, shapeless: bool = False
) -> dict[str, Any]:
    """Return the content without the results of some steps: in their place stands only how large they are.

    What the reader needs to work out a hidden step stays while the reader is at that step, although it may be the
    result of another one.

    Args:
      content: of ``chain_content``.
      hidden: indices of the steps whose results are to be predicted.
      at: index of the step that the reader is at.
      shapeless: not even the shape of the matrix that this step finds: it is asked for.
    """
    steps = [Step(**step) for step in content["steps"]]
    missing = {entry for place in hidden for entry in _results(steps[place])} - _operands(steps[at], content)
    shapes = _shaped(steps[at]) if shapeless and at in hidden else set()
    left = dict(content)
    for name in {entry.name for entry in missing}:
        left[name] = [
            {"held_back": None if Entry(name, place) in shapes else list(np.shape(values))}
            if values is not None and Entry(name, place) in missing
            else values
            for place, values in enumerate(content[name])
        ]
    return left


def _shaped(step: Step) -> set[Entry]:
    """Return the matrix whose shape a step can be asked for; that of a bias follows from the units."""
    return {entry for entry in _results(step) if entry.name in ("grad_weight", "grad_activation")}


def hidden_steps(content: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the indices of the steps whose results can be predicted."""
    return tuple(place for place, step in enumerate(content["steps"]) if step["kind"] in ASKED)


def _results(step: Step) -> set[Entry]:
    """Return what a step of the backward pass finds. Of an activation that is its slope, too: it is asked for."""
    at = step.layer - 1
    if step.kind == "start":
        return {Entry("grad_activation", at), Entry("grad_pre_activation", at)}
    if step.kind == "weights":
        return {Entry("grad_weight", at), Entry("grad_bias", at)}
    if step.kind == "inputs":
        return {Entry("grad_activation", at - 1)}
    return {Entry("grad_pre_activation", at), Entry("derivative", at)} if step.kind == "through" else set()


def _operands(step: Step, content: Mapping[str, Any]) -> set[Entry]:
    """Return what earlier steps have found and this one works with."""
    if step.kind in ("weights", "inputs"):
        return {Entry("grad_pre_activation", step.layer - 1)}
    if step.kind == "through":
        return {Entry("grad_activation", step.layer - 1)}
    if step.kind == "update":
        return {Entry(name, at) for name in ("grad_weight", "grad_bias") for at in range(len(content["sizes"]) - 1)}
    return set()
