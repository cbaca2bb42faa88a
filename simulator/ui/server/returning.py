"""A page whose connection was lost and is back: it runs once before its reader's next move is read."""

import asyncio
from collections import deque
from contextlib import suppress

from google.protobuf.message import DecodeError
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PROTOCOLS = "sec-websocket-protocol"
"""The header in which Streamlit's page names itself, a token and the session with which it wants to go on."""
OURS = "backprop-simulator-returning"
"""Name of a fragment that does not exist: the page is told to run it, and its whole script is run."""
SECONDS = 0.25
"""Until the page does so, and between its further attempts, which are dropped; its run ends them."""
MOST_KEPT = 16
"""Moves that wait for the run. Each message says what all widgets are, so an older one may go."""


class Returning:
    """Let a page that comes back run before anything else.

    Streamlit's page asks for nothing when its connection is back, and its session may be gone: the server was killed,
    another one has taken its place, the reader was away for longer than a session is kept. The next move would be the
    first thing that the new session hears of, and a session that has never run knows no callbacks: it would be lost.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is not the connection of a page that had a session before."""
        if scope["type"] != "websocket" or not session_asked_for(scope):
            await self.app(scope, receive, send)
            return
        back = _Back(receive, send)
        try:
            await self.app(scope, back.receive, back.send)
        finally:
            back.end()


def session_asked_for(scope: Scope) -> str:
    """Return the session with which a page wants to go on; empty for none."""
    protocols = Headers(scope=scope).get(PROTOCOLS, "").split(",")
    return protocols[2].strip() if len(protocols) > 2 else ""


class _Back:
    """One connection of such a page."""

    def __init__(self, receive: Receive, send: Send):
        self._receive, self._send = receive, send
        self._asked = False  # for its first run
        self._ran = asyncio.Event()
        self._kept: deque[Message] = deque(maxlen=MOST_KEPT)
        self._coming: asyncio.Future[Message] | None = None

    async def send(self, message: Message) -> None:
        """Pass a message to the browser; ask for a run once it is connected, and note the end of that run."""
        await self._send(message)
        if message["type"] == "websocket.accept":
            run = ForwardMsg()
            run.auto_rerun.fragment_id, run.auto_rerun.interval = OURS, SECONDS
            await self._send({"type": "websocket.send", "bytes": run.SerializeToString()})
        elif self._asked and not self._ran.is_set() and _ends_run(message):
            self._ran.set()

    async def receive(self) -> Message:
        """Return the next message of the browser; its moves wait until the page has run once."""
        while True:
            if self._ran.is_set() and self._kept:
                return self._kept.popleft()
            message = await self._next()
            if message is None:
                continue
            asked = _rerun_asked(message)
            if asked is None:
                return message
            if not self._asked:
                self._asked = True
                return _of_whole_page(asked)
            if asked.rerun_script.fragment_id != OURS:
                self._kept.append(message)

    async def _next(self) -> Message | None:
        """Return the next message, or ``None`` where the run has ended before it came."""
        self._coming = self._coming or asyncio.ensure_future(self._receive())
        if not self._ran.is_set():
            ran = asyncio.ensure_future(self._ran.wait())
            await asyncio.wait({self._coming, ran}, return_when=asyncio.FIRST_COMPLETED)
            ran.cancel()
            if not self._coming.done():
                return None
        message = await self._coming
        self._coming = None
        return message

    def end(self) -> None:
        """Stop waiting for the browser."""
        if self._coming is not None:
            self._coming.cancel()


def _ends_run(message: Message) -> bool:
    found = ForwardMsg()
    with suppress(DecodeError):
        found.ParseFromString(message.get("bytes") or b"")
    return found.WhichOneof("type") == "script_finished"


def _rerun_asked(message: Message) -> BackMsg | None:
    found = BackMsg()
    with suppress(DecodeError):
        found.ParseFromString(message.get("bytes") or b"")
    return found if found.WhichOneof("type") == "rerun_script" else None


def _of_whole_page(asked: BackMsg) -> Message:
    """Return the message without its fragment, which the session need not know: it would not run at all."""
    asked.rerun_script.fragment_id, asked.rerun_script.is_auto_rerun = "", False
    return {"type": "websocket.receive", "bytes": asked.SerializeToString()}
