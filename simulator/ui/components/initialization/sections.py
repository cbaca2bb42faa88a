"""The views of the page on initialization."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from simulator.core.propagation.microscope import profile_of
from simulator.core.training import TrainingConfig
from simulator.scenes.gradient_decay.words import decay_words
from simulator.scenes.initialization.pictures import histograms_picture, signal_picture, symmetry_picture
from simulator.scenes.initialization.settings import (
    SYMMETRY_DATA,
    SYMMETRY_TRAINING,
    InitializationSettings,
    formula,
    histograms,
    symmetric_network,
    symmetry,
)
from simulator.scenes.initialization.words import (
    divide_words,
    formula_text,
    forward_words,
    outcome_words,
    symmetry_words,
)
from simulator.texts import text
from simulator.texts.numbers import number_text
from simulator.ui.components.gradient_decay.sections import draw_losses, fitted, say
from simulator.ui.components.picture.picture import picture
from simulator.ui.runs import Start, Training, runs_of, start_of

PAGE = "initialization"
ERRATA_ACTIVATIONS = ("relu", "tanh", "sigmoid")
ERRATA_INITIALIZERS = ("xavier_normal", "he_normal")
ERRATA_SEEDS = 8
NUM_BINS = 41


def draw_view(settings: InitializationSettings, language: str) -> None:
    """Draw the view that the settings name."""
    views: dict[str, Callable[[InitializationSettings, str], None]] = {
        "signal": _signal,
        "histograms": _histograms,
        "symmetry": _symmetry,
        "training": _training,
    }
    views[settings.view](settings, language)


def _title(language: str, initializer: str) -> str:
    return text(language, f"initialization.short.{initializer}")


def _starts(settings: InitializationSettings) -> list[tuple[str, Start]]:
    return [
        (variant.code, start_of(Training(variant.network, settings.training(), settings.data), settings.seeds))
        for variant in settings.variants()
    ]


def _signal(settings: InitializationSettings, language: str) -> None:
    starts = [(_title(language, code), start) for code, start in _starts(settings)]
    forward = [(title, profile_of(start.signal.layers.activation_std)) for title, start in starts]
    backward = [(title, start.microscope.profile) for title, start in starts]
    picture(
        signal_picture(forward, language, backward=False), key="init_forward", language=language, height=fitted(250)
    )
    picture(
        signal_picture(backward, language, backward=True), key="init_backward", language=language, height=fitted(250)
    )
    say(
        [forward_words(language, title, profile) for title, profile in forward]
        + [decay_words(language, title, start.microscope) for title, start in starts]
    )
    _formulas(settings, language)
    _errata(settings, language)


def _formulas(settings: InitializationSettings, language: str) -> None:
    """Write the formula of every initializer with the numbers of the first and of the later layers."""
    st.markdown(f"#### {text(language, 'initialization.formula.heading')}")
    network = settings.network(settings.initializers[0])
    heads = [text(language, "initialization.formula.initializer")]
    for layer, name in ((0, "first"), (1, "hidden")):
        fan_in, fan_out = network.layer_sizes[layer : layer + 2]
        heads.append(text(language, f"initialization.formula.{name}", fan_in=fan_in, fan_out=fan_out))
    heads.append(text(language, "initialization.formula.drawn"))
    rows = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    for code in settings.initializers:
        chosen = settings.network(code)
        drawn = formula(chosen, 0, settings.seed).drawn_std
        formulas = [f"${formula_text(chosen, layer)}$" for layer in (0, 1)]
        cells = [_title(language, code), *formulas, number_text(drawn)]
        rows.append(f"| {' | '.join(cells)} |")
    st.markdown("\n".join(rows))


def _errata(settings: InitializationSettings, language: str) -> None:
    """Say where the source is not exact, with factors measured on this page's network."""
    with st.expander(text(language, "initialization.errata.heading"), icon="⚠️"):
        st.markdown(divide_words(language))
        st.markdown(text(language, "initialization.errata.linear"))
        st.markdown(text(language, "initialization.errata.measured"))
        factors = {
            (activation, initializer): start_of(
                Training(settings.network(initializer, activation), settings.training(), settings.data), ERRATA_SEEDS
            ).microscope.factor
            for activation in ERRATA_ACTIVATIONS
            for initializer in ERRATA_INITIALIZERS
        }
        table = pd.DataFrame(
            {
                text(language, "initialization.errata.activation"): [
                    text(language, f"training.option.activation.{name}") for name in ERRATA_ACTIVATIONS
                ],
                **{
                    _title(language, start): [number_text(factors[name, start]) for name in ERRATA_ACTIVATIONS]
                    for start in ERRATA_INITIALIZERS
                },
            }
        )
        st.dataframe(table, hide_index=True, width="content")
        sigmoid = number_text(factors["sigmoid", "he_normal"])
        st.markdown(text(language, "initialization.errata.conclusion", sigmoid=sigmoid))


def _histograms(settings: InitializationSettings, language: str) -> None:
    starts = _starts(settings)
    edges = _edges([start.signal.activation for _, start in starts])
    spreads = [(_title(language, code), histograms(start.signal, edges)) for code, start in starts]
    picture(histograms_picture(spreads, language), key="init_histograms", language=language, height=fitted(480))
    say(
        [
            forward_words(language, _title(language, code), profile_of(start.signal.layers.activation_std[:1]))
            for code, start in starts
        ]
    )


def _edges(activations: list[np.ndarray]) -> np.ndarray:
    """Return bins that hold what lies between the 0.5th and the 99.5th percentile of every layer, 0 in the middle."""
    finite = [values[np.isfinite(values)] for values in activations]
    reach = max((float(np.percentile(np.abs(values), 99.5)) for values in finite if len(values)), default=1.0)
    reach = min(max(reach, 1e-3), 1e6)
    return np.linspace(-reach, reach, NUM_BINS + 1)


def _symmetry(settings: InitializationSettings, language: str) -> None:
    training = TrainingConfig(**SYMMETRY_TRAINING, seed=settings.seed)
    entries = [Training(symmetric_network(settings, equal), training, SYMMETRY_DATA) for equal in (True, False)]
    runs = runs_of(PAGE, entries, language)
    if runs is None:
        return
    sentences = []
    for column, equal, run in zip(st.columns(2), (True, False), runs, strict=True):
        found = symmetry(run)
        with column:
            shown = symmetry_picture(found, language, equal=equal)
            picture(shown, key=f"init_symmetry_{equal}", language=language, height=fitted(360))
        sentences.append(symmetry_words(language, found, run, equal=equal, value=settings.value))
    say([*sentences, text(language, "initialization.symmetry_zero")])


def _training(settings: InitializationSettings, language: str) -> None:
    entries = [Training(variant.network, settings.training(), settings.data) for variant in settings.variants()]
    runs = runs_of(PAGE, entries, language)
    if runs is None:
        return
    titled = [(_title(language, code), run) for code, run in zip(settings.initializers, runs, strict=True)]
    draw_losses(titled, language, "init_losses")
    say(
        [outcome_words(language, title, run) for title, run in titled]
        + [text(language, "initialization.same_seed", seed=settings.seed)]
    )
