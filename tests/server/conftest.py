"""One server for all tests that leave it as it was."""

from collections.abc import Iterator

import pytest

from tests.server.live import Server, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Server]:
    """A server on this machine that was started with a low limit of open files."""
    with serving(tmp_path_factory.mktemp("server") / "log.txt", files=256) as started:
        yield started
