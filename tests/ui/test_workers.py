"""Long work in processes of its own: killed, too large, too slow or stopped, it never takes this process with it."""

import errno
import multiprocessing
import os
import signal
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from types import ModuleType

import jax
import numpy as np
import pytest

from simulator.core.datasets import read_csv
from simulator.core.run import Run
from simulator.errors import InputError
from simulator.scenes.training import uploads
from simulator.scenes.training.fitting import UPLOADED
from simulator.scenes.training.numbers import RUN
from simulator.scenes.training.settings import Training
from simulator.texts import LANGUAGES, text
from simulator.ui.application import MAIN_SCRIPT
from simulator.ui.work import talk
from simulator.ui.work import workers as module
from simulator.ui.work.job import Cancelled, Job, Lost
from simulator.ui.work.pool import Jobs
from simulator.ui.work.progress import sentence
from simulator.ui.work.workers import Workers
from tests.ui.jobs import ANNA, SHORT
from tests.ui.remote import Order, work

MEBIBYTE = 2**20
SETTINGS = Training(epochs=3, hidden=(4,))
TABLE = "kind,a,b\n" + "".join(f"{'xy'[row % 2]},{row % 7},{row % 5}\n" for row in range(40))


pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")


@pytest.fixture(scope="module")
def crew():
    """Workers for all tests: what one of them survived, the next one works with."""
    script = ModuleType("__main__")
    script.__file__ = str(MAIN_SCRIPT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKPROP_SIMULATOR_CACHE", "off")
        patch.setitem(sys.modules, "__main__", script)  # as Streamlit leaves it, and worker processes import it
        crew = Workers(max_bytes=8192 * MEBIBYTE)
        yield crew
        crew.shutdown()
        assert not processes()


@pytest.fixture
def one_job():
    jobs = Jobs(num_workers=1)
    yield jobs
    jobs.shutdown(10)


def processes() -> set[int]:
    """Return the worker processes there are."""
    return {child.pid for child in multiprocessing.active_children() if child.pid}


def kill() -> None:
    """End all workers as the system does that has no memory left."""
    for process in processes():
        os.kill(process, signal.SIGKILL)


def order(crew, what: str, progress=lambda _done, _total: True, seconds: float = 100.0, show=()):
    return crew.compute(work, seconds, Order(what), progress, *show)


def told(job: Job, action):
    """Return a progress that does something when the first step is told."""
    done = []

    def progress(steps: int, total: int) -> bool:
        if total and not done:
            done.append(action())
        return job.report(steps, total)

    return progress


def numbers(run: Run) -> list[bytes]:
    found = (run.records, run.frames, run.final_params, run.params_at(run.num_steps // 2), run.test_loss)
    return [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(found)]


def test_work_is_done_elsewhere_by_one_process_after_the_other(crew):
    first, second = order(crew, "process"), order(crew, "process")
    assert first == second != os.getpid()
    assert first in processes()
    assert "streamlit" not in order(crew, "modules")


def test_parts_are_shown_and_steps_told(crew):
    shown, steps = [], []
    assert order(crew, "show", lambda done, total: not steps.append((done, total)), show=(shown.append,)) == "whole"
    assert shown == ["a part"] and (1, 2) in steps


def test_a_killed_worker_is_replaced_and_the_run_is_the_same_to_the_last_bit(crew, one_job):
    said: list[str] = []

    def lose(progress):
        job = progress.__self__
        said.append(sentence(one_job, job, "en"))
        action = (lambda: None) if job.again else kill
        compute = partial(crew.compute, RUN.compute, 100.0)
        return RUN.of(SETTINGS, told(job, action), compute)

    RUN.forget(SETTINGS)
    job = one_job.ask(ANNA, "key", lose, SHORT)
    assert job.wait(60) and job.error is None
    assert job.again and len(said) == 2
    assert said[1] == text("en", "frame.work.again_from_start", sentence=text("en", "frame.work.preparing"))
    elsewhere = job.result
    RUN.forget(SETTINGS)
    assert numbers(elsewhere) == numbers(RUN.of(SETTINGS))


def test_an_uploaded_table_goes_along(crew):
    table = uploads.keep(read_csv(TABLE.encode(), label="own"))
    settings = Training(data=UPLOADED, table=table, epochs=3, hidden=(4,))
    RUN.forget(settings)
    elsewhere = RUN.of(settings, compute=partial(crew.compute, RUN.compute, 100.0))
    assert elsewhere.dataset.name == "own"
    RUN.forget(settings)
    assert numbers(elsewhere) == numbers(RUN.of(settings))


def test_killed_twice_it_is_a_sentence_and_the_next_work_is_done(crew, one_job):
    job = one_job.ask(ANNA, "key", lambda progress: order(crew, "go on", told(progress.__self__, kill)), SHORT)
    assert job.wait(30)
    assert isinstance(job.error, InputError)
    for language in LANGUAGES:
        assert job.error.in_language(language) == text(language, "errors.worker_lost")
    assert order(crew, "nothing") == "whole"


def test_a_worker_that_died_while_it_waited_is_replaced(crew):
    before = order(crew, "process")
    kill()
    assert order_again(crew) not in (before, os.getpid())


def order_again(crew):
    """Ask once more where the death had not been noticed, as jobs do."""
    try:
        return order(crew, "process")
    except Lost:
        return order(crew, "process")


def test_too_much_memory_ends_it_with_what_to_lower(crew, monkeypatch):
    resident = talk.resident_bytes(order(crew, "process"))
    if not resident:
        pytest.skip("the system does not say")
    monkeypatch.setattr(crew, "_max_bytes", resident + 256 * MEBIBYTE)
    assert order(crew, "nothing") == "whole"
    with pytest.raises(InputError) as caught:
        order(crew, "grow")
    for language in LANGUAGES:
        maximum = resident // MEBIBYTE + 256
        assert caught.value.in_language(language) == text(language, "errors.worker_memory", maximum=maximum)


def test_too_much_time_ends_it_with_what_to_lower(crew, monkeypatch):
    monkeypatch.setattr(module, "FIRST_SECONDS", 0.0)
    process = order(crew, "process")
    with pytest.raises(InputError) as caught:
        order(crew, "hang", seconds=0.02)
    for language in LANGUAGES:
        assert caught.value.in_language(language) == text(language, "errors.worker_time", minutes=1)
    assert process not in processes()


def test_stopped_work_brings_what_it_has_and_its_worker_stays(crew):
    process = order(crew, "process")
    assert order(crew, "go on", lambda _done, total: total == 0) == "part"
    assert order(crew, "process") == process


def test_work_that_nobody_wants_ends_and_its_worker_stays(crew):
    process = order(crew, "process")

    def leave(_done, total):
        if total:
            raise Cancelled
        return True

    with pytest.raises(Cancelled):
        order(crew, "go on", leave)
    assert order(crew, "process") == process


def test_work_that_does_not_hear_is_killed(crew, monkeypatch):
    monkeypatch.setattr(talk, "STOP_SECONDS", 0.3)
    process, asked = order(crew, "process"), []
    with pytest.raises(Cancelled):  # the first answer is to go on, and there is no second question
        order(crew, "hang", lambda _done, total: bool(asked.append(total)) or asked.count(2) < 2)
    assert process not in processes()


def test_a_mistake_comes_back_as_it_was(crew):
    process = order(crew, "process")
    with pytest.raises(InputError, match="num_epochs must be at least 1"):
        order(crew, "mistake")
    with pytest.raises(ZeroDivisionError, match="in the worker"):
        order(crew, "break")
    assert order(crew, "process") == process


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="open files are counted in /proc")
def test_one_task_after_the_other_leaves_nothing_open(crew):
    assert order(crew, "nothing") == "whole"
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        assert order(crew, "nothing") == "whole"
    assert len(os.listdir("/proc/self/fd")) <= before
    for _ in range(2):
        with pytest.raises(Lost):  # killed before it has even begun
            order(Workers(max_bytes=8192 * MEBIBYTE), "nothing", lambda _done, _total: kill() is None)
    crew._end(crew._free.pop())  # killed with them
    assert len(os.listdir("/proc/self/fd")) <= before


def test_work_for_a_worker_that_breaks_as_it_is_asked_is_not_done_here(crew, monkeypatch):
    assert order(crew, "nothing") == "whole"

    def refuse(*_arguments, **_named):
        raise RuntimeError("Unexpected error within the Pool")

    monkeypatch.setattr(talk.ProcessPool, "schedule", refuse)
    with pytest.raises(Lost):
        order(crew, "process")


def test_a_worker_that_nobody_needs_ends(crew, monkeypatch):
    monkeypatch.setattr(crew, "_idle_seconds", 0.05)
    process = order(crew, "process")
    late = time.monotonic() + 10
    while process in processes():
        assert time.monotonic() < late
        time.sleep(0.01)
    assert not crew._free


def test_where_no_process_can_begin_it_is_done_here(monkeypatch):
    def refuse(*_arguments, **_named):
        raise OSError(errno.ENOSYS, "no locks between processes")

    monkeypatch.setattr(talk.ProcessPool, "schedule", refuse)
    assert order(Workers(max_bytes=MEBIBYTE), "process") == os.getpid()


def test_where_there_is_no_room_for_a_process_there_is_none_for_the_work(monkeypatch):
    def refuse(*_arguments, **_named):
        raise BrokenProcessPool from OSError(errno.EAGAIN, "no processes left")

    monkeypatch.setattr(talk.ProcessPool, "schedule", refuse)
    with pytest.raises(Lost):
        order(Workers(max_bytes=MEBIBYTE), "process")


def test_on_a_gpu_it_is_done_here(crew, monkeypatch):
    monkeypatch.setattr(module.jax, "default_backend", lambda: "gpu")
    assert order(crew, "process") == os.getpid()


def test_a_worker_that_does_not_come_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(talk, "BEGIN_SECONDS", 0.0)
    monkeypatch.setattr(talk, "END_SECONDS", 0.01)
    with pytest.raises(Lost):
        order(Workers(max_bytes=MEBIBYTE), "process")


def test_nothing_begins_after_the_end(crew):
    crew.shutdown()
    with pytest.raises(Cancelled):
        order(crew, "process")
