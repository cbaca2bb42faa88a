"""Which sentence on a nudge is said on either side of each border, and with which numbers; where its stops lie."""

import math

import numpy as np
import pytest

from simulator.graph.nudge import SHARE, Move
from simulator.scenes.nudging import Subject, good_stops, nearest_stop, pictures, stops, words
from tests.scenes.claims import entries_of


@pytest.fixture
def said(monkeypatch):
    return entries_of(monkeypatch, words)


def subject(slope: float, changes: dict[float, float], *, rounding: float = 0.0, at: int = 0) -> Subject:
    """Return a number x = 2 whose output L = 5 changes at each Δ by what is given."""
    deltas = np.array(list(changes))
    change = np.array(list(changes.values()))
    with np.errstate(invalid="ignore"):
        line = slope * deltas
        miss = np.abs(change - line)
    sizes = (np.abs(change), np.abs(line), miss, np.full(len(deltas), rounding))
    move = Move(np.array([slope]), np.array(5.0), 5.0 + change[:, None], *sizes)
    return Subject("x", 2.0, "L", move, deltas, at, str)


def at_one_stop(slope: float, delta: float, change: float, rounding: float = 0.0) -> Subject:
    return subject(slope, {delta: change}, rounding=rounding)


GOOD, BENT = ["line", "good"], ["line", "bent"]


@pytest.mark.parametrize(
    ("slope", "delta", "change", "rounding", "entries"),
    [
        (9.0, 1.0, 10.0, 0.0, GOOD),  # misses by 1 of 10
        (9.0, 1.0, 10.0625, 0.0, [*BENT, "first"]),
        (9.0, -1.0, -10.0, 0.0, GOOD),
        (11.0, 1.0, 10.0, 0.0, GOOD),
        (11.125, 1.0, 10.0, 0.0, [*BENT, "first"]),
        (9.0, 1.0, 9.25, 0.25, ["line", "exact"]),
        (9.0, 1.0, 9.25, 0.125, GOOD),
        (9.0, 1.0, 9.0, 0.0, ["line", "exact"]),
        (1.0, 1.0, 3.0, 2.0, ["line", "exact"]),  # rounding alone explains what is far away, too
        (1.0, 1.0, 3.0, 1.75, [*BENT, "first"]),
        (0.5, 4.0, 0.0, 0.0, ["line", "bent_still", "first"]),
        (0.5, 4.0, 0.0, 2.0, ["line", "exact"]),
        (0.0, 4.0, 0.0, 0.0, ["flat"]),
        (0.0, 4.0, 0.5, 0.0, ["line", "flat_bent", "first"]),
        (0.0, 4.0, 0.5, 0.5, ["line", "exact"]),
        (math.inf, 4.0, 0.5, 0.0, ["unknown", "first"]),
        (math.nan, -4.0, 0.5, 0.0, ["unknown", "first"]),
    ],
)
def test_what_is_said_at_a_stop(said, slope, delta, change, rounding, entries):
    words.stop_sentence(at_one_stop(slope, delta, change, rounding), 0, "en", first="a node", lost="lost")
    assert [one.name for one in said] == entries
    if entries[-1] == "first":
        assert said.pop().values == {"first": "a node"}
    if entries[-1] in ("good",) or "bent" in entries:
        assert said[-1].values == {"share": words.percent_text(abs(change - slope * delta) / abs(change))}


def test_a_first_node_is_named_only_where_there_is_one(said):
    words.stop_sentence(at_one_stop(1.0, 1.0, 3.0), 0, "en")
    words.stop_sentence(at_one_stop(9.0, 1.0, 10.0), 0, "en", first="a node")
    assert [one.name for one in said] == [*BENT, *GOOD]
    assert said[1].values == {"share": "66.7%"} and said[3].values == {"share": "10%"}


