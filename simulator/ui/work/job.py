"""One piece of long work: how far it is, who waits for it, and what came of it."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

Progress = Callable[[int, int], bool]
"""Called with the steps done and the steps in all; returns False where the work shall stop."""
MEASURED_SECONDS = 1.0
"""Steps of so long a time say how long the others will take."""
LONG_SECONDS = 10.0
"""Work that takes longer gives way to other work."""


class Waiter(NamedTuple):
    """Who waits for a job: a place on the pages of a reader."""

    reader: str
    place: str


class Cancelled(Exception):
    """The work has no result: it was cancelled before it began, or nobody waits for it any more."""


class Lost(Exception):
    """The process that did the work ended before it had a result: the work can be tried once more."""


class Job:
    """One piece of work; ``result`` or ``error`` is there once ``finished``.

    Args:
      key: what its result depends on.
      work: called with a ``Progress``.
      seconds: that it takes, about.
      give_way: called between its steps; holds it up while others go first.
    """

    def __init__(
        self, key: Hashable, work: Callable[[Progress], Any], seconds: float, give_way: Callable[["Job"], None]
    ):
        self.key, self.work, self.seconds, self._give_way = key, work, seconds, give_way
        self.waiters: set[Waiter] = set()
        self.turn = time.monotonic() + seconds
        self.done_steps = self.total_steps = 0
        self._first_report: tuple[float, int | None] = (0.0, None)
        self.again = False  # it was lost once, and has begun once more
        self.result: Any = None
        self.error: Exception | None = None
        self.state, self._since, self._worked = "waiting", time.monotonic(), 0.0
        self._finished, self._stop = threading.Event(), threading.Event()

    @property
    def finished(self) -> bool:
        """Whether there is a result or an error."""
        return self._finished.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked the work to stop, or everybody left it."""
        return self._stop.is_set()

    @property
    def preparing(self) -> bool:
        """Whether it has begun and not reported yet: data are loaded, a program is compiled."""
        return self.state == "running" and not self.total_steps

    @property
    def fraction(self) -> float:
        """Share of the work that is done, 0 to 1; 0 until the first report."""
        return min(self.done_steps / self.total_steps, 1.0) if self.total_steps else 0.0

    @property
    def in_state_for(self) -> float:
        """Seconds since it began to wait, to run, or to give way."""
        return time.monotonic() - self._since

    @property
    def worked(self) -> float:
        """Seconds that it has run."""
        return self._worked + (self.in_state_for if self.state == "running" else 0.0)

    @property
    def seconds_left(self) -> float:
        """About how long it still takes: as its steps go, once there are some; compilation comes before the first."""
        worked, done = self._first_report
        if done is not None and self.done_steps > done and self.worked - worked > MEASURED_SECONDS:
            return (self.worked - worked) / (self.done_steps - done) * (self.total_steps - self.done_steps)
        return max(self.seconds - self.worked, 1.0)

    @property
    def long(self) -> bool:
        """Whether it gives way to others: it is expected to take long, or has already."""
        return max(self.seconds, self.worked) > LONG_SECONDS

    def cancel(self) -> None:
        """Ask the work to stop at its next report; what it returns then is the result."""
        self._stop.set()

    def wait(self, seconds: float | int) -> bool:
        """Wait at most ``seconds``; return whether the work has finished."""
        return self._finished.wait(seconds)

    def report(self, done_steps: int, total_steps: int) -> bool:
        """Note the progress, let others go first where they should; return whether to go on.

        Raises:
          Cancelled: where nobody waits any more; pictures of a part are not computed for nobody.
        """
        if not self.total_steps:
            self._first_report = (self.worked, done_steps)
        self.done_steps, self.total_steps = done_steps, total_steps
        self._give_way(self)
        if self.cancelled and not self.waiters:
            raise Cancelled
        return not self._stop.is_set()

    def begin(self) -> None:
        """Note that a worker has it."""
        self._turn_to("running")

    def begin_again(self) -> None:
        """Note that what it had is lost, and that it begins once more. Raises ``Cancelled`` where nobody wants that."""
        if self.cancelled:
            raise Cancelled
        self.again, self.done_steps, self.total_steps = True, 0, 0

    def pause(self) -> None:
        """Note that it gives way."""
        self._turn_to("paused")

    def go_on(self) -> None:
        """Note that it has a worker again."""
        self._turn_to("running")

    def finish(self, result: Any = None, error: Exception | None = None) -> None:
        """Note what came of it."""
        self._turn_to("finished")
        self.result, self.error = result, error
        self.work = _nothing  # what the work holds is free now
        self._finished.set()

    def _turn_to(self, state: str) -> None:
        self._worked, self._since, self.state = self.worked, time.monotonic(), state


def _nothing(_progress: Progress) -> None:
    raise RuntimeError("the work is done")
