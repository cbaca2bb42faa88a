"""The scripts of the softmax view: they compute and write what Python does, and have the words that they ask for."""

import json
import re

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api")

from simulator.core.softmax import examine, sweep
from simulator.scenes.softmax.scene import SCENE
from simulator.scenes.softmax.settings import Softmax
from simulator.texts.numbers import number_text, telling_text
from simulator.ui.components.assets import read_assets
from simulator.ui.components.softmax.component import SCRIPTS


@pytest.fixture(scope="module")
def numbers(browser):
    """A blank page that holds the browser's own equations."""
    page = browser.new_page()
    page.add_script_tag(content=read_assets("shared/draggable.js", "softmax/numbers.js"))
    yield page
    page.close()


def test_the_browser_computes_what_python_computes(numbers):
    random = np.random.default_rng(0)
    cases = [
        (logits, float(np.exp(random.uniform(-3, 3))), int(random.integers(len(logits))))
        for size in (2, 3, 8)
        for scale in (0.1, 3.0, 100.0, 10_000.0)
        for logits in (scale * random.normal(size=(5, size))).tolist()
    ]
    cases.append(([1000.0, 1001.0, 1002.0], 1.0, 0))
    computed = numbers.evaluate("cases => cases.map(([z, t, k]) => examine(z, t, k))", cases)
    for (logits, temperature, target), found in zip(cases, computed, strict=True):
        expected = examine(np.array(logits), temperature, target)
        assert found["probabilities"] == pytest.approx(expected.probabilities, rel=1e-12, abs=1e-300)
        assert found["gradient"] == pytest.approx(expected.gradient, rel=1e-12, abs=1e-300)
        assert found["entropy"] == pytest.approx(expected.entropy, rel=1e-12, abs=1e-15)
        assert found["loss"] == pytest.approx(expected.loss, rel=1e-12, abs=1e-15)
        assert found["largest"] == expected.largest


def test_the_browser_sweeps_as_python_does(numbers):
    curve = sweep(np.array([1.54, 2.9, -0.26]))
    found = numbers.evaluate("([z, t]) => sweep(z, t)", [[1.54, 2.9, -0.26], curve.temperature.tolist()])
    np.testing.assert_allclose(found, curve.probabilities, rtol=1e-12, atol=1e-300)


def test_the_stops_of_the_temperature(numbers):
    stops = numbers.evaluate("[-100, -50, 0, 50, 100].map(stop => temperatureAt(stop, 20))")
    assert stops == [0.05, pytest.approx(20**-0.5, rel=2e-3), 1.0, pytest.approx(20**0.5, rel=2e-3), 20.0]
    assert numbers.evaluate("[0.05, 1, 20].map(t => stopOf(t, 20))") == [-100, 0, 100]


def test_the_browser_tells_a_number_from_the_whole_one_beside_it_as_python_does(numbers):
    values = [0.99990916, 0.999999, 1.0, -0.99995, 0.25, 3.0000001, 6.6e-3, 0.0]
    assert numbers.evaluate("values => values.map(tellingText)", values) == [telling_text(value) for value in values]


def test_the_browser_writes_numbers_as_python_does(numbers):
    random = np.random.default_rng(2)
    values = [0.0, 1.0, -1.54, 99_999.9, 0.00099999, 1e-30, 123456.0, 0.1 + 0.2]
    values += (random.normal(size=300) * 10.0 ** random.integers(-8, 8, 300)).tolist()
    written = numbers.evaluate("values => values.map(value => numberText(value))", values)
    assert written == [number_text(value) for value in values]
    assert numbers.evaluate("[NaN, Infinity, -Infinity].map(value => numberText(value))") == ["NaN", "∞", "−∞"]


def test_every_word_that_the_scripts_ask_for_is_there():
    """The catalogue's own test cannot see into scripts."""
    script = read_assets(*(name for name in SCRIPTS if name.startswith("softmax/")))
    (picture,) = SCENE.panel("bars", Softmax(), "en").pictures
    asked = set(re.findall(r"\bwords\.(\w+)", script))
    composed = re.findall(r"words\[`(\w*)\$\{", script)
    there = set(picture.words)
    assert asked <= there
    loops = set(re.findall(r'"(\w+)"', script))
    unused = {word for word in there - asked - loops if not any(part and word.startswith(part) for part in composed)}
    assert not unused, json.dumps(sorted(unused))
