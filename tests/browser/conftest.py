"""A real browser on the real application.

Without Chromium these tests skip; with ``BROWSER_REQUIRED=1`` they fail. ``CHROMIUM`` names another executable.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, BrowserContext, Page, expect  # noqa: E402

from tests.browser.patience import PATIENT, USUAL  # noqa: E402
from tests.server import live  # noqa: E402

expect.set_options(timeout=USUAL)

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = re.compile(r"(https?|wss?)://(127\.0\.0\.1|localhost)[:/]|data:|blob:")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser."""
    # The headless shell does the same with a quarter less work, because it has no window to keep.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    candidates = (os.environ.get("CHROMIUM"), *map(shutil.which, names))
    found = next((path for path in candidates if path and Path(path).is_file()), None)
    if found is None:
        sentence = "There is no Chromium: install it, or name one in the environment variable CHROMIUM."
        if os.environ.get("BROWSER_REQUIRED"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator[Browser]:
    """One browser for all tests."""
    expect.set_options(timeout=USUAL)
    with playwright_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def serving(script: Path, log: Path, *options: str) -> Iterator[str]:
    """Run the application of a script on a free port; yield its address."""
    with live.serving(log, *options, script=script) as server:
        yield server.url


@pytest.fixture(scope="session")
def app_url(chromium, tmp_path_factory) -> Iterator[str]:
    """Address of the application, one for all tests."""
    with serving(ROOT / "streamlit_app.py", tmp_path_factory.mktemp("app") / "log.txt") as url:
        yield url


@pytest.fixture(scope="session")
def failing_app(chromium, tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """Address and log of the application with a page on which everything can fail."""
    log = tmp_path_factory.mktemp("failing_app") / "log.txt"
    settings = "--server.fileWatcherType=none --browser.gatherUsageStats=false --client.showErrorDetails=none"
    with serving(Path(__file__).parent / "failing_app" / "app.py", log, *settings.split()) as url:
        yield url, log


@pytest.fixture
def fresh_app(chromium, tmp_path) -> Iterator[str]:
    """Address of an application that nobody has visited."""
    with serving(ROOT / "streamlit_app.py", tmp_path / "log.txt") as url:
        yield url


OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser) -> Iterator[OpenContext]:
    """Open browser contexts (``locale=``, ``color_scheme=``, ``viewport=``) whose pages are watched.

    The test fails when a page logs an error, breaks the content policy or asks for anything outside this machine.
    """
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def open_context(**options) -> BrowserContext:
        options = {"locale": "en-US", "color_scheme": "light", "viewport": {"width": 1920, "height": 1080}} | options
        context = browser.new_context(**options)
        context.set_default_timeout(USUAL)
        context.on("page", lambda page: _watch(page, complaints))
        contexts.append(context)
        return context

    yield open_context
    for context in contexts:
        context.close()
    assert not complaints


def _watch(page: Page, complaints: list[str]) -> None:
    def console(message) -> None:
        # On a page's own address Streamlit first looks for itself below that address and gets a 404.
        probing = "/_stcore/" in message.location.get("url", "")
        if (message.type == "error" and not probing) or "Content Security Policy" in message.text:
            complaints.append(f"console: {message.text}")

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(f"page: {error}"))
    page.on("request", lambda request: None if HERE.match(request.url) else complaints.append(f"away: {request.url}"))


@pytest.fixture
def page(new_context) -> Page:
    """A watched page of an English reader with a light theme and a screen of 1920×1080."""
    return new_context().new_page()


@pytest.fixture
def stage(new_context) -> Page:
    """A page whose words can be measured."""
    context = new_context(viewport={"width": 1366, "height": 768})
    context.add_init_script(path=Path(__file__).with_name("stage_measure.js"))
    return context.new_page()


@pytest.fixture
def settled() -> Callable[..., None]:
    """Return a function that waits until nothing on a page has changed for a while."""
    return _settle


def _settle(page: Page, quiet: float = 0.5, limit: float = PATIENT / 1000) -> None:
    page.wait_for_selector("[data-testid='stMain'] :is(h1, h2, h3, h4), [data-testid='stAlert']")
    start = last = time.monotonic()
    seen = ""
    state = """document.body.innerText.length + "|" + document.querySelectorAll("*").length + "|"
      + !!document.querySelector('[data-testid="stStatusWidget"], [data-test-script-state="running"]')"""
    while time.monotonic() - start < limit:
        now = page.evaluate(state)
        if now != seen:
            seen, last = now, time.monotonic()
        elif time.monotonic() - last > quiet and not now.endswith("true"):
            return
        page.wait_for_timeout(50)
    pytest.fail("The page did not come to rest.")
