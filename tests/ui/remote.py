"""Work for worker processes: it does what its settings say, and is told apart by nothing else."""

import os
import sys
import time
from typing import NamedTuple

import numpy as np

from simulator.errors import InputError


class Order(NamedTuple):
    """What shall happen, in the place of a scene's settings."""

    what: str

    def tables(self) -> tuple:
        return ()


def work(order: Order, progress, *show) -> object:
    """Tell one step of two, then do what was ordered."""
    goes_on = progress(1, 2)
    match order.what:
        case "process":
            return os.getpid()
        case "modules":
            return set(sys.modules)
        case "grow":
            ballast = np.ones(2**26)  # 512 MiB
            while progress(int(ballast[0]), 2):
                pass
        case "hang":
            time.sleep(600)
        case "mistake":
            raise InputError("at_least", field="num_epochs", value=0, minimum=1)
        case "break":
            raise ZeroDivisionError("in the worker")
        case "go on":
            while goes_on:
                goes_on = progress(1, 2)
            return "part"
        case "show":
            show[0]("a part")
    return "whole"
