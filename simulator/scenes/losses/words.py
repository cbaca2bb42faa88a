"""Sentences for the pictures of losses and entropy."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from simulator.core.records import Records
from simulator.scenes.losses.entropy import (
    binary_terms,
    categorical_terms,
    cross_entropy,
    entropy,
    kl_divergence,
    surprise,
)
from simulator.scenes.losses.huffman import HuffmanCode, mean_code_length
from simulator.scenes.losses.single import UNFAIR_ERROR, loss_curve
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text


def narrate_single(language: str, squared: str, output: str, target: int, logit: float, num_classes: int) -> str:
    """Say how large the error is, how hard both losses pull, and whether that is fair."""
    place = np.array([logit])
    pulls = [loss_curve(loss, output, target, place, num_classes=num_classes) for loss in (squared, "cross_entropy")]
    error = float(pulls[0].error[0])
    kind = "say_unfair" if error > UNFAIR_ERROR else "say_fair"
    return text(
        language,
        f"losses.single.{kind}",
        error=number_text(error),
        squared=number_text(float(abs(pulls[0].gradient[0]))),
        cross=number_text(float(abs(pulls[1].gradient[0]))),
    )


def narrate_race(language: str, squared: Records, cross: Records) -> str:
    """Say which accuracies both losses reached, and how large their first gradients were."""
    accuracies = [run.validation_accuracy[np.flatnonzero(np.asarray(run.evaluated))[-1]] for run in (squared, cross)]
    return text(
        language,
        "losses.digits.say",
        epochs=number_text(float(squared.epoch[-1])),
        squared=percent_text(float(accuracies[0])),
        cross=percent_text(float(accuracies[1])),
        first_squared=number_text(float(squared.grad_norm[0])),
        first_cross=number_text(float(cross.grad_norm[0])),
    )


def narrate_surprise(language: str, probability: float) -> str:
    """Say the surprise of a probability, as a surprise and as a loss."""
    return text(language, "losses.surprise.say", p=number_text(probability), value=f"{surprise(probability):.4f}")


def narrate_code(language: str, code: HuffmanCode) -> str:
    """Say what the code costs beside a fixed one, and why the entropy is less."""
    fixed = int(np.ceil(np.log2(len(code.probabilities))))
    bound = entropy(np.array(code.probabilities), base=2)
    return text(
        language,
        "losses.codes.say",
        mean=number_text(code.mean_length, 4),
        fixed=fixed,
        entropy=number_text(bound, 4),
    )


def narrate_wrong_code(
    language: str, probabilities: Sequence[float], model: Sequence[float], wrong: HuffmanCode
) -> str:
    """Say what the letters cost with the tree that was built for other probabilities."""
    p, q = np.array(probabilities), np.array(model)
    return text(
        language,
        "losses.codes.say_wrong",
        wrong=number_text(mean_code_length(wrong.codes, probabilities), 4),
        cross=number_text(cross_entropy(p, q, base=2), 4),
        kl=number_text(kl_divergence(p, q, base=2), 4),
    )


def narrate_gibbs(language: str, probability: float, belief: float) -> str:
    """Say the cost of a belief about two outcomes, the entropy and the gap."""
    p, q = np.array([probability, 1.0 - probability]), np.array([belief, 1.0 - belief])
    return text(
        language,
        "losses.gibbs.say",
        p=number_text(probability),
        p_rest=number_text(1.0 - probability),
        q=number_text(belief),
        q_rest=number_text(1.0 - belief),
        cost=number_text(cross_entropy(p, q, base=2)),
        floor=number_text(entropy(p, base=2)),
        gap=number_text(kl_divergence(p, q, base=2)),
    )


def narrate_terms(language: str, outputs: Float[np.ndarray, " outcomes"], target: int) -> str:
    """Say what both losses come to."""
    one_hot = np.eye(len(outputs))[target]
    return text(
        language,
        "losses.terms.say",
        categorical=number_text(float(categorical_terms(one_hot, outputs).sum())),
        binary=number_text(float(binary_terms(one_hot, outputs).sum())),
    )
