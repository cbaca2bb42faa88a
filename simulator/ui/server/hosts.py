"""Under which names the server answers, against pages that point a name of their own at this machine.

A page from elsewhere whose name leads here (DNS rebinding) would be of the same origin as the simulator. Its requests
carry that foreign name, so names are checked. Addresses are not: a browser that asks for ``http://192.0.2.7:8501``
shows a page of that very address, whoever hands out the link.
"""

import ipaddress
import os
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit import config

from simulator.texts import LANGUAGES, text

HOSTS = "BACKPROP_SIMULATOR_HOSTS"
"""Environment variable: further names under which the server answers, separated by spaces; ``*.`` before a name means
every name below it, and ``*`` every name."""
VIOLATED = 1008
"""Code with which a WebSocket is closed that breaks a rule."""


def known_hosts() -> frozenset[str]:
    """Return the names under which the server answers: this machine's, that of the address it serves, and those set."""
    own = socket.gethostname().lower().rstrip(".")
    first = own.split(".")[0]
    served = str(config.get_option("server.address") or "")
    wanted = (*os.environ.get(HOSTS, "").split(), served)
    return frozenset({"localhost", own, first, f"{first}.local", *(name.lower().rstrip(".") for name in wanted)} - {""})


def is_known(host: str, names: Collection[str]) -> bool:
    """Return whether a ``Host`` header names this server; none at all comes from monitors and never from a browser.

    >>> is_known("192.0.2.7:8501", ()), is_known("[::1]", ()), is_known("evil.example:8501", {"localhost"})
    (True, True, False)
    >>> is_known("Sim.Course.example.", {"*.course.example"})
    True
    """
    if not host:
        return True
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    try:
        ipaddress.ip_address(name)
        return True
    except ValueError:
        return "*" in names or name in names or any(f"*.{rest}" in names for rest in _parents(name))


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[cut:]) for cut in range(1, len(parts))]


class KnownHosts:
    """Answer only to names of this server; say to others how it can be told its name."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.names = known_hosts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass requests under a known name on."""
        if scope["type"] == "lifespan" or is_known(Headers(scope=scope).get("host", ""), self.names):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(VIOLATED)(scope, receive, send)
        else:
            sentences = "\n".join(text(language, "frame.unknown_host", variable=HOSTS) for language in LANGUAGES)
            await PlainTextResponse(sentences, status_code=421)(scope, receive, send)
