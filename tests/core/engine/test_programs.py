"""Compiled programs are bounded and given back, and nothing that runs notices."""

import gc
import threading
import time

import jax
import numpy as np
import pytest

from simulator.core import run as run_module
from simulator.core.datasets import load_dataset
from simulator.core.engine import chunk, inspection, program, programs
from simulator.core.engine.compilation import add_waiting, compilation_seconds
from simulator.core.engine.programs import MAX_SHAPES, Guard, Programs, max_mappings, num_mappings
from simulator.core.engine.resident import resident_bytes
from simulator.core.engine.shapes import Shape
from simulator.core.network import NetworkConfig
from simulator.core.run import train
from simulator.core.training import TrainingConfig

on_linux = pytest.mark.skipif(num_mappings() is None, reason="only Linux lists the mappings of a process")
MEBIBYTE = 2**20
NETWORK = NetworkConfig(layer_sizes=(2, 8, 8, 2))
TRAINING = TrainingConfig(num_epochs=60)


def shape(width: int) -> Shape:
    return Shape(8, width, 8, 2, 16, 2048, 64, False, None)


def scaled(values, *, shape: Shape):
    return jax.numpy.tanh(values @ values.T) * shape.width


@on_linux
def test_mappings_are_counted_and_programs_have_some():
    before = num_mappings()
    assert before is not None and 100 < before < (max_mappings() or 0)
    made = Programs(scaled)
    values = np.ones((40, 40), np.float32)
    for width in range(1, MAX_SHAPES + 1):
        made(values, shape=shape(width))
    grown = num_mappings()
    assert grown is not None and grown > before


@on_linux
def test_programs_of_more_shapes_take_the_place_of_older_ones(monkeypatch):
    monkeypatch.setattr(programs, "MAX_SHAPES", 4)
    made, counts = Programs(scaled), []
    values = np.ones((40, 40), np.float32)
    for width in range(1, 17):
        assert made(values, shape=shape(width))[0, 0] == pytest.approx(width, rel=1e-5)
        if width in (1, 4, 16):
            gc.collect()
            counts.append(num_mappings() or 0)
    one, four, sixteen = counts
    assert four > one and sixteen - four < four - one


def test_every_program_of_the_engine_is_bounded():
    for one in (chunk.chunk_program, program.evaluate_block, inspection.inspect_steps, inspection.finite_parts):
        assert isinstance(one, Programs)
        assert one._of.cache_info().maxsize == MAX_SHAPES


def test_a_program_is_compiled_once_for_all_who_ask_at_the_same_time():
    traced = []

    def slow(values, *, shape: Shape):
        traced.append(shape)
        threading.Event().wait(0.2)
        return values * shape.width

    made, values = Programs(slow), np.ones(3, np.float32)
    threads = [threading.Thread(target=lambda: made(values, shape=shape(8))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(traced) == 1


@on_linux
def test_a_run_under_way_survives_and_gives_the_same_numbers():
    plain = train(NETWORK, TRAINING, load_dataset("moons"))
    given_back = []

    def progress(done: int, total: int) -> bool:
        if total // 4 < done < total and not given_back:
            given_back.append(Guard(limit=2).look())
        return True

    watched = train(NETWORK, TRAINING, load_dataset("moons"), progress=progress)
    assert given_back == [True]
    for name, values in plain.records._asdict().items():
        np.testing.assert_array_equal(values, getattr(watched.records, name))
    np.testing.assert_array_equal(plain.frames.weight[0], watched.frames.weight[0])


def test_the_time_of_a_run_is_without_what_compiling_took(monkeypatch):
    compiled = iter([2.0, 62.0])
    monkeypatch.setattr(run_module, "compilation_seconds", lambda: next(compiled))
    began = time.perf_counter()
    seconds = train(NETWORK, TrainingConfig(num_epochs=1), load_dataset("moons")).seconds
    assert -60 < seconds < time.perf_counter() - began - 60


def test_compiling_and_waiting_for_it_are_counted_and_running_is_not():
    once, values = jax.jit(lambda x: jax.numpy.sin(x) * 1.2345), np.ones(7, np.float32)
    before = compilation_seconds()
    once(values)
    compiled = compilation_seconds()
    once(values)
    assert before < compiled == compilation_seconds()
    add_waiting(1.5)
    assert compilation_seconds() == compiled + 1.5


@on_linux
def test_half_of_the_limit_is_never_passed_for_long(caplog):
    now = num_mappings()
    assert now is not None
    assert not Guard(limit=3 * now).look()
    guard = Guard(limit=2 * now + 10)
    values = np.ones((10, 10), np.float32)
    made = [jax.jit(lambda one, width=width: one @ one * width) for width in range(40)]
    for one in made:
        one(values)
    assert guard.look()
    assert "given back" in caplog.text
    assert not guard.look()  # not again before much has been added


@on_linux
def test_too_much_memory_is_given_back(monkeypatch, caplog):
    monkeypatch.setattr(programs, "TRIM_BYTES", 0)
    now = resident_bytes()
    assert not Guard(65_530, max_bytes=now + 512 * MEBIBYTE).look()
    guard = Guard(65_530, max_bytes=now // 2)
    assert guard.look()
    assert "given back" in caplog.text
    assert not guard.look()  # not again before much has been added


@on_linux
def test_memory_that_runs_under_way_held_does_not_move_the_limit(monkeypatch):
    now = {"megabytes": 3000}
    monkeypatch.setattr(programs, "resident_bytes", lambda: now["megabytes"] * MEBIBYTE)
    monkeypatch.setattr(jax, "clear_caches", lambda: None)
    guard, given_back = Guard(10**9, max_bytes=2000 * MEBIBYTE), []
    for now["megabytes"] in (1900, 2000, 3000, 3100, 1400, 2000, 2001):
        given_back.append(guard.look())
    assert given_back == [False, False, True, False, False, False, True]


def test_mappings_that_others_hold_move_the_limit_by_a_quarter(monkeypatch):
    left = iter([49, 50, 30, 54, 55, 60, 84, 85, 20])
    monkeypatch.setattr(programs, "num_mappings", lambda: next(left))
    monkeypatch.setattr(jax, "clear_caches", lambda: None)
    guard = Guard(limit=100)
    assert [guard.look() for _ in range(6)] == [False, True, False, True, False, True]


@on_linux
def test_freed_memory_goes_back_to_the_system(monkeypatch):
    monkeypatch.setattr(programs, "TRIM_BYTES", 32 * MEBIBYTE)
    guard = Guard(65_530)
    guard.look()
    blocks = [np.ones(64 * 1024, np.uint8) for _ in range(2000)]  # 125 MB, too small to be mapped one by one
    full, blocks = resident_bytes(), blocks[::50]  # what is freed below a block in use stays with the allocator
    if full - resident_bytes() > 32 * MEBIBYTE:
        pytest.skip("the system's allocator gives back by itself")
    guard.look()
    assert full - resident_bytes() > 64 * MEBIBYTE and len(blocks) == 40


@on_linux
def test_what_readers_need_is_prepared_again(monkeypatch):
    monkeypatch.setattr(programs, "LOOK_SECONDS", 0.01)
    prepared = threading.Event()
    guard = Guard(limit=2, prepare=prepared.set)
    guard.start()
    try:
        assert prepared.wait(20)
    finally:
        guard.stop()  # or it would take the programs of every later test of this process
