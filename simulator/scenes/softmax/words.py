"""Sentences for the pictures of softmax and its temperature."""

import numpy as np
from jaxtyping import Float, Int

from simulator.core.softmax import examine, jacobian, softmax
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

Logits = Float[np.ndarray, " classes"]


def narrate_probability_sweep(language: str, logits: Logits, temperature: float) -> str:
    """Say what both ends of the temperature do, and the largest probability now."""
    largest = number_text(float(softmax(logits, temperature).max()))
    return text(language, "softmax.sweep.say", temperature=number_text(temperature), largest=largest)


def narrate_entropy_sweep(language: str, logits: Logits, temperature: float) -> str:
    """Say the entropy now, and how much of the most possible that is."""
    entropy = examine(logits, temperature, 0).entropy
    return text(
        language,
        "softmax.entropy.say",
        temperature=number_text(temperature),
        entropy=number_text(entropy),
        percent=percent_text(entropy / np.log(len(logits))),
    )


def narrate_jacobian(language: str, logits: Logits, temperature: float) -> str:
    """Say why rows sum to 0, and the rank."""
    largest = float(np.abs(jacobian(logits, temperature)).max())
    classes = len(logits)
    return text(language, "softmax.jacobian.say", rank=classes - 1, classes=classes, largest=number_text(largest))


def narrate_precision(language: str) -> str:
    """Say why the naive formula breaks and the shifted one does not."""
    return text(language, "softmax.precision.say")


def narrate_pair(language: str, first: float, second: float, temperature: float) -> str:
    """Say that the sigmoid of the difference is softmax of the two."""
    probability = float(softmax(np.array([first, second]), temperature)[0])
    difference = number_text((first - second) / temperature)
    return text(language, "softmax.pair.say", difference=difference, probability=number_text(probability))


def narrate_draws(
    language: str, draws: Int[np.ndarray, " draws"], probabilities: Float[np.ndarray, " classes"], temperature: float
) -> str:
    """Say how often the likeliest class was drawn, and what its probability promised."""
    likeliest = int(probabilities.argmax())
    return text(
        language,
        "softmax.draws.say",
        num=len(draws),
        temperature=number_text(temperature),
        number=likeliest + 1,
        count=int((draws == likeliest).sum()),
        expected=number_text(float(len(draws) * probabilities[likeliest])),
    )


def narrate_soft_targets(language: str, logits: Logits, temperature: float) -> str:
    """Say how the smallest probability grows when the targets are softened."""
    sharp, soft = (float(softmax(logits, t).min()) for t in (1.0, temperature))
    return text(language, "softmax.soft.say", sharp=number_text(sharp), soft=number_text(soft))


def narrate_calibration(language: str, logits: Logits, temperature: float) -> str:
    """Say what the temperature does to the confidence, and that the answer stays."""
    now, plain = softmax(logits, temperature), softmax(logits)
    return text(
        language,
        "softmax.uses.calibration_say",
        temperature=number_text(temperature),
        confidence=number_text(float(now.max())),
        plain=number_text(float(plain.max())),
        number=int(now.argmax()) + 1,
    )
