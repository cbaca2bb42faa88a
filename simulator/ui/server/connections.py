"""The uvicorn server that Streamlit starts: limits that Streamlit has no setting for."""

import asyncio
import signal
import time
from collections.abc import Collection
from typing import Any
from weakref import WeakKeyDictionary

import uvicorn
from streamlit.runtime.runtime_util import get_max_widget_state_size_bytes

REQUEST_SECONDS = 15.0
"""For a request to arrive from its first byte, or from the opening of the connection; it is a few kilobytes."""
SWEEP_SECONDS = 1.0


def running_server() -> uvicorn.Server | None:
    """Return the uvicorn server of this process; ``None`` under another server.

    Streamlit hands it to nobody, but as long as it runs it owns what Ctrl-C calls.
    """
    owner = getattr(signal.getsignal(signal.SIGINT), "__self__", None)
    return owner if isinstance(owner, uvicorn.Server) else None


def limit_messages(server: uvicorn.Server) -> None:
    """Refuse messages while they arrive that Streamlit would refuse once it holds all of them."""
    server.config.ws_max_size = get_max_widget_state_size_bytes()


async def close_half_open(connections: Collection[Any], seconds: float = REQUEST_SECONDS) -> None:
    """Close every HTTP connection on which no request is complete ``seconds`` after it began; runs until cancelled.

    uvicorn ends a connection that is silent between two requests, but waits for ever for the rest of a request. What
    has become a WebSocket or is being answered is left alone.

    Args:
      connections: those of the server's state, kept current by uvicorn.
      seconds: how long a connection may wait for its request.
    """
    waiting: WeakKeyDictionary[Any, tuple[Any, float]] = WeakKeyDictionary()
    while True:
        await asyncio.sleep(min(SWEEP_SECONDS, seconds / 4))
        now = time.monotonic()
        for connection in tuple(connections):
            if not _waits(connection):
                waiting.pop(connection, None)
                continue
            cycle, since = waiting.get(connection, (None, now))
            if cycle is not connection.cycle:  # another request was answered in between
                since = now
            waiting[connection] = connection.cycle, since
            if now - since > 4 * seconds:  # closed, and never read what was left to send
                connection.transport.abort()
            elif now - since > seconds:
                connection.transport.close()


def _waits(connection: Any) -> bool:
    """Return whether a connection is HTTP and no request on it is being answered."""
    if not hasattr(connection, "cycle"):
        return False
    return connection.cycle is None or connection.cycle.response_complete
