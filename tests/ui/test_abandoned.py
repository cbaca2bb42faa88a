"""A real server: work ends when the tabs that asked for it are closed."""

import asyncio
import time

import pytest

from simulator.core.engine.programs import num_mappings
from tests.load.client import close, cpu_seconds, new_tab
from tests.server.live import children, serving

LONG = "?epochs=40000&rows=20000&batch=32&lang=en"


@pytest.mark.skipif(num_mappings() is None, reason="the processor time is read from /proc")
def test_two_abandoned_tabs_leave_the_workers_free_within_ten_seconds(tmp_path):
    with serving(tmp_path / "log.txt") as server:

        async def use() -> list[str]:
            tabs = [await new_tab(server.url) for _ in range(2)]
            seen = await asyncio.gather(
                *(
                    tab.visit("training", f"{LONG}&seed={seed}", seconds=150, until="Training: ")
                    for seed, tab in enumerate(tabs)
                )
            )
            assert not any(one.errors or one.complete for one in seen)
            for tab in tabs:
                await close(tab)
            return [one.sentences[-1] for one in seen]

        assert all("Training: " in sentence for sentence in asyncio.run(use()))
        time.sleep(10)
        processes = (server.process.pid, *children(server.process.pid))
        before = sum(map(cpu_seconds, processes))
        time.sleep(3)
        assert sum(map(cpu_seconds, processes)) - before < 0.5
