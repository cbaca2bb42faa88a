"""The drawing for the stage: every number has room in its node and on its edge, so that none is written smaller."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from simulator.drawing.letters import width_of
from simulator.graph.presets import PRESETS
from simulator.scenes.computation_graph.pictures import graph_picture
from simulator.scenes.computation_graph.settings import ComputationGraph, with_input
from simulator.ui.components import graph

SCRIPT = (Path(str(graph.__file__)).parent / "drawing.js").read_text(encoding="utf-8")
NUMBER = 22.0
LONG = with_input(ComputationGraph(example="neuron_mse"), "w", "-123456.789")
FAINT = with_input(ComputationGraph(example="three_layers"), "x", "-0.0000123")


def too_long(settings: ComputationGraph, *, fitted: bool) -> list[str]:
    """Return the numbers that do not fit where they are written."""
    content = graph_picture(settings, "en", fitted=fitted).content
    drawing = ElementTree.fromstring(content["svg"])
    found = []

    def check(places: list[ElementTree.Element], texts: list[str]) -> None:
        assert len(places) == len(texts)
        found.extend(
            words
            for place, words in zip(places, texts, strict=True)
            if NUMBER * width_of(words) > float(place.get("data-room", "0"))
        )

    def places(name: str, kind: str) -> list[ElementTree.Element]:
        return drawing.findall(f".//*[@data-node='{name}']/*[@class='{kind}']")

    for name, value in content["values"].items():
        check(places(name, "value"), value["texts"])
    for step in content["steps"][content["returns"] - 1 :]:
        check(places(step["operand"], "gradient"), step["gradient"]["texts"])
        if step.get("factor"):
            check(drawing.findall(f".//*[@data-factor='{step['edge']}']"), [step["factor"]])
    return found


@pytest.mark.parametrize("settings", [*(ComputationGraph(example=name) for name in PRESETS), LONG, FAINT], ids=str)
def test_every_number_has_room_on_the_stage(settings):
    assert not too_long(settings, fitted=True)


def test_the_page_keeps_its_places_and_writes_long_numbers_smaller():
    assert too_long(LONG, fitted=False) and too_long(FAINT, fitted=False)
    usual = ComputationGraph(example="neuron_mse")
    before, after = (graph_picture(settings, "en").content["structure"] for settings in (usual, LONG))
    assert before == after


def test_python_and_the_script_know_the_same_widths():
    table = re.search(r"const LETTERS = (\{.*?\})", SCRIPT)
    usual = re.search(r"LETTERS\[letter\] \?\? \(/\[(.*?)\]/\.test\(letter\) \? ([\d.]+) : ([\d.]+)\)", SCRIPT)
    assert table and usual
    for letter, width in json.loads(table[1]).items():
        assert width_of(letter) == width
    assert width_of("⁷") == width_of("¹") == float(usual[2])
    assert width_of("7") == width_of("N") == float(usual[3])
    number = re.search(r"const GRAPH_NUMBER = (\d+)", SCRIPT)
    assert number and float(number[1]) == NUMBER
