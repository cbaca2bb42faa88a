"""What stands below the draggable logits: one idea at a time, about the same logits."""

import numpy as np
import streamlit as st

from simulator.core.softmax import draw_classes, softmax
from simulator.scenes.softmax.pictures.jacobian import jacobian_map
from simulator.scenes.softmax.pictures.pair import pair_curve
from simulator.scenes.softmax.pictures.precision import precision_strips
from simulator.scenes.softmax.pictures.temperature import entropy_sweep, probability_sweep
from simulator.scenes.softmax.pictures.uses import DISTILLATION_TEMPERATURE, draw_counts, soft_targets
from simulator.scenes.softmax.precision import METHODS, PRECISIONS, low_precision_softmax
from simulator.scenes.softmax.settings import SoftmaxState
from simulator.scenes.softmax.words import (
    narrate_calibration,
    narrate_draws,
    narrate_entropy_sweep,
    narrate_jacobian,
    narrate_pair,
    narrate_precision,
    narrate_probability_sweep,
    narrate_soft_targets,
)
from simulator.texts import text
from simulator.texts.numbers import number_text
from simulator.ui.components.picture.picture import picture
from simulator.ui.link import choose, linked_choice

SECTIONS = ("temperature", "jacobian", "overflow", "pair", "uses")
NUM_DRAWS = 100
MAX_SEED = 9999


def section_choice(language: str) -> str:
    """Offer the sections; return the open one, which the link names."""
    key = "softmax.section"
    st.session_state[key] = linked_choice("look", SECTIONS, SECTIONS[0])
    st.segmented_control(
        text(language, "softmax.section"),
        SECTIONS,
        format_func=lambda name: text(language, f"softmax.sections.{name}"),
        key=key,
        required=True,
        on_change=lambda: choose("look", st.session_state[key], SECTIONS[0]),
    )
    return st.session_state[key]


def draw_section(name: str, state: SoftmaxState, language: str) -> None:
    """Draw one section about a state."""
    {"temperature": _temperature, "jacobian": _jacobian, "overflow": _overflow, "pair": _pair, "uses": _uses}[name](
        state, language
    )


def _temperature(state: SoftmaxState, language: str) -> None:
    left, right = st.columns(2)
    with left:
        picture(probability_sweep(state.vector, state.temperature, language), key="softmax_sweep", language=language)
        st.write(narrate_probability_sweep(language, state.vector, state.temperature))
    with right:
        picture(entropy_sweep(state.vector, state.temperature, language), key="softmax_entropy", language=language)
        st.write(narrate_entropy_sweep(language, state.vector, state.temperature))


def _jacobian(state: SoftmaxState, language: str) -> None:
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        drawn = jacobian_map(state.vector, state.temperature, language)
        picture(drawn, key="softmax_jacobian", language=language, height=max(260, 52 * len(state.logits)))
    right.write(narrate_jacobian(language, state.vector, state.temperature))


def _overflow(state: SoftmaxState, language: str) -> None:
    picture(precision_strips(state.vector, language), key="softmax_precision", language=language, height=240)
    st.write(narrate_precision(language))
    left, right = st.columns([3, 2])
    with left:
        st.subheader(text(language, "softmax.precision.table"))
        st.table(_precision_rows(state, language), hide_index=True)
    with right:
        st.subheader(text(language, "softmax.precision.shift_title"))
        st.write(text(language, "softmax.precision.shift"))


def _precision_rows(state: SoftmaxState, language: str) -> list[dict[str, str]]:
    headings = {
        name: text(language, f"softmax.precision.{name}")
        for name in ("computation", "exponentials", "total", "probabilities", "outcome")
    }
    rows = []
    for method in METHODS:
        for precision in PRECISIONS:
            made = low_precision_softmax(state.vector, precision, method)
            cells = {
                "computation": text(language, f"softmax.precision.{method}", precision=precision),
                "exponentials": ", ".join(number_text(float(value)) for value in made.exponentials),
                "total": number_text(made.total),
                "probabilities": ", ".join(number_text(float(value), 4) for value in made.probabilities),
                "outcome": text(language, f"softmax.outcome.{made.outcome}"),
            }
            rows.append({headings[name]: cell for name, cell in cells.items()})
    return rows


def _pair(state: SoftmaxState, language: str) -> None:
    left, right = st.columns([3, 2], vertical_alignment="center")
    first, second = state.logits[:2]
    with left:
        picture(pair_curve(first, second, state.temperature, language), key="softmax_pair", language=language)
    right.write(narrate_pair(language, first, second, state.temperature))


def _uses(state: SoftmaxState, language: str) -> None:
    sampling, distillation, calibration = st.columns(3)
    with sampling:
        st.subheader(text(language, "softmax.uses.sampling"))
        st.write(text(language, "softmax.uses.sampling_text"))
        seed = st.number_input(text(language, "softmax.uses.seed"), 0, MAX_SEED, key="softmax.seed", width=180)
        probabilities = softmax(state.vector, state.temperature)
        draws = draw_classes(probabilities, NUM_DRAWS, min(max(int(seed), 0), MAX_SEED))
        drawn = draw_counts(draws, probabilities, state.temperature, language)
        picture(drawn, key="softmax_draws", language=language, height=260)
        st.write(narrate_draws(language, draws, probabilities, state.temperature))
    with distillation:
        st.subheader(text(language, "softmax.uses.distillation"))
        st.write(text(language, "softmax.uses.distillation_text"))
        picture(soft_targets(np.array(state.logits), language), key="softmax_soft", language=language, height=260)
        st.write(narrate_soft_targets(language, state.vector, DISTILLATION_TEMPERATURE))
    with calibration:
        st.subheader(text(language, "softmax.uses.calibration"))
        st.write(text(language, "softmax.uses.calibration_text"))
        st.write(narrate_calibration(language, state.vector, state.temperature))
