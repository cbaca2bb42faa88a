"""Pictures of losses and entropy: what each promises, and the numbers it stands on."""

import json
from functools import cache

import altair
import numpy as np
import pytest
import vl_convert

from simulator.drawing.picture import Picture
from simulator.drawing.theme import THEMES
from simulator.scenes.losses import numbers
from simulator.scenes.losses.huffman import huffman_code
from simulator.scenes.losses.pictures.distribution import distribution_picture
from simulator.scenes.losses.pictures.entropy import MANY_CLASSES, gibbs_curve, loss_terms, surprise_curve
from simulator.scenes.losses.pictures.race import accuracy_race, gradient_race
from simulator.scenes.losses.pictures.single import gradient_comparison, loss_comparison
from simulator.scenes.losses.pictures.tree import LETTERS, costs_picture, huffman_tree
from simulator.scenes.losses.pictures.worked import scalings_picture, worked_picture
from simulator.scenes.losses.scene import CODES, DICE, OUTPUTS, SCENE
from simulator.scenes.losses.settings import Losses
from simulator.texts import LANGUAGES
from tests import fakes

GENOME = (1 / 16, 1 / 16, 3 / 4, 1 / 8)
MAX_ROWS = 2000
KINDS = {
    "lecture": Losses(),
    "edges": Losses(
        target=1,
        logit=-9.9,
        happened=0.01,
        die_model=(1.0, 0, 0, 0, 0, 0),
        letters=(1.0, 0.0),
        letters_model=(0.0, 1.0),
        q=0.99,
        outputs=(0.0, 1.0),
        right=1,
    ),
    "many": Losses(output="softmax", squared="mse_mean", outputs=(0.125,) * 8, q=0.25).change(letters=(0.125,) * 8),
}


def single(**settings) -> numbers.Single:
    return numbers.SINGLE.of(Losses(**settings))


def codes(letters) -> numbers.Codes:
    return numbers.CODES.of(Losses().change(letters=letters))


def terms(outputs, right) -> numbers.Terms:
    return numbers.TERMS.of(Losses(outputs=outputs, right=right))


@cache
def every_picture(kind: str, language: str) -> dict[str, Picture]:
    settings = KINDS[kind]
    found, coded = numbers.SINGLE.of(settings), numbers.CODES.of(settings)
    records = fakes.trained((8,))[0]
    return {
        "loss": loss_comparison(found, language),
        "gradient": gradient_comparison(found, language),
        "worked": worked_picture(found, language),
        "scalings": scalings_picture(numbers.SCALINGS.of(settings), settings.squared, language),
        "surprise": surprise_curve(settings.happened, language),
        "gibbs": gibbs_curve(numbers.BELIEF.of(settings), language),
        "terms": loss_terms(numbers.TERMS.of(settings), language),
        "tree": huffman_tree(coded.code, LETTERS[: len(settings.letters)], language),
        "costs": costs_picture(coded, language),
        "accuracy_race": accuracy_race(records, records, language),
        "gradient_race": gradient_race(records, records, language),
    }


@pytest.fixture(params=KINDS)
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
        assert "NaN" not in drawn and "Infinity" not in drawn, name


def test_every_picture_brings_a_table(kind):
    for name, picture in every_picture(kind, "en").items():
        assert picture.reading is not None, name
        columns = {**picture.tables, **picture.frames}[picture.reading.table]
        assert set(picture.reading.headings) <= set(columns), name
        assert len({len(column) for column in columns.values()}) == 1, name
        assert picture.to_pandas().shape[1] == len(picture.reading.headings), name


def test_other_numbers_patch_the_picture():
    """The specification holds no number of the settings: moving a control rebuilds nothing."""
    for name, picture in every_picture("many", "en").items():
        assert picture.specs == every_picture("lecture", "en")[name].specs, name
        assert all(picture.specs[one] is every_picture("edges", "en")[name].specs[one] for one in picture.specs), name


def test_the_shade_covers_the_unfair_stretch():
    picture = gradient_comparison(single(), "en")
    (band,) = picture.rows("unfair")
    assert band["from"] == pytest.approx(np.log(2), abs=0.02)
    assert band["to"] == 10.0
    squared, cross = (row["value"] for row in sorted(picture.rows("mark"), key=lambda row: row["value"]))
    assert (squared, cross) == (pytest.approx(0.0066, abs=5e-5), pytest.approx(0.9933, abs=5e-5))
    (mirrored,) = gradient_comparison(single(squared="mse_mean", target=1), "en").rows("unfair")
    assert (mirrored["from"], mirrored["to"]) == (-10.0, pytest.approx(-np.log(2), abs=0.02))


