"""A browser repeats what its widgets said before; only what a reader wants is heard."""

import pytest
from streamlit.testing.v1 import AppTest

from simulator.ui.controls import echo
from simulator.ui.controls.echo import Echoes


class Heard(list):
    """Which widgets were heard, in order."""

    def __init__(self) -> None:
        self.echoes = Echoes()

    def message(self, **given: object) -> "Heard":
        for name, value in given.items():
            self.echoes.hear(name, value, lambda name=name: self.append(name))
        self.echoes.settle()
        return self


def test_what_goes_back_together_with_something_else_is_an_echo():
    for given in ({"list": "a", "rate": 0.3}, {"rate": 0.3, "list": "a"}):
        heard = Heard()
        heard.echoes.show("list", "a")
        heard.echoes.show("list", None)  # the settings are those of no starting point any more
        assert heard.message(**given) == ["rate"]


def test_what_goes_back_alone_is_what_the_reader_wants():
    heard = Heard()
    heard.echoes.show("list", "a")
    heard.echoes.show("list", None)
    assert heard.message(list="a") == ["list"]


def test_what_a_reader_has_moved_may_go_back_at_once():
    heard = Heard()
    heard.echoes.show("rate", 0.1)
    heard.message(rate=0.2)
    heard.echoes.show("rate", 0.2)
    assert heard.message(rate=0.1, width=3) == ["rate", "rate", "width"]


def test_another_value_than_the_one_before_is_no_echo():
    heard = Heard()
    heard.echoes.show("list", "a")
    heard.echoes.show("list", "b")
    assert heard.message(list="c", rate=0.3) == ["list", "rate"]


def test_a_page_that_asks_by_itself_wishes_nothing():
    """While a network trains, the page asks how far it is; its message may be older than the last answer."""
    heard = Heard()
    heard.echoes.show("list", "a")
    heard.echoes.show("list", None)
    heard.echoes.hear("list", "a", lambda: heard.append("list"), wished=False)
    assert heard.message() == []


def test_after_a_while_the_browser_knows(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(echo.time, "monotonic", lambda: now[0])
    for seconds, expected in ((9.9, ["rate"]), (10.1, ["list", "rate"])):
        heard = Heard()
        heard.echoes.show("list", "a")
        heard.echoes.show("list", "b")
        heard.echoes.show("list", "b")  # drawn again: that changes nothing
        now[0] += seconds
        assert heard.message(list="a", rate=0.3) == expected


def test_a_component_that_moved_makes_the_rest_an_echo():
    heard = Heard()
    heard.echoes.show("box", "old")
    heard.echoes.show("box", "new")
    heard.echoes.moved()
    assert heard.message(box="old") == []
    assert heard.message(box="old") == ["box"]  # in a message of its own


def controls_alone() -> None:
    from simulator.scenes.learning_rate.scene import SCENE
    from simulator.ui.controls.session import Controls
    from simulator.ui.controls.widgets import draw_controls

    controls = Controls(SCENE, "en")
    controls.preset()
    draw_controls(controls, ["angle", "runs"])
    controls.publish()


@pytest.mark.parametrize("starts_again", [False, True])
def test_a_starting_point_is_chosen_by_a_reader_and_not_by_a_late_page(starts_again):
    """The list says the starting point that it said before a slider moved: alone that is a wish, beside a move not."""
    app = AppTest.from_function(controls_alone, default_timeout=60).run()
    first, angle = app.selectbox[0].value, "controls:learning_rate:angle:en"
    assert first is not None and app.slider(key=angle).value == 0
    app.slider(key=angle).set_value(30.0).run()
    assert app.slider(key=angle).value == 30 and app.selectbox[0].value is None
    app.selectbox[0].set_value(first)
    if not starts_again:
        app.slider(key="controls:learning_rate:runs:en").set_value(2)
    app.run()
    assert not app.exception
    assert app.slider(key=angle).value == (0 if starts_again else 30)
    assert app.slider(key="controls:learning_rate:runs:en").value == (1 if starts_again else 2)
