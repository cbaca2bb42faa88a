"""Sentences for the pictures of losses and entropy."""

import numpy as np

from simulator.core.records import Records
from simulator.scenes.losses.entropy import surprise
from simulator.scenes.losses.numbers import Belief, Codes, Measured, Single, Terms
from simulator.scenes.losses.pictures.race import accuracy_line
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

SAME = 5e-5
"""A distance below it is 0 in the digits that are shown."""


def narrate_loss(language: str, found: Single) -> str:
    """Say what the error costs, and the most that it can cost."""
    costs = [float(found.now[kind].loss[0]) for kind in (found.squared, "cross_entropy")]
    return text(
        language,
        "losses.loss.say",
        error=number_text(found.example.error),
        squared=number_text(costs[0]),
        cross=number_text(costs[1]),
        limit=number_text(found.limit),
    )


def narrate_gradient(language: str, found: Single) -> str:
    """Say how large the error is, how hard both losses pull, and whether that is fair."""
    low, high = found.band
    kind = "say_unfair" if low <= found.logit <= high else "say_fair"
    pulls = [float(abs(found.now[kind].gradient[0])) for kind in (found.squared, "cross_entropy")]
    return text(
        language,
        f"losses.single.{kind}",
        error=number_text(found.example.error),
        squared=number_text(pulls[0]),
        cross=number_text(pulls[1]),
    )


def narrate_worked(language: str, found: Single) -> list[str]:
    """Work out both gradients at the marked logit, for the output and the scaling that are chosen."""
    example = found.example
    values = {
        "name": text(language, f"losses.name.{found.squared}"),
        "factor": number_text(example.factor, 4),
        "error": _in_brackets(example.cross_entropy_gradient),
        "derivative": number_text(example.derivative, 4),
        "own": number_text(example.own, 4),
        "others": _in_brackets(example.others),
        "squared": number_text(example.squared_gradient, 4),
    }
    cross = {
        "output": number_text(example.output, 4),
        "target": found.target,
        "cross": number_text(example.cross_entropy_gradient, 4),
    }
    return [
        text(language, f"losses.worked.squared_{found.output}", **values),
        text(language, "losses.worked.cross", **cross),
        text(language, f"losses.worked.why_{found.output}"),
    ]


def _in_brackets(value: float) -> str:
    written = number_text(value, 4)
    return f"({written})" if value < 0 else written


def narrate_race(language: str, squared: Records, cross: Records) -> str:
    """Say which accuracies both losses reached."""
    last = [float(accuracy_line(run).value[-1]) for run in (squared, cross)]
    return text(
        language,
        "losses.digits.say",
        epochs=number_text(float(squared.epoch[-1])),
        squared=percent_text(last[0]),
        cross=percent_text(last[1]),
    )


def narrate_pull(language: str, squared: Records, cross: Records) -> str:
    """Say how large the first gradients were, and how many times one is the other."""
    first = [float(run.grad_norm[0]) for run in (squared, cross)]
    return text(
        language,
        "losses.digits.say_gradient",
        squared=number_text(first[0]),
        cross=number_text(first[1]),
        ratio=number_text(first[1] / first[0]),
    )


def narrate_surprise(language: str, probability: float) -> str:
    """Say the surprise of a probability, as a surprise and as a loss."""
    return text(language, "losses.surprise.say", p=number_text(probability), value=f"{surprise(probability):.4f}")


def narrate_measures(language: str, words: str, found: Measured) -> str:
    """Say what it costs to believe Q, in the words that the browser uses while a bar is dragged.

    Args:
      language: of the words.
      words: table of the catalogue.
      found: P and Q.
    """
    kind = "impossible" if not np.isfinite(found.kl) else "same" if found.kl < SAME else "wrong"
    values = {"entropy": found.entropy, "cross": found.cross_entropy, "kl": found.kl}
    return text(language, f"{words}.words.narration_{kind}", **{name: f"{value:.4f}" for name, value in values.items()})


def narrate_code(language: str, found: Codes) -> str:
    """Say what the code costs beside a fixed one, and why the entropy is less."""
    return text(
        language,
        "losses.codes.say",
        mean=number_text(found.code.mean_length, 4),
        fixed=found.fixed,
        entropy=number_text(found.measured.entropy, 4),
    )


def narrate_wrong_code(language: str, found: Codes) -> str:
    """Say what the letters cost with the tree that was built for other probabilities."""
    return text(
        language,
        "losses.codes.say_wrong",
        wrong=number_text(found.wrong_length, 4),
        cross=number_text(found.measured.cross_entropy, 4),
        kl=number_text(found.measured.kl, 4),
    )


def narrate_gibbs(language: str, found: Belief) -> str:
    """Say the cost of a belief about two outcomes, the entropy and the gap."""
    return text(
        language,
        "losses.gibbs.say",
        p=number_text(found.p),
        p_rest=number_text(1.0 - found.p),
        q=number_text(found.q),
        q_rest=number_text(1.0 - found.q),
        cost=number_text(found.measured.cross_entropy),
        floor=number_text(found.measured.entropy),
        gap=number_text(found.measured.kl),
    )


def narrate_terms(language: str, found: Terms) -> str:
    """Say what both losses come to."""
    return text(
        language,
        "losses.terms.say",
        categorical=number_text(float(found.categorical.sum())),
        binary=number_text(float(found.binary.sum())),
    )
