"""What a reader does on a map of training runs, and what its address says then."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page

from tests.browser.patience import until


def parameters(page: Page) -> dict[str, str]:
    """Return what the address says."""
    return dict(parse_qsl(urlsplit(page.url).query))


def point(page: Page, column: float, row: float, side: int) -> tuple[float, float]:
    """Return where a place of the map is on the screen, in pixels of the map from its lower left corner."""
    drawn = f".atlas[data-pixels='{side}x{side}']"
    page.locator(drawn).scroll_into_view_if_needed()
    box = page.locator(f"{drawn} canvas").bounding_box()
    assert box is not None
    return box["x"] + column / side * box["width"], box["y"] + (1 - row / side) * box["height"]


def wait_for(page: Page, done: Callable[[], bool]) -> None:
    """Wait until the address says something."""
    until(page, done, "The address did not change")
