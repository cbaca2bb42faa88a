"""What a place on a page waits for: it can be stopped at any time, ends when the reader moves on, and is kept once."""

import threading
import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from simulator.core.kept import kept
from simulator.errors import InputError
from simulator.scenes.scene import Numbers, Scene, View
from simulator.scenes.training.settings import Training
from simulator.texts import text
from simulator.ui.work import numbers as module
from simulator.ui.work import progress
from simulator.ui.work.pool import Jobs

STEPS = 1000
WORK = "work:training:_computed"


class Control:
    """What the work of these tests does, and what happened to it."""

    def __init__(self):
        self.began: list[int] = []
        self.ended: list[int] = []
        self.let_go, self.reports, self.fails = threading.Event(), True, False


control = Control()


def _computed(settings: Training, report) -> np.ndarray:
    control.began.append(settings.seed)
    done, reports = 0, control.reports
    try:
        while not control.let_go.wait(0.01):
            done = min(done + 1, STEPS - 1)
            if reports and not report(done, STEPS):
                break
    finally:
        control.ended.append(settings.seed)
    if control.fails:
        raise InputError("engine:no_validation", field="patience", value=1)
    return np.full(8, settings.seed)


NUMBERS: Numbers[Training] = Numbers(_computed, long=True)


SCENE: Scene[Training] = Scene(
    name="training",
    settings=Training,
    presets={},
    views={"panel": View(draw=lambda *_: pytest.fail("nothing is drawn here"), numbers=NUMBERS)},
)


def page() -> None:
    """Show the numbers of a seed, or another page without any."""
    import streamlit as st

    from simulator.scenes.training.settings import Training
    from simulator.ui.work import numbers_of, only_this_page
    from tests.ui.test_work import SCENE

    seed = st.number_input("seed", value=1, key="seed")
    broken = st.checkbox("broken", key="broken")
    with only_this_page():
        if not st.checkbox("elsewhere", key="elsewhere"):
            ready = numbers_of(SCENE, ["panel"], Training(seed=int(seed)), "en")
            for found in ready.values():
                st.text(f"shows {found.numbers[0]} of {found.settings.seed}")
        if broken:
            raise RuntimeError("the page fails")


@pytest.fixture
def app(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.15)
    monkeypatch.setattr("tests.ui.test_work.control", Control())
    pool = Jobs(num_workers=2)
    monkeypatch.setattr(module, "jobs", lambda: pool)
    for seed in range(10):
        NUMBERS.forget(Training(seed=seed))
    yield AppTest.from_function(page, default_timeout=60)
    pool.shutdown()


def shown(app) -> list[str]:
    return [one.value for one in app.text]


def wait_until_ended(seed: int) -> bool:
    end = time.monotonic() + 5
    while seed not in control.ended and time.monotonic() < end:
        time.sleep(0.01)
    return seed in control.ended


def test_other_settings_end_the_work_for_the_first(app):
    app.run()
    app.number_input(key="seed").set_value(2).run()
    assert wait_until_ended(1) and 2 not in control.ended
    control.let_go.set()
    app.run()
    assert shown(app) == ["shows 2 of 2"]


def test_leaving_the_page_ends_the_work(app):
    app.run()
    assert control.began == [1] and not control.ended
    app.checkbox(key="elsewhere").check().run()
    assert wait_until_ended(1)


def test_leaving_for_a_page_that_fails_ends_the_work_too(app):
    app.run()
    app.checkbox(key="broken").check()
    app.checkbox(key="elsewhere").check().run()
    assert app.exception and wait_until_ended(1)


def test_what_was_shown_stays_until_the_new_is_there(app):
    control.let_go.set()
    app.run()
    control.let_go.clear()
    app.number_input(key="seed").set_value(2).run()
    assert shown(app) == ["shows 1 of 1"]
    assert [one.value for one in app.caption] == [text("en", "frame.work.older")]


def test_stopped_work_shows_what_it_has_and_can_be_begun_again(app):
    app.run()
    time.sleep(0.1)
    app.button(key=f"{WORK}:stop").click().run()
    app.run()
    assert shown(app) == ["shows 1 of 1"]
    assert [one.value for one in app.info] == [text("en", "frame.work.stopped")]
    assert NUMBERS.known(Training(seed=1)) is None  # a part is not for others
    app.run()
    assert shown(app) == ["shows 1 of 1"]
    control.let_go.set()
    app.button(key=f"{WORK}:again").click().run()
    assert shown(app) == ["shows 1 of 1"] and not app.info and control.began == [1, 1]


def test_work_that_prepares_can_be_stopped(app):
    control.reports = False
    app.run()
    assert not app.button(key=f"{WORK}:stop").disabled
    app.button(key=f"{WORK}:stop").click().run()
    app.run()
    assert [one.value for one in app.info] == [text("en", "frame.work.stopped_before")]
    control.reports = True
    app.number_input(key="seed").set_value(2).run()
    assert control.began == [1, 2] and not control.ended  # the next begins although the first still prepares
    control.let_go.set()
    late = time.monotonic() + 20
    while any(NUMBERS.known(Training(seed=seed)) is None for seed in (1, 2)):  # nothing comes in the next test's way
        assert time.monotonic() < late
        time.sleep(0.01)


def test_what_is_kept_is_shown_at_once_and_made_again_when_it_is_gone(app):
    control.let_go.set()
    app.run()
    app.run()
    assert control.began == [1]
    kept().clear()
    app.run()
    assert control.began == [1, 1] and shown(app) == ["shows 1 of 1"]


def test_nothing_of_a_run_stays_in_the_session(app):
    control.let_go.set()
    app.run()
    assert app.session_state[WORK].job is None
    assert not any(isinstance(one, np.ndarray) for one in app.session_state[f"{WORK}:last"])


def test_a_mistake_is_said_again_without_computing_again(app):
    control.let_go.set()
    control.fails = True
    app.run()
    app.run()
    assert len(app.error) == 1 and control.began == [1]
    control.fails = False
    app.button(key=f"{WORK}:again").click().run()
    assert shown(app) == ["shows 1 of 1"]


def test_too_much_work_is_refused_before_it_begins(app, monkeypatch):
    def refuse(_settings):
        raise InputError("engine:too_long", value="99", maximum=10)

    monkeypatch.setattr(NUMBERS, "_seconds", refuse)
    app.run()
    assert "about 99 minutes" in app.error[0].value and not control.began


@pytest.mark.parametrize("language", ["ko", "en"])
def test_who_waits_reads_how_many_come_first_and_how_long_that_takes(language):
    pool = Jobs(num_workers=1)
    hold = threading.Event()
    for number in range(3):
        job = pool.ask(module.Waiter(f"reader {number}", ""), number, lambda _progress: hold.wait(5), 9.0)
    said = progress.sentence(pool, job, language)
    assert "2" in said and text(language, "frame.work.seconds", count=20) in said
    pool.shutdown()
    hold.set()
