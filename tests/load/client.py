"""Tabs without a browser: Streamlit's protocol over a websocket, as a page speaks it."""

import asyncio
import os
import time
from pathlib import Path
from typing import NamedTuple

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

POLL_SECONDS = 1.0


class Seen(NamedTuple):
    """What a visit brought."""

    seconds: float
    complete: bool  # nothing is being computed any more
    errors: tuple[str, ...]  # failures of the page, not the sentences that say what to change
    sentences: tuple[str, ...]  # of boxes and bars


class Tab:
    """One tab of one reader."""

    def __init__(self, socket: ClientConnection):
        self._socket, self._page, self._query = socket, "", ""
        self._bars: dict[str, None] = {}  # fragments that ask to be run again

    async def visit(self, page: str, query: str, *, seconds: float = 60.0, until: str = "") -> Seen:
        """Open a page with a link's query and follow it until it is complete, says ``until`` or the time is over."""
        self._page, self._query = page, query.removeprefix("?")
        began = time.monotonic()
        errors, sentences = [], []
        fragment = ""
        while True:
            left = began + seconds - time.monotonic()
            try:
                async with asyncio.timeout(max(left, 0.1)):
                    await self._ask(fragment)
                    more, said = await self._listen(whole=not fragment)
            except TimeoutError:
                return Seen(time.monotonic() - began, False, tuple(errors), tuple(sentences))
            errors, sentences = errors + more, sentences + said
            if not self._bars:
                return Seen(time.monotonic() - began, True, tuple(errors), tuple(sentences))
            if until and any(until in sentence for sentence in sentences):
                return Seen(time.monotonic() - began, False, tuple(errors), tuple(sentences))
            fragment = next(iter(self._bars))
            await asyncio.sleep(POLL_SECONDS)

    async def _ask(self, fragment: str) -> None:
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_name = self._page
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        await self._socket.send(message.SerializeToString())

    async def _listen(self, whole: bool) -> tuple[list[str], list[str]]:
        errors: list[str] = []
        sentences: list[str] = []
        while True:
            message = ForwardMsg.FromString(await self._socket.recv())  # pyright: ignore[reportArgumentType]
            kind = message.WhichOneof("type")
            if kind == "new_session" and whole:
                self._bars.clear()
            elif kind == "auto_rerun":
                self._bars[message.auto_rerun.fragment_id] = None
            elif kind == "delta":
                element = message.delta.new_element
                if element.WhichOneof("type") == "exception":
                    errors.append(f"{element.exception.type}: {element.exception.message}")
                elif element.WhichOneof("type") == "alert":
                    sentences.append(element.alert.body)
                elif element.WhichOneof("type") == "progress":
                    sentences.append(element.progress.text)
            elif kind == "script_finished":
                if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    return errors, sentences
                whole = True  # the page follows


async def new_tab(url: str) -> Tab:
    """Connect as a new reader."""
    address = f"ws{url.removeprefix('http')}/_stcore/stream"
    return Tab(await connect(address, subprotocols=["streamlit"], max_size=None, open_timeout=60))  # pyright: ignore


async def close(tab: Tab) -> None:
    """Close the tab, as a reader does."""
    await tab._socket.close()


def cpu_seconds(process: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
