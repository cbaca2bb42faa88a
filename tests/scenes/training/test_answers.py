"""Pictures of what the network answers, and the diagram: the numbers in them."""

import base64
import re
import struct
import zlib

import numpy as np
import pytest
import vl_convert

from simulator.drawing.pixels import image_address
from simulator.drawing.plane import LEVELS, decision_map
from simulator.scenes.training.pictures.confusion import confusion_matrix
from simulator.scenes.training.pictures.curves import loss_curve
from simulator.scenes.training.pictures.diagram import MAX_NUMBERS
from simulator.scenes.training.pictures.fit import fitted_curve
from simulator.scenes.training.pictures.predictions import predictions
from tests import fakes


@pytest.fixture(scope="module")
def run():
    return fakes.trained((8, 8))


def test_the_loss_is_drawn_as_recorded_and_where_it_was_measured(run):
    records, frames, *_ = run
    picture = loss_curve(records, frames, "en")
    for row in picture.rows("curve")[::13]:
        assert row["train"] == records.loss[row["step"]]
    frame = 20
    (now,) = picture.rows("now", frame)
    assert now["train"] == records.loss[frames.record[frame]]
    assert now["measured"] == frames.step[frame] // 10 * 10
    assert now["validation"] == records.validation_loss[now["measured"]]


def test_a_loss_that_explodes_is_first_shown_on_a_log_axis(run):
    records, frames, *_ = run
    loss = records.loss.copy()
    loss[50:] = 1e12
    assert next(iter(loss_curve(records._replace(loss=loss), frames, "en").specs)) == "Log"
    assert next(iter(loss_curve(records, frames, "en").specs)) == "Linear"


def test_confusion_counts_and_shares(run):
    _, frames, *_ = run
    picture = confusion_matrix(frames, fakes.CLASS_NAMES, "en")
    rows = picture.rows("now", 5)
    counts = np.array([row["count"] for row in rows]).reshape(3, 3)
    np.testing.assert_array_equal(counts, frames.confusion[5])
    shares = np.array([row["share"] for row in rows]).reshape(3, 3)
    np.testing.assert_allclose(shares.sum(1), 1.0)
    assert [row["correct"] for row in rows] == np.eye(3, dtype=bool).ravel().tolist()


@pytest.mark.parametrize("classes", [3, 10])
def test_a_count_stays_in_its_cell(run, classes):
    _, frames, *_ = run
    counts = np.full((len(frames.step), classes, classes), 7)
    counts[:, 0, 0], counts[:, 1, 1] = 1234, 61
    picture = confusion_matrix(frames._replace(confusion=counts), tuple("abcdefghij"[:classes]), "en")
    drawn = vl_convert.vegalite_to_svg(picture.to_dict() | {"width": 300, "height": 300}, vl_version="6.4")
    sizes = {count: float(size) for size, count in re.findall(r'font-size="([\d.]+)px"[^>]*>(7|61|1234)<', drawn)}
    cell = float(re.findall(r'aria-roledescription="rect mark" d="M[\d.]+,[\d.]+h([\d.]+)v', drawn)[0])
    assert cell < 300 / classes
    assert {count for count, size in sizes.items() if len(count) * 0.7 * size < cell} == {"7", "61", "1234"}
    assert sizes["7"] > 16 and (sizes["1234"] == 17) == (classes == 3)


def test_predictions_mark_the_answer_and_the_truth(run):
    _, frames, *_ = run
    picture = predictions(frames, fakes.CLASS_NAMES, "en")
    for verdict in picture.rows("verdict", -1):
        example = verdict["column"]
        assert verdict["confidence"] == pytest.approx(float(frames.output[-1, example].max()))
        right = frames.output[-1, example].argmax() == frames.example_target[example].argmax()
        assert verdict["right"] == right
    assert sum(row["chosen"] for row in picture.rows("now", -1)) == 6


def test_a_curve_outside_the_picture_says_so(run):
    _, frames, *_ = run
    x = np.linspace(-1, 1, 20)
    curve = np.stack([x * 0 + 1e9 if frame % 2 else x for frame in range(len(frames.step))])
    curve[-2, 3] = np.nan
    picture = fitted_curve(frames, x, x, x, curve, "en")
    assert [picture.rows("remark", frame)[0]["outside"] for frame in (0, 1)] == [False, True]
    assert picture.rows("remark", -2)[0] == {"broken": True, "outside": False}
    low, high = picture.signals["y_domain"]
    assert -2 < low < -1 and 1 < high < 2


