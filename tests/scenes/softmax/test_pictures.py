"""Pictures of softmax, losses and entropy: what each promises, and the numbers it stands on."""

import json
from functools import cache

import altair
import numpy as np
import pytest
import vl_convert

from simulator.core.softmax import draw_classes, softmax
from simulator.drawing.picture import Picture
from simulator.drawing.theme import THEMES
from simulator.scenes.losses.huffman import huffman_code
from simulator.scenes.losses.pictures.entropy import gibbs_curve, loss_terms, surprise_curve
from simulator.scenes.losses.pictures.race import accuracy_race, gradient_race
from simulator.scenes.losses.pictures.single import gradient_comparison, loss_comparison
from simulator.scenes.losses.pictures.tree import huffman_tree
from simulator.scenes.softmax.pictures.jacobian import jacobian_map
from simulator.scenes.softmax.pictures.pair import pair_curve
from simulator.scenes.softmax.pictures.precision import precision_strips
from simulator.scenes.softmax.pictures.temperature import entropy_sweep, probability_sweep
from simulator.scenes.softmax.pictures.uses import draw_counts, soft_targets
from simulator.texts import LANGUAGES
from tests import fakes

LECTURE = np.array([1.54, 2.90, -0.26])
GENOME = (1 / 16, 1 / 16, 3 / 4, 1 / 8)
MAX_ROWS = 2000


@cache
def every_picture(kind: str, language: str) -> dict[str, Picture]:
    logits = {"lecture": LECTURE, "large": np.array([1000.0, 1001.0, 1002.0]), "many": np.linspace(-40, 9, 8)}[kind]
    temperature, target = {"lecture": (1.0, 0), "large": (0.05, 1), "many": (20.0, 0)}[kind]
    output = "softmax" if kind == "many" else "sigmoid"
    p = softmax(logits, temperature)
    letters = {"lecture": GENOME, "large": (1.0, 0.0), "many": (0.125,) * 8}[kind]
    records = fakes.trained((8,))[0]
    single = ("mse_half_sum", output, target, 5.0 if target == 0 else -9.9, 4, language)
    return {
        "sweep": probability_sweep(logits, temperature, language),
        "entropy": entropy_sweep(logits, temperature, language),
        "jacobian": jacobian_map(logits, temperature, language),
        "precision": precision_strips(logits, language),
        "pair": pair_curve(float(logits[0]), float(logits[1]), temperature, language),
        "draws": draw_counts(draw_classes(p, 100, 0), p, temperature, language),
        "soft": soft_targets(logits, language),
        "loss": loss_comparison(*single),
        "gradient": gradient_comparison(*single),
        "surprise": surprise_curve(0.9 if kind == "lecture" else 0.01, language),
        "gibbs": gibbs_curve(0.75, 0.99 if kind == "large" else 0.25, language),
        "terms": loss_terms(np.array([0.05, 0.05, 0.9]), 2, language),
        "tree": huffman_tree(huffman_code(letters), "AGTCEFHI"[: len(letters)], language),
        "accuracy_race": accuracy_race((records, records), language),
        "gradient_race": gradient_race((records, records), language),
    }


@pytest.fixture(params=["lecture", "large", "many"])
def kind(request) -> str:
    return request.param


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_has_a_question_and_a_description(kind, language):
    for name, picture in every_picture(kind, language).items():
        assert picture.title.endswith("?"), name
        assert len(picture.alt) > 20 and "{" not in picture.alt, name


@pytest.mark.parametrize("theme", THEMES)
def test_every_specification_is_valid_and_small(theme):
    for name, picture in every_picture("many", "ko").items():
        shown = picture.to_dict(theme=theme)
        assert '"@' not in json.dumps(shown, allow_nan=False), name
        assert sum(map(len, shown["datasets"].values())) < MAX_ROWS, name
        if theme == "light":
            altair.LayerChart.from_dict(shown | {"datasets": {}})  # against the schema


def test_every_specification_renders(kind):
    for name, picture in every_picture(kind, "ko").items():
        drawn = vl_convert.vegalite_to_svg(picture.to_dict(), vl_version="6.4")
        assert drawn.count("<path") + drawn.count("<text") > 3, name
        assert "NaN," not in drawn and "Infinity" not in drawn, name


def test_every_picture_brings_a_table(kind):
    for name, picture in every_picture(kind, "en").items():
        assert picture.reading is not None, name
        columns = {**picture.tables, **picture.frames}[picture.reading.table]
        assert set(picture.reading.headings) <= set(columns), name
        assert len({len(column) for column in columns.values()}) == 1, name


def test_other_numbers_patch_the_picture():
    """The specification holds no number of the state: moving a bar rebuilds nothing."""
    first = every_picture("lecture", "en") | {"terms": loss_terms(np.array([0.5, 0.5]), 0, "en")}
    for name, picture in every_picture("many", "en").items():
        for kind in picture.specs.keys() & first[name].specs.keys():
            assert json.dumps(picture.specs[kind]) == json.dumps(first[name].specs[kind]), name


