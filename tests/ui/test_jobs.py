"""Jobs report, stop on request with what they have, and are shared once finished."""

import threading

import pytest

from simulator.ui.jobs import CancelledBeforeStart, Jobs


@pytest.fixture
def pool():
    return Jobs(num_workers=1, num_kept=2)


def test_a_finished_job_is_shared(pool):
    calls = []
    first = pool.submit("key", lambda report: calls.append(1) or "result")
    assert first.wait(5)
    assert pool.submit("key", lambda report: "another") is first
    assert first.result == "result"
    assert calls == [1]


def test_the_oldest_result_goes_first(pool):
    for key in "abc":
        assert pool.submit(key, lambda report, key=key: key).wait(5)
    assert pool.submit("a", lambda report: "made again").wait(5)
    assert pool.submit("c", lambda report: "kept").result == "c"


def test_a_cancelled_job_returns_what_it_has_and_is_not_kept(pool):
    started = threading.Event()

    def work(report):
        done = 0
        while report(done, 1000):
            done += 1
            started.set()
        return done

    job = pool.submit("key", work)
    assert started.wait(5)
    job.cancel()
    assert job.wait(5)
    assert job.result == job.done_steps > 0
    assert 0 < job.fraction <= 1
    assert pool.submit("key", lambda report: "whole").wait(5)


def test_an_error_is_kept_in_the_job_and_not_for_others(pool):
    job = pool.submit("key", lambda report: 1 / 0)
    assert job.wait(5)
    assert isinstance(job.error, ZeroDivisionError)
    again = pool.submit("key", lambda report: "fine")
    assert again.wait(5) and again.result == "fine"


def test_a_job_cancelled_in_the_queue_never_starts(pool):
    gate = threading.Event()
    blocker = pool.submit("blocker", lambda report: gate.wait(5))
    waiting = pool.submit("waiting", lambda report: "must not run")
    waiting.cancel()
    gate.set()
    assert blocker.wait(5) and waiting.wait(5)
    assert isinstance(waiting.error, CancelledBeforeStart)
    assert waiting.result is None
