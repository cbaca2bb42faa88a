"""What a browser may ask of the server over its WebSocket."""

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

NEEDED = frozenset({"rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request"})
"""Kinds of messages that a reader's page sends. The others are a developer's: clearing the caches of all readers,
rerunning when a file changes, reading the repository's state."""


class NeededMessages:
    """Drop messages from browsers that no reader's page sends; Streamlit would obey those of any client."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but what is not needed."""

        async def receive_needed() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or is_needed(message.get("bytes")):
                    return message

        await self.app(scope, receive_needed if scope["type"] == "websocket" else receive, send)


def is_needed(data: bytes | None) -> bool:
    """Return whether to pass a message on: one of the kinds needed, or nothing readable, which ends the connection."""
    message = BackMsg()
    try:
        message.ParseFromString(data or b"")
    except DecodeError:
        return True
    return data is None or message.WhichOneof("type") in NEEDED
