"""Pictures of softmax: what each promises, and the numbers it stands on."""

import json
from functools import cache

import altair
import numpy as np
import pytest
import vl_convert

from simulator.core.softmax import softmax
from simulator.drawing.picture import Picture
from simulator.drawing.theme import THEMES
from simulator.scenes.panel import Panel
from simulator.scenes.softmax.numbers import Responses
from simulator.scenes.softmax.pictures.jacobian import jacobian_map
from simulator.scenes.softmax.scene import SCENE
from simulator.scenes.softmax.settings import Softmax
from simulator.texts import LANGUAGES

LECTURE = np.array([1.54, 2.90, -0.26])
LOGITS = {
    "lecture": tuple(LECTURE.tolist()),
    "large": (1000.0, 1001.0, 1002.0),
    "many": tuple(np.linspace(-40, 9, 8).tolist()),
}
MAX_ROWS = 2000


def panel(name: str, language: str = "en", **values) -> Panel:
    return SCENE.panel(name, Softmax(**values), language)


def picture(name: str, language: str = "en", **values) -> Picture:
    (drawn,) = panel(name, language, **values).pictures
    return drawn


@cache
def every_picture(kind: str, language: str) -> dict[str, Picture]:
    temperature, target = {"lecture": (1.0, 1), "large": (0.05, 2), "many": (20.0, 1)}[kind]
    values = {"logits": LOGITS[kind], "temperature": temperature, "target": target}
    return {name: picture(name, language, **values) for name in SCENE.views}


def charts(kind: str, language: str) -> dict[str, Picture]:
    return {name: shown for name, shown in every_picture(kind, language).items() if shown.kind == "vega"}


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
    for name, picture in charts("many", "ko").items():
        shown = picture.to_dict(theme=theme)
        assert '"@' not in json.dumps(shown, allow_nan=False), name
        assert sum(map(len, shown["datasets"].values())) < MAX_ROWS, name
        if theme == "light":
            altair.LayerChart.from_dict(shown | {"datasets": {}})  # against the schema


def test_every_specification_renders(kind):
    for name, picture in charts(kind, "ko").items():
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
    first = every_picture("lecture", "en")
    for name, picture in every_picture("many", "en").items():
        for kind in picture.specs.keys() & first[name].specs.keys():
            assert json.dumps(picture.specs[kind]) == json.dumps(first[name].specs[kind]), name


def test_the_bars_bring_their_numbers():
    shown = picture("bars", temperature=0.5, target=3)
    p = softmax(LECTURE, 0.5)
    table = shown.to_pandas()
    assert table.columns.tolist() == ["class", "logit", "probability", "∂L/∂z"]
    assert table["logit"].tolist() == LECTURE.tolist()
    assert table["probability"].tolist() == pytest.approx(p.tolist())
    assert table["∂L/∂z"].tolist() == pytest.approx(((p - [0, 0, 1]) / 0.5).tolist())
    assert shown.content["state"] == {"logits": LECTURE.tolist(), "temperature": 0.5, "target": 2}
    json.dumps(dict(shown.content))  # as it travels to the browser


def test_the_sweep_marks_the_probabilities_at_its_temperature():
    points = picture("sweep", temperature=2.5).rows("points")
    assert [row["probability"] for row in points] == pytest.approx(softmax(LECTURE, 2.5).tolist())
    assert {row["temperature"] for row in points} == {2.5}


def test_the_jacobian_map_shows_rows_and_columns_that_sum_to_zero():
    shown = picture("jacobian", temperature=0.5)
    cells, sums = shown.rows("cells"), shown.rows("sums")
    assert len(cells) == 9
    assert sum(row["value"] for row in cells[:3]) == pytest.approx(0.0, abs=1e-12)
    assert sum(row["value"] for row in cells[::3]) == pytest.approx(0.0, abs=1e-12)
    assert [row["written"] for row in sums] == ["Σ = 0"] * 6
    assert [(row["row"], row["column"]) for row in sums[:1] + sums[3:4]] == [("p₁", "row sum"), ("column sum", "z₁")]
    limit = shown.signals["color_domain"][2]
    assert limit == 0.25 / 0.5 >= max(abs(row["value"]) for row in cells)
    assert shown.signals["color_domain"][1] == 0


def test_a_sum_that_is_not_zero_is_not_called_zero():
    broken = Responses(1.0, np.array([[0.2, -0.1], [-0.1, 0.1]]))
    assert [row["written"] for row in jacobian_map(broken, "en").rows("sums")] == ["Σ = 0.1", "Σ = 0"] * 2


def test_the_precision_strips_say_where_float32_overflows():
    rows = picture("precision").rows("strips")
    naive = [row for row in rows if row["strip"] == "exp(z), float32" and row["outcome"] == "overflow"]
    assert naive[0]["low"] == pytest.approx(88.72, abs=0.6)
    shifted = [row for row in rows if row["strip"].startswith("exp(z − max z)")]
    assert {row["outcome"] for row in shifted} == {"right"}
    assert [(row["low"], row["high"]) for row in shifted] == [(-150.25, 150.25)] * 2


def test_a_strip_that_is_too_short_goes_without_its_name():
    shown = picture("precision").to_dict()
    wide, narrow = (vl_convert.vegalite_to_svg(shown | {"width": width}, vl_version="6.4") for width in (1200, 420))
    assert wide.count(">0/0 = NaN<") == 2 and narrow.count(">0/0 = NaN<") == 1
    assert wide.count(">right<") == 4 and narrow.count(">right<") == 3


def test_the_table_shows_every_computation():
    (_, table), *_ = panel("precision", logits=LOGITS["large"]).tables
    assert table["Verdict"].tolist() == ["overflow", "overflow", "right", "right"]
    assert table["p"].tolist()[1] == "NaN, NaN, NaN"
    assert table["p"].tolist()[3] == "0.09003, 0.2447, 0.6652"


def test_the_draws_are_counted():
    rows = picture("sampling", seed=7).rows("bars")
    assert sum(row["count"] for row in rows) == 100
    assert sum(row["expected"] for row in rows) == pytest.approx(100)


def test_soft_targets_and_calibration_show_two_temperatures():
    soft = picture("distillation", temperature=0.3).rows("bars")
    assert [row["probability"] for row in soft] == pytest.approx([*softmax(LECTURE), *softmax(LECTURE, 4.0)])
    for temperature in (0.3, 1.0, 7.0):
        shown = picture("calibration", temperature=temperature)
        bars = shown.rows("bars")
        assert [row["probability"] for row in bars] == pytest.approx(
            [*softmax(LECTURE), *softmax(LECTURE, temperature)]
        )
        assert len(set(shown.signals["labels"])) == 2


@pytest.mark.parametrize(
    ("logits", "labels"),
    [
        ((1.0, 1.0, 1.0), ["class 1, 2, 3", "", ""]),
        ((2.0, 0.0, 2.0), ["class 1, 3", "class 2", ""]),
        ((1.54, 2.90, -0.26), ["class 1", "class 2", "class 3"]),
    ],
)
def test_labels_of_equal_classes_are_not_printed_over_each_other(logits, labels):
    picture = SCENE.panel("sweep", Softmax(logits=logits), "en").pictures[0]
    assert list(picture.tables["points"]["label"]) == labels