def test_a_digit_becomes_dark_ink_on_white_paper():
    pixels = np.zeros(64)
    pixels[9] = 16.0  # second row, second column
    png = base64.b64decode(image_address(pixels, magnify=2).partition(",")[2])
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", png[16:24]) == (16, 16)
    start = png.index(b"IDAT")
    (length,) = struct.unpack(">I", png[start - 4 : start])
    lines = np.frombuffer(zlib.decompress(png[start + 4 : start + 4 + length]), np.uint8).reshape(16, 17)[:, 1:]
    dark = np.argwhere(lines == 0)
    assert dark.min(0).tolist() == [2, 2] and dark.max(0).tolist() == [3, 3]
    assert (lines == 255).sum() == 256 - 4


def test_the_diagram_holds_weights_gradients_and_activations_of_the_run(run):
    records, frames, network, *_ = run
    content = fakes.diagram(records, frames, network, "en", class_names=fakes.CLASS_NAMES).content
    assert content["kept"] == [2, 8, 8, 3] and content["classes"] == list(fakes.CLASS_NAMES)
    for layer in range(3):
        np.testing.assert_array_equal(content["lines"]["weight"]["values"][layer], frames.weight[layer])
        np.testing.assert_array_equal(content["lines"]["gradient"]["values"][layer], frames.weight_gradient[layer])
    # What the panel says: z is the weighted sum of the activations below, plus the bias.
    frame, example, unit = 10, 3, 5
    weights, bias = content["lines"]["weight"]["values"][1], content["lines"]["weight"]["bias"][1]
    below = content["activation"][0][frame, example]
    z = below @ weights[frame, :, unit] + bias[frame, unit]
    assert z == pytest.approx(content["pre_activation"][1][frame, example, unit], abs=1e-5)
    assert np.tanh(z) == pytest.approx(content["activation"][1][frame, example, unit], abs=1e-5)


def test_a_deep_diagram_shows_fewer_units_and_stays_small():
    records, frames, network, *_ = fakes.trained((12,) * 30, num_steps=60, num_frames=60)
    content = fakes.diagram(records, frames, network, "en").content
    numbers = sum(value.size for lines in content["lines"].values() for value in lines["values"])
    assert numbers < MAX_NUMBERS and max(content["kept"]) < 12
    assert content["sizes"][1] == 12


def test_the_thickest_line_is_the_largest_of_all_frames(run):
    records, frames, network, *_ = run
    content = fakes.diagram(records, frames, network, "en").content
    largest = max(np.abs(weight).max() for weight in frames.weight)
    assert content["lines"]["weight"]["largest"] == [pytest.approx(float(largest))]


def test_the_map_keeps_answers_and_marks_what_is_not_finite(run):
    records, frames, _, inputs, labels = run
    picture = decision_map(frames, inputs, labels, "en", class_names=fakes.CLASS_NAMES)
    sent = picture.content["output"]
    answers, recorded = sent[-1].argmax(-1), frames.grid_output[-1].argmax(-1)
    margin = np.sort(frames.grid_output[-1], axis=-1)
    clear = margin[..., -1] - margin[..., -2] > 2 / LEVELS
    np.testing.assert_array_equal(answers[clear], recorded[clear])
    _, broken = fakes.broken(records, frames, step=60)
    late = decision_map(broken, inputs, labels, "en", class_names=fakes.CLASS_NAMES).content["output"]
    assert (late[broken.step >= 60] == 255).all() and (late[broken.step < 60] < 255).all()


def test_the_map_of_one_output_is_centred_on_its_threshold(run):
    _, frames, _, inputs, labels = run
    single = frames._replace(grid_output=frames.grid_output[..., :1])
    names = ("no", "yes")
    sent = decision_map(single, inputs, np.minimum(labels, 1), "en", class_names=names).content
    assert sent["mode"] == "single"
    above = frames.grid_output[..., 0] > 0.5 + 1 / LEVELS
    assert (sent["output"][..., 0][above] > LEVELS / 2).all()
