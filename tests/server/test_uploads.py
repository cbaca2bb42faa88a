"""Uploads of a client that keeps to no limit, on the real server."""

import http.client
import json
import secrets
import urllib.request
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from starlette.responses import Response
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFileRec

from simulator.core.datasets.table_reader import MAX_CSV_BYTES
from simulator.errors import InputError
from simulator.ui.components.training import uploads as box
from simulator.ui.controls.session import Controls
from simulator.ui.server import uploads
from simulator.ui.server.uploads import UploadLimits
from tests.server.client import reader
from tests.server.live import ROOT, serving

MEBIBYTE = 2**20
TOKEN = secrets.token_hex(16)
"""What the browser of these readers knows."""
APP = """
import streamlit as st
from streamlit import runtime
from starlette.routing import Route
from starlette.responses import JSONResponse
from simulator.ui.application import lifespan, middleware, routes

async def kept(request):
    storage = runtime.get_instance().uploaded_file_mgr.file_storage
    return JSONResponse({name: [len(file.data) for file in files.values()] for name, files in storage.items()})

app = st.App({main!r}, lifespan=lifespan, routes=[Route("/kept", kept), *routes()], middleware=middleware())
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The application with an address that lists the bytes kept."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "app.py").write_text(APP.replace("{main!r}", repr(str(ROOT / "simulator/ui/main.py"))))
    with serving(folder / "log.txt", script=folder / "app.py") as server:
        yield server


def cookie_of(token: str) -> str:
    return f"_streamlit_xsrf={token}"


def put(port: int, session: str, size: int, *, chunked: bool = False, token: str = TOKEN) -> int:
    """Upload zeros under a name of the client's own; return the status."""
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n'
    body = head + bytes(size) + b"\r\n--x--\r\n"
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "X-Xsrftoken": token,
        "Cookie": cookie_of(token),
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    parts = (body[start : start + MEBIBYTE] for start in range(0, len(body), MEBIBYTE)) if chunked else body
    try:
        connection.request("PUT", f"/_stcore/upload_file/{session}/{secrets.token_hex(8)}", parts, headers)
        return connection.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        return 413  # the server stopped reading
    finally:
        connection.close()


def kept(port: int) -> dict[str, list[int]]:
    """Return the sizes of the uploads kept, by session."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/kept", timeout=30) as answer:
        return json.load(answer)


def test_a_session_keeps_one_file_whatever_it_sends(site):
    with reader(site.url, cookie=cookie_of(TOKEN)) as hostile:
        hostile.open("softmax")
        for _ in range(20):
            assert put(site.port, hostile.session, 15 * MEBIBYTE) == 204
        assert kept(site.port)[hostile.session] == [15 * MEBIBYTE]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_is_at_most_as_large_as_the_largest_table(site, chunked):
    assert box.MAX_UPLOAD_MEGABYTES * MEBIBYTE == MAX_CSV_BYTES
    with reader(site.url, cookie=cookie_of(TOKEN)) as hostile:
        hostile.open("softmax")
        assert put(site.port, hostile.session, MAX_CSV_BYTES, chunked=chunked) == 204
        assert put(site.port, hostile.session, 30 * MEBIBYTE, chunked=chunked) == 413
        assert kept(site.port).get(hostile.session, []) == []


def test_the_oldest_goes_beyond_the_total(site):
    with ExitStack() as stack:
        sessions = []
        for _ in range(uploads.MAX_KEPT_BYTES // MAX_CSV_BYTES + 2):
            hostile = stack.enter_context(reader(site.url, cookie=cookie_of(TOKEN)))
            hostile.open("softmax")
            assert put(site.port, hostile.session, MAX_CSV_BYTES) == 204
            sessions.append(hostile.session)
        found = kept(site.port)
        assert sum(map(sum, found.values())) == uploads.MAX_KEPT_BYTES
        assert not any(found.get(session) for session in sessions[:2])
        assert all(found[session] for session in sessions[2:])


class FakeRuntime:
    """Of one session that is there."""

    uploaded_file_mgr = MemoryUploadedFileManager("/upload")

    def is_active_session(self, session: str) -> bool:
        return session == "here"


def ask(limits: UploadLimits) -> int:
    """Return the status of one upload, by the ASGI protocol itself."""
    sent: list[Any] = []
    path = "/_stcore/upload_file/here/file"
    scope = {"type": "http", "method": "PUT", "path": path, "headers": [], "query_string": b""}

    async def receive() -> dict[str, Any]:
        await anyio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    anyio.run(limits, scope, receive, send)
    return sent[0]["status"]


@pytest.fixture
def in_runtime(monkeypatch):
    monkeypatch.setattr(uploads.runtime, "exists", lambda: True)
    monkeypatch.setattr(uploads.runtime, "get_instance", FakeRuntime)


def test_an_upload_that_never_ends_is_ended(in_runtime):
    async def wait(_scope, receive, _send):
        await receive()

    assert ask(UploadLimits(wait, seconds=0.05)) == 408


def test_a_second_upload_of_a_session_has_to_wait(in_runtime):
    statuses = []

    async def upload_another(scope, receive, send):
        second: list[Any] = []

        async def note(message):
            second.append(message)

        await limits(scope, receive, note)
        statuses.append(second[0]["status"])
        await Response(status_code=204)(scope, receive, send)

    limits = UploadLimits(upload_another)
    assert ask(limits) == 204
    assert statuses == [429]
    assert ask(limits) == 204  # the first has ended


def test_reading_a_table_drops_its_bytes(monkeypatch):
    manager = MemoryUploadedFileManager("/upload")
    manager.add_file("here", UploadedFileRec("file", "a.csv", "text/csv", b"a,1"))
    context = SimpleNamespace(session_id="here", uploaded_file_mgr=manager)
    monkeypatch.setattr(uploads, "get_script_run_ctx", lambda: context)
    uploads.forget_upload()
    assert manager.get_files("here", ["file"]) == []


def test_a_file_that_was_read_is_not_asked_for_again(monkeypatch):
    """Streamlit calls twice for one upload where another change follows at once."""
    before = {box._FILE: DeletedFile("file"), box._ERROR: InputError("data:empty_file")}
    after = dict(before)
    monkeypatch.setattr(box.st, "session_state", after)
    box._take(Controls.__new__(Controls))
    assert after == before
