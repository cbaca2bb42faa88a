"""Environment variables that must be right before anybody is served."""

from simulator.core.kept import allowed_bytes
from simulator.ui.frame.security import frame_ancestors
from simulator.ui.lessons.classroom import class_store


def check_environment() -> None:
    """Read every variable whose mistake nobody would notice later.

    Raises:
      ValueError: with a sentence that names the variable and what it may hold.
    """
    frame_ancestors()
    allowed_bytes()
    class_store()
