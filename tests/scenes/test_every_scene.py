"""Every scene, preset, panel and language: computes, draws, says; links go there and back, and hostile ones are mended.

A scene that is registered is tested here without a test of its own.
"""

import re
from functools import lru_cache
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import simulator as sim
from simulator.errors import InputError
from simulator.scenes.kinds import Choice, Number, Numbers, Several
from simulator.scenes.lock import LOCK_PARAMETERS
from simulator.scenes.registry import SCENES, scene_named
from simulator.scenes.scene import PRESET, Scene
from simulator.scenes.written import option_entry
from simulator.texts import LANGUAGES, catalogue, text
from simulator.ui.controls.session import PAGE_PARAMETERS

HOSTILE = [
    "",
    "0",
    "-1",
    "1e308",
    "-1e400",
    "nan",
    "inf",
    "off",
    "1;2;3",
    "[Log in](https://evil.example)",
    "<script>alert(1)</script>",
    "x" * 5000,
    "0,0,0,0,0,0",
    "1e308,1e308",
    "../../etc/passwd",
    "﻿١٢٣",
    "{value}",
    "%s%n",
]
VERMILLION, GRADIENT = (
    re.compile("@(ramp_)?gradient"),
    re.compile("gradient|derivative|tangent|∂|기울기|그래디언트|미분|도함수|접선", re.I),
)
"""The colour that is the gradient's alone, and what is said where it is seen."""
UNFILLED = re.compile(r"\{\w+[^}]*\}")


def presets() -> list:
    return [
        pytest.param(name, preset, id=f"{name}-{preset}") for name in SCENES for preset in scene_named(name).presets
    ]


@lru_cache(maxsize=8)  # of one preset at a time: runs are large
def numbers(name: str, preset: str, panel: str):
    """Compute what a panel is drawn from once for both languages, and once for all panels that share it."""
    scene = scene_named(name)
    return _numbers(name, preset, scene.view(panel).numbers)


@lru_cache(maxsize=8)
def _numbers(name: str, preset: str, work):
    return work.of(scene_named(name).presets[preset].settings)


@pytest.mark.parametrize(("name", "preset"), presets())
def test_every_panel_computes_draws_and_says(name, preset):
    scene = scene_named(name)
    chosen = scene.presets[preset].settings
    drawn = 0
    for panel, view in scene.views.items():
        if not view.exists(chosen):
            continue
        for language in LANGUAGES:
            shown = view.draw(numbers(name, preset, panel), chosen, language)
            where = f"{name}/{preset}/{panel}/{language}"
            assert shown.question.strip(), where
            assert shown.pictures or shown.tables or shown.words, where
            assert len(shown.pictures) <= 2, where
            said = [*shown.sentences, *shown.notes, *(picture.alt for picture in shown.pictures)]
            said += [picture.title for picture in shown.pictures]
            assert all(sentence.strip() and not UNFILLED.search(sentence) for sentence in said), where
            assert shown.pictures == () or any(len(picture.alt) > 10 for picture in shown.pictures), where
            assert isinstance(shown.numbers, pd.DataFrame), where
            for picture in shown.pictures:
                if picture.kind == "vega":
                    assert picture.to_dict()["layer"], where
                    assert "strokeDash" not in str(picture.specs), where  # dashes mean a negative number
                    if VERMILLION.search(str(picture.specs)):
                        assert GRADIENT.search(" ".join([shown.question, *said])), where
        drawn += 1
    assert drawn


@pytest.mark.parametrize("name", SCENES)
def test_python_gets_numbers_words_and_picture(name):
    scene = sim.scene(name)
    for panel in scene.panels[:1]:
        korean, english = (scene.panel(panel, language) for language in LANGUAGES)
        assert korean.question != english.question
        assert re.search("[가-힣]", korean.question)
        assert korean.data.shape == english.data.shape


@pytest.mark.parametrize("name", SCENES)
def test_wrong_names_and_values_are_said(name):
    with pytest.raises(InputError, match="no control"):
        sim.scene(name, no_such_control=1)
    with pytest.raises(InputError, match="no example"):
        sim.scene(name, preset="nothing")
    with pytest.raises(InputError, match="no panel"):
        sim.scene(name).panel("nothing")
    for control in scene_named(name).settings.controls().values():
        if (bad := _never_valid(control.kind)) is not None:
            with pytest.raises(InputError, match=re.escape(control.name)):
                sim.scene(name, **{control.name: bad})


def _never_valid(kind) -> Any:
    if isinstance(kind, Number):
        return kind.maximum + 1
    if isinstance(kind, Numbers):
        return (kind.maximum + 1,) * max(kind.fewest, 1)
    if isinstance(kind, Several):
        return ("nothing",) * max(kind.fewest, 1)
    return "nothing" if isinstance(kind, Choice) and isinstance(kind.choices[0], str) else None


