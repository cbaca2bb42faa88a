"""What a browser says of its widgets without a reader's hand on them.

Each message of a browser carries the values of all widgets. One that is sent while the page is still coming, because
the reader has moved something else already, brings values that were shown before. Taken for the reader's wish, such an
echo would undo what has just been moved: a list of starting points would start again.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

ECHO = 10.0
"""Seconds in which a browser may not have drawn what the server has changed."""


class _Shown(NamedTuple):
    """What a widget shows, and what it showed before something else than the reader's hand on it changed that."""

    value: Any
    before: Any = None
    since: float = float("-inf")


class Echoes:
    """Tells what readers want from what their browsers repeat, for the widgets of one place.

    A reader moves one thing at a time. A widget that goes back to what it showed before is believed when it is the only
    one that moved; together with another one it is an echo.

    >>> heard = []
    >>> echoes = Echoes()
    >>> echoes.show("rate", 0.1)
    >>> echoes.show("rate", 0.5)  # a preset was chosen
    >>> echoes.hear("rate", 0.1, lambda: heard.append("rate"))  # the browser does not know it yet
    >>> echoes.hear("width", 8, lambda: heard.append("width"))  # and the reader has moved the width
    >>> echoes.settle()
    >>> heard
    ['width']
    """

    def __init__(self) -> None:
        self._shown: dict[str, _Shown] = {}
        self._doubtful: list[Callable[[], None]] = []
        self._moved = False

    def show(self, name: str, value: Any) -> None:
        """Note what a widget shows from now on."""
        last = self._shown.get(name, _Shown(value))
        self._shown[name] = last if last.value == value else _Shown(value, last.value, time.monotonic())

    def hear(self, name: str, given: Any, act: Callable[[], None], *, wished: bool = True) -> None:
        """Do what a widget asks for; at ``settle``, where it may be an echo.

        Args:
          name: of the widget.
          given: what it says.
          act: does what that means.
          wished: whether a reader can have sent the message; a page that asks how far its work is sends some, too.
        """
        last = self._shown.get(name, _Shown(given))
        if last.value != given == last.before and time.monotonic() - last.since < ECHO:
            self._doubtful += [act] if wished else []
            return
        self._shown[name] = _Shown(given)
        self.moved()
        act()

    def moved(self) -> None:
        """Note that this message moved something."""
        self._moved = True

    def settle(self) -> None:
        """Do what was asked for in doubt, if nothing else was; call it when a message has been heard."""
        doubtful, self._doubtful = self._doubtful, []
        if not self._moved:
            for act in doubtful[:1]:
                act()
        self._moved = False
