"""A real server: the process that computes a run is killed, and the run is computed all the same."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from simulator.texts import text
from tests.load.client import close, new_tab
from tests.server.live import children, runs, serving

RUN = "epochs=8000&hidden=16-16&lang=en"
APP = """
import streamlit as st
from simulator.ui.application import MAIN_SCRIPT, lifespan, middleware, routes
from simulator.ui.work import workers

workers.INSIDE_SECONDS = 0.0  # a run that is over soon is computed as a long one
app = st.App(MAIN_SCRIPT, lifespan=lifespan, routes=routes(), middleware=middleware())
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed from /proc")
def test_a_run_whose_process_is_killed_is_computed_once_more_and_none_outlives_the_server(tmp_path):
    (tmp_path / "app.py").write_text(APP)
    with serving(tmp_path / "log.txt", script=tmp_path / "app.py") as server:

        async def use() -> int:
            tab = await new_tab(server.url)
            seen = await tab.visit("training", RUN, seconds=60, until="Training: ")
            assert not seen.complete and not seen.errors
            (worker,) = workers(server.process.pid)
            os.kill(worker, signal.SIGKILL)
            seen = await tab.visit("training", RUN, seconds=60, until="computed once more")
            assert not seen.complete and "computed once more" in seen.sentences[-1]
            seen = await tab.visit("training", RUN, seconds=60)
            assert seen.complete and not seen.errors
            assert text("en", "errors.worker_lost") not in seen.sentences
            (other,) = workers(server.process.pid)
            assert other != worker and server.process.poll() is None
            seen = await tab.visit("training", f"{RUN}&seed=8", seconds=60, until="Training: ")
            assert not seen.complete and runs(other)
            server.process.kill()
            await close(tab)
            return other

        other = asyncio.run(use())
        late = time.monotonic() + 2
        while runs(other):
            assert time.monotonic() < late
            time.sleep(0.01)


def workers(server: int) -> list[int]:
    """Return the processes that compute for a server."""
    return [one for one, command in children(server).items() if "spawn_main" in command]
