"""What the numbers of activation functions say, as sentences and formulas in the reader's language."""

from collections.abc import Mapping

import numpy as np

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.scenes.activations.curves import function_title
from simulator.scenes.activations.dead import Dead
from simulator.scenes.activations.numbers import QUOTED_POINTS, Curve, Spread, Zero, curve, place_of
from simulator.scenes.activations.zigzag import Path
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text, telling_text

SMALL, LARGE = r"\frac", r"\dfrac"


def point_words(language: str, name: str, drawn: Curve, z: float) -> str:
    """Say what a function gives at the point, and what the gradient keeps of itself."""
    at = place_of(z)
    value, derivative = telling_text(float(drawn.value[at])), number_text(float(drawn.derivative[at]))
    values = {"name": function_title(language, name), "z": number_text(z), "value": value, "derivative": derivative}
    return text(language, "activations.says_point", **values)


def spread_words(language: str, name: str, shown: Spread | None, layer: int) -> list[str]:
    """Say how the pre-activations of a layer lie under a function."""
    if shown is None:
        return []
    title = function_title(language, name)
    values = {"std": number_text(shown.std), "saturated": percent_text(shown.saturated)}
    sentences = [text(language, "activations.spread_says", name=title, layer=layer, **values)]
    if shown.outside:
        share = percent_text(shown.outside / (shown.outside + int(shown.count.sum())))
        sentences.append(text(language, "activations.outside", name=title, share=share))
    return sentences


def numbers_words(language: str, drawn: Mapping[str, Curve]) -> str:
    """Write formulas and derivatives at a few points, a column for every function, as a Markdown table."""
    names = ("function", "formula", "derivative_formula", "largest")
    heads = [text(language, f"activations.{name}") for name in names]
    heads += [text(language, "activations.at", z=number_text(point)) for point in QUOTED_POINTS]
    columns = [heads]
    for name, found in drawn.items():
        entry = ACTIVATIONS_TABLE[name]
        at = [float(found.derivative[place_of(point)]) for point in QUOTED_POINTS]
        formulas = [tex.replace(SMALL, LARGE) for tex in (entry.formula, entry.derivative_formula)]
        numbers = [number_text(value) for value in (entry.max_derivative, *at)]
        columns.append([function_title(language, name), *(f"${tex}$" for tex in formulas), *numbers])
    rows = [f"| {' | '.join(cells)} |" for cells in zip(*columns, strict=True)]
    return "\n".join([rows[0], "|" + " --- |" * len(columns), *rows[1:]])


def zero_words(language: str, found: Zero) -> tuple[str, str]:
    """Say what programs take for the derivative of ReLU at exactly 0, and whether that matters."""
    rule = text(
        language,
        "activations.zero.rule",
        relu=number_text(found.derivatives["jax.nn.relu"]),
        own=number_text(found.derivatives["simulator"]),
        maximum=number_text(found.derivatives["jnp.maximum"]),
    )
    return rule, text(language, "activations.zero.matters", share=percent_text(found.share))


def erratum_words(language: str) -> str:
    """Say where source E is not exact."""
    tanh, sigmoid = curve("tanh", 0.0), curve("sigmoid", 0.0)
    five, eight = (place_of(point) for point in (5.0, 8.0))
    return text(
        language,
        "activations.erratum.text",
        tanh_five=number_text(float(tanh.derivative[five]), 5),
        tanh_eight=number_text(float(tanh.derivative[eight]), 4),
        sigmoid_five=number_text(float(sigmoid.derivative[five]), 4),
    )


def path_words(language: str, path: Path, *, positive: bool) -> str:
    """Say how straight the way of two weights is, and whether it arrives."""
    arrival = (
        text(language, "activations.not_arrived", steps=len(path.weight) - 1)
        if path.arrived is None
        else text(language, "activations.arrived", step=path.arrived)
    )
    entry = "activations.zigzag_positive_says" if positive else "activations.zigzag_centred_says"
    values = {"share": percent_text(path.same_sign), "length": number_text(path.length)}
    return text(language, entry, straight=number_text(path.straight), arrival=arrival, **values)


def dead_words(language: str, found: Dead) -> str:
    """Say how many nodes of a network are dead at the end and at most, and which layers have no other."""
    whole = found.whole
    values = {"start": percent_text(whole[0]), "share": percent_text(whole[-1]), "most": percent_text(whole.max())}
    title, accuracy = function_title(language, found.activation), percent_text(found.accuracy)
    said = text(language, "activations.dead_says", name=title, rows=found.rows, accuracy=accuracy, **values)
    lost = [str(layer + 1) for layer in np.flatnonzero(found.share[-1] == 1.0)]
    if lost:
        said += " " + text(language, "activations.dead_layers", layers=", ".join(lost))
    return said
