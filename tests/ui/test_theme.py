"""Colours that can be read."""

import tomllib

import pytest

from simulator.drawing.theme import THEMES
from simulator.ui.frame.theme import EDGE_COLOURS, LINK_COLOURS, RAISED_COLOURS, Display, style_sheet

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
        "borderColor": EDGE_COLOURS[theme],
        "secondaryBackgroundColor": RAISED_COLOURS[theme],
    }
    assert {name: settings[name].upper() for name in expected} == {name: c.upper() for name, c in expected.items()}
    assert contrast(settings["textColor"], settings["secondaryBackgroundColor"]) >= 7
    assert contrast(settings["primaryColor"], settings["backgroundColor"]) >= 4.5


@pytest.mark.parametrize("theme", LEAST)
def test_words_stand_out_from_what_is_raised(theme):
    assert contrast(THEMES[theme]["ink"], RAISED_COLOURS[theme]) >= 7


def test_the_style_carries_the_colours_of_the_subject():
    css = style_sheet(Display("en", "dark", "high"))
    assert f"--sim-forward: {THEMES['contrast_dark']['forward']};" in css
    assert f"--sim-gradient: {THEMES['contrast_dark']['gradient']};" in css


def test_only_high_contrast_and_a_stage_of_another_scheme_override_streamlits_colours():
    normal, high, dark = (
        style_sheet(shown)
        for shown in (
            Display("en", "light", "normal"),
            Display("en", "light", "high"),
            Display("en", "dark", "normal", repainted=True),
        )
    )
    assert "stAlertContainer" in high and "stAlertContainer" in dark
    assert "stAlertContainer" not in normal
    assert "focus-visible { outline: 3px" in high and "focus-visible { outline: 3px" not in dark
    assert f"--sim-surface: {THEMES['dark']['surface']};" in dark
