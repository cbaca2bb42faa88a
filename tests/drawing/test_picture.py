"""What every picture promises, on every figure in both languages and all themes."""

import json
from functools import cache

import altair
import numpy as np
import pytest
import vl_convert

from simulator.drawing.picture import Picture, pack, table_rows
from simulator.drawing.plane import decision_map
from simulator.drawing.theme import THEMES
from simulator.scenes.training.pictures.bands import activation_bands
from simulator.scenes.training.pictures.confusion import confusion_matrix
from simulator.scenes.training.pictures.curves import accuracy_curve, learning_rate_curve, loss_curve
from simulator.scenes.training.pictures.fit import fitted_curve
from simulator.scenes.training.pictures.histograms import activation_histograms, gradient_histograms
from simulator.scenes.training.pictures.layer_bars import layer_bars
from simulator.scenes.training.pictures.layer_curves import layer_curves
from simulator.scenes.training.pictures.predictions import predictions
from simulator.scenes.training.pictures.quantities import QUANTITIES
from simulator.texts import LANGUAGES
from tests import fakes

MAX_ROWS = 2000
NOT_DRAWN = ("hover",)
"""Data sets that are read but never drawn."""


@cache
def a_run(kind: str):
    if kind == "deep":
        return fakes.trained((6,) * 40, num_steps=300, num_frames=20)
    made = fakes.trained((8, 8), seed=int(kind == "another"))
    return (*fakes.broken(*made[:2], step=60), *made[2:]) if kind == "not finite" else made


@cache
def every_picture(kind: str, language: str) -> dict[str, Picture]:
    records, frames, network, inputs, labels = a_run(kind)
    names = fakes.CLASS_NAMES
    curve = np.linspace(-3, 3, 80)
    outputs = np.tanh(curve)[None] * frames.step[:, None]
    drawn = QUANTITIES if kind == "shallow" else ("pre_activation_grad_norm", "activation_mean", "zero_fraction")
    images = np.random.default_rng(0).uniform(size=(6, 64))
    return {
        "loss": loss_curve(records, frames, language, best_step=30, stopped_early=True, nonfinite_step=60),
        "accuracy": accuracy_curve(records, frames, language),
        "learning_rate": learning_rate_curve(records, frames, language),
        **{name: layer_curves(records, frames, name, language, nonfinite_step=60) for name in drawn},
        **{f"bars_{name}": layer_bars(records, frames, name, language) for name in drawn if QUANTITIES[name].log},
        "bands": activation_bands(records, frames, language),
        "activations": activation_histograms(frames, language),
        "gradients": gradient_histograms(frames, language),
        "confusion": confusion_matrix(frames, names, language),
        "predictions": predictions(frames, names, language),
        "images": predictions(frames, names, language, images=images),
        "outputs": predictions(frames, (), language),
        "fit": fitted_curve(frames, inputs[:, 0], labels.astype(float), curve, outputs, language),
        "network": fakes.diagram(records, frames, network, language, class_names=names),
        "map": decision_map(frames, inputs, labels, language, class_names=names),
    }


@pytest.fixture(params=["shallow", "deep", "not finite"])
def kind(request) -> str:
    """A run that trains, one of 40 layers, and one that breaks off at step 60."""
    return request.param


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_has_a_question_and_a_description(kind, language):
    for name, picture in every_picture(kind, language).items():
        assert picture.title.endswith("?"), name
        assert len(picture.alt) > 20 and "{" not in picture.alt, name


@pytest.mark.parametrize("theme", THEMES)
def test_every_specification_is_valid_and_small(kind, theme):
    for name, picture in every_picture(kind, LANGUAGES[0]).items():
        for spec in picture.specs:
            for frame in (0, -1):
                shown = picture.to_dict(frame, theme=theme, spec=spec)
                written = json.dumps(shown, allow_nan=False)
                assert '"@' not in written, name
                rows = sum(len(rows) for table, rows in shown["datasets"].items() if table not in NOT_DRAWN)
                assert rows < MAX_ROWS, (name, rows)
            assert shown["title"] and shown["description"]
            if theme == "light":  # a theme changes colours, no structure
                altair.LayerChart.from_dict(shown | {"datasets": {}})  # against the schema


