"""Pictures as files: real images, with Korean letters that are drawn."""

import re
import sys
from typing import Any

import pytest

from simulator.core.export import picture_png, picture_svg
from simulator.errors import InputError


def spec(title: str) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": {"text": title, "font": "Noto Sans CJK KR, sans-serif"},
        "width": 120,
        "height": 80,
        "data": {"values": [{"x": 0, "y": 1.0}, {"x": 1, "y": 0.5}]},
        "mark": "line",
        "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
    }


def test_svg_keeps_the_words():
    svg = picture_svg(spec("손실이 줄어드나요?"))
    assert svg.startswith("<svg") and "손실이 줄어드나요?" in svg


def test_png_is_sharp_on_a_projector():
    small, large = picture_png(spec("Loss"), scale=1), picture_png(spec("Loss"), scale=2)
    assert small.startswith(b"\x89PNG") and large.startswith(b"\x89PNG")
    width = [int.from_bytes(image[16:20], "big") for image in (small, large)]
    assert width[1] == pytest.approx(2 * width[0], abs=2)


def test_different_korean_letters_are_different_pixels():
    # Letters without a font all look like the same empty box.
    assert picture_png(spec("손실")) != picture_png(spec("학습"))


def test_without_the_converter_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(InputError, match=re.escape('pip install "backprop-simulator[export]"')):
        picture_svg(spec("Loss"))
