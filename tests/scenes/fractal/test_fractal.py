"""The fractal edge: zooming, marks, and every sentence recomputed from the arrays."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from simulator.core.sweep.map import Map
from simulator.core.sweep.two_rates import AXES, MAX_STEPS, Rounding, rounding
from simulator.drawing.picture import pack
from simulator.scenes.atlas.numbers import MAX_SECONDS
from simulator.scenes.fractal import words
from simulator.scenes.fractal.axes import axis_of, marks_of
from simulator.scenes.fractal.numbers import MAP, OWN, Edge
from simulator.scenes.fractal.scene import SCENE, draw_boxes, draw_map, draw_own
from simulator.scenes.fractal.settings import SHORTEST, SIDES, WIDTHS, Fractal, share_of
from simulator.ui.components.atlas.component import followed
from tests.scenes.claims import entries_of, read

SMALL = Fractal(side=16, width=4, steps=50)


def half(side: int) -> Map:
    """Return a map whose right half diverges at step 7."""
    stayed = np.broadcast_to(np.arange(side)[:, None] < side // 2, (side, side))
    losses = np.where(stayed, 0.5, 2.0)
    axes = {name: SMALL.change(side=side).values(axis) for name, axis in zip(AXES, "xy", strict=True)}
    left = np.where(stayed, -1, 7).astype(np.int32)
    return Map(axes=axes, start_loss=np.ones_like(losses), final_loss=losses, left_step=left, stride=1)


def test_a_straight_edge_has_dimension_one():
    found, settings = Edge(half(64)), SMALL.change(side=64)
    share, dimension, whole = draw_map(found, settings, "en").sentences
    assert share == "50% of the runs converge: 2048 of 4096."
    # 63 places between pixels: 63, 32, 16 and 8 boxes along the line
    slope = -np.polyfit(np.log([1, 2, 4, 8]), np.log([63, 32, 16, 8]), 1)[0]
    assert read("boxes of 1 to # pixels: # (", dimension) == (8, round(slope, 2))
    assert read("rests on # places of the edge among # pixels", dimension) == (63, 4096)
    assert read("reports # for tanh with all examples", dimension) == (1.66,)
    assert read("# to # over its six settings", dimension) == (1.17, 1.98)
    assert whole == "This is the whole map."
    korean = draw_map(found, settings, "ko").sentences[1]
    assert read("1~#픽셀인 상자를 세어 구한 경계의 차원은 #입니다", korean) == (8, round(slope, 2))
    assert read("#픽셀 가운데 경계 #곳", korean) == (4096, 63)
    panel = draw_boxes(found, settings, "en")
    assert "sides of 1, 2, 4, 8 pixels: 63, 32, 16, 8 of them" in panel.sentences[0]
    assert read("needs about # times as many boxes, so the dimension is #.", panel.sentences[0]) == (
        float(f"{2**slope:.3g}"),
        round(slope, 2),
    )
    assert list(panel.pictures[0].tables["boxes"]["count"]) == [63, 32, 16, 8]


def test_a_map_without_an_edge_or_without_all_pixels_has_no_dimension():
    found = half(16)
    alike = Edge(replace(found, left_step=np.full_like(found.left_step, -1)))
    assert "no edge to measure" in draw_map(alike, SMALL, "en").sentences[1]
    assert "no edge to measure" in draw_boxes(alike, SMALL, "en").sentences[0]
    part = Edge(replace(found, stride=2))
    assert "follows when every pixel" in draw_map(part, SMALL, "en").sentences[1]
    assert "follows when every pixel" in draw_boxes(part, SMALL, "en").sentences[0]


def test_the_zoom_is_said():
    settings = SCENE.presets["deep"].settings
    said = draw_map(Edge(half(64)), settings, "en").sentences[2]
    (times, x, y) = read("about # times: the axes are # and # long", said)
    lengths = [np.log(high) - np.log(low) for low, high in (settings.ends("x"), settings.ends("y"))]
    exact = np.sqrt(np.log(1e6) / lengths[0] * np.log(1e3) / lengths[1])
    assert times == float(f"{exact:.2g}")  # "about": two digits
    assert x == pytest.approx(settings.x_high - settings.x_low, rel=0.01)
    assert y == pytest.approx(settings.y_high - settings.y_low, rel=0.01)


def test_what_rounding_decides_is_said():
    found = half(16)
    for language, pattern in (("en", "Of # runs # again"), ("ko", "학습 #개를")):
        said = draw_map(Edge(found, Rounding(256, 7)), SMALL, language).sentences[3]
        assert "256" in said and "7" in said.replace("256", ""), pattern
        none = draw_map(Edge(found, Rounding(256, 0)), SMALL, language).sentences[3]
        assert "256" in none and "7" not in none
    assert len(draw_map(Edge(found), SMALL, "en").sentences) == 3
    whole = MAP.of(SMALL)
    again = rounding(SMALL.width, SMALL.seed, SMALL.steps, whole.found, lambda _done, _total: None)
    assert again is not None and whole.rounding == again and again.tried == 256


@pytest.mark.parametrize("rates", [(10.0, 1.0), (1e5, 900.0)])
def test_the_own_run_says_what_its_losses_say(rates):
    settings = SMALL.change(at_x=rates[0], at_y=rates[1])
    losses = OWN.of(settings)
    said = draw_own(losses, settings, "en").sentences[0]
    final = losses[-20:].mean()
    stayed = np.isfinite(final) and final < losses[0]
    assert ("converges" in said) == stayed == (rates[0] == 10.0)
    if stayed:
        assert read("loss # → # (mean of the last # updates)", said) == (
            float(f"{losses[0]:.3g}"),
            float(f"{final:.3g}"),
            20,
        )
    else:
        last = max(step for step in range(len(losses)) if step == 0 or losses[step] < losses[0])
        assert read("rom step # on", said) == (last + 1,)


def test_a_chosen_pixel_is_the_run_of_the_map():
    found = MAP.of(SMALL).found
    told = {"pixel": [9, 6], "drawn": SMALL.drawn}
    settings = followed(SMALL, told)
    assert settings is not None
    losses = OWN.of(settings)
    np.testing.assert_equal(found.final_loss[9, 6], losses[-20:].mean())
    assert MAP.key(settings) == MAP.key(SMALL) and OWN.key(settings) != OWN.key(SMALL)
    assert followed(settings, {**told, "drawn": settings.zoomed(0.2, 0.5, 0.2, 0.5).drawn}) is None
    assert followed(settings.zoomed(0.2, 0.5, 0.2, 0.5), {"whole": True, "drawn": settings.drawn}) is None


@given(st.lists(st.tuples(*[st.floats(-0.5, 1.5)] * 4), min_size=1, max_size=30))
@hypothesis_settings(max_examples=60, deadline=None)
def test_however_deep_one_zooms_every_pixel_is_another_run(boxes):
    settings = SMALL
    for box in boxes:
        settings = settings.zoomed(*box)
        for axis in "xy":
            low, high = settings.ends(axis)
            found = np.array(settings.values(axis))
            assert high >= low * (1 + SHORTEST)
            assert (np.diff(found) > 0).all() and low <= found[0] and found[-1] <= high
            written = axis_of(settings, axis, "en").values
            assert len(set(written)) == len(written)
        assert Fractal.read(settings.to_link()) == (settings, ())
    assert settings.whole() == SMALL


def test_zooming_takes_the_part_that_was_marked():
    zoomed = SMALL.zoomed(0.5, 1.0, 0.0, 1 / 3)
    assert (zoomed.x_low, zoomed.x_high, zoomed.y_low, zoomed.y_high) == (1000.0, 1e6, 1.0, 10.0)


@pytest.mark.parametrize(
    ("low", "high"), [(1.0, 1e6), (35227.0, 83536.0), (21.152175050567, 21.152175059072), (9.3101, 9.3104)]
)
def test_marks_stand_where_their_rates_are(low, high):
    base, marks = marks_of(low, high)
    assert len(marks) >= 3
    for share, written in marks:
        power = re.sub("^10(?=[⁻⁰¹²³⁴-⁹])", "1e", written.replace("×10", "e"))
        added = float(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
        rate = (float(base) if base else 0.0) + added
        assert share_of(low, high, rate) == pytest.approx(share, abs=2e-3)
    assert len({written for _, written in marks}) == len(marks)


def test_wrong_axes_are_mended_and_the_largest_map_ends_in_time():
    read_back, errors = Fractal.read({"x_low": "5", "x_high": "5"})
    assert (read_back.x_low, read_back.x_high) == (1.0, 1e6) and len(errors) == 2
    largest = Fractal(side=max(SIDES), width=max(WIDTHS), steps=MAX_STEPS)
    assert MAX_SECONDS > MAP.seconds(largest) > 50 * MAP.seconds(SMALL)


def test_a_loss_that_float32_cannot_hold_is_sent_and_what_is_not_finite_stays_so():
    picture = draw_own(np.array([1.0, 2.0, 7.5e91, np.inf, np.nan]), SMALL, "en").pictures[0]
    pack({"tables": picture.tables})  # without a warning, which would be an error here
    found = picture.tables["curve"]["value"]
    assert found[2] == np.finfo(np.float32).max and np.isinf(found[3]) and np.isnan(found[4])


@pytest.mark.parametrize(
    ("after", "entry", "end", "step"),
    [
        ([1.0] * 20 + [0.5] * 20, "own_converged", "0.5", None),
        ([1.0, 1.5, 1.0] + [3.0] * 37, "own_left", "3", 4),
        ([3.0] * 40, "own_left", "3", 1),
        ([1.0, 1.0] + [np.inf] * 38, "own_broke", "∞", 3),
        ([1.0] * 39 + [np.nan], "own_broke", "NaN", 40),
    ],
)
def test_what_became_of_the_readers_own_run(monkeypatch, after, entry, end, step):
    said = entries_of(monkeypatch, words)
    words.own_words("en", np.array([2.0, *after]), SMALL)
    assert said[-1].name == f"says.{entry}"
    assert (said[-1].values["start"], said[-1].values["end"], said[-1].values.get("step")) == ("2", end, step)
