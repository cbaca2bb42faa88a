"""A teacher makes a locked link, the hall reads its code, a student opens it, in a real browser."""

import io
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
import segno

playwright_api = pytest.importorskip("playwright.sync_api")
from PIL import Image  # noqa: E402
from playwright.sync_api import Locator, expect  # noqa: E402

from simulator.texts import templates, text  # noqa: E402
from tests.browser.patience import PATIENT, choose  # noqa: E402

MARGIN = 4
"""Modules of white that a code has around it."""
DARK = 128


def modules(picture: Locator, size: int) -> list[list[bool]]:
    """Return which modules of a code on the screen are dark, by the colour in the middle of each."""
    grey = np.asarray(Image.open(io.BytesIO(picture.screenshot())).convert("L"))
    assert abs(grey.shape[0] - grey.shape[1]) <= 1
    middles = ((MARGIN + np.arange(size) + 0.5) * grey.shape[1] / (size + 2 * MARGIN)).astype(int)
    return (grey[np.ix_(middles, middles)] < DARK).tolist()


def test_a_teacher_locks_a_link_the_hall_reads_its_code_and_a_student_opens_it(new_context, app_url, settled):
    language = "ko"
    teacher = new_context(locale="ko-KR", color_scheme="dark", viewport={"width": 1366, "height": 768}).new_page()
    start = "gradient_decay?depth=6&width=4&steps=40&seeds=8&values=tanh.relu&view=learning"
    teacher.goto(f"{app_url}/{start}&lang={language}")
    position = teacher.locator(".player .position")
    expect(position).to_be_visible(timeout=PATIENT)
    settled(teacher)
    teacher.keyboard.press("Home")
    teacher.keyboard.press("ArrowRight")
    teacher.wait_for_url("**step=1*")
    step = position.inner_text()

    teacher.get_by_role("button", name=text(language, "share.open")).click()
    dialog = teacher.get_by_role("dialog")
    depth = text(language, "gradient_decay.control.depth")
    dialog.locator(".st-key-share-fix-ko").get_by_role("button", name=depth, exact=True).click()
    field = dialog.get_by_role("textbox", name=text(language, "share.component.link"))
    teacher.wait_for_function("field => field.value.includes('fix=depth')", arg=field.element_handle())
    link = field.input_value()
    said = dict(parse_qsl(urlsplit(link).query))
    assert link.startswith(f"{app_url}/gradient_decay?")
    assert {"lang": language, "depth": "6", "view": "learning", "step": "1", "fix": "depth"}.items() <= said.items()

    dialog.get_by_role("button", name=text(language, "share.component.enlarge")).click()
    code = segno.make(link, error="m", micro=False)
    large = teacher.locator("dialog.hall img")
    expect(large).to_be_visible()
    box = large.bounding_box()
    assert box is not None and box["height"] > 0.8 * 768
    size = len(code.matrix)
    assert modules(large, size) == [[bool(module) for module in row] for row in code.matrix]
    teacher.keyboard.press("Escape")
    expect(large).to_have_count(0)
    expect(field).to_be_visible()

    student = new_context(locale="ko-KR", viewport={"width": 1366, "height": 768}).new_page()
    student.goto(link)
    expect(student.get_by_text(text(language, "share.fixed_words", names=depth))).to_be_visible(timeout=PATIENT)
    expect(student.locator(".player .position")).to_have_text(step)
    controls = student.get_by_test_id("stMain")
    expect(controls.get_by_role("slider", name=depth)).to_have_count(0)
    expect(controls.locator(".st-key-fixed_depth")).to_contain_text("6")
    expect(student.get_by_role("button", name=text(language, "share.open"))).to_have_count(0)


@pytest.mark.parametrize(("language", "not_there"), [("ko", "99.1"), ("en", "abc")])
def test_a_link_opens_the_node_that_the_teacher_has_opened(new_context, app_url, language, not_there):
    teacher = new_context(viewport={"width": 1366, "height": 768}).new_page()
    teacher.goto(f"{app_url}/training?lang={language}&view=network&hidden=3-2&epochs=5")
    words = templates(language, "figures.network.words")
    teacher.get_by_role("button", name=words["gradient"], exact=True).click(timeout=PATIENT)
    for place, number in enumerate((3, 2, 1)):  # the fourth example, the second layer, its second node
        teacher.locator("figure.picture .controls select").nth(place).select_option(index=number)
    delta = teacher.locator(".formula .delta").inner_text()
    opened = {"node": "2.2", "lines": "gradient", "example": "4"}
    assert opened.items() <= dict(parse_qsl(urlsplit(teacher.url).query)).items()

    teacher.get_by_role("button", name=text(language, "share.open")).click()
    dialog = teacher.get_by_role("dialog")
    only = teacher.get_by_role("option", name=text(language, "figures.network.title"))
    choose(teacher, dialog.get_by_role("combobox", name=text(language, "share.only")), only)
    field = dialog.get_by_role("textbox", name=text(language, "share.component.link"))
    teacher.wait_for_function("field => field.value.includes('only=network')", arg=field.element_handle())
    link = field.input_value()
    assert (opened | {"only": "network"}).items() <= dict(parse_qsl(urlsplit(link).query)).items()

    student = new_context(viewport={"width": 1366, "height": 768}).new_page()
    student.goto(link)
    expect(student.locator(".formula .delta")).to_have_text(delta, timeout=PATIENT)
    student.goto(link.replace("node=2.2", f"node={not_there}"))
    expect(student.get_by_text(words["no_such_node"].format(node=not_there))).to_be_visible(timeout=PATIENT)
    student.wait_for_url(lambda address: "node=" not in address and "lines=gradient" in address)