@pytest.mark.parametrize(
    ("slope", "delta", "change", "written"),
    [
        (9.0, 0.5, 5.0, {"value": "2.5", "delta": "+0.5", "factor": "0.5", "change": "+5", "line": "+4.5"}),
        (9.0, -0.5, -5.0, {"value": "1.5", "delta": "−0.5", "factor": "(−0.5)", "change": "−5", "line": "−4.5"}),
        (-9.0, -2.0, 0.0, {"value": "0", "delta": "−2", "factor": "(−2)", "change": "0", "line": "+18"}),
    ],
)
def test_the_numbers_of_a_stop(said, slope, delta, change, written):
    words.stop_sentence(at_one_stop(slope, delta, change), 0, "en")
    assert said[0].values == {"name": "x", "output": "L", "slope": words.number_text(slope), **written}


def test_nothing_has_moved_at_zero_and_what_is_lost_has_no_change(said):
    found = subject(3.0, {-1.0: -math.inf, 0.0: 0.0, 1.0: math.nan})
    for stop in range(3):
        words.stop_sentence(found, stop, "en", first="a node", lost="log is −∞")
    assert [one.name for one in said] == ["lost", "still", "lost"] and said[1].values == {}
    assert [one.values["line"] for one in said[::2]] == ["−3", "+3"]
    assert {one.values["lost"] for one in said[::2]} == {"log is −∞"}


OUT = 4.0  # of what the line says, which is 1 a stop: too far


@pytest.mark.parametrize(
    ("ends", "kind", "low", "high"),
    [
        ((3, 3), "everywhere", -3.0, 3.0),
        ((0, 0), "nowhere", 0.0, 0.0),
        ((2, 3), "range", -2.0, 3.0),
        ((1, 1), "range", -1.0, 1.0),
        ((3, 2), "range", -3.0, 2.0),
        ((0, 2), "kink", 0.0, 2.0),
        ((1, 0), "kink", -1.0, 0.0),
        ((3, 0), "kink", -3.0, 0.0),
    ],
)
@pytest.mark.parametrize("lost", [OUT, math.inf])
def test_as_far_as_the_line_is_good(said, ends, kind, low, high, lost):
    left, right = ends
    deltas = [float(delta) for delta in range(-3, 4)]
    changes = {delta: delta if -left <= delta <= right else delta * lost for delta in deltas}
    found = subject(1.0, changes)
    assert good_stops(found.move, found.deltas) == (low, high)
    words.range_sentence(found, "en")
    values = {"low": words.number_text(low), "high": words.number_text(high), "output": "L", "share": "10%"}
    assert (said[0].name, said[0].values) == (kind, values | {"end": words.number_text(low or high)})


def test_beyond_a_stop_that_is_too_far_nothing_counts(said):
    found = subject(1.0, {-2.0: -2.0, -1.0: -4.0, 0.0: 0.0, 1.0: 1.0, 2.0: 8.0, 3.0: 3.0})
    assert good_stops(found.move, found.deltas) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("value", "delta", "reach"),
    [
        (0.0, 0.5, 1.0),
        (1.0, 0.5, 1.0),
        (1.01, 0.5, 2.0),
        (-2.0, 0.5, 2.0),
        (-2.01, 0.5, 5.0),
        (5.0, 0.5, 5.0),
        (5.01, 0.5, 10.0),
        (0.0, -10.0, 10.0),
        (0.0, 10.5, 20.0),
        (0.0, 0.05, 1.0),  # a twentieth of the reach can still be seen
        (0.0, 0.0499, 0.5),
        (0.0, -0.02, 0.2),
        (0.0, 0.0, 1.0),
    ],
)
def test_how_far_a_number_can_be_moved(value, delta, reach):
    found = stops(value, delta, 4)
    assert (min(found), max(found)) == (-reach, reach)
    even = [reach * side / 4 for side in range(-4, 5)]
    assert found == pytest.approx(sorted({*even, delta}))


