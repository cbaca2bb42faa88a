"""Jobs belong to those who wait for them, are done once, and give way: short before long, and nobody for ever."""

import threading
import time

import pytest

from simulator.ui.work import pool as module
from simulator.ui.work.job import Cancelled, Waiter
from simulator.ui.work.pool import Jobs

ANNA, BEN, CARL, DORA = (Waiter(name, "place") for name in ("anna", "ben", "carl", "dora"))
SHORT, LONG = 1.0, 1000.0


@pytest.fixture
def pool(monkeypatch):
    monkeypatch.setattr(module, "TURN_SECONDS", 0.1)
    jobs = Jobs(num_workers=1)
    yield jobs
    jobs.shutdown()


class Work:
    """Work that goes on until it is let go or stopped, and notes what happens."""

    def __init__(self, *, reports: bool = True):
        self.started, self.let_go, self.reports, self.steps = threading.Event(), threading.Event(), reports, 0

    def __call__(self, progress):
        if self.reports:
            progress(0, 10**6)
        self.started.set()
        while not self.let_go.wait(0.005):
            self.steps += 1
            if self.reports and not progress(self.steps, 10**6):
                return "part"
        return "whole"


def eventually(condition, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_work_under_way_is_shared(pool):
    calls, work = [], Work()
    first = pool.ask(ANNA, "key", lambda progress: calls.append(1) or work(progress), SHORT)
    assert work.started.wait(5)
    assert pool.ask(BEN, "key", work, SHORT) is first
    work.let_go.set()
    assert first.wait(5)
    assert first.result == "whole" and calls == [1]


def test_it_goes_on_until_the_last_one_has_left(pool):
    work = Work()
    job = pool.ask(ANNA, "key", work, SHORT)
    pool.ask(BEN, "key", work, SHORT)
    assert work.started.wait(5)
    pool.leave(ANNA, job)
    steps = work.steps
    assert eventually(lambda: work.steps > steps + 3) and not job.cancelled
    pool.leave(BEN, job)
    assert job.wait(5) and job.cancelled
    assert isinstance(job.error, Cancelled)  # it did not even return what it had


def test_who_asks_after_the_last_one_left_gets_the_whole(pool):
    work, again = Work(), Work()
    job = pool.ask(ANNA, "key", work, SHORT)
    assert work.started.wait(5)
    pool.leave(ANNA, job)
    other = pool.ask(BEN, "key", again, SHORT)
    again.let_go.set()
    assert other is not job and other.wait(5)
    assert other.result == "whole" and not other.cancelled


def test_readers_who_are_gone_have_left(monkeypatch):
    monkeypatch.setattr(module, "GRACE_SECONDS", 0.3)
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.05)
    there = {"anna", "ben"}
    pool = Jobs(num_workers=2, is_there=lambda reader: reader in there)
    shared, own = Work(), Work()
    job = pool.ask(ANNA, "shared", shared, SHORT)
    pool.ask(BEN, "shared", shared, SHORT)
    there.remove("anna")
    time.sleep(0.8)
    assert not job.cancelled  # Ben still waits
    there.add("anna")
    other = pool.ask(ANNA, "own", own, SHORT)
    there.remove("anna")
    time.sleep(0.1)
    there.add("anna")  # back in time: nothing is lost
    time.sleep(0.6)
    assert not other.cancelled
    there.clear()
    assert job.wait(5) and other.wait(5) and job.cancelled and other.cancelled
    pool.shutdown()


def test_gone_readers_are_noticed_within_ten_seconds():
    assert module.GRACE_SECONDS + 2 * module.LOOK_SECONDS + 1.0 < 10.0


def test_stopped_work_gives_what_it_has(pool):
    work = Work()
    job = pool.ask(ANNA, "key", work, SHORT)
    assert work.started.wait(5)
    assert pool.stop(ANNA, job)
    assert job.wait(5) and job.result == "part" and job.error is None
    assert job.done_steps > 0 and 0 < job.fraction <= 1


def test_stopping_leaves_the_others_their_run(pool):
    work = Work()
    job = pool.ask(ANNA, "key", work, SHORT)
    pool.ask(BEN, "key", work, SHORT)
    assert work.started.wait(5)
    assert not pool.stop(ANNA, job)
    work.let_go.set()
    assert job.wait(5) and job.result == "whole"


