"""The real server in a process of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
STARTING_SECONDS = 90


class Server(NamedTuple):
    """A server that answers."""

    url: str
    port: int
    process: subprocess.Popen
    log: Path

    def files(self) -> int:
        """Return how many descriptors it has open (Linux)."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def environment(changes: dict[str, str], root: Path = ROOT) -> dict[str, str]:
    """Return the environment of a server that compiles nothing before it is asked."""
    ours = {"PYTHONPATH": str(root), "PYTHONUNBUFFERED": "1", "BACKPROP_SIMULATOR_WARM_UP": "off"}
    return os.environ | ours | changes


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(
    log: Path,
    *options: str,
    script: Path | None = None,
    files: int = 0,
    most_files: int = 0,
    changes: dict[str, str] | None = None,
    root: Path = ROOT,
    port: int = 0,
) -> Iterator[Server]:
    """Run the command ``backprop-simulator`` of this checkout until the block ends.

    Args:
      log: file for what it prints.
      options: of the command, or of Streamlit where ``script`` is given.
      script: another application to run in its place, by ``streamlit run``.
      files: limit of open files before it starts; 0 for this process's own.
      most_files: limit of open files that it cannot raise; 0 for this process's own.
      changes: to its environment.
      root: of the checkout that it serves.
      port: of another server that is gone; 0 for a free one.
    """
    port = port or free_port()
    run = command("--no-browser", f"--port={port}", *options)
    if script is not None:
        run = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}", "--server.headless=true"]
        run += options
    with log.open("w") as output:
        process = subprocess.Popen(
            [*_limited(files, most_files), *run],
            cwd=root, env=environment(changes or {}, root), stdout=output, stderr=output,
        )  # fmt: skip
        try:
            server = Server(f"http://127.0.0.1:{port}", port, process, log)
            _wait(server)
            yield server
        finally:
            process.kill()
            process.wait()


def command(*options: str) -> list[str]:
    """Return the command with options, as this Python runs it."""
    return [sys.executable, "-c", "from simulator.cli import main; main()", *options]


def _limited(files: int, most_files: int) -> Sequence[str]:
    if not files and not most_files:
        return ()
    limit = f"ulimit -n {most_files}" if most_files else f"ulimit -S -n {files}"
    return ("bash", "-c", f'{limit}; exec "$@"', "bash")


def _wait(server: Server) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{server.url}/healthz", timeout=5) as answer:
            if json.load(answer)["status"] == "ok":
                return
        time.sleep(0.1)
    raise AssertionError(f"It did not start:\n{server.log.read_text()}")


def children(process: int) -> dict[int, str]:
    """Return the processes that a process has started and that still run, with their command lines (Linux)."""
    folders = {int(folder.name): folder for folder in Path("/proc").glob("[0-9]*")}
    started = {one: folder for one, folder in folders.items() if state(one)[1:] == (str(process),) and runs(one)}
    return {one: (folder / "cmdline").read_text().replace("\0", " ") for one, folder in started.items()}


def runs(process: int) -> bool:
    """Return whether a process still runs; one that has ended and that nobody has asked for does not (Linux)."""
    return state(process)[:1] not in ((), ("Z",))


def state(process: int) -> tuple[str, ...]:
    """Return the state of a process and the number of its parent; nothing where there is none (Linux)."""
    with suppress(OSError):
        return tuple(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:2])
    return ()
