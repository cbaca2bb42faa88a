"""What the numbers of the initialization page say, and its formulas with the network's own numbers."""

from collections.abc import Sequence

import numpy as np

from simulator.core.initializers import standard_deviation
from simulator.core.network import NetworkConfig
from simulator.core.propagation.microscope import Profile
from simulator.core.run import Run
from simulator.scenes.initialization.numbers import Symmetry
from simulator.scenes.loss_curves import middle_loss
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

FORMULAS = {
    "zeros": "0",
    "constant": "0",
    "normal": r"{std}",
    "xavier_normal": r"\sqrt{{\dfrac{{2}}{{{fan_in} + {fan_out}}}}}",
    "xavier_uniform": r"\sqrt{{\dfrac{{2}}{{{fan_in} + {fan_out}}}}}",
    "he_normal": r"\sqrt{{\dfrac{{2}}{{{fan_in}}}}}",
    "he_uniform": r"\sqrt{{\dfrac{{2}}{{{fan_in}}}}}",
    "lecun_normal": r"\sqrt{{\dfrac{{1}}{{{fan_in}}}}}",
    "orthogonal": r"\sqrt{{\dfrac{{1}}{{\max({fan_in}, {fan_out})}}}}",
}
"""Standard deviation of one weight in LaTeX, with places for the layer's numbers."""


def formula_text(network: NetworkConfig, layer: int) -> str:
    """Return an initializer's formula with a layer's numbers and its value, in LaTeX.

    >>> formula_text(NetworkConfig(layer_sizes=(64, 64, 10), initializer="he_normal"), 0)
    '\\\\sqrt{\\\\dfrac{2}{64}} = 0.177'
    """
    fan_in, fan_out = network.layer_sizes[layer : layer + 2]
    std = standard_deviation(network.initializer, fan_in, fan_out, normal_std=network.initializer_std)
    written = FORMULAS[network.initializer].format(fan_in=fan_in, fan_out=fan_out, std=number_text(std))
    value = number_text(std)
    return value if written in ("0", value) else f"{written} = {value}"


def forward_words(language: str, name: str, profile: Profile) -> str:
    """Say what becomes of the signal's spread between the first and the last hidden layer."""
    broken = np.flatnonzero(profile.broken_share > 0)
    if len(broken):
        return text(language, "initialization.forward_broken", name=name, layer=int(broken[0]) + 1)
    something = np.flatnonzero(profile.zero_share < 1)
    last_with = int(something[-1]) + 1 if len(something) else 0
    if last_with < len(profile.middle):
        return text(language, "initialization.forward_zero", name=name, layer=last_with + 1)
    first, last = number_text(float(profile.middle[0])), number_text(float(profile.middle[-1]))
    said = text(language, "initialization.forward_says", name=name, first=first, last=last, depth=len(profile.middle))
    lost = float(profile.zero_share[-1])
    return f"{said} {text(language, 'initialization.forward_some', share=percent_text(lost))}" if lost else said


def symmetry_words(language: str, found: Symmetry, run: Run, *, equal: bool, value: float) -> str:
    """Say whether the nodes of the first layer ever come apart, and how well the network does."""
    accuracy = percent_text(float(run.records.accuracy[-1]))
    difference = number_text(found.largest_difference)
    if not equal:
        return text(language, "initialization.symmetry_random_says", difference=difference, accuracy=accuracy)
    return text(
        language,
        "initialization.symmetry_equal_says",
        value=number_text(value),
        steps=int(found.step[-1]),
        difference=difference,
        nodes=found.weight.shape[2],
        accuracy=accuracy,
    )


def outcome_words(language: str, name: str, runs: Sequence[Run]) -> str:
    """Say what training made of one way to begin: the middle of several seeds, and how far they lie apart."""
    loss = middle_loss(runs)
    lost = sum(not np.isfinite(run.records.loss[-1]) for run in runs)
    if not np.isfinite(loss[-1]):
        return text(language, "initialization.outcome_lost", name=name, lost=lost, seeds=len(runs))
    accuracy = np.array([run.test_accuracy for run in runs])
    return text(
        language,
        "initialization.outcome",
        name=name,
        start=number_text(float(loss[0])),
        end=number_text(float(loss[-1])),
        accuracy=percent_text(np.median(accuracy)),
        low=percent_text(accuracy.min()),
        high=percent_text(accuracy.max()),
        seeds=len(runs),
    )


def divide_words(language: str) -> str:
    """Say how source B's division by √16 relates to Glorot and Bengio's formula."""
    values = {
        "lecun": standard_deviation("lecun_normal", 16, 16),
        "xavier": standard_deviation("xavier_normal", 16, 16),
        "lecun_other": standard_deviation("lecun_normal", 64, 10),
        "xavier_other": standard_deviation("xavier_normal", 64, 10),
    }
    written = {name: number_text(value) for name, value in values.items()}
    return text(language, "initialization.errata.divide", **written)
