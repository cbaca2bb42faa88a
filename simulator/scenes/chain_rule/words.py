"""What the panels of the chain rule say, as sentences."""

import numpy as np

from simulator.scenes.chain_rule import LossChanges, NetworkPass, WeightChain
from simulator.scenes.chain_rule.numbers import Update
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.scenes.chain_rule.update import TOLERANCE
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(layer: int) -> str:
    """Return a layer's number as it stands at a letter.

    >>> raised(12)
    '⁽¹²⁾'
    """
    return f"⁽{str(layer).translate(_RAISED)}⁾"


def forward_words(language: str, settings: ChainRule, made: NetworkPass) -> str:
    """Say which network this is and what its loss is."""
    return text(
        language,
        "chain_rule.narration.forward",
        net=settings.net,
        activation=text(language, f"chain_rule.component.function_{settings.activation}"),
        loss=text(language, f"chain_rule.loss.{settings.loss}"),
        examples=_examples(language, made.num_rows),
        value=number_text(made.loss.value),
    )


def backward_words(language: str, made: NetworkPass) -> str:
    """Say how many gradients there are and where the largest sits."""
    gradients = [*made.grad_weight, *made.grad_bias]
    place = max(range(len(gradients)), key=lambda at: np.abs(gradients[at]).max())
    gradient = gradients[place]
    entry = np.unravel_index(int(np.argmax(np.abs(gradient))), gradient.shape)
    layer = place % made.num_layers + 1
    if gradient.ndim == 2:
        source, unit = (int(index) + 1 for index in entry)
        where = text(language, "chain_rule.narration.weight_place", layer=layer, source=source, unit=unit)
    else:
        where = text(language, "chain_rule.narration.bias_place", layer=layer, unit=int(entry[0]) + 1)
    return text(
        language,
        "chain_rule.narration.backward",
        number=sum(gradient.size for gradient in gradients),
        largest=number_text(gradient[entry]),
        place=where,
    )


def weight_words(language: str, chain: WeightChain) -> str:
    """Say what one weight's gradient is and how many products it sums."""
    rows = len(chain.each)
    kind = "one" if rows * chain.num_paths == 1 else "sum" if chain.each.any() else "zero"
    return text(
        language,
        f"chain_rule.narration.weight_{kind}",
        layer=chain.layer,
        source=chain.source,
        target=chain.target,
        total=number_text(chain.total),
        all=rows * chain.num_paths,
        paths=chain.num_paths,
        rows=rows,
    )


def matrices_words(language: str, settings: ChainRule, made: NetworkPass) -> str:
    """Say which shapes the two products of a layer's backward pass have, and over what they sum."""
    layer = settings.weight[0]
    inputs, units = made.parameters.weight[layer - 1].shape
    return text(
        language,
        "chain_rule.narration.matrices",
        layer=layer,
        before="X" if layer == 1 else f"A{raised(layer - 1)}",
        number=raised(layer),
        inputs=inputs,
        units=units,
        rows=made.num_rows,
        examples=_examples(language, made.num_rows),
    )


def update_words(language: str, update: Update, rate: float) -> str:
    """Say what was predicted for a learning rate, what happens, and from where on the prediction fails."""
    made, changes, actual = update
    predicted = -rate * made.squared_grad_norm
    if predicted == 0.0:
        verdict = text(language, "chain_rule.narration.still")
    elif actual > 0.0:
        verdict = text(language, "chain_rule.narration.rises")
    elif abs(actual - predicted) > TOLERANCE * abs(predicted):
        off = percent_text(abs(actual / predicted - 1.0))
        verdict = text(language, "chain_rule.narration.off", percent=off)
    else:
        verdict = text(language, "chain_rule.narration.good")
    sentences = [
        text(
            language,
            "chain_rule.narration.update",
            rate=number_text(rate),
            predicted=number_text(predicted),
            actual=number_text(actual),
            verdict=verdict,
        )
    ]
    if predicted != 0.0:
        sentences.append(_limits(language, changes))
    return " ".join(sentences)


def slope_words(language: str, made: NetworkPass) -> str:
    """Say where the prediction −η‖g‖² comes from."""
    return text(
        language, "chain_rule.update.why", norm=number_text(made.squared_grad_norm), number=num_parameters(made)
    )


def num_parameters(made: NetworkPass) -> int:
    """Return how many weights and biases a network has."""
    return sum(gradient.size for gradient in (*made.grad_weight, *made.grad_bias))


def _limits(language: str, changes: LossChanges) -> str:
    if changes.failing_rate is None:
        return text(language, "chain_rule.narration.never_fails", rate=number_text(changes.rate[-1]))
    found = text(language, "chain_rule.narration.fails", rate=number_text(changes.failing_rate))
    if changes.rising_rate is not None:
        found += " " + text(language, "chain_rule.narration.rises_from", rate=number_text(changes.rising_rate))
    return found


def _examples(language: str, rows: int) -> str:
    return text(language, f"chain_rule.narration.{'one_example' if rows == 1 else 'examples'}", rows=rows)
