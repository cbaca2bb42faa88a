"""Check a lesson as an author's reader would: every name is there, every answer is graded as it should be."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simulator.course.answers import mark, right_answer
from simulator.course.lesson import BugCheckpoint, CodeCheckpoint, ControlsCheckpoint, NumberCheckpoint
from simulator.course.loader import PLAN, Lesson, line_of, read_lesson
from simulator.course.markdown import Mistake, Note, PanelUse, Prose, Question, quoted
from simulator.course.rules import is_only_bug
from simulator.course.values import compute, drawn_numbers, filled, links_of, missed, settings_of, unknown_names
from simulator.errors import InputError
from simulator.scenes.registry import scene_named
from simulator.texts.numbers import number_text

LAZY = ("", "0", "1")
"""What anyone may try."""
THREE_DIGITS = 0.005
"""Tolerance from which a number may be given as the pages show it; what is counted must be exact."""
_NUMBER = re.compile(r"[−-]?\d+(?:\.\d+)?(?:/\d+)?")


def check(folder: Path) -> tuple[Mistake, ...]:
    """Return what is wrong with the lesson in a folder; nothing where it can be taught."""
    read = read_lesson(folder)
    if read.lesson is None:
        return read.mistakes
    found = list(_scenes(read.lesson, folder)) + list(_values(read.lesson, folder)) + list(_blocks(read.lesson, folder))
    return tuple(found) or tuple(_answers(read.lesson, folder))


def _at(folder: Path, places: list[str], error: InputError) -> Mistake:
    text = (folder / PLAN).read_text(encoding="utf-8")
    return Mistake(str(folder / PLAN), line_of(text, places), error)


def _scenes(lesson: Lesson, folder: Path) -> Iterator[Mistake]:
    for name, use in lesson.plan.scenes.items():
        places = ["scenes", name]
        try:
            mended = settings_of(use)
        except InputError as error:
            yield _at(folder, [*places, "scene"], InputError("lesson:settings", value=name, detail=error))
            continue
        for error in mended.errors:
            yield _at(folder, [*places, "settings"], InputError("lesson:settings", value=name, detail=error))
        for written in unknown_names(use):
            details = {"value": name, "written": written, "choices": links_of(use)}
            yield _at(folder, [*places, "settings"], InputError("lesson:setting", **details))
        known = scene_named(use.scene).settings.controls()
        for control in use.controls:
            if control not in known:
                details = {"value": name, "control": control, "choices": known}
                yield _at(folder, [*places, "controls"], InputError("lesson:control", **details))


def _values(lesson: Lesson, folder: Path) -> Iterator[Mistake]:
    for name, value in lesson.plan.values.items():
        try:
            compute(value, lesson.plan.scenes)
        except InputError as error:
            yield _at(folder, ["values", name], error)


def _blocks(lesson: Lesson, folder: Path) -> Iterator[Mistake]:
    for language, words in lesson.words.items():
        file = str(folder / f"{language}.md")
        for block in (block for part in words.parts for block in part.blocks):
            for text in _texts(block):
                for name in quoted(text):
                    if name not in lesson.plan.values:
                        details = {"value": name, "choices": lesson.plan.values or ["–"]}
                        yield Mistake(file, block.line, InputError("lesson:no_value", **details))
            if isinstance(block, PanelUse):
                error = _panel_error(lesson, block)
                if error is not None:
                    yield Mistake(file, block.line, error)


def _texts(block: Any) -> tuple[str, ...]:
    if isinstance(block, Question):
        hints = [hint.text for hint in block.hints.values()]
        return (block.prompt, *block.options, *block.left, *hints, block.solution)
    return (block.text,) if isinstance(block, (Prose, Note)) else ()


def _panel_error(lesson: Lesson, block: PanelUse) -> InputError | None:
    scenes = lesson.plan.scenes
    if block.scene not in scenes:
        return InputError("lesson:no_scene", value=block.scene, choices=scenes or ["–"])
    use = scenes[block.scene]
    try:
        scene = scene_named(use.scene)
        there = scene.view(block.panel).exists(settings_of(use).settings)
    except InputError as error:
        return error
    return None if there else InputError("scene:panel", scene=use.scene, value=block.panel, choices=scene.views)


def _answers(lesson: Lesson, folder: Path) -> Iterator[Mistake]:
    for name, checkpoint in lesson.plan.checkpoints.items():
        places = ["checkpoints", name]
        try:
            yield from (_at(folder, places, error) for error in _graded(lesson, name, checkpoint))
        except InputError as error:
            yield _at(folder, places, error)


def _graded(lesson: Lesson, name: str, checkpoint: Any) -> Iterator[InputError]:
    """Yield what is wrong with the grading of a checkpoint."""
    if isinstance(checkpoint, ControlsCheckpoint):
        for given in right_forms(lesson, checkpoint):  # says why, where a goal names what is not there
            missed(checkpoint.goals, drawn_numbers(lesson.plan.scenes[checkpoint.scene], checkpoint, given))
    for given in right_forms(lesson, checkpoint):
        if not mark(lesson.plan, checkpoint, given).right:
            yield InputError("lesson:not_accepted", value=name, given=_said(given))
    for wrong in checkpoint.wrong:
        given = mark(lesson.plan, checkpoint, _given(checkpoint, wrong.answer))
        if given.right:
            yield InputError("lesson:not_rejected", value=name, given=_said(wrong.answer))
        elif given.name != wrong.name:
            yield InputError("lesson:not_recognised", value=name, given=_said(wrong.answer), name=wrong.name)
    for given in wrong_forms(lesson, checkpoint):
        if mark(lesson.plan, checkpoint, given).right:
            yield InputError("lesson:not_rejected", value=name, given=_said(given))
    for given in lazy_answers(lesson, name):
        if mark(lesson.plan, checkpoint, given).right:
            yield InputError("lesson:printed", value=name, given=given)
    yield from _told(lesson, name, checkpoint)
    if isinstance(checkpoint, BugCheckpoint) and not is_only_bug(checkpoint):
        yield InputError("lesson:bug", value=name, line=checkpoint.answer)


def right_forms(lesson: Lesson, checkpoint: Any) -> tuple[Any, ...]:
    """Return ways to give the right answer: the lesson's own, and of a number what anyone may type for it."""
    if isinstance(checkpoint, ControlsCheckpoint):
        return _settings(lesson, checkpoint, checkpoint.accept)
    if isinstance(checkpoint, CodeCheckpoint):
        return (checkpoint.answer, *checkpoint.accept)
    right = right_answer(lesson.plan, checkpoint)
    forms = [_given(checkpoint, right), *checkpoint.accept]
    if isinstance(checkpoint, NumberCheckpoint):
        typed = f"{right:.6g}"
        wide = typed.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
        forms += [typed, typed.replace(".", ","), typed.replace("-", "−"), wide]
        if checkpoint.tolerance >= THREE_DIGITS:
            forms.append(number_text(right))
    return tuple(forms)


