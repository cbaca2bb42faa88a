"""A real server: the process that computes a run is killed, and the run is computed all the same."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from simulator.texts import text
from tests.load.client import close, new_tab
from tests.server.live import children, serving

RUN = "epochs=12000&hidden=16-16&seed=7&lang=en"
APP = """
import streamlit as st
from simulator.ui.application import MAIN_SCRIPT, lifespan, middleware, routes
from simulator.ui.work import numbers

numbers.INSIDE_SECONDS = 0.0  # a run that is over soon is computed as a long one
app = st.App(MAIN_SCRIPT, lifespan=lifespan, routes=routes(), middleware=middleware())
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed from /proc")
def test_a_run_whose_process_is_killed_is_computed_once_more(tmp_path):
    (tmp_path / "app.py").write_text(APP)
    with serving(tmp_path / "log.txt", script=tmp_path / "app.py") as server:

        async def use() -> list[int]:
            tab = await new_tab(server.url)
            seen = await tab.visit("training", RUN, seconds=60, until="Training: ")
            assert not seen.complete and not seen.errors
            (worker,) = found = workers(server.process.pid)
            os.kill(worker, signal.SIGKILL)
            seen = await tab.visit("training", RUN, seconds=60, until="computed once more")
            assert not seen.complete and "computed once more" in seen.sentences[-1]
            seen = await tab.visit("training", RUN, seconds=60)
            assert seen.complete and not seen.errors
            assert text("en", "errors.worker_lost") not in seen.sentences
            await close(tab)
            return found

        (killed,) = asyncio.run(use())
        assert killed not in workers(server.process.pid)
        assert server.process.poll() is None


def workers(server: int) -> list[int]:
    """Return the processes that compute for a server."""
    return [one for one, command in children(server).items() if "spawn_main" in command]