def test_stopping_before_it_began_means_it_never_begins(pool):
    work, waiting = Work(), Work()
    pool.ask(ANNA, "blocker", work, SHORT)
    job = pool.ask(BEN, "waiting", waiting, SHORT)
    assert not pool.stop(BEN, job)
    assert job.finished and isinstance(job.error, Cancelled)
    work.let_go.set()
    assert not waiting.started.wait(0.2)


def test_stopping_while_it_prepares_frees_the_reader_at_once(pool):
    compiling, wanted = Work(reports=False), Work()
    job = pool.ask(ANNA, "compiling", compiling, SHORT)
    assert compiling.started.wait(5) and job.preparing
    assert not pool.stop(ANNA, job)
    other = pool.ask(ANNA, "wanted", wanted, SHORT)
    assert wanted.started.wait(1) and not job.finished  # the one worker serves her although it still compiles
    for work in (wanted, compiling):
        work.let_go.set()
    assert other.wait(5) and other.result == "whole"


def test_given_up_work_does_not_pile_up_without_end(pool):
    stubborn = [Work(reports=False) for _ in range(4)]
    for number, work in enumerate(stubborn):
        job = pool.ask(ANNA, number, work, SHORT)
        work.started.wait(0.3)
        pool.leave(ANNA, job)
    assert sum(work.started.is_set() for work in stubborn) == 2  # the worker's, and one that it does not wait for
    for work in stubborn:
        work.let_go.set()


def test_a_reader_has_one_piece_of_work_under_way():
    pool = Jobs(num_workers=2)
    first, second, other = Work(), Work(), Work()
    job = pool.ask(ANNA, "first", first, SHORT)
    pool.ask(Waiter("anna", "another place"), "second", second, SHORT)
    assert first.started.wait(5)
    pool.ask(BEN, "other", other, SHORT)
    assert other.started.wait(5) and not second.started.is_set()
    first.let_go.set()
    assert job.wait(5) and second.started.wait(5)
    pool.shutdown()


def test_short_work_overtakes_long_work_that_waits(pool):
    blocker, long, short = Work(), Work(), Work()
    pool.ask(ANNA, "blocker", blocker, SHORT)
    pool.ask(BEN, "long", long, LONG)
    pool.ask(CARL, "short", short, SHORT)
    blocker.let_go.set()
    assert short.started.wait(5) and not long.started.is_set()


def test_long_work_is_overtaken_only_for_as_long_as_it_takes_itself(pool):
    blocker, long, short = Work(), Work(), Work()
    pool.ask(ANNA, "blocker", blocker, SHORT)
    job = pool.ask(BEN, "long", long, LONG)
    job.turn -= 2 * LONG  # it has waited for so long
    pool.ask(CARL, "short", short, SHORT)
    blocker.let_go.set()
    assert long.started.wait(5)


def test_a_long_run_under_way_gives_way_and_goes_on(pool):
    long, short = Work(), Work()
    job = pool.ask(ANNA, "long", long, LONG)
    assert long.started.wait(5)
    other = pool.ask(BEN, "short", short, SHORT)
    assert short.started.wait(5) and job.state == "paused"
    steps = long.steps
    time.sleep(0.1)
    assert long.steps == steps
    short.let_go.set()
    assert other.wait(5) and eventually(lambda: long.steps > steps)
    long.let_go.set()
    assert job.wait(5) and job.result == "whole"


def test_a_stream_of_short_work_does_not_starve_a_long_run(pool):
    long, end = Work(), time.monotonic() + 1.5
    job = pool.ask(ANNA, "long", long, LONG)
    assert long.started.wait(5)

    def short(progress):
        time.sleep(0.02)

    asked, slowest = 0, 0.0
    while time.monotonic() < end:
        began = time.monotonic()
        several = [pool.ask(Waiter(f"reader {n}", ""), ("short", asked, n), short, SHORT) for n in range(3)]
        assert all(one.wait(5) for one in several)
        asked, slowest = asked + 3, max(slowest, time.monotonic() - began)
    assert asked > 5
    assert 0.3 < job.worked < 1.4  # about half of the worker's time, and not all of it
    assert slowest < 1.0


