"""Warming up never stands in the way."""

import threading

import pytest

from simulator.ui import warmup


class Bundle:
    def content(self) -> bytes:
        return b""


def test_a_failing_task_is_logged_and_the_rest_goes_on(monkeypatch, caplog):
    def fail():
        raise RuntimeError("no compiler here")

    monkeypatch.setattr(warmup, "vega_bundle", lambda: Bundle())
    monkeypatch.setattr(warmup, "_compile_usual_shapes", fail)
    work = warmup.Warmup()
    assert not work.warm
    work.start()
    work.start()  # a second start does nothing
    work._thread.join(10)
    assert work.warm
    assert "no compiler here" in caplog.text


def test_it_runs_beside_the_application(monkeypatch):
    hold = threading.Event()
    monkeypatch.setattr(warmup, "vega_bundle", lambda: Bundle())
    monkeypatch.setattr(warmup, "_compile_usual_shapes", hold.wait)
    work = warmup.Warmup()
    work.start()
    assert not work.warm
    hold.set()
    work._thread.join(10)
    assert work.warm


@pytest.mark.parametrize(("said", "called"), [("off", ["keep"]), ("", ["warm"])])
def test_compiling_can_be_left_until_a_reader_asks(monkeypatch, said, called):
    calls: list[str] = []
    monkeypatch.setenv(warmup.WARM_UP, said)
    monkeypatch.setattr("simulator.scenes.warmup.keep_programs", lambda: calls.append("keep"))
    monkeypatch.setattr("simulator.scenes.warmup.warm_up", lambda: calls.append("warm"))
    warmup._compile_usual_shapes()
    assert calls == called


def test_there_is_one_for_the_process():
    assert warmup.warmup() is warmup.warmup()
