"""Newcomers are turned away, with a sentence, while there are no files left for them: those who are here go on."""

import asyncio
import logging
import os
import time
from contextlib import suppress
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from simulator.texts import LANGUAGES, text
from simulator.ui.server.capacity import OWN_FILES, resource

SESSION_FILES = 4
"""Descriptors of one session; three of them are opened only when its page runs."""
SPARE_FILES = 32
"""Left free: the connections with which browsers load what belongs to a page, files that are read, the log."""
RETRY_SECONDS = 10
"""After which the browser of somebody turned away asks again, by itself."""
QUIET_SECONDS = 60.0
"""Between two lines of the log about this."""
TRY_LATER = 1013
"""Code with which a WebSocket is closed that may come back."""
_LOG = logging.getLogger("simulator")


def files_left(sessions: int) -> int:
    """Return how many descriptors are free, counting those that the open sessions will need; at least 0."""
    if resource is None:
        return SPARE_FILES
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return SPARE_FILES
    return max(limit - max(_open_files(), OWN_FILES + SESSION_FILES * sessions), 0)


def _open_files() -> int:
    with suppress(OSError):
        return len(os.listdir("/dev/fd"))
    return 0


class Quiet:
    """Says something of one kind at most once a minute."""

    def __init__(self):
        self._said = -QUIET_SECONDS

    def warn(self, sentence: str) -> None:
        """Log a sentence, if it is long since the last one."""
        now = time.monotonic()
        if now - self._said >= QUIET_SECONDS:
            self._said = now
            _LOG.warning(sentence)


class Room:
    """Answer 503 to whoever opens a page while there is no room for another session."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self._sessions = 0
        self._log = Quiet()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on that belongs to a page which is open already."""
        if not _begins(scope):
            await self.app(scope, receive, send)
        elif files_left(self._sessions) < SPARE_FILES + SESSION_FILES:
            self._log.warn(f"No files are left for more than {self._sessions} learners: newcomers are turned away.")
            await _refuse(scope, receive, send)
        elif scope["type"] == "http":
            await self.app(scope, receive, send)
        else:
            self._sessions += 1
            try:
                await self.app(scope, receive, send)
            finally:
                self._sessions -= 1


def _begins(scope: Scope) -> bool:
    """Return whether a session begins here: a document is asked for, or a page connects."""
    if scope["type"] == "websocket":
        return True
    return scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocketClose(TRY_LATER)(scope, receive, send)
        return
    sentences = "\n".join(text(language, "frame.full", seconds=RETRY_SECONDS) for language in LANGUAGES)
    headers = {"Retry-After": str(RETRY_SECONDS), "Refresh": str(RETRY_SECONDS), "Connection": "close"}
    await PlainTextResponse(sentences, status_code=503, headers=headers)(scope, receive, send)


def say_once_when_full(loop: asyncio.AbstractEventLoop) -> None:
    """Keep a flood of connections out of the log: asyncio would write a traceback for each that it cannot take."""
    log, before = Quiet(), loop.get_exception_handler()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if str(context.get("message", "")).startswith("socket.accept() out of"):
            log.warn(f"Connections wait: {context.get('exception')}.")
        elif before is not None:
            before(loop, context)
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(handle)
