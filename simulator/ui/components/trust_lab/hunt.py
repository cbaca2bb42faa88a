"""The hunt around its panels: checks all at once, hints that cost points, an answer, and the score of the session."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from simulator.core.checks import (
    BUG_KINDS,
    bug_explanation,
    bug_hint,
    bug_name,
    changed_lines,
)
from simulator.core.checks.bugs import HINT_COST, HINTS, NUM_LAYERS
from simulator.scenes.trust_lab.numbers import PUZZLE, Puzzle
from simulator.scenes.trust_lab.settings import MAX_ROUND, PARAMETERS, TrustLab
from simulator.scenes.trust_lab.words import narrate_failing, narrate_guess
from simulator.texts import text
from simulator.ui.components.trust_lab.attempt import Attempt, attempt_at, points_so_far
from simulator.ui.controls.session import Controls


def draw_score(controls: Controls[TrustLab]) -> None:
    """Offer all checks at once, and write the score under the controls."""
    language, settings = controls.language, controls.settings
    attempt = attempt_at(settings.seed, settings.round)
    st.button(
        text(language, "trust_lab.hunt.check_all"),
        key="hunt_check_all",
        on_click=controls.change,
        kwargs={"checks": PARAMETERS},
        disabled=settings.checks == PARAMETERS,
    )
    solved = points_so_far()
    lines = [f"**{text(language, 'trust_lab.hunt.round', round=settings.round, seed=settings.seed)}**"]
    if not attempt.over:
        worth = attempt.worth(_puzzle(controls).bug)
        lines.append(text(language, "trust_lab.hunt.worth", points=worth))
    lines.append(text(language, "trust_lab.hunt.points", points=sum(solved), rounds=len(solved)))
    lines.append(f"{text(language, 'trust_lab.hunt.hints_used')}: {attempt.hints} / {len(HINTS)}")
    st.markdown("  \n".join(lines))


def draw_answer(controls: Controls[TrustLab]) -> None:
    """Draw where the mistake is named, and what comes of it."""
    language = controls.language
    attempt = attempt_at(controls.settings.seed, controls.settings.round)
    left, right = st.columns([0.42, 0.58], gap="medium")
    with left:
        _draw_guess(controls, attempt)
    with right:
        puzzle = _puzzle(controls)
        if attempt.over:
            _draw_solution(controls, attempt, puzzle)
        else:
            _draw_help(language, attempt, puzzle)
    st.caption(text(language, "trust_lab.hunt.share"))


def _puzzle(controls: Controls[TrustLab]) -> Puzzle:
    return PUZZLE.of(controls.settings)


def _draw_guess(controls: Controls[TrustLab], attempt: Attempt) -> None:
    language, bug = controls.language, _puzzle(controls).bug
    st.subheader(text(language, "trust_lab.hunt.guess"))
    _choice(
        st.selectbox,
        controls,
        attempt,
        "kind",
        BUG_KINDS,
        lambda kind: bug_name(language, kind),
        index=None,
        placeholder=text(language, "trust_lab.hunt.choose"),
    )
    _choice(
        st.segmented_control,
        controls,
        attempt,
        "layer",
        tuple(range(1, NUM_LAYERS + 1)),
        lambda layer: text(language, "trust_lab.hunt.layer_name", layer=layer),
        required=True,
    )
    with st.container(horizontal=True):
        st.button(
            text(language, "trust_lab.hunt.submit"),
            key="hunt_submit",
            type="primary",
            on_click=attempt.submit,
            args=(bug,),
            disabled=attempt.over,
        )
        left = attempt.hints < len(HINTS)
        hint = (
            text(language, "trust_lab.hunt.hint", cost=HINT_COST) if left else text(language, "trust_lab.hunt.no_hints")
        )
        st.button(hint, key="hunt_hint", on_click=attempt.hint, disabled=attempt.over or not left)
        if not controls.lock.hides_answers:
            give_up = text(language, "trust_lab.hunt.give_up")
            st.button(give_up, key="hunt_show", on_click=attempt.give_up, disabled=attempt.over)


def _choice(
    widget: Callable[..., Any],
    controls: Controls[TrustLab],
    attempt: Attempt,
    name: str,
    options: tuple[Any, ...],
    word: Callable[[Any], str],
    **more: Any,
) -> None:
    """Draw a choice that the attempt remembers; the widget's key holds the puzzle and the language."""
    settings = controls.settings
    key = f"hunt_{name}:{settings.seed}:{settings.round}:{controls.language}"
    st.session_state[key] = getattr(attempt, name)

    def chosen() -> None:
        found = st.session_state.get(key)
        if found in options or found is None:
            setattr(attempt, name, found)
            attempt.without_kind = False

    label = text(controls.language, f"trust_lab.hunt.{name}")
    widget(label, options, format_func=word, key=key, on_change=chosen, disabled=attempt.over, **more)


def _draw_help(language: str, attempt: Attempt, puzzle: Puzzle) -> None:
    """Draw the hints so far, and what is wrong with the last answer."""
    for number in range(1, attempt.hints + 1):
        st.info(bug_hint(language, puzzle.bug, number, puzzle.network))
    if attempt.without_kind:
        st.warning(text(language, "trust_lab.hunt.choose"))
    elif attempt.refused is not None:
        said = text(language, attempt.message(puzzle.bug))
        st.warning(f"{said} {narrate_guess(language, puzzle.network, puzzle.bug, attempt.refused)}")


def _draw_solution(controls: Controls[TrustLab], attempt: Attempt, puzzle: Puzzle) -> None:
    language, bug = controls.language, puzzle.bug
    name = bug_name(language, bug.kind)
    if attempt.points is not None:
        st.success(text(language, "trust_lab.hunt.won", points=attempt.points, name=name, layer=bug.layer))
    else:
        st.info(text(language, "trust_lab.hunt.shown", name=name, layer=bug.layer))
    st.write(bug_explanation(language, bug.kind))
    right, wrong = changed_lines(bug)
    for entry, line in (("wrong_line", wrong), ("right_line", right)):
        st.markdown(f"**{text(language, f'trust_lab.hunt.{entry}')}**")
        st.code(line, language="python")
    st.write(narrate_failing(language, puzzle.network, bug))
    st.button(
        text(language, "trust_lab.hunt.next"),
        key="hunt_next",
        type="primary",
        on_click=controls.change,
        kwargs={"round": controls.settings.round % MAX_ROUND + 1, "checks": ()},
    )
