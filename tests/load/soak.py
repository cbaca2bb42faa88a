"""Ten minutes of readers who open every page with random settings and leave: does the server stay level?

``python -m tests.load.soak --minutes 10 --readers 8`` starts a server of its own and prints a line a minute: pages,
networks trained, times of a page until it is complete, failures, and memory, mappings and descriptors of the server.
It ends with an error where a page failed, or where mappings or memory are not level.
"""

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from simulator.core.engine.programs import OWN_BYTES, max_mappings
from simulator.core.engine.resident import resident_bytes
from simulator.core.kept import allowed_bytes
from simulator.scenes.kinds import Choice, Flag, Number
from simulator.scenes.registry import SCENES, scene_named
from simulator.ui.frame.pages import PAGES, PageEntry
from tests.load.client import close, cpu_seconds, new_tab
from tests.server.live import serving

PAGE_SECONDS = 60.0
SPARE_BYTES = 512 * 2**20
"""For the work under way, and what is added between two looks of the guard."""
TRAINING_SHARE = 0.3
"""Of all tabs: one run for ten pages."""
STAY_SECONDS = 8.0
"""Some readers leave while their page is still computed."""


@dataclass
class Minute:
    """What happened since the last line."""

    times: list[float] = field(default_factory=list)
    runs: int = 0  # networks trained with settings at random
    left: int = 0
    errors: list[str] = field(default_factory=list)


def random_query(chance: random.Random, page: str) -> str:
    """Return a link to a page with some of its controls at random, extremes included."""
    query: dict[str, object] = {"lang": chance.choice(("ko", "en"))}
    name = {"graph": "computation_graph"}.get(page, page)
    if name in SCENES:
        controls = scene_named(name).settings.controls()
        for control in chance.sample(list(controls.values()), chance.randint(0, min(6, len(controls)))):
            if control.link:
                query[control.link] = _random_value(chance, control.kind, control.default)
    return f"?{urlencode(query)}"


def _random_value(chance: random.Random, kind: object, default: object) -> object:
    if isinstance(kind, Choice):
        return chance.choice(kind.choices)
    if isinstance(kind, Flag):
        return chance.randint(0, 1)
    if isinstance(kind, Number):
        stops = [stop for stop in kind.stops or () if stop is not None]
        return chance.choice(stops or [kind.minimum, kind.maximum, default])
    if isinstance(default, tuple) and default and all(isinstance(one, int) for one in default):
        return "-".join(str(chance.choice((1, 4, 8, 16, 32, 64))) for _ in range(chance.randint(1, 12)))
    return default


def _page(chance: random.Random, *, first: bool) -> PageEntry:
    """Choose a page; a tab's first one, whose link sets controls, is often the one that trains what the link says."""
    if first and chance.random() < TRAINING_SHARE:
        return next(page for page in PAGES if page.name == "training")
    return chance.choice(PAGES)


async def reader(url: str, chance: random.Random, end: float, minute: Minute) -> None:
    """Open tabs, look at some pages in each, close them."""
    while time.monotonic() < end:
        tab = None
        try:
            tab = await new_tab(url)
            for number in range(chance.randint(1, 4)):
                page = _page(chance, first=number == 0)
                patience = STAY_SECONDS if chance.random() < 0.25 else PAGE_SECONDS
                link = random_query(chance, page.name) if number == 0 else ""  # a session reads one link
                seen = await tab.visit(page.url, link, seconds=patience)
                minute.errors += [f"{page.url}{link}: {error}" for error in seen.errors]
                if seen.complete:
                    minute.times.append(seen.seconds)
                    minute.runs += page.name == "training" and number == 0
                else:
                    minute.left += 1
                    break
                await asyncio.sleep(chance.uniform(0.0, 2.0))
        except Exception as error:
            minute.errors.append(f"connection: {error!r}")
            await asyncio.sleep(1.0)
        finally:
            if tab is not None:
                with contextlib.suppress(Exception):
                    await close(tab)


def line(number: int, minute: Minute, process: int) -> str:
    """Say what a minute brought and what the server holds."""
    times = sorted(minute.times) or [float("nan")]
    mappings = len(Path(f"/proc/{process}/maps").read_text().splitlines())
    descriptors = len(list(Path(f"/proc/{process}/fd").iterdir()))
    return (
        f"{number:4d} min  {len(minute.times):4d} pages  {minute.runs:3d} runs  {minute.left:3d} left  "
        f"p50 {times[len(times) // 2]:6.2f} s  "
        f"p95 {times[int(len(times) * 0.95)]:6.2f} s  {len(minute.errors):3d} errors  "
        f"{resident_bytes(process) // 2**20:5d} MB  {mappings:6d} mappings  {descriptors:4d} descriptors  "
        f"{cpu_seconds(process):6.0f} s CPU"
    )


async def soak(url: str, process: int, minutes: int, enough: int, readers: int, seed: int) -> bool:
    """Let readers come and go until the time is over or the pages are enough; return whether everything went well."""
    minute, well, pages, runs = Minute(), True, 0, 0
    end = time.monotonic() + 60 * minutes
    tasks = [asyncio.create_task(reader(url, random.Random(seed + one), end, minute)) for one in range(readers)]
    number = 0
    for number in range(1, minutes + 1):
        await asyncio.sleep(60)
        print(line(number, minute, process), flush=True)
        for error in minute.errors[:5]:
            print("     ", error[:300], flush=True)
        well, pages, runs = well and not minute.errors, pages + len(minute.times), runs + minute.runs
        minute.times.clear()
        minute.errors.clear()
        minute.left = minute.runs = 0
        if pages >= enough:
            break
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(15)
    print(
        f"{pages} pages, {runs} runs; after all have left:",
        line(number, Minute(), process).partition("errors")[2].strip(),
        flush=True,
    )
    few = len(Path(f"/proc/{process}/maps").read_text().splitlines()) < (max_mappings() or 65_530) // 2
    return well and few and resident_bytes(process) < OWN_BYTES + allowed_bytes() + SPARE_BYTES


def main() -> int:
    """Run the soak."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--pages", type=int, default=1_000_000, help="end before, once so many were read")
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    warm = {"BACKPROP_SIMULATOR_WARM_UP": "on"}
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "log.txt", changes=warm) as server:
        well = asyncio.run(soak(server.url, server.process.pid, asked.minutes, asked.pages, asked.readers, asked.seed))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
