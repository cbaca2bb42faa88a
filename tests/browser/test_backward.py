"""Backpropagation in a node of the diagram: the numbers that stand in the panel are those of the run."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from simulator.texts import templates
from simulator.texts.numbers import number_text
from tests import fakes
from tests.browser.conftest import serving
from tests.browser.test_player import APP, NUM_FRAMES, figure, visit

NUMBER = r"−?[\d.]+(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
LAYER, UNIT, EXAMPLE = 1, 4, 1


@pytest.fixture(scope="module")
def pictures_url(chromium, tmp_path_factory) -> Iterator[str]:
    """Address of a page with pictures of a small run."""
    with serving(APP, tmp_path_factory.mktemp("pictures") / "log.txt") as url:
        yield url


def plain(written: str) -> float:
    """Return the number that is written."""
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
    return float(written.translate(raised).replace("×10", "e"))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_node_says_where_its_delta_comes_from_and_how_its_weights_move(page, pictures_url, language):
    visit(page, pictures_url, "network", columns=1, height=500, lang=language)
    words = templates(language, "figures.network.words")
    page.get_by_role("button", name=words["gradient"], exact=True).press("Enter")
    place = figure(page, "figures.network.words.title_gradient", language)
    for number, chosen in enumerate((EXAMPLE, LAYER + 1, UNIT)):
        place.locator(".controls select").nth(number).select_option(index=chosen)

    frames = fakes.trained((8, 8), num_frames=NUM_FRAMES)[1]
    weights, deltas = frames.weight[LAYER + 1][-1, UNIT], frames.passes.pre_activation_gradient[LAYER + 1][-1, EXAMPLE]
    arriving = float(weights @ deltas)
    slope = float(frames.passes.derivative[LAYER][-1, EXAMPLE, UNIT])
    formula = place.locator(".formula")
    delta = formula.locator(".delta")
    expect(delta).to_have_text(re.compile(re.escape(f" = {number_text(arriving * slope)}") + "$"))
    expect(delta).to_contain_text(f"tanh′({number_text(frames.passes.pre_activation[LAYER][-1, EXAMPLE, UNIT])})")
    sum_of_products = delta.inner_text().split(" = ")[3].split(" · tanh")[0]
    products = re.findall(rf"\(?({NUMBER})\)?·\(?({NUMBER})\)?", sum_of_products)
    assert len(products) == 3
    assert sum(plain(one) * plain(other) for one, other in products) == pytest.approx(arriving, rel=0.01)

    row = formula.locator("tbody tr").last
    gradient, bias = frames.bias_gradient[LAYER][-1, UNIT], frames.bias[LAYER][-1, UNIT]
    expect(row.locator("td").nth(1)).to_have_text(number_text(gradient))
    update = [plain(number) for number in re.findall(NUMBER, row.locator("td").last.inner_text())]
    assert update[0] == pytest.approx(bias, rel=0.01)
    assert update[-1] == pytest.approx(bias - 0.5 * gradient, rel=0.01)

    expect(formula).to_contain_text(words["not_made"])
    page.locator(".player .position").click()
    page.keyboard.press("Home")
    expect(formula).not_to_contain_text(words["not_made"])
