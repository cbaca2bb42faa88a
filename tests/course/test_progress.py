"""Progress: what is read back, what of a damaged or foreign file is kept, and what two tabs know together."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.course.progress import MAX_LETTERS, TRIES, Answered, LessonProgress, Progress, load, merged, record

SOME = Progress(
    lessons={
        "01-a": LessonProgress(part="see", checkpoints={"x": Answered(done="right", tries=2, wrong=["sign"])}),
        "02-b": LessonProgress(checkpoints={"y": Answered(tries=1)}),
    }
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
    assert load(json.dumps(found)) == (SOME, False)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=12,
)


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(st.sampled_from(["version", "lessons", "checkpoints", "a"]), json_values, max_size=4))
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


def test_three_wrong_answers_bring_the_solution():
    entry = Answered()
    for number in range(1, TRIES + 1):
        entry = record(entry, False, "sign")
        assert (entry.tries, entry.wrong) == (number, ["sign"])
        assert entry.done == ("shown" if number == TRIES else "")
    assert record(Answered(tries=1), True, "").done == "right"
    assert record(Answered(done="skipped"), False, "").done == "skipped"
