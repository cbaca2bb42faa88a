"""Files from browsers: one a session, none for longer than it takes to read it, and a bound on all together."""

import asyncio
import re
from collections import OrderedDict

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

UPLOAD_SECONDS = 120.0
"""For one upload: 20 MB over 1.4 Mbit/s."""
MAX_KEPT_BYTES = 200 * 2**20
"""Of uploads that nobody has read yet, of all sessions; beyond it the oldest goes. The size of one is the setting
``server.maxUploadSize``, which Streamlit holds while the bytes arrive."""


def forget_upload() -> None:
    """Drop the bytes of this reader's upload, which has been read; Streamlit would keep them as long as the session."""
    context = get_script_run_ctx()
    if context is not None:
        context.uploaded_file_mgr.remove_session_files(context.session_id)


class UploadLimits:
    """Take one upload at a time from a session, in its place the one before, and none that does not end."""

    def __init__(self, app: ASGIApp, base: str = "", *, seconds: float = UPLOAD_SECONDS, max_bytes=MAX_KEPT_BYTES):
        self.app = app
        self._address = re.compile(rf"{re.escape(base)}/_stcore/upload_file/([^/]+)/[^/]+")
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._sessions: OrderedDict[str, None] = OrderedDict()  # that have uploaded, the latest last
        self._busy: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything else on as it is."""
        found = self._address.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if found is None or scope["method"] != "PUT" or not runtime.exists():
            await self.app(scope, receive, send)
        elif found[1] in self._busy:
            await PlainTextResponse("One file at a time.", status_code=429)(scope, receive, send)
        elif not runtime.get_instance().is_active_session(found[1]):
            await self.app(scope, receive, send)  # Streamlit refuses it
        else:
            await self._take(found[1], scope, receive, send)

    async def _take(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        manager = runtime.get_instance().uploaded_file_mgr
        assert isinstance(manager, MemoryUploadedFileManager)  # what st.App makes
        manager.remove_session_files(session)
        self._busy.add(session)
        self._sessions[session] = None
        self._sessions.move_to_end(session)
        try:
            async with asyncio.timeout(self._seconds):
                await self.app(scope, receive, noting_send)
        except TimeoutError:
            if not started:
                answer = PlainTextResponse(
                    "The upload took too long.", status_code=408, headers={"connection": "close"}
                )
                await answer(scope, receive, send)
        finally:
            self._busy.discard(session)
            self._drop_oldest(manager)

    def _drop_oldest(self, manager: MemoryUploadedFileManager) -> None:
        while len(self._sessions) > 1 and _kept_bytes(manager) > self._max_bytes:
            oldest, _ = self._sessions.popitem(last=False)
            manager.remove_session_files(oldest)
        for session in [name for name in self._sessions if not manager.file_storage.get(name)]:
            if session not in self._busy:
                del self._sessions[session]


def _kept_bytes(manager: MemoryUploadedFileManager) -> int:
    return sum(len(file.data) for files in list(manager.file_storage.values()) for file in list(files.values()))
