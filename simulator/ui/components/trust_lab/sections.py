"""What the trust lab shows to the right of its controls: three ways, the step size, the price."""

from functools import lru_cache

import numpy as np
import streamlit as st

from simulator.core.checks import agreement, compare_rule, count_passes, rule_source, sweep_step_size
from simulator.scenes.trust_lab.pictures import entry_names, pass_times, step_size_errors, three_ways, time_text
from simulator.scenes.trust_lab.settings import TrustSettings
from simulator.scenes.trust_lab.words import narrate_comparison, narrate_passes, narrate_step_size, truncation_free
from simulator.texts import text
from simulator.texts.numbers import number_text
from simulator.ui.components.picture.picture import picture
from simulator.ui.frame.theme import display

COMPARED_EPSILON = 1e-5

compared = lru_cache(maxsize=64)(compare_rule)
swept = lru_cache(maxsize=64)(sweep_step_size)


def draw_rules(settings: TrustSettings, language: str) -> None:
    """Draw a rule's code, and its gradient in three ways."""
    comparisons = compared(settings.rule, settings.seed, COMPARED_EPSILON)
    chosen = next(check for check in comparisons if check.operand == settings.checked_operand)
    # In the lecture hall large words need a wide picture: one above the other.
    hall = display().size == "hall"
    right, left = (st.container(), st.container()) if hall else st.columns([0.56, 0.44], gap="medium")
    with right:
        picture(three_ways(chosen, language), key="trust_three_ways", language=language, height=300)
        st.write(narrate_comparison(language, comparisons))
    with left:
        st.subheader(text(language, "trust.three_ways.code"))
        st.caption(text(language, "trust.three_ways.code_lead"))
        st.code(rule_source(settings.rule), language="python", wrap_lines=True)
    st.subheader(text(language, "trust.three_ways.errors"))
    st.table([_error_row(check, language) for check in comparisons], hide_index=True)
    st.caption(text(language, "trust.three_ways.scale"))
    st.subheader(text(language, "trust.three_ways.numbers"))
    st.table(_digit_rows(chosen, language), hide_index=True)


def _error_row(check, language: str) -> dict[str, str]:
    worst = max(check.hand_error, check.finite_error)
    return {
        text(language, "trust.three_ways.operand"): text(language, f"trust.operand.{check.operand}"),
        text(language, "trust.three_ways.hand_error"): number_text(check.hand_error),
        text(language, "trust.three_ways.finite_error"): number_text(check.finite_error),
        text(language, "trust.three_ways.verdict"): text(language, f"trust.verdict.{agreement(worst)}"),
    }


def _digit_rows(check, language: str) -> list[dict[str, str]]:
    columns = {way: np.ravel(getattr(check, way)) for way in ("by_hand", "autodiff", "finite")}
    return [
        {
            text(language, "trust.axis.entry"): name,
            **{text(language, f"trust.way.{way}"): f"{values[row]:.15f}" for way, values in columns.items()},
        }
        for row, name in enumerate(entry_names(check.autodiff.shape))
    ]


def draw_step_size(settings: TrustSettings, language: str) -> None:
    """Draw the U of the error over the step size."""
    sweep = swept(settings.rule, settings.checked_operand, settings.seed)
    epsilon = 10.0**settings.exponent
    picture(step_size_errors(sweep, epsilon, language), key="trust_step_size", language=language, height=430)
    st.write(narrate_step_size(language, sweep, epsilon))
    if settings.rule == "relu" and truncation_free(sweep):
        st.write(text(language, "trust.step_size.kink"))
    st.caption(text(language, "trust.step_size.legend"))
    st.caption(text(language, "trust.step_size.slopes"))


def draw_passes(settings: TrustSettings, language: str) -> None:
    """Draw what each way costs for a network of the reader's choice."""
    with st.spinner(text(language, "trust.passes.measuring")):
        counts = _counted(settings.layer_sizes, st.session_state.get("trust_measured", 0))
    written = {
        way: time_text(getattr(counts, f"{way}_seconds"), language)
        for way in ("backpropagation", "one_sided", "central")
    }
    st.subheader("–".join(str(size) for size in settings.layer_sizes))
    picture(pass_times(counts, language), key="trust_passes", language=language, height=240)
    st.write(narrate_passes(language, counts, written))
    number = {way: text(language, "trust.passes.forward", number=f"{getattr(counts, way):,}") for way in written}
    number["backpropagation"] = text(language, "trust.passes.one")
    st.table(
        [
            {
                text(language, "trust.passes.way"): text(language, f"trust.pass.{way}"),
                text(language, "trust.passes.passes"): number[way],
                text(language, "trust.passes.time"): time,
            }
            for way, time in written.items()
        ],
        hide_index=True,
    )
    st.caption(text(language, "trust.passes.measured"))
    st.button(text(language, "trust.passes.again"), key="trust_again", on_click=_measure_again)


def _measure_again() -> None:
    st.session_state["trust_measured"] = st.session_state.get("trust_measured", 0) + 1


@st.cache_data(max_entries=64, show_spinner=False)
def _counted(layer_sizes: tuple[int, ...], measured: int):
    return count_passes(layer_sizes)