def test_a_stop_that_is_there_is_not_there_twice():
    assert len(stops(0.0, 0.25, 4)) == len(stops(0.0, 0.25 * (1 + 9e-7), 4)) == 9
    assert len(stops(0.0, 0.25 * (1 + 2e-6), 4)) == 10
    assert nearest_stop(np.array([-1.0, 0.0, 0.25, 1.0]), 0.13) == 2


def test_what_a_node_shows():
    found = subject(2.0, {-1.0: -3.0, 0.0: 0.0, 1.0: 2.2, 2.0: math.inf})
    shown = pictures.drawn(found.move, found.deltas, True)
    assert shown["true"] == [["−3"], ["0"], ["+2.2"], ["+∞"]] and shown["line"] == [["−2"], ["0"], ["+2"], ["+4"]]
    assert shown["negative"] == [True, False, False, False] and shown["still"] == [False, True, False, False]
    assert shown["state"] == ["bent", "", "", "lost"]
    without_room = pictures.drawn(found.move, found.deltas, False)
    assert without_room["true"] == [["‖·‖ 3"], ["‖·‖ 0"], ["‖·‖ 2.2"], ["‖·‖ ∞"]]
    assert without_room["line"][0] == ["‖·‖ 2"] and without_room["negative"] == [False] * 4


def test_a_node_of_several_numbers_is_negative_where_none_rises():
    change = np.array([[-1.0, -2.0], [-1.0, 0.0], [0.0, 0.0], [1.0, -2.0]])
    sizes = np.linalg.norm(change, axis=1)
    move = Move(np.array([1.0, 2.0]), np.zeros(2), change, sizes, sizes, 0 * sizes, 0 * sizes)
    shown = pictures.drawn(move, np.array([-1.0, -0.5, 0.0, 1.0]), True)
    assert shown["negative"] == [True, True, False, False] and shown["still"] == [False, False, True, False]
    assert shown["true"][3] == ["+1", "−2"] and shown["line"][0] == ["−1", "−2"]


def test_the_vertical_axis_shows_the_curve_and_a_line_that_leaves_it():
    """Half the curve's height above and below it may be the line's."""
    true = np.array([1.0, 2.0, 3.0, np.nan])
    (low, high), (least, most) = pictures._heights(true, np.array([-9.0, 2.0, 99.0, 5.0])), (0.0, 4.0)
    assert low <= least and most <= high and high - low <= 1.2 * (most - least)
    (low, high), (least, most) = pictures._heights(true, true[:3]), (1.0, 3.0)
    assert low <= least and most <= high and high - low <= 1.2 * (most - least)
    low, high = pictures._heights(np.full(3, 7.0), np.array([7.0, -90.0, 90.0]))  # a curve that is flat
    assert low <= 3.5 and high >= 10.5 and high - low <= 1.2 * 7.0
    low, high = pictures._heights(np.array([0.25, 0.25]), np.array([9.0, -9.0]))
    assert low <= -0.25 and high >= 0.75 and high - low <= 1.2
    assert all(map(np.isfinite, pictures._heights(np.full(2, np.nan), np.full(2, np.inf))))


def test_the_tangent_panel_marks_where_the_line_is_good():
    found = subject(1.0, {-2.0: -8.0, -1.0: -1.0, 0.0: 0.0, 1.0: 1.0, 2.0: 2.0}, at=3)
    panel = pictures.tangent_panel(found, "en")
    picture = panel.pictures[0]
    good = picture.tables["good"]
    assert (list(good["low"]), list(good["high"]), list(good["middle"])) == ([-1.0], [2.0], [0.5])
    np.testing.assert_allclose(picture.tables["true"]["height"], [-3.0, 4.0, 5.0, 6.0, 7.0])
    np.testing.assert_allclose(picture.tables["line"]["height"], [3.0, 4.0, 5.0, 6.0, 7.0])
    assert picture.opens == 3 and picture.signals["x_domain"] == [-2.0, 2.0]
    assert SHARE == 0.1 and "from Δ = −1 to 2" in panel.sentences[0] and "10%" in panel.sentences[0]
