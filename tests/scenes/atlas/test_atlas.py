"""The atlas: axes and zooming, what the map draws, and every sentence recomputed from the arrays."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from simulator.core.run import train
from simulator.core.sweep import Sweep
from simulator.core.sweep.axes import configured
from simulator.errors import InputError
from simulator.scenes.atlas.numbers import MAP, OWN
from simulator.scenes.atlas.pictures import atlas_picture
from simulator.scenes.atlas.scales import SCALES, share_of, ticks, values
from simulator.scenes.atlas.scene import SCENE, draw_map, draw_own
from simulator.scenes.atlas.settings import Atlas
from simulator.scenes.maps import BROKEN, CONVERGED, LEFT, UNKNOWN, loss_range
from simulator.scenes.training.settings import Training
from simulator.ui.components.atlas.component import followed

SMALL = Atlas(side=16, epochs=20, y="depth", y_low=1.0, y_high=2.0, width=4, activation="relu")


@pytest.fixture(scope="module")
def small() -> Sweep:
    return MAP.of(SMALL)


def by_hand(final: list[list[float]], start: float = 1.0) -> tuple[Sweep, Atlas]:
    """Return a map of three rates (columns) and some depths (rows) with given final losses, row by row from below."""
    losses = np.array(final, np.float32).T
    axes = {"learning_rate": (0.1, 1.0, 10.0), "depth": tuple(range(1, len(final) + 1))}
    stayed = np.isfinite(losses) & (losses < start)
    run = SMALL.run()
    network, training = run.network(run.dataset()), run.training()
    left = np.where(stayed, -1, 7).astype(np.int32)
    starts = np.full(losses.shape, start, np.float32)
    found = Sweep(
        network=network, training=training, axes=axes, start_loss=starts, final_loss=losses, left_step=left, stride=1
    )
    return found, SMALL.change(x_low=0.0316, x_high=31.6)


def test_sentences_say_what_the_arrays_hold():
    found, settings = by_hand([[0.5, 0.25, 0.75], [0.9, 2.0, np.nan]])
    english = draw_map(found, settings, "en").sentences
    assert english == (
        "66.7% of the runs converge: 4 of 6.",
        "The largest learning rate that still converges: η = 10 at depth 1; η = 0.1 at depth 2.",
        "The smallest final loss is 0.25: learning rate η = 1, depth 1.",
    )
    korean = draw_map(found, settings, "ko").sentences
    assert korean == (
        "학습의 66.7%가 수렴합니다: 6개 가운데 4개.",
        "수렴하는 가장 큰 학습률: 은닉층 수 1에서 η = 10, 은닉층 수 2에서 η = 0.1.",
        "가장 작은 마지막 손실은 0.25입니다: 학습률 η = 1, 은닉층 수 1.",
    )


def test_the_lowest_and_the_highest_row_are_compared():
    found, settings = by_hand([[0.5, 0.5, 2.0], [0.5, 0.5, 0.5], [0.5, 2.0, 2.0], [2.0, 2.0, 2.0]])
    said = "The largest learning rate that still converges: η = 1 at depth 1; {} at depth {}."
    assert draw_map(found, settings, "en").sentences[1] == said.format("none", 4)
    part = replace(found, left_step=np.where(np.arange(4) == 3, -2, found.left_step).astype(np.int32))
    assert draw_map(part, settings, "en").sentences[1] == said.format("η = 0.1", 3)


def test_a_map_without_a_converging_run_says_so():
    found, settings = by_hand([[2.0, 2.0, 2.0], [np.inf, 2.0, np.nan]])
    english = draw_map(found, settings, "en").sentences
    assert english[0] == "0% of the runs converge: 0 of 6."
    assert english[1] == "The largest learning rate that still converges: none at depth 1; none at depth 2."
    assert english[2] == "No run on this map converges."


def test_a_coarse_map_speaks_of_what_it_knows(small):
    known = np.zeros(small.known.shape, bool)
    known[::2] = True
    part = replace(
        small,
        stride=2,
        final_loss=np.where(known, small.final_loss, np.nan).astype(np.float32),
        left_step=np.where(known, small.left_step, -2).astype(np.int32),
    )
    converged = int((small.left_step[::2] == -1).sum())
    said = draw_map(part, SMALL, "en").sentences[0]
    assert said.startswith("So far ") and said.endswith(f"{converged} of 16. The map becomes finer.")


def test_the_picture_stands_as_the_axes_say():
    found, settings = by_hand([[0.5, 0.25, 0.75], [0.9, 2.0, np.nan]])
    content = atlas_picture(found, settings, "en").content
    assert content["state"].tolist() == [[CONVERGED] * 3, [CONVERGED, LEFT, BROKEN]]
    np.testing.assert_array_equal(content["loss"][0], np.array([0.5, 0.25, 0.75], np.float32))
    assert content["left"].tolist() == [[-1, -1, -1], [-1, 7, 7]]
    low, high = content["range"]
    assert 0.25 <= low < 0.3 and 0.85 < high < 0.92


def test_pixels_that_are_missing_show_the_coarse_one_before_them():
    found, settings = by_hand([[0.5, 0.25, 0.75], [0.9, 2.0, np.nan]])
    left = found.left_step.copy()
    left[1, :] = left[:, 1] = -2
    content = atlas_picture(replace(found, left_step=left, stride=2), settings, "en").content
    assert content["loss"].tolist() == [[0.5, 0.5, 0.75], [0.5, 0.5, 0.75]]
    left[2, 0] = -2
    content = atlas_picture(replace(found, left_step=left, stride=2), settings, "en").content
    assert content["state"].tolist() == [[CONVERGED, UNKNOWN, UNKNOWN], [UNKNOWN] * 3]


def test_colours_reach_over_four_decades_at_most():
    found, _ = by_hand([[0.0, 0.0, 0.0], [0.9, 2.0, np.nan]])
    low, high = loss_range(found)
    assert high / low == pytest.approx(1e4 * 1.01, rel=1e-3)


def test_the_own_run_says_what_its_records_say():
    for rate in (0.1, 100.0):
        settings = SMALL.change(at_x=rate, at_y=2.0)
        run = OWN.of(settings)
        loss = run.records.loss.astype(float)
        said = draw_own(run, settings, "en").sentences[0]
        assert said.startswith(f"The chosen run (learning rate η = {rate:g}, depth 2) ")
        final = loss[-1:].mean()  # 20 updates: the last twentieth is one
        if np.isfinite(final) and final < loss[0]:
            assert f"converges: loss {loss[0]:.3g} → {final:.3g}" in said
        else:
            last = max((step for step in range(len(loss)) if loss[step] < loss[0]), default=0)
            assert "diverges" in said and f"rom step {last + 1} on" in said


def test_a_pixel_opens_exactly_its_run_on_the_training_page(small):
    column, row = 5, 1
    settings = SMALL.change(at_x=SMALL.values("x")[column], at_y=float(SMALL.values("y")[row]))
    panel = draw_own(OWN.of(settings), settings, "ko")
    link = panel.words[0][1].rpartition("(")[2].rstrip(")")
    opened, errors = Training.read(dict(parse_qsl(urlsplit(link).query)))
    assert errors == () and link.startswith("training?")
    network, training = small.configuration(column, row)
    dataset = opened.dataset()
    assert (opened.network(dataset), opened.training()) == (network, training)
    run = train(opened.network(dataset), opened.training(), dataset)
    assert small.start_loss[column, row] == pytest.approx(float(run.records.loss[0]), rel=1e-5)
    assert small.final_loss[column, row] == pytest.approx(float(run.records.loss[-1]), rel=1e-3)


@pytest.mark.parametrize("name", SCALES)
def test_the_own_run_has_the_value_of_its_axis(name):
    settings = Atlas().change(x=name) if name != "momentum" else Atlas()
    axis = "x" if settings.x == name else "y"
    value = settings.values(axis)[3]
    run = settings.change(**{f"at_{axis}": float(value)}).run()
    network, training = run.network(run.dataset()), run.training()
    assert configured(network, training, (SCALES[name].core,), (value,)) == (network, training)


def test_the_map_is_shown_before_it_is_done_and_forgotten_afterwards():
    settings = Atlas(side=32, epochs=10, width=2)
    seen = []
    MAP.forget(settings)

    def progress(done: int, total: int) -> bool:
        part = MAP.part(settings)
        seen.append((done, total, None if part is None else part.stride))
        return True

    found = MAP.of(settings, progress)
    assert seen[0] == (256, 1024, None) and seen[-1] == (1024, 1024, 2)
    assert MAP.part(settings) is None and found.known.all()


def test_a_map_that_is_stopped_keeps_its_pixels():
    settings = Atlas(side=32, epochs=10, width=2, seed=5)
    found = MAP.of(settings, lambda _done, _total: False)
    assert found.known.sum() == 256 and MAP.known(settings) is None
    assert "of 256" in draw_map(found, settings, "en").sentences[0]


def test_too_large_a_map_is_refused():
    with pytest.raises(InputError, match="minutes"):
        MAP.seconds(Atlas(side=128, epochs=1000, depth=10, width=32))


def test_moving_the_own_run_keeps_the_map():
    assert MAP.key(Atlas(at_x=3.0, at_y=0.5)) == MAP.key(Atlas())
    assert OWN.key(Atlas(at_x=3.0)) != OWN.key(Atlas())
    assert OWN.key(Atlas(side=16)) == OWN.key(Atlas())
    assert SCENE.preset_of(Atlas(at_x=3.0, at_y=0.5, side=16)) == "momentum"


def test_axes_are_two_and_bring_their_bounds():
    moved = Atlas().change(x="std")
    assert (moved.x_low, moved.x_high, moved.y) == (0.01, 10.0, "momentum")
    swapped = Atlas().change(x="momentum")
    assert (swapped.x, swapped.y) == ("momentum", "rate")
    assert (swapped.x_high, swapped.y_high) == (0.99, 100.0)
    read, errors = Atlas.read({"y": "rate"})
    assert read.x == "rate" and read.y != "rate" and errors
    read, errors = Atlas.read({"x_low": "5", "x_high": "1"})
    assert (read.x_low, read.x_high) == (0.01, 100.0) and len(errors) == 2


def test_zooming_takes_the_part_of_the_axes_that_was_marked():
    zoomed = Atlas().zoomed(0.25, 0.75, 0.5, 1.0)
    assert (zoomed.x_low, zoomed.x_high) == (0.1, 10.0)
    assert zoomed.y_low == pytest.approx(0.495) and zoomed.y_high == pytest.approx(0.99)
    again = zoomed.zoomed(-0.5, 1.5, -1.0, 1.0)
    assert (again.x_low, again.x_high) == (0.01, 100.0) and again.y_low == 0.0
    assert zoomed.whole() == Atlas()
    depth = Atlas(y="depth", y_low=1.0, y_high=6.0).zoomed(0.0, 1.0, 0.4, 0.41)
    assert (depth.y_low, depth.y_high) == (1.0, 6.0)


@given(st.lists(st.tuples(*[st.floats(0.0, 1.0)] * 4), min_size=1, max_size=12), st.sampled_from(tuple(SCALES)))
@hypothesis_settings(max_examples=60, deadline=None)
def test_however_deep_one_zooms_the_map_stays_one(boxes, name):
    settings = Atlas().change(x="std" if name == "rate" else "rate").change(y=name)
    for box in boxes:
        settings = settings.zoomed(*box)
        for axis in "xy":
            scale = SCALES[getattr(settings, axis)]
            found = np.array(settings.values(axis))
            low, high = getattr(settings, f"{axis}_low"), getattr(settings, f"{axis}_high")
            assert (np.diff(found) > 0).all() and len(found) >= 2
            assert scale.minimum <= low <= found[0] and found[-1] <= high <= scale.maximum
        assert Atlas.read(settings.to_link()) == (settings, ())


@pytest.mark.parametrize("name", SCALES)
def test_values_are_evenly_spaced_on_their_axis(name):
    scale = SCALES[name]
    found = values(name, scale.low, scale.high, 32)
    if scale.whole:
        assert all(isinstance(value, int) for value in found) and len(set(found)) == len(found)
        assert (found[0], found[-1]) == (scale.low, scale.high)
    else:
        shares = [share_of(name, scale.low, scale.high, value) for value in found]
        np.testing.assert_allclose(shares, (np.arange(32) + 0.5) / 32, atol=2e-3)


def test_marks_of_a_deep_zoom_can_be_told_apart():
    found, _ = by_hand([[0.5, 0.25, 0.75], [0.9, 2.0, np.nan]])
    marks = ticks("rate", 9.3101, 9.3125)
    assert len(marks) >= 3 and all(0 <= share <= 1 for share, _ in marks)
    picture = atlas_picture(found, SMALL.change(x_low=9.3101, x_high=9.3125), "en")
    written = [mark["text"] for mark in picture.content["x"]["marks"]]
    assert len(set(written)) == len(written) == len(marks)


def told(settings: Atlas, act: dict) -> Atlas | None:
    """Let the browser say something of the map that it shows."""
    return followed(settings, {**act, "drawn": settings.drawn})


def test_what_the_browser_says_moves_the_controls():
    start = Atlas()
    chosen = told(start, {"pixel": [10, 3]})
    assert chosen == start.change(at_x=start.values("x")[10], at_y=start.values("y")[3]) != start
    zoomed = told(start, {"box": [0.25, 0.75, 0.5, 1.0]})
    assert zoomed is not None and (zoomed.x_low, zoomed.x_high) == (0.1, 10.0)
    assert told(zoomed, {"whole": True}) == start


@pytest.mark.parametrize(
    "act",
    [{}, {"box": [0, 1]}, {"box": ["a"] * 4}, {"box": [float("nan")] * 4}, {"pixel": [64, 0]}, {"pixel": [-1, 0]}],
)
def test_what_no_map_of_ours_says_moves_nothing(act):
    assert told(Atlas(), act) is None


def test_a_drag_on_the_map_before_moves_nothing():
    zoomed = Atlas().zoomed(0.25, 0.75, 0.5, 1.0)
    assert followed(zoomed, {"box": [0.25, 0.75, 0.5, 1.0], "drawn": Atlas().drawn}) is None
