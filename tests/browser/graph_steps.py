"""The graph page in a real browser: where it stands, and a key pressed on it."""

from playwright.sync_api import Page, expect

INSIDE = "[...document.querySelectorAll('*')].map(n => n.shadowRoot?.querySelector('.graph-view')).find(Boolean)"


def ready(page: Page, url: str, settled) -> None:
    page.goto(url)
    page.locator(".graph-view .card .katex").first.wait_for()
    settled(page)


def step_of(page: Page) -> int:
    return int(page.locator(".graph-view").get_attribute("data-step") or -1)


def press(page: Page, key: str, expected: int) -> None:
    page.keyboard.press(key)
    expect(page.locator(".graph-view")).to_have_attribute("data-step", str(expected))


def places(page: Page) -> list[str]:
    """Return every coordinate of the drawing."""
    return page.evaluate(
        f"""() => [...{INSIDE}.querySelectorAll('svg.graph :is(rect, path, text)')].map(node =>
          ['x', 'y', 'd', 'width', 'height'].map(name => node.getAttribute(name)).join(' '))"""
    )


def numbers(page: Page, kind: str) -> list[str]:
    return page.locator(f".graph text.{kind}").all_text_contents()
