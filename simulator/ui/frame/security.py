"""Headers that tell the browser to run nothing but this application, and what happens to addresses with no page."""

import base64
import hashlib
import os
import re
from functools import cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.ui.frame.shell import index_html

FRAME_ANCESTORS = "BACKPROP_SIMULATOR_FRAME_ANCESTORS"
"""Environment variable: origins that may show the application in a frame, for example a course's own site."""
_SOURCE = re.compile(r"'self'|https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?", re.IGNORECASE)


def content_security_policy(frame_ancestors: str = "'self'") -> str:
    """Return the content security policy.

    Scripts: our own files; the inline scripts of the document, Streamlit's and ours, by their hashes; and ``blob:``,
    from which Streamlit imports the modules of its components. No ``unsafe-eval``: charts run Vega's expression
    interpreter. Styles are ``unsafe-inline`` because Streamlit writes its rules into the page while it runs.
    """
    directives = {
        "default-src": "'self'",
        "script-src": " ".join(("'self'", "blob:", *_inline_script_hashes())),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "frame-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": frame_ancestors,
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


@cache
def _inline_script_hashes() -> tuple[str, ...]:
    scripts = re.findall(r"<script>(.*?)</script>", index_html("en"), flags=re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def frame_ancestors() -> str:
    """Return who may show the application in a frame, from the environment; ``'self'`` where nothing is set.

    Raises:
      ValueError: for anything but ``'none'`` or a list of origins and ``'self'``: it would go into a header as it is.
    """
    asked = os.environ.get(FRAME_ANCESTORS, "").strip(" ")
    sources = asked.split(" ") if asked else ["'self'"]
    if sources != ["'none'"] and not all(_SOURCE.fullmatch(source) for source in sources if source):
        raise ValueError(
            f"{FRAME_ANCESTORS} must be 'none', or 'self' and origins like https://course.example with spaces "
            f"between. Got {asked!r}."
        )
    return " ".join(source for source in sources if source)


@cache
def security_headers() -> dict[str, str]:
    """Return the headers of every answer."""
    ancestors = frame_ancestors()
    headers = {
        "Content-Security-Policy": content_security_policy(ancestors),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return headers | ({"X-Frame-Options": "SAMEORIGIN"} if ancestors == "'self'" else {})


class SecurityHeaders:
    """Put the security headers on every HTTP answer."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add to the headers of what comes back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(security_headers())
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class UnknownPaths:
    """Send a reader from ``/some/deep/address`` to ``/some``, where the frame can say that there is no such page.

    Streamlit would answer with its document, whose relative addresses then lead nowhere: an empty page.
    """

    OURS = frozenset({"_stcore", "app", "assets", "component", "media", "static", "vendor"})

    def __init__(self, app: ASGIApp, base: str = ""):
        self.app = app
        self.base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect readers of nested addresses; pass everything else on."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith(f"{self.base}/"):
            first, *rest = scope["path"].removeprefix(self.base).strip("/").split("/")
            reads = "text/html" in Headers(scope=scope).get("accept", "")
            if rest and first and first not in self.OURS and reads:
                query = scope.get("query_string", b"").decode("latin-1")
                await RedirectResponse(f"{self.base}/{first}?{query}", status_code=307)(scope, receive, send)
                return
        await self.app(scope, receive, send)
