"""Under which names the server answers."""

import http.client
import socket

import pytest
from websockets.exceptions import InvalidStatus

from simulator.texts import LANGUAGES, text
from simulator.ui.server.hosts import HOSTS, is_known, known_hosts
from tests.server.client import reader
from tests.server.live import serving


def get(port: int, host: str) -> tuple[int, str]:
    """Return status and text of one request with a ``Host`` header of our own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest("GET", "/", skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    """A server for a class, with one further name."""
    log = tmp_path_factory.mktemp("hall") / "log.txt"
    with serving(log, "--host=0.0.0.0", "--name=Sim.Course.example", changes={HOSTS: "*.lab.example"}) as server:
        yield server


OURS = ["192.168.7.9:8501", "10.0.0.2", "[fe80::1]:8501", "localhost:80", "sim.course.example", "a.lab.example"]
OTHERS = ["evil.example", "evil.example:8501", "sim.course.example.evil.example", "lab.example", "a@b", "a:b:c"]


@pytest.mark.parametrize("host", [*OURS, socket.gethostname(), f"{socket.gethostname().split('.')[0]}.local:8501"])
def test_a_class_opens_it_by_address_or_by_its_own_names(hall, host):
    assert get(hall.port, host)[0] == 200
    with reader(hall.url, host=host) as learner:
        learner.open("softmax")


@pytest.mark.parametrize("host", OTHERS)
def test_a_foreign_name_is_refused_in_both_languages(hall, host):
    status, page = get(hall.port, host)
    assert status == 421
    assert page.splitlines() == [text(language, "frame.unknown_host", variable=HOSTS) for language in LANGUAGES]


def test_a_foreign_name_may_not_connect(hall):
    with pytest.raises(InvalidStatus), reader(hall.url, host="evil.example:8501"):
        pass


def test_a_monitor_without_a_name_is_answered(hall):
    with socket.create_connection(("127.0.0.1", hall.port)) as monitor:
        monitor.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert monitor.recv(100).split()[1] == b"200"


def test_a_page_from_elsewhere_may_not_connect(hall):
    with pytest.raises(InvalidStatus), reader(hall.url, origin="http://evil.example"):
        pass


def test_every_name_only_if_asked_for(monkeypatch):
    monkeypatch.delenv(HOSTS, raising=False)
    assert not is_known("evil.example", known_hosts())
    monkeypatch.setenv(HOSTS, "*")
    assert is_known("evil.example", known_hosts())
