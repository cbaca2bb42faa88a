"""What the chain-rule page shows, as sentences."""

import numpy as np

from simulator.scenes.chain_rule import LossChanges, NetworkPass
from simulator.scenes.chain_rule.settings import ChainSettings
from simulator.scenes.chain_rule.update import TOLERANCE
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text


def narrate_pass(language: str, settings: ChainSettings) -> str:
    """Say which network this is, what its loss is, and where the largest gradient sits."""
    made = settings.network_pass
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
        "chain_rule.narration.pass",
        net=settings.net,
        activation=text(language, f"chain_rule.component.function_{settings.activation}"),
        loss=text(language, f"chain_rule.loss.{settings.loss}"),
        rows=made.num_rows,
        value=number_text(made.loss.value),
        number=sum(gradient.size for gradient in gradients),
        largest=number_text(gradient[entry]),
        place=where,
    )


def narrate_update(language: str, made: NetworkPass, changes: LossChanges, rate: float, actual: float) -> str:
    """Say what was predicted for a learning rate, what happens, and from where on the prediction fails.

    Args:
      language: of the words.
      made: the pass whose gradient is followed.
      changes: for many learning rates.
      rate: the chosen one.
      actual: the change of the loss there.
    """
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


def _limits(language: str, changes: LossChanges) -> str:
    if changes.failing_rate is None:
        return text(language, "chain_rule.narration.never_fails", rate=number_text(changes.rate[-1]))
    found = text(language, "chain_rule.narration.fails", rate=number_text(changes.failing_rate))
    if changes.rising_rate is not None:
        found += " " + text(language, "chain_rule.narration.rises_from", rate=number_text(changes.rising_rate))
    return found
