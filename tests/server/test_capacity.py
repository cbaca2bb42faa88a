"""What the server says about its machine, and that it takes what the machine offers."""

import re
import socket
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from simulator.ui.server import capacity
from simulator.ui.server.capacity import Capacity, raise_file_limit
from simulator.ui.server.connections import REQUEST_SECONDS
from tests.server.client import reader

resource = pytest.importorskip("resource")
NUM_HALF = 20


def test_it_raises_the_limit_of_open_files_and_says_what_follows(server):
    limits = Path(f"/proc/{server.process.pid}/limits").read_text()
    (soft, hard) = re.search(r"Max open files\s+(\d+)\s+(\d+)", limits).groups()  # pyright: ignore
    assert soft == hard
    assert int(soft) > 256
    lines = [line for line in server.log.read_text().splitlines() if line.startswith("Up to")]
    (line,) = lines
    assert re.search(rf"Up to \d+ learners in this process.*: {int(soft):,} files, \d+ GB, \d+ core", line)


def test_a_session_needs_four_descriptors(server):
    """The figure that the capacity goes by."""
    with ExitStack() as open_sessions:
        open_sessions.enter_context(reader(server.url)).open("softmax")  # what the process opens once counts no session
        before = server.files()
        for _ in range(5):
            open_sessions.enter_context(reader(server.url)).open("softmax")
        assert server.files() - before <= 5 * 4 + 2


@pytest.mark.parametrize(
    ("found", "learners"),
    [
        (Capacity(1_048_576, 24_576, 2), (70, 140)),
        (Capacity(256, 24_576, 2), (12, 24)),
        (Capacity(1_048_576, 4_096, 4), (64, 1)),
        (Capacity(None, None, 1), (70, 70)),
    ],
)
def test_the_scarcest_counts(found, learners):
    assert (found.in_process, found.on_machine) == learners


def test_without_limits_to_ask_for_there_is_none(monkeypatch):
    monkeypatch.setattr(capacity, "resource", None)
    assert raise_file_limit() is None


def test_a_system_that_refuses_leaves_the_limit(monkeypatch):
    def refuse(*_):
        raise ValueError("not allowed")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert raise_file_limit() == resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def test_half_sent_requests_are_closed_and_readers_are_not(server):
    address = ("127.0.0.1", server.port)
    heads = (
        b"",
        b"GE",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /",
    )
    with ExitStack() as stack, reader(server.url) as learner:
        learner.open("softmax")
        before = server.files()
        half = [stack.enter_context(socket.create_connection(address)) for _ in range(NUM_HALF)]
        for number, connection in enumerate(half):
            connection.sendall(heads[number % len(heads)])
        start = time.monotonic()
        dripping = half[2::4]
        still_open = set(half)
        while still_open and time.monotonic() - start < REQUEST_SECONDS + 5:
            for connection in dripping:  # a byte now and then shall not help
                if connection in still_open:
                    _drip(connection)
            still_open -= {connection for connection in still_open if _closed(connection)}
            time.sleep(0.5)
        assert not still_open
        assert server.files() <= before + 1
        with urllib.request.urlopen(f"{server.url}/healthz", timeout=5) as answer:
            assert answer.status == 200
        learner.open("softmax")  # its WebSocket has been silent all the time


def _drip(connection: socket.socket) -> None:
    try:
        connection.send(b"x")
    except OSError:
        return


def _closed(connection: socket.socket) -> bool:
    connection.settimeout(0.02)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True
