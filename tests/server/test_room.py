"""A server whose files run out turns newcomers away with a sentence; those who are there go on; its log stays short."""

import http.client
import socket
import time
import urllib.request
from contextlib import ExitStack, nullcontext

import anyio
import pytest
from websockets.exceptions import InvalidStatus

from simulator.texts import LANGUAGES, text
from simulator.ui.server.room import RETRY_SECONDS, SPARE_FILES, Room
from tests.server.client import reader
from tests.server.live import serving

pytest.importorskip("resource")
FILES = 180
FLOOD = 400
LINES = 8
"""Of a log in which somebody can find something."""


def document(port: int) -> tuple[int, str, http.client.HTTPMessage]:
    """Ask for the first page as a browser does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/", headers={"Accept": "text/html,*/*"})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), answer.headers
    connection.close()
    return found


@pytest.fixture
def small(tmp_path):
    """A server that may open few files."""
    with serving(tmp_path / "log.txt", most_files=FILES) as server:
        yield server


def test_newcomers_get_a_sentence_and_those_who_are_there_go_on(small):
    before = len(small.log.read_text().splitlines())
    with ExitStack() as hall:
        learners = []
        with pytest.raises(InvalidStatus):
            while len(learners) < FILES:
                learners.append(hall.enter_context(reader(small.url)))
                learners[-1].open("softmax")
        assert len(learners) >= 5
        for _ in range(20):
            status, sentences, headers = document(small.port)
        assert status == 503
        assert sentences.splitlines() == [text(one, "frame.full", seconds=RETRY_SECONDS) for one in LANGUAGES]
        assert headers["Refresh"] == str(RETRY_SECONDS) and headers["X-Content-Type-Options"] == "nosniff"
        for learner in learners:
            learner.open("softmax")
        with urllib.request.urlopen(f"{small.url}/healthz", timeout=5) as answer:
            assert answer.status == 200
    log = small.log.read_text()
    assert "Traceback" not in log and len(log.splitlines()) - before < LINES


def test_a_flood_of_connections_is_one_line_and_passes(small):
    before = len(small.log.read_text().splitlines())
    with reader(small.url) as learner:
        learner.open("softmax")
        with ExitStack() as flood:
            for _ in range(FLOOD):
                flood.enter_context(socket.create_connection(("127.0.0.1", small.port), timeout=5))
            time.sleep(3)
            learner.open("softmax")
        late = time.monotonic() + 30
        while document(small.port)[0] != 200:
            assert time.monotonic() < late
            time.sleep(0.2)
        learner.open("softmax")
    log = small.log.read_text()
    assert "Connections wait" in log
    assert "Traceback" not in log and len(log.splitlines()) - before < LINES


@pytest.mark.parametrize("fails", [False, True])
def test_who_leaves_makes_room(monkeypatch, fails):
    seen = []

    async def app(_scope, _receive, _send):
        seen.append(room._sessions)
        if fails:
            raise ConnectionError

    room = Room(app)
    monkeypatch.setattr("simulator.ui.server.room.files_left", lambda sessions: 2 * SPARE_FILES if not sessions else 0)
    for _ in range(3):
        with pytest.raises(ConnectionError) if fails else nullcontext():
            anyio.run(room, {"type": "websocket", "headers": []}, None, None)  # pyright: ignore[reportArgumentType]
    assert seen == [1, 1, 1]
