"""A page that comes back runs once before its reader's next move is read; by the protocol, without a browser."""

import asyncio
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from simulator.ui.server.returning import MOST_KEPT, OURS, Returning


def scope(protocols: str) -> dict[str, Any]:
    return {"type": "websocket", "headers": [(b"sec-websocket-protocol", protocols.encode())]}


def rerun(name: str, fragment: str = "") -> dict[str, Any]:
    message = BackMsg()
    message.rerun_script.page_name, message.rerun_script.fragment_id = name, fragment
    message.rerun_script.is_auto_rerun = bool(fragment)
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def heartbeat() -> dict[str, Any]:
    message = BackMsg()
    message.app_heartbeat = True
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def finished() -> dict[str, Any]:
    message = ForwardMsg()
    message.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    return {"type": "websocket.send", "bytes": message.SerializeToString()}


class Page:
    """A page in a browser and the session behind it, each of which only does what a test says."""

    def __init__(self, protocols: str = "streamlit, token, gone"):
        self.protocols = protocols
        self.sent: list[ForwardMsg] = []  # to the browser
        self.read: list[str] = []  # by the session
        self._coming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def __aenter__(self):
        self._task = asyncio.create_task(Returning(self._session)(scope(self.protocols), self._coming.get, self._show))  # pyright: ignore
        await self.rest()
        return self

    async def __aexit__(self, *_):
        await self.say({"type": "websocket.disconnect"})
        await asyncio.wait_for(self._task, 5)

    async def say(self, *messages: dict[str, Any]) -> None:
        """Let the browser send something."""
        for message in messages:
            self._coming.put_nowait(message)
        await self.rest()

    async def end_run(self) -> None:
        """Let the session's run end."""
        await self.send(finished())
        await self.rest()

    async def rest(self) -> None:
        """Let everybody do what there is to do."""
        turns = 20
        while turns or not self._coming.empty():
            turns = max(turns - 1, 0)
            await asyncio.sleep(0)

    async def _show(self, message: Any) -> None:
        if message["type"] == "websocket.send":
            self.sent.append(ForwardMsg.FromString(message["bytes"]))

    async def _session(self, _scope: Any, receive: Any, send: Any) -> None:
        self.send = send
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] != "websocket.disconnect":
            found = BackMsg.FromString(message["bytes"])
            asked = found.rerun_script
            whole = not asked.fragment_id and not asked.is_auto_rerun
            self.read.append(f"{asked.page_name}{'' if whole else ':part'}" if asked.page_name else "heartbeat")


def test_a_page_that_comes_back_is_asked_to_run_and_runs_as_a_whole():
    async def journey():
        async with Page() as page:
            assert [message.auto_rerun.fragment_id for message in page.sent] == [OURS]
            assert 0 < page.sent[0].auto_rerun.interval < 1
            await page.say(rerun("first", OURS), rerun("again", OURS))
            await page.end_run()
            await page.say(rerun("late", OURS), rerun("move"))
            assert page.read == ["first", "move"]

    asyncio.run(journey())


@pytest.mark.parametrize("first", [rerun("first", OURS), rerun("first"), rerun("first", "gone")])
def test_moves_wait_for_the_first_run_whoever_asked_for_it(first):
    async def journey():
        async with Page() as page:
            await page.say(first, rerun("one"), heartbeat(), rerun("two", "part"))
            assert page.read == ["first", "heartbeat"]
            await page.end_run()
            assert page.read == ["first", "heartbeat", "one", "two:part"]
            await page.say(rerun("three"))
            assert page.read[-1] == "three"

    asyncio.run(journey())


def test_a_flood_of_moves_is_bounded():
    async def journey():
        async with Page() as page:
            await page.say(rerun("first"), *(rerun(str(number)) for number in range(3 * MOST_KEPT)))
            await page.end_run()
            assert page.read == ["first", *map(str, range(2 * MOST_KEPT, 3 * MOST_KEPT))]

    asyncio.run(journey())


def test_a_browser_that_leaves_in_between_is_noticed():
    async def journey():
        async with Page() as page:
            await page.say(rerun("first"), rerun("move"))
        assert page.read == ["first"]

    asyncio.run(journey())


@pytest.mark.parametrize("protocols", ["", "streamlit", "streamlit, token", "streamlit, token, "])
def test_a_new_page_is_left_alone(protocols):
    async def journey():
        async with Page(protocols) as page:
            assert page.sent == []
            await page.say(rerun("first"), rerun("move", "part"))
            assert page.read == ["first", "move:part"]

    asyncio.run(journey())
