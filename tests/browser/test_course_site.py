"""A panel in the frame of a course's own site, as the share dialog writes it."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from simulator.texts import text
from tests.browser.patience import PATIENT
from tests.server.live import serving


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def course_site(tmp_path) -> Iterator[tuple[str, Path]]:
    """Address and folder of a site that is not the application's own."""
    folder = tmp_path / "course"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://localhost:{site.server_port}", folder
        site.shutdown()


def written(site: Path, server: str) -> None:
    """Write a page of the course with a picture of the server in it."""
    asked = f"{server}/softmax?lang=en&amp;T=3&amp;only=bars"
    (site / "week.html").write_text(
        '<!doctype html><title>Week 6</title><link rel="icon" href="data:,">'
        f'<iframe src="{asked}" width="100%" height="600"></iframe>'
    )


def test_a_panel_stands_alone_in_the_frame_of_a_course_site(new_context, tmp_path, course_site):
    site, folder = course_site
    with serving(tmp_path / "log.txt", changes={"BACKPROP_SIMULATOR_FRAME_ANCESTORS": f"'self' {site}"}) as server:
        written(folder, server.url)
        page = new_context().new_page()
        page.goto(f"{site}/week.html")
        inside = page.frame_locator("iframe")
        question = inside.get_by_role("heading", level=1)
        expect(question).to_have_text(text("en", "softmax.bars.title"), timeout=PATIENT)
        expect(inside.get_by_text(text("en", "share.panel_words")).first).to_be_visible()
        expect(inside.get_by_test_id("stSidebar")).to_be_hidden()
        assert page.frames[1].evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.close()  # before the server: a page without one complains


def test_no_other_site_may_frame_it(browser, app_url, course_site):
    site, folder = course_site
    written(folder, app_url)
    page = browser.new_page()
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(f"{site}/week.html")
    page.close()
