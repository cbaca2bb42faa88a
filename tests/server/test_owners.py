"""Somebody else has learned the name of a session or of a file, on the real server."""

import http.client
import re
import secrets

import pytest

from tests.server.client import Reader, reader
from tests.server.test_uploads import cookie_of, put

MINE, OTHERS = secrets.token_hex(16), secrets.token_hex(16)


def got(port: int, path: str, token: str = "") -> int:
    """Return the status of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Cookie": cookie_of(token)} if token else {})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def files(learner: Reader, page: str) -> list[str]:
    """Open a page and return the addresses of the files that it offers."""
    sent = b"".join(message.SerializeToString() for message in learner.open(page))
    return [found.decode() for found in re.findall(rb"/media/[0-9a-f]+\.\w+", sent)]


@pytest.mark.parametrize("cookie", [cookie_of(OTHERS), ""], ids=["of another", "none"])
def test_a_live_session_is_not_handed_to_another_browser(server, cookie):
    with reader(server.url, cookie=cookie_of(MINE)) as learner:
        learner.open("softmax")
        with reader(server.url, cookie=cookie, session=learner.session) as thief:
            thief.open("softmax")
            assert thief.session and thief.session != learner.session
            learner.open("softmax")  # and the learner goes on


def test_a_browser_goes_on_with_its_own_session(server):
    with reader(server.url, cookie=cookie_of(MINE)) as learner:
        learner.open("softmax")
    with reader(server.url, cookie=cookie_of(MINE), session=learner.session) as again:
        again.open("softmax")
        assert again.session == learner.session


def test_a_file_is_handed_to_the_browser_that_it_was_made_for(server):
    with reader(server.url, cookie=cookie_of(MINE)) as learner:
        found = files(learner, "lesson")
        assert found
        for path in found:
            assert got(server.port, path, MINE) == 200
            assert got(server.port, path, OTHERS) == got(server.port, path) == 404


def test_without_cookies_files_are_those_of_readers_without_cookies(server):
    with reader(server.url) as learner, reader(server.url, cookie=cookie_of(MINE)) as other:
        (path, *_) = files(learner, "lesson")
        assert got(server.port, path) == 200
        assert other.open("softmax")
        assert got(server.port, path, OTHERS) == 404


def test_nobody_uploads_into_the_session_of_another_browser(server):
    with reader(server.url, cookie=cookie_of(MINE)) as learner:
        learner.open("softmax")
        assert put(server.port, learner.session, 10, token=OTHERS) == 404
        assert put(server.port, learner.session, 10, token=MINE) == 204
