"""The bars of the softmax page in a real browser, as they are shown."""

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page

from simulator.core.softmax import examine


def shown(page: Page) -> dict[str, list[float]]:
    """Return the exact numbers on the page, which stand in the titles of their cells."""
    page.locator(".softmax tr.probability td").first.wait_for()
    cells = {
        name: page.locator(f".softmax tr.{name} td").evaluate_all("cells => cells.map(cell => Number(cell.title))")
        for name in ("probability", "gradient")
    }
    tiles = page.locator(".softmax .readouts .forward-text").evaluate_all("cells => cells.map(c => Number(c.title))")
    return cells | dict(zip(("entropy", "largest", "loss"), tiles, strict=True))


def logits_of(page: Page) -> list[float]:
    bars = page.locator(".softmax .bar")
    bars.first.wait_for()
    return bars.evaluate_all("bars => bars.map(bar => Number(bar.getAttribute('aria-valuenow')))")


def agrees(page: Page, temperature: float, target: int) -> None:
    found, expected = shown(page), examine(np.array(logits_of(page), float), temperature, target)
    assert found["probability"] == pytest.approx(expected.probabilities, rel=1e-9, abs=1e-300)
    assert found["gradient"] == pytest.approx(expected.gradient, rel=1e-9, abs=1e-300)
    assert found["entropy"] == pytest.approx(expected.entropy, rel=1e-9, abs=1e-12)
    assert found["loss"] == pytest.approx(expected.loss, rel=1e-9, abs=1e-12)


def link(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
