"""The hunt for a planted bug: free checks, numbers to compare, hints that cost points, and a score for the session."""

from functools import lru_cache

import numpy as np
import streamlit as st

from simulator.core.checks import (
    BUG_KINDS,
    HandNetwork,
    ParameterCheck,
    PlantedBug,
    backward_listing,
    bug_explanation,
    bug_hint,
    bug_name,
    bug_network,
    buggy_backward,
    changed_lines,
    check_gradients,
    finite_gradients,
    grade_bug,
    planted_bug,
)
from simulator.core.checks.bugs import HINT_COST, HINTS
from simulator.scenes.trust_lab.settings import MAX_ROUND, TrustSettings
from simulator.scenes.trust_lab.words import narrate_failing, narrate_guess
from simulator.texts import text
from simulator.texts.numbers import number_text
from simulator.ui.frame.theme import display

NAMES = ("W1", "b1", "W2", "b2", "W3", "b3")


class Puzzle:
    """One puzzle and what this session has done with it."""

    def __init__(self, settings: TrustSettings):
        self.seed, self.round = settings.seed, settings.round
        self.network: HandNetwork = _network(self.seed)
        self.bug: PlantedBug = planted_bug(self.seed, self.round - 1)
        self.state = st.session_state.setdefault(
            f"hunt:{self.seed}:{self.round}",
            {"checked": (), "hints": 0, "wrong": 0, "said": None, "points": None, "shown": False},
        )

    @property
    def over(self) -> bool:
        """Whether the bug has been found, or its name asked for."""
        return self.state["points"] is not None or self.state["shown"]

    @property
    def checks(self) -> dict[str, ParameterCheck]:
        """The checks of all parameters by name."""
        return {check.name: check for check in _checks(self.seed, self.bug)}

    @property
    def worth(self) -> int:
        """Points that the right answer would earn now."""
        return grade_bug(self.bug, self.bug.kind, self.bug.layer, self.state["hints"], self.state["wrong"] + 1).points


@lru_cache(maxsize=32)
def _network(seed: int) -> HandNetwork:
    return bug_network(seed)


@lru_cache(maxsize=32)
def _right(seed: int) -> dict[str, np.ndarray]:
    return finite_gradients(_network(seed))


@lru_cache(maxsize=128)
def _checks(seed: int, bug: PlantedBug) -> tuple[ParameterCheck, ...]:
    return check_gradients(_network(seed), buggy_backward(_network(seed), bug))


def draw_hunt(settings: TrustSettings, language: str, go_to_round) -> None:
    """Draw the puzzle of a seed and round.

    Args:
      settings: of the page.
      language: of the words.
      go_to_round: called with the number of another round, from a callback.
    """
    puzzle = Puzzle(settings)
    st.write(text(language, "trust.hunt.lead"))
    _score(puzzle, language)
    left, right = _side_by_side()
    with left:
        _check(puzzle, language)
    with right:
        _numbers(puzzle, language)
    left, right = _side_by_side()
    with left:
        _guess(puzzle, language)
    with right:
        if puzzle.over:
            _solution(puzzle, language, go_to_round)
        else:
            st.subheader(text(language, "trust.hunt.code"))
            st.code(backward_listing(), language="python")
    st.caption(text(language, "trust.hunt.share"))


def _side_by_side():
    """Return two places: beside each other, in the lecture hall one above the other."""
    if display().size == "hall":
        return st.container(), st.container()
    return st.columns([0.42, 0.58], gap="medium")


def _score(puzzle: Puzzle, language: str) -> None:
    solved = [
        state["points"]
        for key, state in st.session_state.items()
        if str(key).startswith("hunt:") and state["points"] is not None
    ]
    columns = st.columns(4)
    columns[0].markdown("**" + text(language, "trust.hunt.round", round=puzzle.round, seed=puzzle.seed) + "**")
    if not puzzle.over:
        columns[1].markdown("**" + text(language, "trust.hunt.worth", points=puzzle.worth) + "**")
    columns[2].markdown("**" + text(language, "trust.hunt.points", points=sum(solved), rounds=len(solved)) + "**")
    columns[3].markdown(f"**{text(language, 'trust.hunt.hints_used')}: {puzzle.state['hints']} / {len(HINTS)}**")


def _check(puzzle: Puzzle, language: str) -> None:
    st.subheader(text(language, "trust.hunt.checks"))
    st.caption(text(language, "trust.hunt.checks_lead"))

    def check(*names: str) -> None:
        puzzle.state["checked"] = tuple(dict.fromkeys((*puzzle.state["checked"], *names)))
        if len(names) == 1:
            st.session_state["hunt_look"] = names[0]

    with st.container(horizontal=True):
        for name in NAMES:
            label = text(language, "trust.hunt.check", name=name)
            st.button(label, key=f"hunt_check_{name}", on_click=check, args=(name,))
        st.button(text(language, "trust.hunt.check_all"), key="hunt_check_all", on_click=check, args=NAMES)
    headings = [text(language, f"trust.hunt.{name}") for name in ("parameter", "error", "result")]
    rows = []
    for name in NAMES:
        done = puzzle.checks[name] if name in puzzle.state["checked"] else None
        result = "unchecked" if done is None else "passes" if done.passes else "fails"
        cells = (name, "–" if done is None else number_text(done.error), text(language, f"trust.hunt.{result}"))
        rows.append(dict(zip(headings, cells, strict=True)))
    st.table(rows, hide_index=True)