def wrong_forms(lesson: Lesson, checkpoint: Any) -> tuple[Any, ...]:
    """Return answers that must not be right: those of the lesson."""
    if isinstance(checkpoint, ControlsCheckpoint):
        start = settings_of(lesson.plan.scenes[checkpoint.scene]).settings
        return (start, *_settings(lesson, checkpoint, checkpoint.reject))
    return tuple(checkpoint.reject)


def lazy_answers(lesson: Lesson, name: str) -> tuple[str, ...]:
    """Return what nobody should get through with: nothing, 0, 1, and every number that the question prints."""
    if lesson.plan.checkpoints[name].kind not in ("number", "expression", "matrix", "shape", "code"):
        return ("",)
    printed: list[str] = []
    if lesson.plan.checkpoints[name].kind == "number":
        for language in lesson.words:
            prompt = filled(lesson.questions(language)[name].prompt, lesson.plan.values, lesson.plan.scenes)
            printed += _NUMBER.findall(prompt)
    return (*LAZY, *dict.fromkeys(printed))


def _settings(lesson: Lesson, checkpoint: ControlsCheckpoint, queries: list[Any]) -> tuple[Any, ...]:
    return tuple(settings_of(lesson.plan.scenes[checkpoint.scene], str(query)).settings for query in queries)


def _given(checkpoint: Any, answer: Any) -> Any:
    """Return an answer of the plan as a learner would give it."""
    if checkpoint.kind == "number":
        return f"{answer:.9g}"
    if checkpoint.kind == "matrix":
        return "\n".join(" ".join(f"{number:.9g}" for number in row) for row in answer)
    return tuple(answer) if checkpoint.kind == "shape" else answer


def _told(lesson: Lesson, name: str, checkpoint: Any) -> Iterator[InputError]:
    """Yield hints that tell a number that is asked for."""
    if not isinstance(checkpoint, NumberCheckpoint):
        return
    for language in lesson.words:
        for wrong, hint in lesson.questions(language)[name].hints.items():
            text = filled(hint.text, lesson.plan.values, lesson.plan.scenes)
            for number in _NUMBER.findall(text):
                if mark(lesson.plan, checkpoint, number).right:
                    yield InputError("lesson:told", value=name, name=wrong, given=number)


def _said(given: Any) -> str:
    return str(given.to_text() if hasattr(given, "to_text") else given)[:60]
