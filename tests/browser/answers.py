"""A server that answers when a test wants it to."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute


class Answers:
    """What the server answers: it can be held back, and let go."""

    def __init__(self, page: Page):
        self.held: list[tuple[Callable[[str | bytes], None], str | bytes]] | None = None
        page.route_web_socket(re.compile("_stcore/stream"), self._route)

    def _route(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda message: self._answer(socket.send, message))

    def _answer(self, send: Callable[[str | bytes], None], message: str | bytes) -> None:
        if self.held is None:
            send(message)
        else:
            self.held.append((send, message))

    def hold(self) -> None:
        self.held = []

    def release(self) -> None:
        held, self.held = self.held or [], None
        for send, message in held:
            send(message)