def _numbers(puzzle: Puzzle, language: str) -> None:
    st.subheader(text(language, "trust.hunt.look"))
    checked = [name for name in NAMES if name in puzzle.state["checked"]]
    if not checked:
        st.info(text(language, "trust.hunt.look_first"))
        return
    if st.session_state.get("hunt_look") not in checked:
        st.session_state["hunt_look"] = checked[0]
    st.segmented_control(text(language, "trust.hunt.look_at"), checked, key="hunt_look", required=True)
    name: str = st.session_state["hunt_look"]
    program = np.atleast_2d(buggy_backward(puzzle.network, puzzle.bug)[name])
    right = np.atleast_2d(_right(puzzle.seed)[name])
    left_column, right_column = st.columns(2)
    with left_column:
        st.markdown(text(language, "trust.hunt.program"))
        st.table(_cells(program), hide_index=True)
    with right_column:
        st.markdown(text(language, "trust.hunt.right"))
        st.table(_cells(right), hide_index=True)
    if program.shape == right.shape:
        st.markdown(text(language, "trust.hunt.ratio"))
        st.table(_cells(np.divide(program, right, out=np.full_like(right, np.nan), where=right != 0)), hide_index=True)


def _cells(values: np.ndarray) -> list[dict[str, str]]:
    return [{str(column + 1): number_text(value) for column, value in enumerate(row)} for row in values]


def _guess(puzzle: Puzzle, language: str) -> None:
    st.subheader(text(language, "trust.hunt.guess"))
    kind = st.selectbox(
        text(language, "trust.hunt.kind"),
        BUG_KINDS,
        index=None,
        format_func=lambda kind: bug_name(language, kind),
        key="hunt_kind",
        placeholder=text(language, "trust.hunt.choose"),
        disabled=puzzle.over,
    )
    layer = st.segmented_control(
        text(language, "trust.hunt.layer"),
        (1, 2, 3),
        format_func=lambda layer: text(language, "trust.hunt.layer_name", layer=layer),
        default=3,
        key="hunt_layer",
        required=True,
        disabled=puzzle.over,
    )
    state = puzzle.state

    def submit() -> None:
        if kind is None:
            state["said"] = ("choose",)
            return
        verdict = grade_bug(puzzle.bug, kind, layer, state["hints"], state["wrong"] + 1)
        if verdict.kind_correct and verdict.layer_correct:
            state["points"], state["said"] = verdict.points, None
        else:
            state["wrong"] += 1
            state["said"] = ("wrong", verdict.message, PlantedBug(kind, layer))

    def hint() -> None:
        state["hints"] = min(state["hints"] + 1, len(HINTS))

    def show() -> None:
        state["shown"], state["said"] = True, None

    with st.container(horizontal=True):
        st.button(
            text(language, "trust.hunt.submit"),
            key="hunt_submit",
            type="primary",
            on_click=submit,
            disabled=puzzle.over,
        )
        left = state["hints"] < len(HINTS)
        label = text(language, "trust.hunt.hint", cost=HINT_COST) if left else text(language, "trust.hunt.no_hints")
        st.button(label, key="hunt_hint", on_click=hint, disabled=puzzle.over or not left)
        st.button(text(language, "trust.hunt.give_up"), key="hunt_show", on_click=show, disabled=puzzle.over)
    for number in range(1, state["hints"] + 1):
        st.info(bug_hint(language, puzzle.bug, number, puzzle.network))
    if state["said"] and not puzzle.over:
        if state["said"][0] == "choose":
            st.warning(text(language, "trust.hunt.choose"))
        else:
            _, message, guess = state["said"]
            st.warning(text(language, message) + " " + narrate_guess(language, puzzle.network, puzzle.bug, guess))


def _solution(puzzle: Puzzle, language: str, go_to_round) -> None:
    name = bug_name(language, puzzle.bug.kind)
    points = puzzle.state["points"]
    if points is not None:
        st.success(text(language, "trust.hunt.won", points=points, name=name, layer=puzzle.bug.layer))
    else:
        st.info(text(language, "trust.hunt.shown", name=name, layer=puzzle.bug.layer))
    st.write(bug_explanation(language, puzzle.bug.kind))
    right, wrong = changed_lines(puzzle.bug)
    st.markdown(f"**{text(language, 'trust.hunt.wrong_line')}**")
    st.code(wrong, language="python")
    st.markdown(f"**{text(language, 'trust.hunt.right_line')}**")
    st.code(right, language="python")
    st.write(narrate_failing(language, puzzle.network, puzzle.bug))
    st.button(
        text(language, "trust.hunt.next"),
        key="hunt_next",
        type="primary",
        on_click=go_to_round,
        args=(puzzle.round % MAX_ROUND + 1,),
    )
