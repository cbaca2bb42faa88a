"""Sentences for the panels of softmax and its temperature, from the numbers that their pictures show."""

import numpy as np

from simulator.core.softmax import Examination
from simulator.scenes.softmax.numbers import Drawn, Pair, Precise, Responses, Softened, Swept
from simulator.scenes.softmax.precision import METHODS, PRECISIONS
from simulator.texts import text
from simulator.texts.numbers import exponential_text, number_text, percent_text

SURE, EVEN = 0.98, 0.02
"""From which probability one class takes almost everything, and below which difference all are almost equal."""


def narrate_bars(language: str, found: Examination, temperature: float, target: int) -> str:
    """Say who leads, by how much, and what that costs; the browser says the same while the bars move.

    Args:
      language: of the sentence.
      found: what softmax makes of the logits.
      temperature: T.
      target: the right class, counted from 1.
    """
    largest, number = float(found.probabilities.max()), found.largest + 1
    leaders = leading(found.probabilities)
    even = largest - float(found.probabilities.min()) < EVEN
    kind = "even" if even else "sure" if largest > SURE else "tie" if len(leaders) > 1 else "between"
    values = {
        "numbers": ", ".join(str(leader + 1) for leader in leaders),
        "temperature": number_text(temperature),
        "number": number,
        "p": probability_text(largest),
        "entropy": number_text(found.entropy),
    }
    right = number == target and kind in ("sure", "between")  # of classes that are alike none is "the" class
    second = f"softmax.component.narration_{'right' if right else 'wrong'}"
    first = text(language, f"softmax.component.narration_{kind}", **values)
    return f"{first} {text(language, second, target=target, loss=number_text(found.loss))}"


def leading(probabilities: np.ndarray) -> list[int]:
    """Return the classes that share the largest probability: equal logits have exactly equal ones.

    >>> leading(np.array([0.4, 0.2, 0.4]))
    [0, 2]
    """
    return np.flatnonzero(probabilities == probabilities.max()).tolist()


def _ends(probabilities: np.ndarray) -> str:
    """Return which words say what becomes of the classes at both ends of the temperature."""
    count = len(leading(probabilities))
    return "same" if count == len(probabilities) else "tie" if count > 1 else "say"


def probability_text(p: float) -> str:
    """Write a probability as the bars do: three decimals, a power of ten where they would show nothing."""
    return f"{p:.3f}" if p >= 0.0005 or p == 0 else number_text(p)


def narrate_probability_sweep(language: str, found: Swept) -> str:
    """Say what both ends of the temperature do, and the largest probability now."""
    probabilities = found.now.probabilities
    return text(
        language,
        f"softmax.sweep.{_ends(probabilities)}",
        temperature=number_text(found.temperature),
        largest=number_text(float(probabilities.max())),
        count=len(leading(probabilities)),
    )


def narrate_entropy_sweep(language: str, found: Swept) -> str:
    """Say the entropy now, and how much of the most possible that is."""
    entropy, classes = found.now.entropy, len(found.now.probabilities)
    return text(
        language,
        "softmax.entropy.say",
        temperature=number_text(found.temperature),
        entropy=number_text(entropy),
        percent=percent_text(entropy / np.log(classes)),
    )


def narrate_jacobian(language: str, found: Responses) -> str:
    """Say why columns and rows sum to 0, and the rank."""
    largest, classes = float(np.abs(found.matrix).max()), len(found.matrix)
    return text(language, "softmax.jacobian.say", rank=classes - 1, classes=classes, largest=number_text(largest))


def narrate_precision(language: str, found: Precise) -> list[str]:
    """Say why the naive formula breaks and the shifted one does not, and what both make of the logits as they are."""
    outcomes = {
        f"{method}_{precision}": text(language, f"softmax.outcome.{found.computed[precision, method].outcome}")
        for method in METHODS
        for precision in PRECISIONS
    }
    now = text(language, "softmax.precision.now", largest=number_text(found.largest, 6), **outcomes)
    return [text(language, "softmax.precision.say"), now]


def narrate_pair(language: str, found: Pair) -> str:
    """Say that the sigmoid of the difference is softmax of the two."""
    probability, difference = number_text(found.probability), number_text(found.difference)
    return text(language, "softmax.pair.say", difference=difference, probability=probability)


def narrate_draws(language: str, found: Drawn) -> str:
    """Say how often the likeliest class was drawn, and what its probability promised."""
    likeliest = int(found.probabilities.argmax())
    return text(
        language,
        "softmax.draws.say",
        num=len(found.draws),
        temperature=number_text(found.temperature),
        number=likeliest + 1,
        count=int((found.draws == likeliest).sum()),
        expected=number_text(float(len(found.draws) * found.probabilities[likeliest])),
    )


def narrate_soft_targets(language: str, found: Softened) -> str:
    """Say how the smallest probability grows when the targets are softened."""
    if _ends(found.plain) == "same":
        return text(language, "softmax.soft.same", temperature=number_text(found.temperature))
    sharp, soft = (exponential_text(log) for log in found.least)
    return text(language, "softmax.soft.say", temperature=number_text(found.temperature), sharp=sharp, soft=soft)


def narrate_calibration(language: str, found: Softened) -> str:
    """Say what the temperature does to the confidence, and that the answer stays."""
    return text(
        language,
        f"softmax.calibration.{'tie' if len(leading(found.plain)) > 1 else 'say'}",
        temperature=number_text(found.temperature),
        confidence=number_text(float(found.soft.max())),
        plain=number_text(float(found.plain.max())),
        number=int(found.soft.argmax()) + 1,
    )