def test_every_specification_renders(kind):
    for name, picture in every_picture(kind, LANGUAGES[-1]).items():
        for spec in picture.specs:
            drawn = vl_convert.vegalite_to_svg(picture.to_dict(-1, spec=spec), vl_version="6.4")
            assert drawn.count("<path") + drawn.count("<text") > 3, name


def test_a_specification_names_only_data_and_parameters_that_it_gets(kind):
    for name, picture in every_picture(kind, LANGUAGES[0]).items():
        for spec in picture.specs.values():
            data = [spec.get("data") or layer["data"] for layer in spec["layer"]]
            named = {entry["name"] for entry in data if "name" in entry}
            assert named <= {*picture.tables, *picture.frames}, name
            parameters = {parameter["name"] for parameter in spec["params"]}
            assert set(picture.signals) <= parameters | {"y_domain", "log_domain", "log_ticks"}, name


def test_a_new_run_of_the_same_network_changes_data_and_no_specification():
    """So that each is built once, and the browser patches its pictures."""
    first, second = (every_picture(kind, "en") for kind in ("shallow", "another"))
    for name, picture in second.items():
        assert list(first[name].specs) == list(picture.specs), name
        assert all(first[name].specs[which] is spec for which, spec in picture.specs.items()), name


def test_the_table_behind_a_picture_has_its_columns(kind):
    for name, picture in every_picture(kind, LANGUAGES[0]).items():
        for reading in filter(None, (picture.reading, picture.hover)):
            columns = {**picture.tables, **picture.frames}[reading.table]
            assert set(reading.headings) <= set(columns), name


def test_changing_columns_have_a_row_for_every_frame(kind):
    for name, picture in every_picture(kind, LANGUAGES[0]).items():
        for columns in picture.frames.values():
            lengths = {np.shape(column)[-1] for column in columns.values()}
            assert len(lengths) == 1, name
            for column in columns.values():
                assert np.ndim(column) < 2 or len(column) == len(picture.step), name


def test_what_is_not_finite_becomes_none_and_a_note():
    rows = table_rows({"loss": np.array([1.5, np.nan, np.inf, -np.inf])})
    assert [row["loss"] for row in rows] == [1.5, None, None, None]
    assert [row.get("loss_note") for row in rows] == [None, "NaN", "∞", "−∞"]


def test_packing_keeps_every_number_where_the_header_says():
    values = {
        "small": np.array([0, 255], np.uint8),
        "numbers": np.array([[1.5, np.nan], [np.inf, -0.0]]),
        "steps": np.array([3, -4], np.int64),
        "words": ["층", "layer"],
    }
    packed = pack(values)
    length = int.from_bytes(packed[:8], "little")
    header = json.loads(packed[8 : 8 + length])
    body = packed[8 + length :]
    assert (8 + length) % 8 == 0 and header["words"] == ["층", "layer"]
    kinds = {"f4": np.float32, "i4": np.int32, "u1": np.uint8}
    for name in ("small", "numbers", "steps"):
        entry = header[name]
        assert entry["at"] % 8 == 0
        count = int(np.prod(entry["shape"]))
        read = np.frombuffer(body, kinds[entry["$array"]], count, entry["at"]).reshape(entry["shape"])
        np.testing.assert_array_equal(read, values[name].astype(read.dtype))


def _header(packed):
    return json.loads(packed[8 : 8 + int.from_bytes(packed[:8], "little")])


def test_packing_takes_what_json_has_not_among_plain_numbers():
    numbers = np.array([4.0, np.nan])
    header = _header(pack({"first": numbers, "plain": [1.5, float("inf"), {"deep": (float("nan"),)}], "last": numbers}))
    assert header["plain"] == [1.5, None, {"deep": [None]}]
    assert (header["first"]["at"], header["last"]["at"]) == (0, 8)


def test_the_identity_of_what_is_packed_follows_every_part_of_it():
    def identity(number=1.0, word="a"):
        header = _header(pack({"word": word, "numbers": np.array([number])}, identified=True))
        assert header["word"] == word and next(iter(header)) == "id"
        return header["id"]

    assert identity() == identity()
    assert len({identity(), identity(number=2.0), identity(word="b")}) == 3
