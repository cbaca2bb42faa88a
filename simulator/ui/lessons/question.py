"""A checkpoint on the page: asked, graded in Python, answered beside the question; nothing is sent before it is due."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from simulator.course.answers import MAX_LETTERS, MAX_TYPED, Mark, mark
from simulator.course.loader import Lesson
from simulator.course.markdown import Question
from simulator.course.progress import TRIES, Answered
from simulator.course.rules import MAX_CODE_LETTERS, known_names
from simulator.course.values import filled, settings_of
from simulator.scenes.registry import scene_named
from simulator.texts import text
from simulator.texts.numbers import number_text
from simulator.ui.controls.session import Controls
from simulator.ui.lessons.keeping import answered, attempt, set_answered, show_verdict
from simulator.ui.plain import plain


def scene_place(lesson: Lesson, scene: str) -> str:
    """Return the name of the place where a lesson's scene has its controls."""
    return f"lesson_{lesson.name}_{scene}"


def scene_controls(lesson: Lesson, scene: str, language: str) -> Controls[Any]:
    """Return the controls of one of a lesson's scenes: one set of them in the whole lesson."""
    use = lesson.plan.scenes[scene]
    start = settings_of(use).settings
    return Controls(scene_named(use.scene), language, place=scene_place(lesson, scene), start=start)


def is_done(lesson: Lesson, name: str) -> bool:
    """Say whether the text behind a question may be read: it was answered, its solution shown, or it was skipped."""
    return bool(answered(lesson, name).done)


def draw_question(lesson: Lesson, question: Question, language: str) -> None:
    """Draw a question, and what is said to the last answer."""
    entry = answered(lesson, question.name)
    with st.container(border=True, key=_box(question)):
        st.caption(text(language, "lessons.question"))
        _write(lesson, question.prompt)
        if entry.done in ("right", "shown"):
            _draw_outcome(lesson, question, entry, language)
            return
        _draw_form(lesson, question, entry, language)
        _draw_mark(lesson, question, entry, language)


def _box(question: Question) -> str:
    return f"question_{question.name}"


def _draw_outcome(lesson: Lesson, question: Question, entry: Answered, language: str) -> None:
    for mark_of_list, items in (("1.", question.left), ("-", question.options)):
        if items:
            _write(lesson, "\n".join(f"{mark_of_list} {item}" for item in items))
    lines = getattr(lesson.plan.checkpoints[question.name], "lines", None)
    if lines:
        st.code("\n".join(lines), language=None, line_numbers=True)  # the colours of a language are too pale
    if entry.done == "right":
        st.success(text(language, "lessons.said.right"), icon=":material/check:")
    else:
        st.info(text(language, "lessons.said.shown"), icon=":material/menu_book:")
    with st.expander(text(language, "lessons.said.solution"), expanded=entry.done == "shown"):
        _write(lesson, question.solution)
    if entry.done == "shown":
        name = question.name
        st.button(
            text(language, "lessons.ask.reopen"),
            key=f"reopen_{name}",
            type="tertiary",
            on_click=lambda: _reopen(lesson, name),
        )


def _draw_form(lesson: Lesson, question: Question, entry: Answered, language: str) -> None:
    checkpoint, key = lesson.plan.checkpoints[question.name], f"answer:{lesson.name}:{question.name}:{language}"

    def checked() -> None:
        given = _given(lesson, checkpoint, key, language)
        found = mark(lesson.plan, checkpoint, given)
        st.session_state[_said(lesson, question.name)] = found
        show_verdict(_box(question))
        if found.unreadable is None:
            attempt(lesson, question.name, right=found.right, wrong=found.name)

    def skipped() -> None:
        set_answered(lesson, question.name, entry.model_copy(update={"done": "skipped"}))

    with st.form(f"form_{question.name}", border=False):
        _DRAWERS[checkpoint.kind](lesson, question, checkpoint, key, language)
        with st.container(horizontal=True):
            st.form_submit_button(text(language, "lessons.ask.check"), type="primary", on_click=checked)
            if not entry.done:
                st.form_submit_button(text(language, "lessons.ask.skip"), on_click=skipped)


def _draw_mark(lesson: Lesson, question: Question, entry: Answered, language: str) -> None:
    found: Mark | None = st.session_state.get(_said(lesson, question.name))
    if found is None:
        if entry.done == "skipped":
            st.caption(text(language, "lessons.said.skipped"))
        return
    if found.unreadable is not None:
        st.warning(plain(found.unreadable.in_language(language)))
        return
    hint = question.hints.get(found.name)
    sentence = text(language, "lessons.said.wrong")
    if hint is not None:
        words = filled(hint.text, lesson.plan.values, lesson.plan.scenes)
        sentence = f"{sentence} **{hint.title}**\n\n{words}"
    if found.measured is not None:
        sentence = f"{sentence}\n\n{text(language, 'lessons.said.measured', value=number_text(found.measured))}"
    st.warning(sentence, icon=":material/lightbulb:")
    st.caption(text(language, "lessons.said.tries", tries=entry.tries, limit=TRIES))


