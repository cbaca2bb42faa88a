"""What can be saved of a computation graph, in a real browser: the drawing as it is shown, and its structure."""

import json
from xml.etree import ElementTree

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page  # noqa: E402

from simulator.texts import text  # noqa: E402


def ready(page: Page, url: str, settled) -> None:
    page.goto(url)
    page.locator(".graph-view .card .katex").first.wait_for()
    settled(page)


def test_the_drawing_can_be_saved_as_svg(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=en&preset=closed_gate", settled)
    page.keyboard.press("End")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=text("en", "computation_graph.component.save")).click()
    saved = ElementTree.fromstring(waiting.value.path().read_text(encoding="utf-8"))
    written = json.dumps([node.text for node in saved.iter()], ensure_ascii=False)
    assert "−2.5" in written and "ReLU" in written
    fills = {node.get("style") for node in saved.iter() if node.get("class") == "gradient"}
    assert any("rgb(213, 94, 0)" in (style or "") for style in fills)


def test_the_graph_can_be_saved_as_dot(page, app_url, settled):
    ready(page, f"{app_url}/graph?lang=en&preset=closed_gate", settled)
    page.get_by_text(text("en", "computation_graph.exports")).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=text("en", "computation_graph.export_dot")).click()
    written = waiting.value.path().read_text(encoding="utf-8")
    assert waiting.value.suggested_filename.endswith(".dot")
    assert written.startswith("digraph") and "ReLU" in written and "->" in written
