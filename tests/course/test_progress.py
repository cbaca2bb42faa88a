"""Progress: what is read back, what of a damaged or foreign file is kept, and what two tabs know together."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.course.exercises.registry import LARGEST_SEED, TOPICS
from simulator.course.loader import course
from simulator.course.progress import (
    MAX_LETTERS,
    MAX_PROBLEMS,
    TRIES,
    Answered,
    LessonProgress,
    Progress,
    load,
    merged,
    record,
)

SOME = Progress(
    lessons={
        "01-a": LessonProgress(part="see", checkpoints={"x": Answered(done="right", tries=2, wrong=["sign"])}),
        "02-b": LessonProgress(checkpoints={"y": Answered(tries=1)}),
    },
    practice={"adam": {7: Answered(done="right", tries=1), 12: Answered(tries=2)}},
)


def test_what_was_saved_is_read_back():
    assert load(SOME.text()) == (SOME, True)
    assert load(Progress().text()) == (Progress(), True)


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "7", "{", '{"version": 2, "lessons": {}}', '{"lessons": {}}', '{"version": 1, "lessons": []}',
     "x" * (MAX_LETTERS + 1), "[" * 100_000, None, 7],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_progress_is_nothing(text):
    assert load(text) == (Progress(), False)


def test_the_rest_of_a_damaged_file_is_kept():
    found = json.loads(SOME.text())
    found["lessons"]["01-a"]["checkpoints"] |= {"bad": {"done": "perhaps"}, "worse": 7, "many": {"tries": -1}}
    found["lessons"]["03-c"] = "nothing"
    found["lessons"]["04-d"] = {"part": 7}
    found["somebody"] = "else"
    found["practice"] |= {"softmax": [1], "x" * 99: {"1": {"done": "right"}}}
    found["practice"]["adam"] |= {"-1": {"tries": 1}, "seven": {"tries": 1}, "8": {"done": "perhaps"}, "9": None}
    assert load(json.dumps(found)) == (SOME, False)
    assert load(json.dumps(found | {"practice": 7})) == (SOME.model_copy(update={"practice": {}}), False)


def test_a_file_from_before_there_was_practice_is_whole():
    before = json.loads(SOME.text())
    del before["practice"]
    assert load(json.dumps(before)) == (SOME.model_copy(update={"practice": {}}), True)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=12,
)


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(st.sampled_from(["version", "lessons", "practice", "a"]), json_values, max_size=4))
def test_nothing_that_can_be_read_as_json_breaks_it(found):
    found["version"] = 1
    read = load(json.dumps(found))
    assert load(read.progress.text()) == (read.progress, True)


def test_two_tabs_lose_nothing():
    ours = Progress(lessons={"01-a": LessonProgress(part="use", checkpoints={"x": Answered(tries=1, wrong=["sum"])})})
    both = merged(ours, SOME)
    assert both.lessons["01-a"].part == "use" and both.lessons["02-b"] == SOME.lessons["02-b"]
    assert both.lessons["01-a"].checkpoints["x"] == Answered(done="right", tries=2, wrong=["sum", "sign"])
    assert merged(SOME, ours).lessons["01-a"].checkpoints["x"].done == "right"
    assert merged(SOME, SOME) == SOME and merged(SOME, Progress()) == SOME


def test_two_tabs_count_every_problem_once():
    ours, theirs = Progress(), Progress()
    for tab in (ours, theirs):
        tab.note_practice("adam", 1, Answered(done="right", tries=1))
    ours.note_practice("adam", 2, record(Answered(tries=1), True, ""))
    theirs.note_practice("adam", 3, Answered(done="shown", tries=1))
    theirs.note_practice("huffman", 1, record(Answered(), False, "sum"))
    for both in (merged(ours, theirs), merged(theirs, ours), merged(merged(ours, theirs), theirs)):
        assert both.count_practice("adam") == (1, 1, 1) == both.count_practice()
        assert both.practised("huffman", 1) == Answered(tries=1) and both.count_practice("huffman").solved == 0


def test_the_fullest_progress_is_read_back_whole():
    """A file that grew beyond what is read would lose everything."""
    full, wrong = Progress(learner="x" * 22), ["a-long-misconception"] * 3
    for lesson in course(""):
        full.of(lesson.name).checkpoints = {
            name: Answered(done="shown", tries=3, wrong=wrong) for name in lesson.plan.checkpoints
        }
    for topic in TOPICS:
        for seed in range(LARGEST_SEED - MAX_PROBLEMS - 5, LARGEST_SEED):
            full.note_practice(topic, seed, Answered(done="right", tries=2, wrong=wrong))
    assert len(full.practice["adam"]) == MAX_PROBLEMS and full.practised("adam", LARGEST_SEED - 1).done == "right"
    assert load(full.text()) == (full, True)


def test_three_wrong_answers_bring_the_solution():
    entry = Answered()
    for number in range(1, TRIES + 1):
        entry = record(entry, False, "sign")
        assert (entry.tries, entry.wrong) == (number, ["sign"])
        assert entry.done == ("shown" if number == TRIES else "")
    assert record(Answered(tries=1), True, "").done == "right"
    assert record(Answered(done="skipped"), False, "").done == "skipped"
