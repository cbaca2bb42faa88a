"""The page of lessons: the map of the course, or one part of the lesson that the link names."""

from typing import NamedTuple

import streamlit as st

from simulator.course.lesson import Plan
from simulator.course.loader import Lesson, course, folders, read_lesson
from simulator.course.markdown import Note, PanelUse, Prose, Question
from simulator.course.values import filled, settings_of
from simulator.texts import text
from simulator.ui import link
from simulator.ui.controls.widgets import draw_controls
from simulator.ui.frame.language import language
from simulator.ui.lessons.classroom import class_store, draw_class, say_what_failed
from simulator.ui.lessons.keeping import answered, draw_keeper, draw_progress, progress
from simulator.ui.lessons.moved import in_link, move, moved
from simulator.ui.lessons.question import draw_question, is_done, scene_controls, scene_place
from simulator.ui.plain import plain
from simulator.ui.share.dialog import share_page
from simulator.ui.show import show

PARAMETERS = ("lesson", "part")
_OPEN = "lessons:open"
_STYLE = """<style>
[class*="st-key-lesson_prose"], [class*="st-key-question_"] { max-width: 48rem; }
:is([class*="st-key-lesson_prose"], [class*="st-key-question_"]) code { font-size: 0.95em; padding: 0 0.15em; }
[class*="st-key-lesson_parts"] button { justify-content: flex-start; text-align: left; }
</style>"""
PANEL_WIDTHS = (0.24, 0.76)


class Open(NamedTuple):
    """What of the course is open; empty names for the map."""

    lesson: str = ""
    part: str = ""


def lesson_page() -> None:
    """Draw what the link names, or what the learner has opened."""
    spoken, lessons = language(), course()
    st.html(_STYLE)
    names = (*PARAMETERS, *in_link())
    arrived = link.arrived_with("lessons", names)
    if arrived is not None:
        st.session_state[_OPEN] = Open(arrived.get("lesson", ""), arrived.get("part", ""))
    wanted: Open = st.session_state.get(_OPEN, Open())
    lesson = next((one for one in lessons if one.name == wanted.lesson), None)
    part = _part_of(lesson, wanted.part) if lesson is not None else ""
    found = Open(lesson.name, part) if lesson is not None else Open()
    st.session_state[_OPEN] = found
    parameters = {name: value for name, value in found._asdict().items() if value}
    if lesson is not None:
        if arrived is not None:
            move(lesson, arrived, spoken)
        parameters |= moved(lesson, spoken)
    link.publish("lessons", (*names, *parameters), parameters)
    share_page(spoken, parameters)
    if lesson is None:
        if wanted.lesson:
            st.warning(text(spoken, "lessons.missing"))
        _draw_map(lessons, spoken)
    else:
        progress().of(lesson.name).part = part
        say_what_failed(spoken)
        _draw_part(lesson, part, lessons, spoken)
    draw_keeper(*found)


def _part_of(lesson: Lesson, wanted: str) -> str:
    last = progress().of(lesson.name).part if lesson.name in progress().lessons else ""
    return next((name for name in (wanted, last) if name in lesson.plan.parts), lesson.plan.parts[0])


def _go(lesson: str = "", part: str = "") -> None:
    st.session_state[_OPEN] = Open(lesson, part)


def num_done(lesson: Lesson) -> int:
    """Return how many questions of a lesson were answered or seen solved."""
    return sum(answered(lesson, name).done in ("right", "shown") for name in lesson.plan.checkpoints)


def num_right(lesson: Lesson, *, at_once: bool = False) -> int:
    """Return how many questions were answered right, or right with the first answer."""
    entries = [answered(lesson, name) for name in lesson.plan.checkpoints]
    return sum(entry.done == "right" and (not at_once or entry.tries == 1) for entry in entries)


def is_finished(lesson: Lesson) -> bool:
    """Say whether every question of a lesson was answered or seen solved."""
    return num_done(lesson) == len(lesson.plan.checkpoints) > 0


def _draw_map(lessons: tuple[Lesson, ...], spoken: str) -> None:
    st.title(text(spoken, "lessons.title"))
    with st.container(key="prose"):
        st.write(text(spoken, "lessons.lead" if class_store() is None else "lessons.lead_class"))
    draw_class(progress().learner, spoken)
    for folder in folders():
        if read_lesson(folder).lesson is None:
            st.warning(plain(text(spoken, "lessons.broken", name=folder.name)))
    if not lessons:
        st.info(text(spoken, "lessons.none"))
    following = next((one for one in lessons if not is_finished(one)), None)
    for number, lesson in enumerate(lessons, start=1):
        _draw_entry(lesson, number, lessons, spoken, is_next=lesson is following)
    draw_progress(spoken)


