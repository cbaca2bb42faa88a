"""Predict before reveal: one question at a time, graded kindly, the answer only when it is right or asked for."""

import hashlib
from collections.abc import Sequence
from typing import Any

import streamlit as st

from simulator.course.grading import MAX_ANSWER_LENGTH, Question, Verdict, grade
from simulator.course.misconceptions import misconception_name
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text
from simulator.ui.plain import plain

MAX_REMEMBERED = 300
"""Questions under one key whose outcome the session keeps."""
RIGHT, SHOWN = "right", "shown"
UNREADABLE = ("misconceptions.verdict.not_a_number", "misconceptions.verdict.not_a_shape")
"""Verdicts on an answer that says nothing: no attempt is counted."""


@st.fragment
def prediction(questions: Sequence[Question], *, key: str, language: str) -> None:
    """Ask questions one at a time; the session remembers what was answered.

    Nothing is revealed before the learner is right or asks for it. When the last question is done, the whole page runs
    again, so that it can show what it held back; see ``answered``.

    Args:
      questions: of ``simulator.course.misconceptions.questions``, for example. Other questions under the same key (the
        next step, another network) start afresh; questions asked before keep their outcome.
      key: name of this place on the page.
      language: of the reader.
    """
    memory = _memory(key)
    memory["asked"] = [_fingerprint(question) for question in questions]
    if memory.pop("finished", False):
        st.rerun()
    if not questions:
        st.caption(text(language, "prediction.nothing"))
        return
    place = min(_place(memory), len(questions) - 1)
    name = memory["asked"][place]
    with st.container(border=True, key=f"{key}_prediction"):
        st.caption(text(language, "prediction.place", number=place + 1, total=len(questions)))
        _draw_question(questions[place], memory, name, key, language)
        _draw_outcome(questions[place], memory["outcomes"].get(name, {}), language)
        _draw_buttons(memory, place, key, language)
        if answered(key):
            st.write(_summary(memory, language))


def answered(key: str, questions: Sequence[Question] | None = None) -> bool:
    """Say whether every question has been answered, by the learner or on request.

    Args:
      key: as in ``prediction``; one that has asked nothing yet is not answered.
      questions: those that count, wherever they were asked; those last asked under the key by default.
    """
    memory = _memory(key)
    names = memory["asked"] if questions is None else [_fingerprint(question) for question in questions]
    return bool(names) and all(_done(memory, name) for name in names)


def _draw_question(question: Question, memory: dict[str, Any], name: str, key: str, language: str) -> None:
    widget, done = f"{key}_answer_{name}", _done(memory, name)
    with st.form(f"{key}_form_{name}", border=False):
        st.markdown(f"**{plain(question.text(language))}**")
        label = text(language, f"prediction.label.{question.kind}")
        if question.kind == "choice":
            st.radio(label, question.choices, index=None, key=widget, disabled=done, format_func=plain)
        elif question.kind == "nodes":
            st.pills(label, question.choices, selection_mode="multi", key=widget, disabled=done, format_func=plain)
        else:
            st.text_input(label, key=widget, disabled=done, max_chars=MAX_ANSWER_LENGTH, width=260)
        if question.kind in ("number", "shape"):
            st.caption(_expected(question, language))
        with st.container(horizontal=True):
            st.form_submit_button(
                text(language, "prediction.check"),
                type="primary",
                disabled=done,
                key=f"{widget}_check",
                on_click=_check,
                args=(key, question, name, widget),
            )
            st.form_submit_button(
                text(language, "prediction.show"),
                disabled=done,
                key=f"{widget}_show",
                on_click=_finish,
                args=(key, name, SHOWN),
            )


def _draw_outcome(question: Question, outcome: dict[str, Any], language: str) -> None:
    verdict: Verdict | None = outcome.get("verdict")
    answer = plain(answer_text(question, language))
    if outcome.get("done") == RIGHT:
        st.success(text(language, "prediction.right", answer=answer))
    elif outcome.get("done") == SHOWN:
        st.info(text(language, "prediction.shown", answer=answer))
    elif verdict is not None:
        sentence = plain(verdict.text(language))
        if verdict.misconception is not None:
            sentence = f"**{plain(misconception_name(language, verdict.misconception))}** · {sentence}"
        given = plain(outcome["given"]) or text(language, "prediction.empty")
        read = verdict.message not in UNREADABLE
        st.warning(text(language, "prediction.wrong", given=given, sentence=sentence) if read else sentence)