def test_work_that_turns_out_long_gives_way_too(pool, monkeypatch):
    monkeypatch.setattr("simulator.ui.work.job.LONG_SECONDS", 1.0)
    unknown, short = Work(), Work()
    job = pool.ask(ANNA, "unknown", unknown, 0.5)
    assert unknown.started.wait(5) and not job.long
    pool.ask(BEN, "short", short, 0.5)
    assert short.started.wait(5) and job.long


def test_a_paused_run_can_be_stopped(pool):
    long, short = Work(), Work()
    job = pool.ask(ANNA, "long", long, LONG)
    assert long.started.wait(5)
    pool.ask(BEN, "short", short, SHORT)
    assert short.started.wait(5) and eventually(lambda: job.state == "paused")
    assert pool.stop(ANNA, job)
    assert job.wait(1) and job.result == "part"


def test_a_paused_run_that_is_left_ends(pool):
    long, short = Work(), Work()
    job = pool.ask(ANNA, "long", long, LONG)
    assert long.started.wait(5)
    pool.ask(BEN, "short", short, SHORT)
    assert short.started.wait(5) and eventually(lambda: job.state == "paused")
    pool.leave(ANNA, job)
    assert job.wait(1)


def test_who_waits_knows_their_place_and_the_time(pool):
    blocker = Work()
    pool.ask(ANNA, "blocker", blocker, 5.0)
    second = pool.ask(BEN, "second", Work(), 3.0)
    third = pool.ask(CARL, "third", Work(), 8.0)
    fourth = pool.ask(DORA, "fourth", Work(), 4.0)
    assert [pool.outlook(job).ahead for job in (second, fourth, third)] == [1, 2, 3]
    assert pool.outlook(third).seconds == pytest.approx(5.0 + 3.0 + 4.0, abs=0.5)


def test_the_time_left_is_measured_once_steps_have_been_made(pool, monkeypatch):
    monkeypatch.setattr("simulator.ui.work.job.MEASURED_SECONDS", 0.2)

    def half(progress):
        time.sleep(0.5)  # compilation: says nothing about the steps
        for done in range(4):
            progress(done, 8)
            time.sleep(0.2)
        assert job.seconds_left == pytest.approx(5 * 0.2, rel=0.4)

    job = pool.ask(ANNA, "key", half, 300.0)
    assert job.seconds_left > 250
    assert job.wait(20) and job.error is None


def test_a_short_job_need_not_wait_for_a_long_one(pool):
    pool.ask(ANNA, "long", Work(reports=False), LONG)
    assert pool.outlook(pool.ask(BEN, "short", Work(), SHORT)).ahead == 0
    assert pool.outlook(pool.ask(CARL, "long too", Work(), LONG)).seconds > LONG / 2


def test_an_error_belongs_to_those_who_asked(pool):
    job = pool.ask(ANNA, "key", lambda progress: 1 / 0, SHORT)
    assert job.wait(5) and isinstance(job.error, ZeroDivisionError)
    again = pool.ask(BEN, "key", lambda progress: "fine", SHORT)
    assert again.wait(5) and again.result == "fine"


def test_the_end_comes_at_once_and_nothing_begins_after_it(pool):
    running, stubborn, waiting = Work(), Work(reports=False), Work()
    job = pool.ask(ANNA, "running", running, SHORT)
    assert running.started.wait(5)
    pool.ask(BEN, "stubborn", stubborn, SHORT)
    queued = pool.ask(CARL, "waiting", waiting, SHORT)
    began = time.monotonic()
    pool.shutdown()
    assert time.monotonic() - began < 0.5
    assert pool.shutdown(wait=5)
    assert job.finished and queued.finished
    late = pool.ask(DORA, "late", Work(), SHORT)
    assert late.wait(1) and isinstance(late.error, Cancelled)
    assert all(thread.daemon for thread in threading.enumerate() if thread.name.startswith("job"))
    stubborn.let_go.set()


def test_a_compilation_does_not_hold_up_the_end(pool):
    compiling = Work(reports=False)
    pool.ask(ANNA, "compiling", compiling, SHORT)
    assert compiling.started.wait(5)
    began = time.monotonic()
    assert not pool.shutdown(wait=0.2)
    assert time.monotonic() - began < 2
    compiling.let_go.set()
