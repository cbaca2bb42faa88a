"""What the picture of the paths tells Python: rate, start and moved run; what no control can hold is dropped."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from simulator.errors import InputError
from simulator.scenes.learning_rate.own import check_surface
from simulator.scenes.learning_rate.settings import LearningRate
from simulator.texts import text
from simulator.ui.components.trajectory.component import take
from simulator.ui.controls.session import Controls
from simulator.ui.plain import plain


class Held(Controls[Any]):
    """Controls without a session: as ``Controls``, what a control cannot hold is left out."""

    revision = 3  # pyright: ignore
    _name = "held"

    def __init__(self, settings: LearningRate):
        self._held = settings

    @property
    def settings(self) -> LearningRate:
        return self._held

    def take(self, **changes: Any) -> None:
        held = {name: value for name, value in changes.items() if self.settings.kind(name).holds(value)}
        self._held = self._held.change(**held)


def after(sent: object, start: LearningRate, control: str = "") -> LearningRate:
    controls = Held(start)
    take(controls, sent, control)
    return controls.settings


def test_rate_and_start_follow_the_moved_run():
    start = LearningRate(runs=2, moved=2)
    found = after({"revision": 3, "rate": 0.125, "start": [1.0, -1.0]}, start)
    assert (found.rate, found.rate_b, found.start) == (start.rate, 0.125, (1.0, -1.0))
    assert after({"revision": 3, "moved": 1}, start).moved == 1


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {"revision": 2, "rate": 0.1},  # before the controls were moved from elsewhere
        {"revision": 3, "rate": "0.1"},
        {"revision": 3, "rate": True},
        {"revision": 3, "rate": 1e9},
        {"revision": 3, "start": [1.0, float("nan")]},
        {"revision": 3, "start": ["x", 1.0]},
        {"revision": 3, "start": [1.0, 1.0, 1.0]},
        {"revision": 3, "moved": 4},
    ],
)
def test_what_cannot_be_held_is_dropped(sent):
    start = LearningRate(runs=2)
    assert after(sent, start) == start


def test_the_slider_of_the_network_moves_the_network_alone():
    start = LearningRate()
    found = after({"revision": 3, "rate": 0.05, "start": [1.0, 1.0], "moved": 1}, start, "net_rate")
    assert found == start.change(net_rate=0.05)
    assert after({"revision": 3, "rate": 50.0}, start, "net_rate") == start
    assert after({"revision": 2, "rate": 0.05}, start, "net_rate") == start


def key(name: str, language: str) -> str:
    return f"controls:learning_rate:{name}:{language}"


def boxes(language: str) -> None:
    from simulator.scenes.learning_rate.scene import SCENE
    from simulator.ui.controls.session import Controls
    from simulator.ui.controls.widgets import draw_controls

    controls = Controls(SCENE, language)
    applying = [name for name in ("surface", "expression", "window") if controls.settings.applies(name)]
    draw_controls(controls, applying)
    controls.publish()


def opened(language: str, **parameters: str) -> AppTest:
    app = AppTest.from_function(boxes, kwargs={"language": language}, default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize(("language", "typed"), [("ko", "2x"), ("en", "x + w"), ("en", ""), ("ko", "log(-1 - x**2)")])
def test_what_is_no_surface_gets_a_sentence_and_the_surface_stays(language, typed):
    app = opened(language, surface="own", expr="x**4 - x")
    assert not app.exception and not app.warning
    app.text_input(key=key("expression", language)).set_value(typed).run()
    with pytest.raises(InputError) as caught:
        check_surface(typed)
    said = f"{caught.value.in_language(language)} {text(language, 'frame.kept')}"
    assert [one.value for one in app.warning] == [plain(said)]
    assert app.query_params["expr"] == "x**4 - x"
    assert app.text_input(key=key("expression", language)).value == typed
    app.text_input(key=key("expression", language)).set_value("x*x").run()
    assert not app.warning and not app.exception and app.query_params["expr"] == "x*x"


def test_a_window_that_cannot_be_drawn_is_said_and_a_named_surface_has_no_box_for_it():
    app = opened("en", surface="own", expr="x**2 + y**2")
    app.text_input(key=key("window", "en")).set_value("3, -3").run()
    assert "smaller one first" in app.warning[0].value and "window" not in app.query_params
    app.text_input(key=key("window", "en")).set_value("-1, 3, 0, 2").run()
    assert not app.warning and app.query_params["window"] == "-1,3,0,2"
    app.selectbox(key=key("surface", "en")).set_value("beale").run()
    assert "window" not in app.query_params
    assert not app.text_input