def _draw_buttons(memory: dict[str, Any], place: int, key: str, language: str) -> None:
    with st.container(horizontal=True):
        for name, by, allowed in (("back", -1, place > 0), ("next", 1, place < len(memory["asked"]) - 1)):
            st.button(
                text(language, f"prediction.{name}"),
                key=f"{key}_{name}",
                disabled=not allowed,
                on_click=_go,
                args=(key, place + by),
            )
        if any(memory["outcomes"].get(name) for name in memory["asked"]):
            st.button(text(language, "prediction.again"), key=f"{key}_again", on_click=_forget, args=(key,))


def answer_text(question: Question, language: str) -> str:
    """Return the right answer as the reader sees it: three significant digits, a shape, or names."""
    answer: Any = question.answer
    if question.kind == "number":
        return number_text(answer)
    if question.kind == "shape":
        return str(tuple(answer))
    if question.kind == "nodes":
        chosen = [choice for choice in question.choices if choice in answer]
        return ", ".join(chosen) or text(language, "prediction.none")
    return str(answer)


def _expected(question: Question, language: str) -> str:
    if question.kind == "number":
        return text(language, "prediction.number", tolerance=percent_text(question.tolerance))
    return text(language, "prediction.shape") if question.kind == "shape" else ""


def _summary(memory: dict[str, Any], language: str) -> str:
    outcomes = [memory["outcomes"][name] for name in memory["asked"]]
    right = [outcome for outcome in outcomes if outcome["done"] == RIGHT]
    at_once = sum(outcome["wrong"] == 0 for outcome in right)
    return text(language, "prediction.summary", total=len(outcomes), right=len(right), at_once=at_once)


def _check(key: str, question: Question, name: str, widget: str) -> None:
    given = st.session_state.get(widget)
    verdict = grade(question, given if given is not None else "")
    outcome = _outcome(key, name)
    outcome["verdict"], outcome["given"] = verdict, ", ".join(given) if isinstance(given, list) else given or ""
    if verdict.correct:
        _finish(key, name, RIGHT)
    elif verdict.message not in UNREADABLE:
        outcome["wrong"] = outcome.get("wrong", 0) + 1


def _finish(key: str, name: str, how: str) -> None:
    outcome = _outcome(key, name)
    outcome.setdefault("wrong", 0)
    outcome["done"] = how
    if answered(key):
        _memory(key)["finished"] = True


def _go(key: str, place: int) -> None:
    memory = _memory(key)
    memory["place"] = (tuple(memory["asked"]), place)


def _forget(key: str) -> None:
    memory = _memory(key)
    for name in memory["asked"]:
        memory["outcomes"].pop(name, None)
        st.session_state.pop(f"{key}_answer_{name}", None)
    memory["place"] = (tuple(memory["asked"]), 0)
    memory["finished"] = True  # the page must hide again what it has revealed


def _place(memory: dict[str, Any]) -> int:
    """Return which question is on: the one the learner went to, or the first that is not done."""
    asked, place = memory.get("place", ((), 0))
    if asked == tuple(memory["asked"]):
        return place
    waiting = [place for place, name in enumerate(memory["asked"]) if not _done(memory, name)]
    memory["place"] = (tuple(memory["asked"]), waiting[0] if waiting else 0)
    return memory["place"][1]


def _outcome(key: str, name: str) -> dict[str, Any]:
    outcomes = _memory(key)["outcomes"]
    while len(outcomes) >= MAX_REMEMBERED and name not in outcomes:
        del outcomes[next(iter(outcomes))]
    return outcomes.setdefault(name, {})


def _done(memory: dict[str, Any], name: str) -> bool:
    return "done" in memory["outcomes"].get(name, {})


def _memory(key: str) -> dict[str, Any]:
    return st.session_state.setdefault(_name(key), {"asked": [], "outcomes": {}})


def _name(key: str) -> str:
    return f"prediction:{key}"


def _fingerprint(question: Question) -> str:
    parts = (question.kind, question.prompt, sorted(question.details.items()), question.choices)
    answer = question.answer
    answered_with = sorted(answer) if isinstance(answer, frozenset) else answer
    return hashlib.blake2b(repr((*parts, answered_with)).encode(), digest_size=8).hexdigest()
