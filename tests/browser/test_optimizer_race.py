"""The race of the optimizers in a real browser: start it, open Adam's state for one weight, read a number of a step."""

import numpy as np
import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

import simulator as sim  # noqa: E402
from simulator.texts import text  # noqa: E402
from simulator.texts.numbers import number_text  # noqa: E402
from tests.browser.patience import PATIENT  # noqa: E402

EPOCHS = 1
PIXEL, NODE = (3, 4), 4  # the weight that opens first, counted from 1


def first_update() -> dict[str, str]:
    """Return the numbers of Adam's first update of the weight: m̂ = g and ŝ = g², so it moves by the rate against g."""
    data = sim.load_dataset("digits")
    training = sim.TrainingConfig(
        optimizer="adam", learning_rate=0.001, batch_size=32, num_epochs=EPOCHS, scaling="max", seed=0
    )
    run = sim.train(sim.NetworkConfig(layer_sizes=(64, 16, 10)), training, data)
    at = ((PIXEL[0] - 1) * 8 + PIXEL[1] - 1, NODE - 1)
    before, after = (run.params_at(step)[0].weight[at] for step in (0, 1))
    assert abs(abs(after - before) - 0.001) < 1e-5
    return {"change": number_text(-0.001 * float(np.sign(before - after))), "after": number_text(float(after))}


@pytest.fixture(scope="module")
def update() -> dict[str, str]:
    return first_update()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_start_the_race_and_open_adams_first_update_of_one_weight(page: Page, app_url, update, language):
    page.goto(f"{app_url}/optimizer_race?lang={language}&epochs={EPOCHS}")
    question = text(language, "optimizer_race.loss.title")
    expect(page.get_by_text(question, exact=True)).to_be_visible(timeout=PATIENT)
    page.get_by_role("radio", name=text(language, "optimizer_race.view.state"), exact=True).click()
    sentence = page.locator(".picture .sentence:visible").first
    expect(sentence).to_contain_text("45", timeout=PATIENT)  # the last update
    page.get_by_role("button", name=text(language, "player.first")).click()
    expect(sentence).to_contain_text(update["after"])
    expect(sentence).to_contain_text(update["change"])
