"""The chart library for pictures drawn by our own components, made from the installed packages and served by us."""

import contextlib
import gzip
import os
import tempfile
import threading
from functools import cache
from importlib import metadata
from pathlib import Path

import platformdirs
import vl_convert
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from simulator.ui.frame.shell import base_path

VEGA_LITE_VERSION = "6.4"
"""Of the bundle: the one whose charts Altair 6.3 writes."""
_SNIPPET = "window.vegaEmbed = vegaEmbed; window.vega = vega; window.vegaLite = vegaLite;"
VEGA_PATH = f"/assets/vega-{VEGA_LITE_VERSION}-{metadata.version('vl-convert-python')}.js"


def vega_asset_url() -> str:
    """Return the address of a script that defines ``window.vegaEmbed``, ``window.vega`` and ``window.vegaLite``.

    Call ``vegaEmbed(element, spec, {ast: true})``: the content policy allows no ``eval``, and with ``ast`` the
    bundled expression interpreter takes its place.
    """
    return base_path() + VEGA_PATH


class VegaBundle:
    """The script, gzipped; made at the first call (about 1.5 s), kept in memory and in the user's cache folder.

    Args:
      folder: where it is kept between starts; with None, or without write access, in memory only.
    """

    def __init__(self, folder: Path | None):
        self._file = None if folder is None else folder / f"{Path(VEGA_PATH).name}.gz"
        self._lock = threading.Lock()
        self._content: bytes | None = None

    def content(self) -> bytes:
        """Return the gzipped script."""
        with self._lock:
            if self._content is None:
                self._content = self._read() or self._make()
            return self._content

    def _read(self) -> bytes | None:
        if self._file is None:
            return None
        with contextlib.suppress(OSError, EOFError):
            content = self._file.read_bytes()
            if b"vegaEmbed" in gzip.decompress(content):
                return content
        return None

    def _make(self) -> bytes:
        script = vl_convert.javascript_bundle(_SNIPPET, VEGA_LITE_VERSION)
        content = gzip.compress(script.encode(), mtime=0)
        if self._file is None:
            return content
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._file.parent, delete=False) as part:
                part.write(content)
            os.replace(part.name, self._file)  # another process never sees half a file
        return content


@cache
def vega_bundle() -> VegaBundle:
    """Return the bundle of this process."""
    from simulator.scenes.warmup import CACHE_VARIABLE  # JAX comes with it

    wanted = os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_dir("backprop-simulator", appauthor=False)
    return VegaBundle(None if wanted == "off" else Path(wanted))


async def vega_asset(request: Request) -> Response:
    """Answer with the script; its address changes with its content, so browsers keep it for a year."""
    content = await run_in_threadpool(vega_bundle().content)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        content = gzip.decompress(content)
    return Response(content, media_type="text/javascript; charset=utf-8", headers=headers)
