"""Work that would otherwise fall into the first reader's time, done in the background at start."""

import logging
import os
import threading
from functools import cache

from simulator.ui.frame.vega_bundle import vega_bundle

WARM_UP = "BACKPROP_SIMULATOR_WARM_UP"
"""Environment variable: with ``off`` nothing is compiled before a reader asks for it."""
_LOG = logging.getLogger("simulator")


class Warmup:
    """Runs once, in a thread that never holds up the application or its end."""

    def __init__(self):
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="warm-up", daemon=True)

    @property
    def warm(self) -> bool:
        """Whether everything has been tried."""
        return self._done.is_set()

    def start(self) -> None:
        """Begin, unless that has happened."""
        if self._thread.ident is None:
            self._thread.start()

    def _run(self) -> None:
        for task in (vega_bundle().content, _compile_usual_shapes):
            try:
                task()
            except Exception:
                _LOG.exception("Warm-up of %s failed; readers will wait a little longer", task)
        self._done.set()


def _compile_usual_shapes() -> None:
    from simulator.scenes.warmup import keep_programs, warm_up  # JAX comes with it

    if os.environ.get(WARM_UP) == "off":
        keep_programs()
    else:
        warm_up()


@cache
def warmup() -> Warmup:
    """Return the warm-up of this process."""
    return Warmup()


def guard_programs() -> None:
    """Give compiled programs back before they are too many, and load the usual ones again."""
    from simulator.core.engine.programs import start_guard

    start_guard(_compile_usual_shapes)
