"""What the tests of jobs have in common: readers, and work that goes on until it is let go or stopped."""

import threading
import time

from simulator.ui.work.job import Waiter

ANNA, BEN, CARL, DORA = (Waiter(name, "place") for name in ("anna", "ben", "carl", "dora"))
SHORT, LONG = 1.0, 1000.0


class Work:
    """Work that goes on until it is let go or stopped, and notes what happens."""

    def __init__(self, *, reports: bool = True):
        self.started, self.let_go, self.reports, self.steps = threading.Event(), threading.Event(), reports, 0

    def __call__(self, progress):
        if self.reports:
            progress(0, 10**6)
        self.started.set()
        while not self.let_go.wait(0.005):
            self.steps += 1
            if self.reports and not progress(self.steps, 10**6):
                return "part"
        return "whole"


def eventually(condition, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()
