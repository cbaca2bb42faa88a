"""Whose turn it is: short before long, long runs give way, and nobody waits for ever."""

import time

import pytest

from simulator.ui.work.job import Waiter
from tests.ui.jobs import ANNA, BEN, CARL, DORA, LONG, SHORT, Work, eventually


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
        told = []
        for done in range(4):
            progress(done, 8)
            told.append(time.perf_counter())
            time.sleep(0.2)
        assert job.seconds_left == pytest.approx(5 * (told[3] - told[0]) / 3, rel=0.4)

    job = pool.ask(ANNA, "key", half, 300.0)
    assert job.seconds_left > 250
    assert job.wait(20) and job.error is None


def test_a_short_job_need_not_wait_for_a_long_one(pool):
    pool.ask(ANNA, "long", Work(reports=False), LONG)
    assert pool.outlook(pool.ask(BEN, "short", Work(), SHORT)).ahead == 0
    assert pool.outlook(pool.ask(CARL, "long too", Work(), LONG)).seconds > LONG / 2
