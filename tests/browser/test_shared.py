"""The journeys of all processes are to the same server."""

from contextlib import contextmanager
from threading import Event, Thread

from tests.browser.shared import one_for_all


class Servers:
    """Counts what is started and ended."""

    def __init__(self):
        self.started = self.ended = 0

    @contextmanager
    def serving(self):
        self.started += 1
        yield f"address {self.started}"
        self.ended += 1


def test_one_server_is_started_for_all_and_ends_after_the_last(tmp_path):
    servers, found, here, leave = Servers(), [], Event(), Event()

    def visit() -> None:
        with one_for_all(tmp_path, servers.serving) as url:
            found.append(url)
            here.set()
            leave.wait(20)

    first = Thread(target=visit)
    first.start()
    assert here.wait(20)
    with one_for_all(tmp_path, servers.serving) as url:
        leave.set()
        first.join(0.5)
        assert first.is_alive(), "who started the server stays until all have left"
        assert (found, servers.started, servers.ended) == ([url], 1, 0)
    first.join(20)
    assert (servers.started, servers.ended) == (1, 1)


def test_who_comes_when_all_have_left_starts_another(tmp_path):
    servers = Servers()
    for number in (1, 2):
        with one_for_all(tmp_path, servers.serving) as url:
            assert (url, servers.ended) == (f"address {number}", number - 1)
    assert servers.ended == 2
