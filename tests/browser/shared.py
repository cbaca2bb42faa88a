"""One server for all processes that run journeys: what one of them has compiled and computed, the others find."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path


@contextmanager
def one_for_all(place: Path, serving: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """Yield the address of a server that the first of all processes starts and ends when the last has left.

    Args:
      place: folder that they share.
      serving: runs the server and yields its address, until its block ends.
    """
    place.mkdir(exist_ok=True)
    address = place / "address"
    with (place / "users").open("w") as users, ExitStack() as ours:
        with _alone(place):
            if not address.exists():
                address.write_text(ours.enter_context(serving()))
                ours.callback(fcntl.flock, users, fcntl.LOCK_EX)  # waits until all others have left
                ours.callback(_take_down, place, address)
            fcntl.flock(users, fcntl.LOCK_SH)  # a process that dies lets go of it, too
            url = address.read_text()
        yield url


def _take_down(place: Path, address: Path) -> None:
    """Who comes from now on starts another server."""
    with _alone(place):
        address.unlink()


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / "door").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield
