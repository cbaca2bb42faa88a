"""Predict before reveal: one question at a time, graded kindly, the answer only when it is right or asked for."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from simulator.course.grading import Question, Verdict, grade
from simulator.course.misconceptions import misconception_name
from simulator.course.reading import MAX_ANSWER_LENGTH
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text
from simulator.ui.plain import plain

MAX_REMEMBERED = 300
"""Questions under one key whose outcome the session keeps."""
RIGHT, SHOWN = "right", "shown"

Rewrite = Callable[[str], str]
"""Writes the names in a sentence as the picture does."""


def prediction(
    questions: Sequence[Question], *, key: str, language: str, write: Rewrite = str, reveals: bool = True
) -> None:
    """Ask questions one at a time; the session remembers what was answered.

    Nothing is revealed before the learner is right or asks for it. Each answer runs the whole page, so that question,
    picture and verdict always belong together; see ``answered`` and ``current``.

    Args:
      questions: of ``simulator.course.graph_questions.questions``, for example. Other questions under the same key (the
        next step, another network) start afresh; questions asked before keep their outcome.
      key: name of this place on the page.
      language: of the reader.
      write: writes names in a sentence as the picture does.
      reveals: whether the answer is shown to who asks for it.
    """
    if not questions:
        st.caption(text(language, "prediction.nothing"))
        return
    memory = _memory(key)
    place = _place(memory, questions)
    question = questions[place]
    name, outcome = _fingerprint(question), _seen(memory, question)
    with st.container(border=True, key=f"{key}_prediction", gap="small"):
        _draw_heading(questions, place, key, language, write)
        if "done" not in outcome:
            _draw_form(question, name, key, language, write, reveals)
        _draw_outcome(question, outcome, language, write)
        _draw_end(questions, place, key, language)


def answered(key: str, questions: Sequence[Question]) -> bool:
    """Say whether every question has been answered, by the learner or on request.

    Args:
      key: as in ``prediction``.
      questions: those that count; without any, nothing has been answered.
    """
    memory = _memory(key)
    return bool(questions) and all(_done(memory, question) for question in questions)


def current(key: str, questions: Sequence[Question]) -> Question | None:
    """Return the question that is on; None without questions."""
    return questions[_place(_memory(key), questions)] if questions else None


def is_done(key: str, question: Question) -> bool:
    """Say whether one question has been answered, by the learner or on request."""
    return _done(_memory(key), question)


def has_begun(key: str) -> bool:
    """Say whether anything has been answered under a key."""
    return bool(_memory(key)["outcomes"])


def _draw_heading(questions: Sequence[Question], place: int, key: str, language: str, write: Rewrite) -> None:
    """Write the question, with the way to the others and what was found out before."""
    memory, names = _memory(key), _names(questions)
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_question_row", gap="small"):
        st.markdown(f"**{plain(write(questions[place].text(language)))}**", width="stretch")
        if len(questions) > 1:
            st.caption(text(language, "prediction.place", number=place + 1, total=len(questions)), width="content")
            ways = (("back", -1, place > 0), ("next", 1, place < len(questions) - 1))
            for name, by, allowed in ways:
                st.button(
                    "",
                    key=f"{key}_{name}",
                    help=text(language, f"prediction.{name}"),
                    icon=f":material/chevron_{'left' if by < 0 else 'right'}:",
                    type="tertiary",
                    disabled=not allowed,
                    on_click=_go,
                    args=(key, names, place + by),
                )
        if any(_seen(memory, question) for question in questions):
            again = text(language, "prediction.again")
            st.button(
                "",
                key=f"{key}_again",
                help=again,
                icon=":material/replay:",
                type="tertiary",
                on_click=_forget,
                args=(key, names),
            )
    found = [
        f"{number}. {_answer_markdown(question, language, write)}"
        for number, question in enumerate(questions, 1)
        if number - 1 != place and _done(memory, question)
    ]
    if found:
        st.caption(" · ".join(found))


def _draw_form(question: Question, name: str, key: str, language: str, write: Rewrite, reveals: bool) -> None:
    widget = f"{key}_answer_{name}"
    with st.form(f"{key}_form_{name}", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        _draw_answer(question, widget, language, write)
        st.form_submit_button(
            text(language, "prediction.check"),
            type="primary",
            key=f"{widget}_check",
            on_click=_check,
            args=(key, question, name, widget),
        )
        if reveals:
            st.form_submit_button(
                text(language, "prediction.show"), key=f"{widget}_show", on_click=_finish, args=(key, name, SHOWN)
            )
        if expected := _expected(question, language):
            st.caption(expected, width="stretch")


def _draw_answer(question: Question, widget: str, language: str, write: Rewrite) -> None:
    label = text(language, f"prediction.label.{question.kind}")

    def shown(choice: str) -> str:
        return _latex(choice) if question.kind == "formula" else plain(write(choice))

    if question.kind in ("choice", "formula"):
        hidden = "collapsed"  # the question says it
        st.radio(
            label, question.choices, index=None, key=widget, format_func=shown, horizontal=True, label_visibility=hidden
        )
    elif question.kind == "nodes":
        st.pills(label, question.choices, selection_mode="multi", key=widget, format_func=shown, width="content")
    else:
        st.text_input(
            label, key=widget, max_chars=MAX_ANSWER_LENGTH, width=200, placeholder=label, label_visibility="collapsed"
        )


def _draw_outcome(question: Question, outcome: dict[str, Any], language: str, write: Rewrite) -> None:
    verdict: Verdict | None = outcome.get("verdict")
    answer = _answer_markdown(question, language, write)
    if outcome.get("done") == RIGHT:
        st.success(text(language, "prediction.right", answer=answer))
    elif outcome.get("done") == SHOWN:
        st.info(text(language, "prediction.shown", answer=answer))
    elif verdict is not None:
        sentence = plain(verdict.text(language))
        if verdict.misconception is not None:
            sentence = f"**{plain(misconception_name(language, verdict.misconception))}** · {sentence}"
        if verdict.code != "unreadable" and question.kind != "formula":
            given = plain(outcome["given"]) or text(language, "prediction.empty")
            sentence = text(language, "prediction.wrong", given=given, sentence=sentence)
        st.warning(sentence)


def _draw_end(questions: Sequence[Question], place: int, key: str, language: str) -> None:
    """Lead on to the next question, or say how it went once all are done."""
    memory = _memory(key)
    if all(_done(memory, question) for question in questions):
        st.caption(_summary(questions, memory, language))
    elif _done(memory, questions[place]):
        waiting = [number for number, question in enumerate(questions) if not _done(memory, question)]
        following = next((number for number in waiting if number > place), waiting[0])
        label, names = text(language, "prediction.next"), _names(questions)
        st.button(label, key=f"{key}_onward", type="primary", on_click=_go, args=(key, names, following))


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


def _answer_markdown(question: Question, language: str, write: Rewrite) -> str:
    answer = answer_text(question, language)
    return _latex(answer) if question.kind == "formula" else plain(write(answer))


def _latex(formula: str) -> str:
    return f"${formula}$"


def _expected(question: Question, language: str) -> str:
    if question.kind == "number":
        return text(language, "prediction.number", tolerance=percent_text(question.tolerance))
    return text(language, "prediction.shape") if question.kind == "shape" else ""


def _summary(questions: Sequence[Question], memory: dict[str, Any], language: str) -> str:
    outcomes = [_seen(memory, question) for question in questions]
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
    elif verdict.code != "unreadable":
        outcome["wrong"] = outcome.get("wrong", 0) + 1


def _finish(key: str, name: str, how: str) -> None:
    outcome = _outcome(key, name)
    outcome.setdefault("wrong", 0)
    outcome["done"] = how


def _go(key: str, names: tuple[str, ...], place: int) -> None:
    _memory(key)["place"] = (names, place)


def _forget(key: str, names: tuple[str, ...]) -> None:
    memory = _memory(key)
    for name in names:
        memory["outcomes"].pop(name, None)
        st.session_state.pop(f"{key}_answer_{name}", None)
    memory["place"] = (names, 0)


def _place(memory: dict[str, Any], questions: Sequence[Question]) -> int:
    """Return which question is on: the one the learner went to, or the first that is not done."""
    names = _names(questions)
    asked, place = memory.get("place", ((), 0))
    if asked == names:
        return place
    waiting = [place for place, question in enumerate(questions) if not _done(memory, question)]
    memory["place"] = (names, waiting[0] if waiting else 0)
    return memory["place"][1]


def _outcome(key: str, name: str) -> dict[str, Any]:
    outcomes = _memory(key)["outcomes"]
    while len(outcomes) >= MAX_REMEMBERED and name not in outcomes:
        del outcomes[next(iter(outcomes))]
    return outcomes.setdefault(name, {})


def _seen(memory: dict[str, Any], question: Question) -> dict[str, Any]:
    return memory["outcomes"].get(_fingerprint(question), {})


def _done(memory: dict[str, Any], question: Question) -> bool:
    return "done" in _seen(memory, question)


def _memory(key: str) -> dict[str, Any]:
    return st.session_state.setdefault(f"prediction:{key}", {"outcomes": {}})


def _names(questions: Sequence[Question]) -> tuple[str, ...]:
    return tuple(_fingerprint(question) for question in questions)


def _fingerprint(question: Question) -> str:
    parts = (question.kind, question.prompt, sorted(question.details.items()), question.choices)
    answer = question.answer
    answered_with = sorted(answer) if isinstance(answer, frozenset) else answer
    return hashlib.blake2b(repr((*parts, answered_with)).encode(), digest_size=8).hexdigest()
