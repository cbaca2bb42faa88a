"""Colours that can be read, and text that can be read from the last row."""

import tomllib

import pytest

from simulator.drawing.theme import THEMES
from simulator.ui.frame.theme import HALL_TEXT_SHARE, LINK_COLOURS, Display, style_sheet

LEAST = {"light": 4.5, "dark": 4.5, "contrast_light": 7.0, "contrast_dark": 7.0}


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, by the definition of WCAG 2."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_is_the_known_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", LEAST)
@pytest.mark.parametrize("name", ["ink", "muted", "forward_text", "gradient_text", "link"])
def test_words_stand_out_from_the_page(theme, name):
    colours = THEMES[theme] | {"link": LINK_COLOURS[theme]}
    assert contrast(colours[name], colours["surface"]) >= LEAST[theme]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_streamlits_theme_has_the_same_colours(root, theme):
    settings = tomllib.loads((root / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][theme]
    expected = {
        "backgroundColor": THEMES[theme]["surface"],
        "textColor": THEMES[theme]["ink"],
        "blueColor": THEMES[theme]["forward"],
        "orangeColor": THEMES[theme]["gradient"],
        "linkColor": LINK_COLOURS[theme],
    }
    assert {name: settings[name].upper() for name in expected} == {name: c.upper() for name, c in expected.items()}
    assert contrast(settings["textColor"], settings["secondaryBackgroundColor"]) >= 7
    assert contrast(settings["primaryColor"], settings["backgroundColor"]) >= 4.5


def test_the_style_carries_the_colours_of_the_subject():
    css = style_sheet(Display("en", "dark", "high", "normal"))
    assert f"--sim-forward: {THEMES['contrast_dark']['forward']};" in css
    assert f"--sim-gradient: {THEMES['contrast_dark']['gradient']};" in css


def test_only_high_contrast_overrides_streamlits_colours():
    normal, high = (style_sheet(Display("en", "light", contrast, "normal")) for contrast in ("normal", "high"))
    assert "stAlertContainer" in high
    assert "stAlertContainer" not in normal


def test_text_in_the_lecture_hall_is_a_28th_of_the_screen():
    assert HALL_TEXT_SHARE * 1080 >= 1080 / 28
    assert "font-size" not in style_sheet(Display("en", "light", "normal", "normal"))
    assert f"{100 * HALL_TEXT_SHARE:.4f}vh" in style_sheet(Display("en", "light", "normal", "hall"))
