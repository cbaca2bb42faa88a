"""Two replicas behind a real nginx with the configuration that is handed out: readers stay on one, and outlive it.

Without nginx these tests skip; with ``NGINX_REQUIRED=1`` they fail.
"""

import http.client
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from websockets.exceptions import ConnectionClosed

from simulator.ui.server.hosts import HOSTS
from tests.server.client import Reader, reader
from tests.server.live import ROOT, Server, free_port, serving

DEPLOY = ROOT / "deploy"
NAMES = ("one.example", "two.example")
"""Each replica answers under one of them only, so that an answer tells which replica it comes from."""
SECRET = "5" * 64
LINK = "T=0.37&lang=en"
WHOLE = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  scgi_temp_path {folder}/scgi;
  uwsgi_temp_path {folder}/uwsgi;
  include {folder}/site.conf;
}}
"""


class Site(NamedTuple):
    """What readers see of it: one port; and what is behind."""

    port: int
    replicas: list[Server]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, host: str = "localhost", cookie: str = "") -> tuple[int, str]:
        """Ask for the first page; return the status and the cookie that came back."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(
            "GET", "/", headers={"Host": host, "Accept": "text/html"} | ({"Cookie": cookie} if cookie else {})
        )
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, (answer.getheader("Set-Cookie") or "").partition(";")[0]

    def newcomer_on(self, replica: int) -> str:
        """Return the cookie of a newcomer whom nginx has sent to a replica."""
        for _ in range(50):
            _, cookie = self.get()
            if self.get(NAMES[replica], cookie)[0] == 200:
                return cookie
        raise AssertionError("all newcomers are on the other replica")


def filled_in(template: str, **names: str) -> str:
    """Fill in a template as the nginx image does: the names that are given, and nothing else."""
    for name, value in names.items():
        template = template.replace(f"${{{name}}}", value)
    return template


@pytest.fixture
def nginx() -> str:
    """Path of nginx."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        if os.environ.get("NGINX_REQUIRED"):
            pytest.fail("There is no nginx: install it, for example Debian's nginx-light.")
        pytest.skip("There is no nginx.")
    return found


@pytest.fixture
def site(nginx, tmp_path) -> Iterator[Site]:
    """Two replicas that know the same secret, and nginx before them."""
    with ExitStack() as stack:
        replicas = []
        for name in NAMES:
            changes = {HOSTS: name, "STREAMLIT_SERVER_COOKIE_SECRET": SECRET}
            replicas.append(stack.enter_context(serving(tmp_path / f"{name}.txt", changes=changes)))
        site = Site(free_port(), replicas)
        servers = " ".join(f"server 127.0.0.1:{one.port} max_fails=1 fail_timeout=10s;" for one in replicas)
        template = (DEPLOY / "nginx.conf").read_text()
        (tmp_path / "site.conf").write_text(filled_in(template, LISTEN=f"127.0.0.1:{site.port}", REPLICAS=servers))
        (tmp_path / "nginx.conf").write_text(WHOLE.format(folder=tmp_path))
        proxy = subprocess.Popen([nginx, "-e", f"{tmp_path}/error.log", "-c", f"{tmp_path}/nginx.conf"])
        stack.callback(_end, proxy)
        _wait(site, tmp_path / "error.log")
        yield site


def _end(proxy: subprocess.Popen) -> None:
    proxy.terminate()
    with suppress(subprocess.TimeoutExpired):
        proxy.wait(10)


def _wait(site: Site, log: Path) -> None:
    late = time.monotonic() + 20
    while time.monotonic() < late:
        with suppress(OSError):
            if site.get()[0] == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"nginx does not answer:\n{log.read_text()}")


def opens_the_link(learner: Reader) -> bool:
    """Open a page with a link and say whether its control stands where the link says."""
    shown = [message.delta.new_element for message in learner.open("softmax", LINK)]
    return any("0.37" in one.slider.options for one in shown)  # no stop of the slider unless it stands there


def test_readers_stay_on_their_replica_and_go_on_from_the_link_when_it_is_killed(site):
    first, second = (site.newcomer_on(replica) for replica in (0, 1))
    for cookie, ours, other in ((first, *NAMES), (second, *reversed(NAMES))):
        answers = [(site.get(ours, cookie), site.get(other, cookie)[0]) for _ in range(10)]
        assert set(answers) == {((200, cookie), 421)}  # nginx hands the name on, and says the cookie again
    assert site.get(cookie="replica=nonsense")[1] not in ("", "replica=nonsense")

    with (
        reader(
            site.url, host=f"{NAMES[0]}:{site.port}", origin=f"http://{NAMES[0]}:{site.port}", cookie=first
        ) as moved,
        reader(site.url, host=NAMES[1], cookie=second) as stays,
    ):
        assert opens_the_link(moved) and opens_the_link(stays)
        site.replicas[0].process.kill()
        with pytest.raises(ConnectionClosed):
            while True:
                moved.open("softmax", LINK)
        began = time.monotonic()
        with reader(site.url, cookie=first) as again:  # as the page does by itself, with the link in its address
            assert opens_the_link(again)
        assert time.monotonic() - began < 20
        assert site.get(NAMES[1], first)[0] == 200
        assert opens_the_link(stays)


def test_what_is_handed_out_fits_together():
    compose, template = ((DEPLOY / name).read_text() for name in ("compose.yaml", "nginx.conf"))
    for name in re.findall(r"\$\{(\w+)\}", template):
        assert f"{name}:" in compose
    assert "./nginx.conf:/etc/nginx/templates/default.conf.template" in compose
    assert HOSTS in compose and compose.count("STREAMLIT_SERVER_COOKIE_SECRET") == 1
    replicas = re.findall(r"^  ([\w-]+): \*replica$", compose, flags=re.MULTILINE)
    assert len(replicas) == 2
    assert re.findall(r"server ([\w-]+):8501 ", compose) == replicas
    container = (DEPLOY / "Containerfile").read_text()
    assert container.index("USER simulator") < container.index('CMD ["backprop-simulator"')
