"""The end of the process: soon after Ctrl-C or SIGTERM, whatever still runs."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

GRACE_SECONDS = 1.2
"""For connections to close. Computations are not waited for: nobody will see what comes of them."""


class Leaving:
    """Ends the process when it is asked to, even where a training run keeps a thread busy for an hour.

    Python joins the threads of its pools at exit, and uvicorn waits for every connection; both can take for ever.

    Args:
      at_once: called in a thread of its own when the first signal comes.
    """

    def __init__(self, at_once: Callable[[], object] = lambda: None):
        self._at_once = at_once
        self._asked: int | None = None

    def watch(self) -> None:
        """Begin to listen for Ctrl-C and SIGTERM, before whoever listens now. Only the main thread can."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            before = signal.getsignal(number)
            signal.signal(number, lambda number, frame, before=before: self._ask(number, frame, before))

    def _ask(self, number: int, frame: FrameType | None, before) -> None:
        if self._asked is not None:  # another signal than the first
            self._leave()
        self._asked = number
        signal.signal(number, signal.SIG_DFL)  # a second time: at once
        clock = threading.Timer(GRACE_SECONDS, self._leave)
        clock.daemon = True
        clock.start()
        threading.Thread(target=self._at_once, name="leaving", daemon=True).start()
        if callable(before):
            before(number, frame)

    def finish(self) -> None:
        """End the process now if it was asked to end: everything that needed an orderly close has had it."""
        if self._asked is not None:
            self._leave()

    def _leave(self) -> None:
        number = self._asked or signal.SIGTERM
        for child in multiprocessing.active_children():
            child.kill()
        sys.stdout.flush()
        sys.stderr.flush()
        os.kill(os.getpid(), number)  # so that whoever started it sees by what it ended
        os._exit(128 + number)  # the first process of a container does not end by signals
