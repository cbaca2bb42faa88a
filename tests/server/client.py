"""A reader without a browser: Streamlit's own protocol over a real WebSocket."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Origin, Subprotocol
from websockets.sync.client import ClientConnection, connect

RUN_SECONDS = 90


class Reader:
    """One session on a server."""

    def __init__(self, connection: ClientConnection, address: str):
        self._connection = connection
        self._address = address
        self.session = ""

    def open(self, page: str = "", query: str = "") -> list[ForwardMsg]:
        """Ask for a page and wait until its script has run; return what the server sent for it."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        message.rerun_script.context_info.url = f"{self._address}/{page}?{query}"
        message.rerun_script.context_info.locale = "en-US"
        self.send(message)
        return self.until("script_finished")

    def send(self, message: BackMsg) -> None:
        """Send one message."""
        self._connection.send(message.SerializeToString())

    def until(self, kind: str, seconds: float = RUN_SECONDS) -> list[ForwardMsg]:
        """Return all messages up to the first of a kind."""
        found: list[ForwardMsg] = []
        while not found or found[-1].WhichOneof("type") != kind:
            message = ForwardMsg()
            data = self._connection.recv(timeout=seconds)
            assert isinstance(data, bytes)
            message.ParseFromString(data)
            if message.WhichOneof("type") == "new_session":
                self.session = message.new_session.initialize.session_id
            found.append(message)
        return found


@contextmanager
def reader(
    url: str, *, host: str = "", origin: str | None = None, cookie: str = "", session: str = ""
) -> Iterator[Reader]:
    """Connect a session to the server at ``http://…``.

    Args:
      url: of the server.
      host: name under which to ask for it; empty for that of ``url``.
      origin: of the page that would connect.
      cookie: that the browser has for it.
      session: with which the page wants to go on.
    """
    place = urlsplit(url)
    address = f"ws://{host or place.netloc}/_stcore/stream"
    connection = socket.create_connection((place.hostname, place.port))
    origin_header = None if origin is None else Origin(origin)
    with (
        connection,
        connect(
            address,
            sock=connection,
            origin=origin_header,
            additional_headers={"Cookie": cookie} if cookie else None,
            subprotocols=[Subprotocol(one) for one in ("streamlit", "token", session)] if session else None,
            max_size=None,
            proxy=None,
        ) as open_socket,
    ):
        yield Reader(open_socket, url)
