"""Random expressions and hostile links through a real server: does it ever fail, or fall over?

``python -m tests.load.fuzz --expressions 2000 --links 500`` starts a server of its own, opens each of them as a reader
does, and prints how many were answered a second, what failed, and how often the server had to be started again. It ends
with 1 where its log holds a traceback, a page shows one, or the server died.
"""

import argparse
import asyncio
import contextlib
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from simulator.scenes.registry import SCENES, scene_named
from simulator.ui.controls.session import PAGE_PARAMETERS
from tests.graph.random_expressions import random_link
from tests.hostile import MARKUP
from tests.load.client import Seen, close, new_tab
from tests.load.soak import random_query
from tests.server.live import serving

VALUES = (
    *MARKUP,
    *("", " ", "0", "-1", "1", "2", "3.5", "1e9", "1e308", "-1e308", "1e-320", "nan", "inf", "-inf", "1e999", "0x10"),
    *("true", "null", "None", "undefined", "[]", "{}", "()", "a,b", ",,,", "1,2,3", "1-2-3", "4-4", "0-0", "--"),
    *("relu", "sigmoid", "csv", "moons", "off", "auto", "../../etc/passwd", "%00", "\0", "\n", "\u202e", "한글", "١"),
    *("9" * 400, "x" * 5000, "1," * 2000, "64-" * 500, "(" * 200, "w*x" * 300, "😀" * 30, "x=;y=", "=;="),
    *("__import__('os')", "x.__class__", "lambda: 0", "9**9**9", "x=outer(one_hot(1,1024),one_hot(1,1024))"),
)  # fmt: skip
PATIENCE_SECONDS = 6.0
"""What takes longer is being computed; its reader leaves."""
SHOWN = 5
Link = tuple[str, str]


@dataclass
class Found:
    """What came of it."""

    times: list[float] = field(default_factory=list)
    left: int = 0  # before their page was complete
    errors: list[str] = field(default_factory=list)  # on pages
    lost: list[Link] = field(default_factory=list)  # connections
    began: float = field(default_factory=time.monotonic)

    def add(self, link: Link, seen: Seen) -> None:
        """Note a visit."""
        self.times.append(seen.seconds)
        self.left += not seen.complete
        self.errors += [f"{link}: {error}" for error in seen.errors]

    def line(self) -> str:
        """Say how far it is."""
        times = sorted(self.times) or [float("nan")]
        rate = len(self.times) / (time.monotonic() - self.began)
        return (
            f"{len(self.times):6d} answered  {rate:5.1f} a second  p50 {times[len(times) // 2]:5.2f} s  "
            f"p95 {times[int(len(times) * 0.95)]:5.2f} s  {self.left} left  {len(self.errors)} errors  "
            f"{len(self.lost)} lost"
        )


def hostile_link(choose: random.Random) -> Link:
    """Return a link to any scene, some of its controls hostile, others at random."""
    scene = choose.choice(sorted(SCENES))
    page = {"computation_graph": "graph"}.get(scene, scene)
    links = [control.link for control in scene_named(scene).settings.controls().values() if control.link]
    links += [*PAGE_PARAMETERS, "preset", "lang", "size", "contrast"]
    asked = {name: choose.choice(VALUES) for name in choose.sample(links, choose.randint(1, min(4, len(links))))}
    usual = random_query(choose, page).removeprefix("?")
    return page, f"{usual}&{urlencode(asked)}" if choose.random() < 0.5 else urlencode(asked)


def all_links(expressions: int, links: int, seed: int) -> Iterator[Link]:
    """Yield what is opened: first expressions, then links."""
    choose = random.Random(seed)
    for _ in range(expressions):
        yield "graph", urlencode(random_link(choose) | {"lang": "en"})
    for _ in range(links):
        yield hostile_link(choose)


async def reader(url: str, links: Iterator[Link], found: Found) -> None:
    """Open links, each as a new reader, until there are none left or the server is gone."""
    for link in links:
        try:
            tab = await new_tab(url)
        except Exception:
            found.lost.append(link)
            return
        try:
            found.add(link, await tab.visit(*link, seconds=PATIENCE_SECONDS))
        except Exception:
            found.lost.append(link)
        finally:
            with contextlib.suppress(Exception):
                await close(tab)


async def fuzz(url: str, links: Iterator[Link], readers: int, found: Found) -> None:
    """Let some readers share the links."""
    tasks = [asyncio.create_task(reader(url, links, found)) for _ in range(readers)]
    while tasks:
        _, waiting = await asyncio.wait(tasks, timeout=60)
        tasks = list(waiting)
        print(found.line(), flush=True)


def tracebacks(log: str) -> list[str]:
    """Return the failures of a log, each from its first line to its last."""
    lines = log.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("Traceback")]
    return ["\n".join(lines[max(start - 1, 0) : start + 40]) for start in starts]


def main() -> int:
    """Run the fuzz; start the server again where it dies."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--expressions", type=int, default=2000)
    parser.add_argument("--links", type=int, default=500)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="after which nothing more is opened")
    asked = parser.parse_args()
    found, failures, starts, end = Found(), [], 0, time.monotonic() + 60 * asked.minutes
    everything = all_links(asked.expressions, asked.links, asked.seed)
    links = itertools.takewhile(lambda _: time.monotonic() < end, everything)
    for following in links:
        starts += 1
        with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "log.txt") as server:
            asyncio.run(fuzz(server.url, itertools.chain([following], links), asked.readers, found))
            failures += tracebacks((Path(folder) / "log.txt").read_text())
    for failure in (*failures[:SHOWN], *found.errors[:SHOWN], *map(str, found.lost[:SHOWN])):
        print(failure[:3000], "\n", flush=True)
    print(found.line(), f" {len(failures)} tracebacks  {starts - 1} restarts")
    return 1 if failures or found.errors or found.lost or starts > 1 else 0


if __name__ == "__main__":
    sys.exit(main())
