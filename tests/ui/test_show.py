"""A panel is drawn once for all who see the same, and anew where anything differs."""

from simulator.core.kept import kept
from simulator.scenes.panel import Panel
from simulator.scenes.registry import scene_named
from simulator.ui.show import drawn_panel
from simulator.ui.work import Ready

SCENE = scene_named("softmax")
SETTINGS = SCENE.settings()
NUMBERS = SCENE.view("sampling").numbers


def drawn(settings=SETTINGS, language="en", found=None) -> Panel:
    found = NUMBERS.of(settings) if found is None else found
    panel = drawn_panel(SCENE, "sampling", settings, language, ready={NUMBERS: Ready(found, settings)})
    assert panel is not None
    return panel


def test_a_panel_is_drawn_once_for_all_who_see_the_same():
    assert drawn() is drawn()


def test_a_panel_is_drawn_anew_where_anything_differs():
    first = drawn()
    assert drawn(language="ko").question != first.question
    assert drawn(SETTINGS.change(temperature=3.0)).sentences != first.sentences
    found = NUMBERS.of(SETTINGS)
    assert drawn(found=found._replace(temperature=found.temperature)) is not first  # measured once more


def test_what_was_drawn_goes_with_the_numbers():
    first = drawn()
    kept().forget(NUMBERS.key(SETTINGS))
    assert drawn() is not first