def test_the_worked_picture_shows_the_chosen_output():
    for settings in ({}, {"output": "softmax", "classes": 10, "target": 1, "logit": -2.0}):
        found = single(**settings)
        picture = worked_picture(found, "en")
        (now,) = picture.rows("now")
        assert now["output"] == pytest.approx(float(found.curves[found.squared].output[_nearest(found)]), abs=0.02)
        assert abs(now["output"] - now["target"]) == pytest.approx(found.example.error)
        first, last = picture.rows("tangent")
        slope = (last["output"] - first["output"]) / (last["logit"] - first["logit"])
        assert slope == pytest.approx(now["output"] * (1 - now["output"]))


def _nearest(found: numbers.Single) -> int:
    return int(np.abs(found.curves[found.squared].logit - found.logit).argmin())


def test_the_gibbs_curve_touches_the_entropy_at_the_truth():
    picture = gibbs_curve(numbers.BELIEF.of(Losses(p=0.75, q=0.5)), "en")
    rows = picture.rows("curve")
    best = min(rows, key=lambda row: row["cost"])
    assert best["belief"] == pytest.approx(0.75)
    assert best["cost"] == pytest.approx(picture.rows("floor")[0]["cost"])
    assert picture.rows("now")[0]["cost"] == pytest.approx(1.0)


def test_the_terms_sum_to_both_losses():
    rows = loss_terms(terms((0.05, 0.05, 0.9), 3), "en").rows("bars")
    sums = [sum(row["term"] for row in rows if row["kind"] == kind) for kind in ("categorical", "sum of binary")]
    assert sums == [pytest.approx(-np.log(0.9)), pytest.approx(-np.log(0.9) - 2 * np.log(0.95))]


def test_a_term_without_bound_reaches_the_top():
    picture = loss_terms(terms((0.0, 1.0), 1), "en")
    top = picture.signals["y_domain"][1]
    first = picture.rows("bars")[0]
    assert (first["term"], first["term_note"], first["height"], first["written"]) == (None, "∞", top, "∞")
    assert "∞" in picture.alt


def test_numbers_above_bars_have_room():
    for classes in (2, MANY_CLASSES, MANY_CLASSES + 1, 8):
        rows = loss_terms(terms((1 / classes,) * classes, 2), "en").rows("bars")
        assert [row["written"] for row in rows if row["class"] == "2"] != ["", ""]
        others = [row["written"] for row in rows if row["class"] != "2" and row["kind"] == "sum of binary"]
        assert all(others) if classes <= MANY_CLASSES else not any(others)


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


def test_the_costs_are_drawn_as_they_are():
    bars = costs_picture(codes(GENOME), "en").rows("costs")
    assert [row["bits"] for row in bars] == pytest.approx([1.375, 2.0, 2.0, 1.186, 2.0], abs=5e-4)
    assert [row["bound"] for row in bars] == [0, 0, 0, 1, 1]
    endless = costs_picture(numbers.CODES.of(KINDS["edges"]), "en")
    assert endless.rows("costs")[-1]["written"] == "∞"
    assert endless.rows("costs")[-1]["length"] == endless.signals["x_domain"][1]


def test_the_race_shows_epoch_means_of_the_gradient():
    records = fakes.trained((8,))[0]
    rows = gradient_race(records, records, "en").rows("cross")
    first = np.floor(np.asarray(records.epoch)) == 0
    assert rows[0]["value"] == pytest.approx(float(np.asarray(records.grad_norm)[first].mean()), rel=1e-6)
    assert len(rows) == len(np.unique(np.floor(np.asarray(records.epoch))))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("about", [DICE, CODES, OUTPUTS], ids=lambda about: about.words)
def test_a_distribution_brings_what_its_drawing_needs(about, language):
    rows = next(iter(about.presets.values()))
    picture = distribution_picture(about, rows, language)
    assert picture.title.endswith("?") and "{" not in picture.alt
    needed = {f"row_{index}" for index in range(len(rows))} | {f"preset_{name}" for name in about.presets}
    needed |= {"size", "fewer", "more"} if about.resizable else set()
    needed |= {"unit", "narration_same", "narration_wrong", "narration_impossible"} if about.measures else set()
    assert set(picture.words) == needed
    assert picture.content["rows"] == [list(row) for row in rows]
    assert all(about.fields[index] in Losses.controls() for index in range(len(rows)))
    for preset in about.presets.values():
        assert Losses().change(**dict(zip(about.fields, preset, strict=True)))
    table = picture.to_pandas()
    assert table.iloc[:, 0].tolist() == list(about.names[: len(rows[0])])
    assert table.iloc[:, 1].tolist() == list(rows[0])


def test_the_terms_panel_gives_the_terms_as_its_numbers():
    panel = SCENE.panel("terms", Losses(), "en")
    assert float(np.sum(panel.numbers["what the class adds (nats)"])) == pytest.approx(
        2 * -np.log(0.9) - 2 * np.log(0.95)
    )
