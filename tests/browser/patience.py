"""How a journey waits: as long as a busy machine needs. How fast a page is, the benchmarks say."""

import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as TookTooLong

Found = TypeVar("Found")
PATIENT = 180_000
"""Milliseconds for what has to be computed first, by programs that nobody has compiled yet."""
USUAL = 60_000
"""Milliseconds for everything else."""


def until(page: Page, look: Callable[[], Found], what: str, limit: int = USUAL) -> Found:
    """Look at a page again and again; return the first thing found that is true."""
    start = time.monotonic()
    while time.monotonic() - start < limit / 1000:
        found = look()
        if found:
            return found
        page.wait_for_timeout(50)
    pytest.fail(f"{what} within {limit / 1000:g} s: {page.url}")


def choose(page: Page, box: Locator, option: Locator) -> None:
    """Choose from a list as a reader does, who opens it again where the page moved and closed it."""

    def chosen() -> bool:
        box.click()
        try:
            option.click(timeout=5_000)
        except TookTooLong:
            return False
        return True

    until(page, chosen, "Nothing could be chosen", PATIENT)
