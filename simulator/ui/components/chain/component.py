"""The network to step through: one mount holds a whole pass, every step and view of it is drawn in the browser."""

import hashlib
from collections.abc import Collection
from dataclasses import replace
from functools import cache
from typing import Any

from streamlit.components.v2 import component

from simulator.drawing.picture import pack
from simulator.drawing.theme import THEMES
from simulator.scenes.chain_rule import NetworkPass
from simulator.scenes.chain_rule.passes import loss_scale
from simulator.scenes.chain_rule.settings import ChainSettings
from simulator.texts import catalogue
from simulator.ui.components.assets import read_assets

SCRIPTS = (
    *("shared/bus.js", "shared/keys.js", "shared/drawing.js"),
    *("chain/numbers.js", "chain/markup.js", "chain/matrix.js", "chain/diagram.js"),
    *("chain/pass.js", "chain/weight.js", "chain/matrices.js", "chain/view.js"),
)
WORDS = "chain_rule.component"
_DERIVATIVES = {
    "sigmoid": "σ(z) (1 − σ(z))",
    "tanh": "1 − tanh^{2} z",
    "relu": "1 (z > 0), 0 (z ≤ 0)",
    "leaky_relu": "1 (z > 0), 0.1 (z ≤ 0)",
    "elu": "1 (z > 0), e^{z} (z ≤ 0)",
    "gelu": "Φ(z) + z e^{−z²/2}/√(2π)",
    "identity": "1",
}
"""As the component writes them; at 0 the slope of the negative side."""


def chain_network(
    settings: ChainSettings, language: str, *, hidden: Collection[int], revision: int, key: str
) -> dict[str, Any]:
    """Mount the network.

    Args:
      settings: what is shown where ``revision`` is new to the browser.
      language: of the words.
      hidden: indices of the steps whose results the learner still has to predict.
      revision: a number that changes when the browser must take step, view and weight over from Python.
      key: of the component in this session.

    Returns:
      The fields of ``ChainSettings`` that the reader has changed in the browser.
    """
    content = chain_content(settings, language, hidden, revision)
    identity = hashlib.blake2b(pack(content), digest_size=12).hexdigest()
    sent = _component()(data=pack({"id": identity, **content}), key=key, on_state_change=lambda: None).get("state")
    if not isinstance(sent, dict) or sent.get("revision") != revision:
        return {}
    return read_state(sent, settings)


def chain_content(settings: ChainSettings, language: str, hidden: Collection[int], revision: int) -> dict[str, Any]:
    """Return everything the component draws from."""
    made, loss = settings.network_pass, settings.loss
    entries = catalogue(language).items()
    words = {name.removeprefix(f"{WORDS}."): word for name, word in entries if name.startswith(f"{WORDS}.")}
    joint = made.loss.grad_output is None
    return {
        "revision": revision,
        "section": settings.section,
        "state": {
            "step": settings.chosen_step,
            "look": settings.look,
            "weight": list(settings.chosen_weight),
            "example": settings.chosen_example,
            "stage": settings.stage,
            "rate": settings.rate,
        },
        "sizes": list(settings.sizes),
        "steps": [step._asdict() for step in settings.steps],
        "activation": settings.activation,
        "derivative_formula": _DERIVATIVES[settings.activation],
        "output": settings.output_activation,
        "loss": loss,
        "joint": joint,
        "gradient_scale": loss_scale(loss, *made.targets.shape) * (1.0 if joint else 2.0),
        "rows": made.num_rows,
        "ask": settings.ask,
        "hidden": sorted(hidden),
        "words": words,
        "themes": THEMES,
        **pass_arrays(made),
    }


def pass_arrays(made: NetworkPass) -> dict[str, Any]:
    """Return the numbers of a pass by the names that the component uses."""
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


def read_state(sent: dict[str, Any], settings: ChainSettings) -> dict[str, Any]:
    """Return what the browser sent as fields of ``ChainSettings``; nothing where it makes no sense."""
    try:
        weight = tuple(int(number) for number in sent["weight"])
        if len(weight) != 3:
            return {}
        state = {
            "step": int(sent["step"]),
            "look": str(sent["look"]),
            "weight": weight,
            "example": int(sent["example"]),
            "stage": int(sent["stage"]),
        }
        checked = replace(settings, **state)
    except (KeyError, TypeError, ValueError, OverflowError):
        return {}
    return state | {"step": checked.chosen_step, "weight": checked.chosen_weight, "example": checked.chosen_example}


@cache
def _component() -> Any:
    return component("simulator_chain", js=read_assets(*SCRIPTS), css=read_assets("chain/chain.css"))