def test_the_sweep_marks_the_probabilities_at_its_temperature():
    points = probability_sweep(LECTURE, 2.5, "en").rows("points")
    assert [row["probability"] for row in points] == pytest.approx(softmax(LECTURE, 2.5).tolist())
    assert {row["temperature"] for row in points} == {2.5}


def test_the_jacobian_map_shows_rows_that_sum_to_zero():
    picture = jacobian_map(LECTURE, 0.5, "en")
    cells = picture.rows("cells")
    assert len(cells) == 9
    assert sum(row["value"] for row in cells[:3]) == pytest.approx(0.0, abs=1e-12)
    assert [row["written"] for row in picture.rows("sums")] == ["Σ = 0"] * 3
    limit = picture.signals["color_domain"][2]
    assert limit == 0.25 / 0.5 >= max(abs(row["value"]) for row in cells)
    assert picture.signals["color_domain"][1] == 0


def test_the_precision_strips_say_where_float32_overflows():
    rows = precision_strips(LECTURE, "en").rows("strips")
    naive = [row for row in rows if row["strip"] == "exp(z), float32" and row["outcome"] == "overflow"]
    assert naive[0]["low"] == pytest.approx(88.72, abs=0.6)
    shifted = [row for row in rows if row["strip"].startswith("exp(z − max z)")]
    assert {row["outcome"] for row in shifted} == {"right"}
    assert [(row["low"], row["high"]) for row in shifted] == [(-150.25, 150.25)] * 2


def test_the_draws_are_counted():
    p = softmax(LECTURE)
    rows = draw_counts(draw_classes(p, 100, 7), p, 1.0, "en").rows("bars")
    assert sum(row["count"] for row in rows) == 100
    assert sum(row["expected"] for row in rows) == pytest.approx(100)


def test_the_shade_covers_the_unfair_stretch():
    picture = gradient_comparison("mse_half_sum", "sigmoid", 0, 5.0, 4, "en")
    (band,) = picture.rows("unfair")
    assert band["from"] == pytest.approx(np.log(2), abs=0.1)
    assert band["to"] == 10.0
    squared, cross = (row["value"] for row in sorted(picture.rows("mark"), key=lambda row: row["value"]))
    assert (squared, cross) == (pytest.approx(0.0066, abs=5e-5), pytest.approx(0.9933, abs=5e-5))
    (mirrored,) = gradient_comparison("mse_mean", "sigmoid", 1, 5.0, 4, "en").rows("unfair")
    assert (mirrored["from"], mirrored["to"]) == (-10.0, pytest.approx(-np.log(2), abs=0.1))


def test_the_gibbs_curve_touches_the_entropy_at_the_truth():
    picture = gibbs_curve(0.75, 0.5, "en")
    rows = picture.rows("curve")
    best = min(rows, key=lambda row: row["cost"])
    assert best["belief"] == pytest.approx(0.75)
    assert best["cost"] == pytest.approx(picture.rows("floor")[0]["cost"])
    assert picture.rows("now")[0]["cost"] == pytest.approx(1.0)


def test_the_terms_sum_to_both_losses():
    rows = loss_terms(np.array([0.05, 0.05, 0.9]), 2, "en").rows("bars")
    sums = [sum(row["term"] for row in rows if row["kind"] == kind) for kind in ("categorical", "sum of binary")]
    assert sums == [pytest.approx(-np.log(0.9)), pytest.approx(-np.log(0.9) - 2 * np.log(0.95))]


def test_the_tree_grows_by_one_merge_a_step():
    picture = huffman_tree(huffman_code(GENOME), "AGTC", "en")
    assert picture.step.tolist() == [0, 1, 2, 3]
    for step in range(4):
        nodes, edges = picture.rows("nodes", step), picture.rows("edges", step)
        assert sum(row["shown"] for row in nodes) == 4 + step
        assert sum(row["shown"] for row in edges) == 2 * step
        assert sum(row["newest"] for row in nodes) == (step > 0)
    words = {row["letter"]: row["code"] for row in picture.rows("words")}
    assert words == {"T": "1", "C": "01", "A": "001", "G": "000"}


def test_leaves_do_not_cross_branches():
    picture = huffman_tree(huffman_code((0.3, 0.05, 0.2, 0.1, 0.15, 0.2)), "ABCDEF", "en")
    nodes, edges = picture.rows("nodes"), picture.rows("edges")
    assert sorted(row["x"] for row in nodes[:6]) == [0, 1, 2, 3, 4, 5]
    for row in edges:
        assert (row["x2"] < row["x"]) == (row["bit"] == "0")
        assert row["y2"] < row["y"]


def test_the_race_shows_epoch_means_of_the_gradient():
    records = fakes.trained((8,))[0]
    rows = gradient_race((records, records), "en").rows("cross")
    first = np.floor(np.asarray(records.epoch)) == 0
    assert rows[0]["value"] == pytest.approx(float(np.asarray(records.grad_norm)[first].mean()), rel=1e-6)
    assert len(rows) == len(np.unique(np.floor(np.asarray(records.epoch))))