@pytest.mark.parametrize(("name", "preset"), presets())
def test_links_go_there_and_back(name, preset):
    scene = scene_named(name)
    chosen = scene.presets[preset].settings
    again, errors = scene.read(chosen.to_link())
    assert (again, errors) == (chosen, ())
    assert scene.read({"preset": preset}) == (chosen, ())
    assert scene.preset_of(chosen) is not None
    panel = scene.presets[preset].panel
    assert not panel or scene.view(panel).exists(chosen)


def links(scene: Scene) -> st.SearchStrategy[dict[str, str]]:
    """Return links with values from all kinds, from other controls, and from nowhere."""
    names = [control.link for control in scene.settings.controls().values() if control.link]
    near = [str(value) for control in scene.settings.controls().values() for value in _near(control.kind)]
    written = st.sampled_from([*HOSTILE, *near]) | st.text(max_size=20) | st.integers().map(str) | st.floats().map(str)
    return st.dictionaries(st.sampled_from([*names, "preset"]), written, max_size=6)


def _near(kind) -> list:
    if isinstance(kind, Choice | Several):
        return [*kind.choices, ".".join(map(str, kind.choices))]
    if isinstance(kind, Number | Numbers):
        return [kind.minimum, kind.maximum, kind.minimum - 1, kind.maximum + 1, (kind.minimum + kind.maximum) / 2]
    return ["1"]


@pytest.mark.parametrize("name", SCENES)
def test_any_link_gives_valid_settings_and_sentences(name):
    scene = scene_named(name)

    @given(links(scene))
    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def check(parameters):
        found, errors = scene.read(parameters)
        again, _ = scene.read(found.to_link())
        assert again == found
        for error in errors:
            for language in LANGUAGES:
                sentence = error.in_language(language)
                assert sentence.strip() and len(sentence) < 1500
        for work in {view.numbers for view in scene.views.values()}:
            kept = [one for one in found.as_dict() if one not in work.ignores]
            needed = work.needed(found)
            assert all(getattr(needed, one) == getattr(found, one) for one in kept), work.compute.__qualname__

    check()


@pytest.mark.parametrize("name", SCENES)
def test_every_control_preset_and_option_has_its_words(name):
    scene = scene_named(name)
    texts = scene.settings.texts
    for language in LANGUAGES:
        for control in scene.settings.controls():
            assert text(language, f"{texts}.control.{control}")
        for preset in scene.presets:
            assert text(language, f"{texts}.preset.{preset}")
        for control in scene.settings.controls().values():
            if isinstance(control.kind, Choice | Several) and control.kind.words:
                for code in control.kind.choices:
                    assert text(language, option_entry(control.kind.words, code))


@pytest.mark.parametrize("name", SCENES)
def test_no_words_for_controls_that_are_gone(name):
    scene = scene_named(name)
    texts = scene.settings.texts
    controls, known = set(scene.settings.controls()), set(scene.presets)
    for kind, names in (("control", controls), ("help", controls), ("off", controls), ("preset", known)):
        prefix = f"{texts}.{kind}."
        entries = {entry.removeprefix(prefix) for entry in catalogue("en") if entry.startswith(prefix)}
        assert entries <= names, f"{texts}.{kind}: {entries - names}"


@pytest.mark.parametrize("name", SCENES)
def test_no_control_has_a_name_that_a_link_needs_for_the_page(name):
    links = [control.link for control in scene_named(name).settings.controls().values() if control.link]
    assert len(set(links)) == len(links)
    assert not {PRESET, *PAGE_PARAMETERS, *LOCK_PARAMETERS, "lang", "contrast"} & set(links)


@pytest.mark.parametrize("name", SCENES)
def test_every_panel_says_which_controls_it_has(name):
    scene = scene_named(name)
    shown = {control for view in scene.views.values() for control in (*view.controls, *view.more)}
    unreachable = set(scene.settings.controls()) - shown - MOVED_IN_THE_PICTURE.get(name, set())
    assert not unreachable


MOVED_IN_THE_PICTURE: dict[str, set[str]] = {
    "computation_graph": {"example", "opened", "predict"},
    "training": {"table"},
    "learning_rate": {"moved"},
    "atlas": {"at_x", "at_y"},
    "fractal": {"at_x", "at_y", "x_low", "x_high", "y_low", "y_high"},
    "chaos": {"at_x", "at_y"},
    "chain_rule": {"look", "step", "example", "weight", "stage"},
}
"""Controls that have no widget: a reader moves them in a picture, or they come with a file."""
