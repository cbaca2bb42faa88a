"""What is moved in a lesson's panels is in the link: nobody loses it by a reload, or with a server."""

import pytest
from streamlit.testing.v1 import AppTest

from simulator.course.starting import start
from simulator.texts import text
from tests.hostile import HOSTILE
from tests.ui.apps import open_page

LESSON, PART = "11-mine", "see"
LOGIT = text("en", "losses.control.logit")


@pytest.fixture(autouse=True)
def lesson(tmp_path, monkeypatch) -> None:
    """A lesson with a panel whose logit may be moved."""
    start(tmp_path / LESSON)
    monkeypatch.setenv("BACKPROP_SIMULATOR_LESSONS", str(tmp_path))


def opened(root, **parameters) -> AppTest:
    return open_page(root, "lesson", "en", lesson=LESSON, part=PART, **parameters)


def slider(app):
    return next(one for one in app.slider if one.label == LOGIT)


def logit(app) -> float:
    value = slider(app).value
    assert isinstance(value, float)
    return value


def link(app) -> dict[str, str]:
    """Return the parameters of the panels in the address."""
    values = {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}
    return {name: value for name, value in values.items() if "." in name}


def test_what_was_moved_is_there_in_another_session_and_gone_when_it_is_put_back(root):
    app = opened(root)
    begun = logit(app)
    assert link(app) == {}
    slider(app).set_value(begun + 1).run()
    parameters = link(app)
    assert [float(value) for value in parameters.values()] == [begun + 1]

    again = opened(root, **parameters)
    assert logit(again) == begun + 1
    assert not again.warning
    slider(again).set_value(begun + 2).run()
    assert [float(value) for value in link(again).values()] == [begun + 2]
    next(one for one in again.button if one.label == text("en", "lessons.reset_scene")).click().run()
    assert logit(again) == begun
    assert link(again) == {}


def test_the_map_and_other_lessons_know_nothing_of_it(root):
    app = opened(root, **{"loss.logit": "3", "another.logit": "3", "x.y": "3"})
    assert link(app) == {"loss.logit": "3"}
    app.button(key="lessons_back").click().run()
    assert link(app) == {}


@pytest.mark.parametrize("written", ["nan", "1e9", "", "x" * 5000, *HOSTILE[:2]])
def test_what_no_control_can_hold_is_mended_and_said(root, written):
    app = opened(root, **{"loss.logit": written})
    assert abs(logit(app)) <= 10
    (said,) = [one.value for one in app.warning]
    assert not written or written not in said or written in ("nan", "1e9")  # as plain text