def _reopen(lesson: Lesson, name: str) -> None:
    st.session_state.pop(_said(lesson, name), None)
    set_answered(lesson, name, Answered())


def _said(lesson: Lesson, name: str) -> str:
    return f"lessons:said:{lesson.name}:{name}"


def _write(lesson: Lesson, words: str) -> None:
    st.markdown(filled(words, lesson.plan.values, lesson.plan.scenes))


def _given(lesson: Lesson, checkpoint: Any, key: str, language: str) -> Any:
    if checkpoint.kind == "controls":
        return scene_controls(lesson, checkpoint.scene, language).settings
    if checkpoint.kind == "several":
        return [name for name in checkpoint.options if st.session_state.get(f"{key}:{name}")]
    if checkpoint.kind == "matching":
        return {name: st.session_state.get(f"{key}:{name}") for name in checkpoint.left}
    return st.session_state.get(key)


def _labels(lesson: Lesson, names: Any, words: tuple[str, ...]) -> Callable[[str], str]:
    said = dict(zip(names, words, strict=True))
    return lambda name: filled(said[name], lesson.plan.values, lesson.plan.scenes)


Draw = Callable[[Lesson, Question, Any, str, str], None]


def _typed(_lesson: Lesson, _question: Question, checkpoint: Any, key: str, language: str) -> None:
    names = list(getattr(checkpoint, "variables", None) or ("",))
    label = text(language, f"lessons.ask.{checkpoint.kind}", names=", ".join(names), first=names[0])
    st.text_input(label, key=key, max_chars=MAX_TYPED.get(checkpoint.kind, MAX_LETTERS))


def _matrix(_lesson: Lesson, _question: Question, _checkpoint: Any, key: str, language: str) -> None:
    st.text_area(text(language, "lessons.ask.matrix"), key=key, max_chars=MAX_LETTERS, height=110)


def _choice(lesson: Lesson, question: Question, checkpoint: Any, key: str, language: str) -> None:
    words = _labels(lesson, checkpoint.options, question.options)
    label = text(language, f"lessons.ask.{checkpoint.kind}")
    st.radio(label, checkpoint.options, index=None, key=key, format_func=words)


def _several(lesson: Lesson, question: Question, checkpoint: Any, key: str, language: str) -> None:
    words = _labels(lesson, checkpoint.options, question.options)
    st.caption(text(language, "lessons.ask.several"))
    for name in checkpoint.options:
        st.checkbox(words(name), key=f"{key}:{name}")


def _order(lesson: Lesson, question: Question, checkpoint: Any, key: str, language: str) -> None:
    words = _labels(lesson, checkpoint.options, question.options)
    st.multiselect(text(language, "lessons.ask.order"), checkpoint.options, key=key, format_func=words, placeholder="")


def _matching(lesson: Lesson, question: Question, checkpoint: Any, key: str, language: str) -> None:
    left, right = (
        _labels(lesson, checkpoint.left, question.left),
        _labels(lesson, checkpoint.right, question.options),
    )
    st.caption(text(language, "lessons.ask.matching"))
    for name in checkpoint.left:
        st.radio(left(name), checkpoint.right, index=None, key=f"{key}:{name}", format_func=right, horizontal=True)


def _controls(_lesson: Lesson, _question: Question, _checkpoint: Any, _key: str, language: str) -> None:
    st.caption(text(language, "lessons.ask.controls"))


def _code(_lesson: Lesson, _question: Question, checkpoint: Any, key: str, language: str) -> None:
    asked = ", ".join(f"d{name}" for name in checkpoint.gradients)
    label = text(language, "lessons.ask.code", asked=asked, known=", ".join(known_names(checkpoint)))
    st.text_area(label, key=key, max_chars=MAX_CODE_LETTERS, height=130)


def _bug(_lesson: Lesson, _question: Question, checkpoint: Any, key: str, language: str) -> None:
    numbers = range(1, len(checkpoint.lines) + 1)
    label = text(language, "lessons.ask.bug")
    st.radio(label, numbers, index=None, key=key, format_func=lambda n: f"`{n}  {checkpoint.lines[n - 1]}`")


_DRAWERS: dict[str, Draw] = {
    "number": _typed,
    "shape": _typed,
    "expression": _typed,
    "matrix": _matrix,
    "choice": _choice,
    "step": _choice,
    "several": _several,
    "order": _order,
    "matching": _matching,
    "controls": _controls,
    "code": _code,
    "bug": _bug,
}
"""Kind of a checkpoint → how an answer is given."""
