"""Sessions and files belong to the browser that they were made for; whoever else learns their name gets nothing."""

import re
from collections import OrderedDict
from contextlib import suppress

from google.protobuf.message import DecodeError
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from simulator.ui.server.returning import PROTOCOLS, session_asked_for

MOST_KNOWN = 10_000
"""Sessions, and files, whose browsers are known; Streamlit keeps both for minutes only, so the oldest may go."""
_FILE = re.compile(rb"/media/([0-9a-f]{32,})")

Browser = bytes
"""What only one browser knows: the secret in Streamlit's cookie against forged requests; empty without cookies."""


class Owners:
    """Hand out a session or a file to its own browser only.

    Streamlit gives a session, even one that is just being used, to whoever names it, and a file to whoever asks for it.
    Their names are not to be guessed, but they are written into the logs of proxies.
    """

    def __init__(self, app: ASGIApp, base: str = ""):
        self.app = app
        self._file = re.compile(rf"{re.escape(base)}/media/([^/.]+)[^/]*")
        self._upload = re.compile(rf"{re.escape(base)}/_stcore/upload_file/([^/]+)/.*")
        self._sessions: OrderedDict[str, Browser] = OrderedDict()
        self._files: OrderedDict[tuple[Browser, str], None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what the browser may have."""
        if scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif scope["type"] == "http" and not self._may_have(scope):
            await PlainTextResponse("Not found.", status_code=404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _may_have(self, scope: Scope) -> bool:
        """Say whether an address is this browser's: its file, the uploads of its session, or nobody's."""
        browser = browser_of(scope)
        if (file := self._file.fullmatch(scope["path"])) is not None:
            return (browser, file[1]) in self._files
        upload = self._upload.fullmatch(scope["path"])
        return upload is None or self._sessions.get(upload[1]) == browser

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        browser, asked = browser_of(scope), session_asked_for(scope)
        if asked and (not browser or self._sessions.get(asked) != browser):
            scope = _without_session(scope)
        began = False

        async def note(message: Message) -> None:
            nonlocal began
            sent = message.get("bytes") or b""
            if not began and (session := _session_begun(sent)):
                began = True
                _remember(self._sessions, session, browser)
            for name in _FILE.findall(sent):
                _remember(self._files, (browser, name.decode()), None)
            await send(message)

        await self.app(scope, receive, note)


def browser_of(scope: Scope) -> Browser:
    """Return what tells the browser of a request from others."""
    token, _ = decode_xsrf_token_string(HTTPConnection(scope).cookies.get(XSRF_COOKIE_NAME, ""))
    return token or b""


def _without_session(scope: Scope) -> Scope:
    """Return a connection's scope that asks for no session."""
    changed = dict(scope, headers=list(scope["headers"]))
    headers = MutableHeaders(scope=changed)
    headers[PROTOCOLS] = ",".join(headers[PROTOCOLS].split(",")[:2])
    return changed


def _session_begun(sent: bytes) -> str:
    message = ForwardMsg()
    with suppress(DecodeError):
        message.ParseFromString(sent)
    return message.new_session.initialize.session_id


def _remember(known: OrderedDict, key: object, value: object) -> None:
    known[key] = value
    known.move_to_end(key)
    while len(known) > MOST_KNOWN:
        known.popitem(last=False)
