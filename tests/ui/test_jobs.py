"""Jobs belong to those who wait for them: they are shared, stopped, left, and end when nobody waits."""

import threading
import time

from simulator.ui.work import pool as module
from simulator.ui.work.job import Cancelled, Waiter
from simulator.ui.work.pool import Jobs
from tests.ui.jobs import ANNA, BEN, CARL, DORA, SHORT, Work, eventually


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


def test_who_is_there_is_asked_again_where_it_could_not_be_said(monkeypatch):
    monkeypatch.setattr(module, "GRACE_SECONDS", 0.05)
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
    asked = []

    def is_there(reader: str) -> bool:
        asked.append(reader)
        if len(asked) == 1:
            raise RuntimeError("the server is about to end")
        return False

    pool = Jobs(num_workers=1, is_there=is_there)
    job = pool.ask(ANNA, "key", Work(), SHORT)
    assert job.wait(5) and job.cancelled
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


def test_work_that_ends_its_thread_keeps_neither_its_place_nor_those_who_wait(pool):
    def leave(_progress):
        raise SystemExit

    job = pool.ask(ANNA, "key", leave, SHORT)
    assert job.wait(5) and isinstance(job.error, RuntimeError)
    after = pool.ask(ANNA, "after", lambda progress: "whole", SHORT)
    assert after.wait(5) and after.result == "whole"


def test_without_threads_work_fails_and_the_next_is_done_when_there_are_some(pool, monkeypatch):
    assert pool.ask(ANNA, "first", lambda progress: None, SHORT).wait(5)

    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        job = pool.ask(ANNA, "key", lambda progress: "whole", SHORT)
        assert job.finished and isinstance(job.error, RuntimeError)
    again = pool.ask(ANNA, "key", lambda progress: "whole", SHORT)
    assert again.wait(5) and again.result == "whole"
