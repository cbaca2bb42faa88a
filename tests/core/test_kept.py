"""Kept results: their bytes are counted truly, the sum stays below its limit, and work is done once."""

import threading
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
import pytest

from simulator.core import kept as module
from simulator.core.kept import Kept, allowed_bytes, kept, memory_in_bytes, size_in_bytes

MEGABYTE = 2**20


def array(megabytes: float) -> np.ndarray:
    return np.zeros(int(megabytes * MEGABYTE), np.uint8)


class Named(NamedTuple):
    first: Any
    second: Any


@dataclass
class Plain:
    inner: Any


class Slotted:
    __slots__ = ("inner",)

    def __init__(self, inner):
        self.inner = inner


@pytest.mark.parametrize(
    "wrap",
    [
        lambda one: one,
        lambda one: [one],
        lambda one: {"name": {"inner": one}},
        lambda one: Named(1, one),
        lambda one: Plain(Plain(one)),
        lambda one: Slotted(one),
        lambda one: Named(one, one),  # what is held twice counts once
        lambda one: Named(one[:100], one[200:]),  # and so does a buffer with two views
        lambda one: np.array([one, None], object),
        lambda one: jnp.asarray(one),
        lambda one: one[:10],  # the whole buffer stays for a view
        lambda one: one.tobytes(),
    ],
)
def test_the_bytes_of_arrays_are_found_wherever_they_are(wrap):
    assert size_in_bytes(wrap(array(3))) == pytest.approx(3 * MEGABYTE, rel=0.001)


def test_two_arrays_count_twice():
    assert size_in_bytes(Named(array(1), array(2))) == pytest.approx(3 * MEGABYTE, rel=0.001)


def test_a_thing_that_holds_itself_ends():
    ring: list[Any] = []
    ring.append(ring)
    assert size_in_bytes(ring) < 1000


def test_a_training_run_counts_with_its_records_and_states(short_run):
    held = short_run.execution.rows.nbytes + short_run.dataset.inputs.nbytes
    assert held < size_in_bytes(short_run) < 100 * MEGABYTE


def test_the_least_used_go_first():
    results = Kept(10 * MEGABYTE)
    for key in "abc":
        results.put(key, array(3))
    assert results.get("a") is not None
    results.put("d", array(3))
    assert ["a" in results, "b" in results, "c" in results, "d" in results] == [True, False, True, True]
    assert results.num_bytes <= 10 * MEGABYTE


def test_a_small_result_takes_no_large_ones_place():
    results = Kept(10 * MEGABYTE)
    results.put("large", array(9))
    for number in range(500):
        results.put(number, number)
    assert "large" in results and len(results) == 501


def test_a_result_larger_than_the_limit_is_kept_alone():
    results = Kept(MEGABYTE)
    results.put("small", 1)
    results.put("large", array(5))
    assert results.get("large") is not None and len(results) == 1
    results.put("next", 1)
    assert "large" not in results and results.num_bytes < 1000


def test_putting_and_forgetting_keep_the_sum_right():
    results = Kept(100 * MEGABYTE)
    results.put("a", array(3))
    results.put("a", array(5))
    assert results.num_bytes == pytest.approx(5 * MEGABYTE, rel=0.001)
    results.forget("a")
    results.forget("never there")
    assert results.num_bytes == 0 and len(results) == 0
    results.put("b", array(1))
    results.clear()
    assert results.num_bytes == 0 and results.get("b", "gone") == "gone"


def test_those_who_ask_at_the_same_time_share_the_work():
    results, calls, hold = Kept(MEGABYTE), [], threading.Event()

    def compute():
        calls.append(1)
        hold.wait(5)
        return None  # a result like any other

    threads = [threading.Thread(target=results.of, args=("key", compute)) for _ in range(8)]
    for thread in threads:
        thread.start()
    hold.set()
    for thread in threads:
        thread.join(5)
    assert results.of("key", compute) is None
    assert calls == [1]


def test_an_error_is_not_kept():
    results = Kept(MEGABYTE)
    with pytest.raises(ZeroDivisionError):
        results.of("key", lambda: 1 / 0)
    assert results.of("key", lambda: "fine") == "fine"


def test_what_is_made_of_a_value_is_kept_with_it_counts_and_goes_with_it():
    results, value = Kept(10 * MEGABYTE), array(3)
    results.put("run", value)
    picture = results.made_of("run", value, "picture", lambda: Named(value[:100], array(2)))
    assert results.made_of("run", value, "picture", lambda: pytest.fail("made again")) is picture
    assert results.made_of("run", value, "another", lambda: "drawn") == "drawn"
    assert results.num_bytes == pytest.approx(5 * MEGABYTE, rel=0.001)  # what they share counts once
    results.put("large", array(6))
    assert "run" not in results and results.num_bytes == pytest.approx(6 * MEGABYTE, rel=0.001)
    assert results.made_of("run", value, "picture", lambda: "anew") == "anew"


def test_what_is_made_of_another_value_than_the_kept_one_is_not_kept():
    results = Kept(MEGABYTE)
    results.put("measured", [1])
    assert results.made_of("measured", [1], "picture", lambda: "first") == "first"
    assert results.made_of("measured", [1], "picture", lambda: "second") == "second"


def test_only_the_latest_things_made_of_a_value_are_kept():
    results, value = Kept(MEGABYTE), [1]
    results.put("run", value)
    for number in range(module.MAX_MADE + 1):
        results.made_of("run", value, number, lambda number=number: number)
    assert results.made_of("run", value, 1, lambda: "anew") == 1
    assert results.made_of("run", value, 0, lambda: "anew") == "anew"


def test_the_limit_is_a_setting(monkeypatch):
    monkeypatch.setenv(module.MEMORY_VARIABLE, "512")
    assert allowed_bytes() == 512 * MEGABYTE
    monkeypatch.delenv(module.MEMORY_VARIABLE)
    assert allowed_bytes() == memory_in_bytes() // 4
    for wrong in ("plenty", "0", "-5", "1.5"):
        monkeypatch.setenv(module.MEMORY_VARIABLE, wrong)
        with pytest.raises(ValueError, match="whole number of megabytes"):
            allowed_bytes()


def test_there_is_one_for_the_process():
    assert kept() is kept()
