"""A hall of learners on all pages: how long does an interaction take, and what does the server need for it?

``python -m tests.load.hall --sessions 200 --minutes 10`` is the nightly form; ``--sessions 50 100 200 --minutes 1.5``
prints a table. Every learner opens a page, and every ten seconds runs it again as a toggle would, or goes on to the
next one. ``--tree`` serves another checkout, ``--processes`` several replicas with the learners dealt out to them as a
proxy with sticky sessions would. It ends with 1 where anything failed.
"""

import argparse
import asyncio
import contextlib
import itertools
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from simulator.core.engine.programs import max_mappings
from simulator.core.engine.resident import resident_bytes
from simulator.ui.frame.pages import PAGES
from tests.load.client import Tab, close, cpu_seconds, new_tab
from tests.server.live import ROOT, Server, serving

EVERY_SECONDS = 10.0
"""Between two interactions of a learner."""
STAYS = 3
"""Interactions on a page, of which the first opens it."""
PATIENCE_SECONDS = 60.0
HEAD = "tree     sessions  interactions  p50      p95      max      errors  CPU each  memory   mappings  descriptors"


@dataclass
class Measured:
    """What a number of learners brought."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def at(self, share: float) -> float:
        """Return the time that a share of the interactions stays below."""
        times = sorted(self.times) or [float("nan")]
        return times[min(int(len(times) * share), len(times) - 1)]


def pages_of(tree: Path) -> list[str]:
    """Return the addresses of the pages that a checkout has, of those that there are today."""
    return [page.url for page in PAGES if (tree / "pages" / f"{page.name}.py").exists()]


async def interact(tab: Tab, page: str, measured: Measured) -> None:
    """Run a page once and note how long that took."""
    seen = await tab.visit(page, "lang=en", seconds=PATIENCE_SECONDS)
    measured.times.append(seen.seconds)
    measured.errors += [f"{page}: {error}" for error in seen.errors]
    if not seen.complete:
        measured.errors.append(f"{page}: not complete after {PATIENCE_SECONDS:.0f} s")


async def learner(url: str, pages: list[str], number: int, end: float, measured: Measured) -> None:
    """Come some time in the first ten seconds, and stay until the end."""
    chance, tab = random.Random(number), None
    await asyncio.sleep(chance.uniform(0, EVERY_SECONDS))
    try:
        tab = await new_tab(url)
        for page in itertools.cycle([*pages[number % len(pages) :], *pages[: number % len(pages)]]):
            for _ in range(STAYS):
                began = time.monotonic()
                await interact(tab, page, measured)
                due = began + EVERY_SECONDS * chance.uniform(0.8, 1.2)
                if max(due, time.monotonic()) > end:
                    return
                await asyncio.sleep(max(due - time.monotonic(), 0))
    except Exception as error:
        measured.errors.append(f"connection: {error!r}")
    finally:
        if tab is not None:
            with contextlib.suppress(Exception):
                await close(tab)


async def hall(servers: list[Server], pages: list[str], sessions: int, minutes: float) -> tuple[Measured, str]:
    """Let learners work; return their times, and what the servers have while all are there."""
    measured, end = Measured(), time.monotonic() + 60 * minutes
    processes = [server.process.pid for server in servers]
    before = sum(map(cpu_seconds, processes))
    tasks = [
        asyncio.create_task(learner(servers[one % len(servers)].url, pages, one, end, measured))
        for one in range(sessions)
    ]
    await asyncio.sleep(max(end - time.monotonic() - 2, 0))
    spent = 1000 * (sum(map(cpu_seconds, processes)) - before) / max(len(measured.times), 1)
    memory = sum(map(resident_bytes, processes)) // 2**20
    mappings = max(len(Path(f"/proc/{one}/maps").read_text().splitlines()) for one in processes)
    descriptors = max(server.files() for server in servers)
    await asyncio.gather(*tasks)
    return measured, f"{spent:5.0f} ms  {memory:5d} MB  {mappings:8d}  {descriptors:11d}"


async def open_all(servers: list[Server], pages: list[str]) -> None:
    """Open every page once, as whoever starts a server before a lecture does."""
    for server in servers:
        tab = await new_tab(server.url)
        for page in pages:
            await tab.visit(page, "lang=en", seconds=120)
        await close(tab)


def measure(tree: Path, sessions: list[int], minutes: float, processes: int) -> bool:
    """Print a line for each number of learners; return whether nothing failed."""
    tree = tree.resolve()
    pages, well, warm = pages_of(tree), True, {"BACKPROP_SIMULATOR_WARM_UP": "off"}
    name = f"{tree.name[:6]}{f'×{processes}' if processes > 1 else ''}"
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        logs = [Path(folder) / f"{number}.txt" for number in range(processes)]
        servers = [running.enter_context(serving(log, changes=warm, root=tree)) for log in logs]
        asyncio.run(open_all(servers, pages))
        for count in sessions:
            measured, needs = asyncio.run(hall(servers, pages, count, minutes))
            times = "  ".join(f"{measured.at(share):5.2f} s" for share in (0.5, 0.95, 1.0))
            row = f"{name:8} {count:8d}  {len(measured.times):12d}  {times}  {len(measured.errors):6d}  {needs}"
            print(row, flush=True)
            for error in measured.errors[:3]:
                print("     ", error[:300], flush=True)
            gone = [server for server in servers if server.process.poll() is not None]
            failed = [log for log in logs if "Traceback" in log.read_text()]
            full = int(needs.split()[4]) > (max_mappings() or 65_530) // 2
            if failed:
                print(
                    "      tracebacks in the log:", failed[0].read_text().partition("Traceback")[2][:1000], flush=True
                )
            well = well and not (measured.errors or gone or failed or full)
            if gone:
                print("      the server is gone", flush=True)
                break
    return well


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sessions", type=int, nargs="+", default=[200])
    parser.add_argument("--minutes", type=float, default=10.0, help="for each number of sessions")
    parser.add_argument("--processes", type=int, default=1, help="replicas; one process uses one core")
    parser.add_argument("--tree", type=Path, nargs="+", default=[ROOT], help="checkouts to serve, one after the other")
    asked = parser.parse_args()
    print(HEAD, flush=True)
    return 0 if all([measure(tree, asked.sessions, asked.minutes, asked.processes) for tree in asked.tree]) else 1


if __name__ == "__main__":
    sys.exit(main())
