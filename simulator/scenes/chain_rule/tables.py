"""The numbers behind the panels of the chain rule as tables: for a reader, or for Python."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from simulator.scenes.chain_rule import NetworkPass, WeightChain
from simulator.scenes.chain_rule.numbers import Update
from simulator.scenes.chain_rule.words import raised
from simulator.texts import text
from simulator.texts.numbers import number_text

MAX_LISTED = 10
"""Rows of the table of moves."""


class Parameter(NamedTuple):
    """One weight or bias."""

    name: str  # w⁽²⁾[3,1]
    value: float
    gradient: float


def parameters_of(made: NetworkPass) -> Iterator[Parameter]:
    """Yield every parameter of a pass, layer by layer."""
    for layer in range(made.num_layers):
        for letter, values, gradients in (
            ("w", made.parameters.weight[layer], made.grad_weight[layer]),
            ("b", made.parameters.bias[layer], made.grad_bias[layer]),
        ):
            for entry in np.ndindex(values.shape):
                place = ",".join(str(index + 1) for index in entry)
                name = f"{letter}{raised(layer + 1)}[{place}]"
                yield Parameter(name, float(values[entry]), float(gradients[entry]))


def pass_table(language: str, made: NetworkPass) -> pd.DataFrame:
    """Return every parameter with its gradient."""
    found = list(parameters_of(made))
    heads = [text(language, f"chain_rule.update.{name}") for name in ("parameter", "value", "gradient")]
    return pd.DataFrame(dict(zip(heads, zip(*found, strict=True), strict=True)))


def chain_table(language: str, chain: WeightChain) -> pd.DataFrame:
    """Return what each example adds to a weight's gradient."""
    examples = np.arange(1, len(chain.each) + 1)
    heads = [text(language, f"chain_rule.component.{name}") for name in ("example", "product")]
    return pd.DataFrame(dict(zip(heads, (examples, chain.each), strict=True)))


def moves_table(language: str, made: NetworkPass, rate: float) -> pd.DataFrame:
    """Return the parameters with the largest gradients: before, gradient, step, after."""
    found = sorted(parameters_of(made), key=lambda one: -abs(one.gradient))[:MAX_LISTED]
    heads = [text(language, f"chain_rule.update.{name}") for name in ("parameter", "old", "gradient", "step", "new")]
    rows = [
        (one.name, *map(number_text, (one.value, one.gradient, -rate * one.gradient, one.value - rate * one.gradient)))
        for one in found
    ]
    return pd.DataFrame(rows, columns=heads)


def loss_table(language: str, update: Update, rate: float) -> pd.DataFrame:
    """Return the loss before and after one update, and the change as predicted and in fact."""
    made, _, actual = update
    values = {
        "before": made.loss.value,
        "after": made.loss.value + actual,
        "predicted": -rate * made.squared_grad_norm,
        "actual": actual,
    }
    return pd.DataFrame(
        {text(language, f"chain_rule.update.{name}"): [number_text(value)] for name, value in values.items()}
    )