def _draw_entry(lesson: Lesson, number: int, lessons: tuple[Lesson, ...], spoken: str, *, is_next: bool) -> None:
    words, total, done = lesson.words[spoken], len(lesson.plan.checkpoints), num_done(lesson)
    begun = bool(progress().lessons.get(lesson.name)) and (done or progress().of(lesson.name).part)
    with st.container(border=True, key=f"lesson_prose_{lesson.name}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"#### {number}. {words.title}", width="content")
            label = "again" if is_finished(lesson) else "go_on" if begun else "start"
            st.button(
                text(spoken, f"lessons.{label}"),
                key=f"open_{lesson.name}",
                type="primary" if is_next else "secondary",
                on_click=_go,
                args=(lesson.name,),
            )
        st.write(words.description)
        if done:
            st.progress(done / total)
        st.caption(" · ".join(_facts(lesson, lessons, spoken, begun=bool(begun), is_next=is_next)))
        with st.expander(text(spoken, "lessons.goals")):
            st.markdown("\n".join(f"- {goal}" for goal in words.goals))


def _facts(lesson: Lesson, lessons: tuple[Lesson, ...], spoken: str, *, begun: bool, is_next: bool) -> list[str]:
    total, done = len(lesson.plan.checkpoints), num_done(lesson)
    if is_finished(lesson):
        state = text(spoken, "lessons.finished", right=num_right(lesson), total=total)
    else:
        state = text(spoken, "lessons.begun", done=done, total=total) if begun else text(spoken, "lessons.untouched")
    facts = [text(spoken, "lessons.minutes", minutes=lesson.plan.minutes), state]
    before = [one.words[spoken].title for one in lessons if one.name in lesson.plan.prerequisites]
    if before:
        facts.append(text(spoken, "lessons.after", titles=", ".join(before)))
    return [text(spoken, "lessons.next_up"), *facts] if is_next else facts


def _draw_part(lesson: Lesson, name: str, lessons: tuple[Lesson, ...], spoken: str) -> None:
    words, plan = lesson.words[spoken], lesson.plan
    part, place = lesson.part(spoken, name), plan.parts.index(name)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(text(spoken, "lessons.back"), key="lessons_back", icon=":material/arrow_back:", on_click=_go)
        with st.popover(text(spoken, "lessons.parts"), icon=":material/list:"), st.container(key="lesson_parts"):
            for one in words.parts:
                st.button(
                    one.title,
                    key=f"part_{one.name}",
                    type="secondary" if one.name == name else "tertiary",
                    icon=_icon(lesson, one.blocks, current=one.name == name),
                    on_click=_go,
                    args=(lesson.name, one.name),
                )
        number = text(spoken, "lessons.part", number=place + 1, total=len(plan.parts))
        st.caption(f"{words.title} · {number}", width="content")
    st.title(part.title, anchor=False)
    if _draw_blocks(lesson, part.blocks, spoken):
        _draw_ways_on(lesson, place, lessons, spoken)
    else:
        st.caption(text(spoken, "lessons.held"))


def _icon(lesson: Lesson, blocks: tuple, *, current: bool) -> str:
    asked = [block.name for block in blocks if isinstance(block, Question)]
    if asked and all(answered(lesson, name).done in ("right", "shown") for name in asked):
        return ":material/check_circle:"
    return ":material/play_circle:" if current else ":material/circle:"


def _draw_blocks(lesson: Lesson, blocks: tuple, spoken: str) -> bool:
    """Draw a part up to its first open question. Returns whether that was all of it."""
    met: set[str] = set()
    for place, block in enumerate(blocks):
        if isinstance(block, Prose):
            with st.container(key=f"lesson_prose_{place}"):
                st.markdown(filled(block.text, lesson.plan.values, lesson.plan.scenes))
        elif isinstance(block, Note):
            with st.container(key=f"lesson_prose_{place}"):
                st.info(filled(block.text, lesson.plan.values, lesson.plan.scenes), icon=":material/info:")
        elif isinstance(block, PanelUse):
            _draw_panel(lesson, block, place, spoken, again=block.scene in met)
            met.add(block.scene)
        else:
            draw_question(lesson, block, spoken)
            if not is_done(lesson, block.name):
                return False
    return True


def _draw_panel(lesson: Lesson, block: PanelUse, place: int, spoken: str, *, again: bool) -> None:
    """Draw a panel with the free controls of its scene beside it; ``again``: they stand beside an earlier one."""
    controls = scene_controls(lesson, block.scene, spoken)
    use = lesson.plan.scenes[block.scene]
    free = [name for name in use.controls if controls.settings.applies(name) and not again]
    together = scene_place(lesson, block.scene)
    where = f"{together}_{place}"
    if not again:
        controls.warnings()
    if not free:
        show(controls.scene, block.panel, controls.settings, controls=controls, place=where, together=together)
        return
    beside, picture = st.columns(PANEL_WIDTHS, gap="medium")
    with beside:
        draw_controls(controls, free)
        start = settings_of(use).settings
        if controls.settings != start:
            st.button(text(spoken, "lessons.reset_scene"), key=f"{where}_reset", on_click=controls.set, args=(start,))
    with picture:
        show(controls.scene, block.panel, controls.settings, controls=controls, place=where, together=together)


def _draw_ways_on(lesson: Lesson, place: int, lessons: tuple[Lesson, ...], spoken: str) -> None:
    plan: Plan = lesson.plan
    if place == len(plan.parts) - 1 and plan.checkpoints:
        counts = {"right": num_right(lesson), "first": num_right(lesson, at_once=True), "total": len(plan.checkpoints)}
        st.success(text(spoken, "lessons.all_done", **counts))
    with st.container(horizontal=True):
        if place:
            label = text(spoken, "lessons.previous")
            st.button(label, key="part_before", on_click=_go, args=(lesson.name, plan.parts[place - 1]))
        if place < len(plan.parts) - 1:
            label, args = text(spoken, "lessons.next"), (lesson.name, plan.parts[place + 1])
            st.button(label, key="part_after", type="primary", on_click=_go, args=args)
            return
        after = next((one for one in lessons if one.plan.order > plan.order), None)
        if after is not None:
            label = text(spoken, "lessons.next_lesson", title=after.words[spoken].title)
            st.button(label, key="lesson_after", type="primary", on_click=_go, args=(after.name,))
