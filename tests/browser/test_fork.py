"""A run that diverges is forked at its tenth step: found with the player, changed with the controls, handed out."""

import re

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect  # noqa: E402

from simulator.scenes.training.numbers import FORK  # noqa: E402
from simulator.scenes.training.scene import SCENE  # noqa: E402
from simulator.scenes.training.settings import Training  # noqa: E402
from simulator.texts import templates, text  # noqa: E402
from simulator.texts.numbers import number_text  # noqa: E402
from tests.browser.patience import PATIENT  # noqa: E402
from tests.browser.training_page import wait_for_run  # noqa: E402

DIVERGING = {"data": "sine", "hidden": (8,), "activation": "tanh", "loss": "mse_mean", "rate": 0.7, "epochs": 200}
START = Training(**DIVERGING, batch=None, fork=3, fork_factor=0.2)
STEP = 10
SMALL = Training(hidden=(3,), activation="tanh", batch=None, epochs=25, rate=0.5, rows=60)


@pytest.fixture(scope="module")
def recovered():
    """The fork at the tenth step with a tenth of the rate: it ends far below where the run began."""
    found = FORK.of(START.change(fork=STEP, fork_factor=0.1))
    assert found.run.first_nonfinite is not None
    assert found.fork.records.loss[-1] < 0.5 * found.fork.records.loss[0]
    return found


def saved(language: str, found) -> str:
    """The sentence that says so, made anew from the records."""
    lost = found.run.records.step[~(found.run.records.loss < float("inf"))][0]
    end = number_text(float(found.fork.records.loss[-1]))
    start = number_text(float(found.run.records.loss[0]))
    return text(language, "fork.ends.saved", lost=lost, fork=end, start=start)


def press_back_to(page: Page, language: str, step: int) -> None:
    page.get_by_role("button", name=text(language, "player.first")).click()
    for _ in range(step):
        page.get_by_role("button", name=text(language, "player.forward")).click()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_diverging_run_is_forked_at_its_tenth_step_and_recovers(new_context, app_url, settled, recovered, language):
    page = new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{app_url}/training?lang={language}&{START.to_text()}")
    wait_for_run(page, showing="fork_factor=0.2")
    press_back_to(page, language, STEP)
    fork = page.get_by_role("button", name=text(language, "player.fork_here"))
    fork.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("view=fork"))
    expect(page).not_to_have_url(re.compile("fork=3"))
    expect(page.get_by_text("0.7 → 0.14")).to_be_visible(timeout=PATIENT)
    settled(page)  # the future has been played from the fork on
    expect(page.locator(".player .position")).to_contain_text(str(recovered.fork.num_steps))

    page.get_by_role("slider", name=text(language, "training.control.fork_factor")).press("ArrowLeft")
    expect(page).not_to_have_url(re.compile("fork_factor"))  # a tenth is what nobody has to say
    expect(page.get_by_text("0.7 → 0.07")).to_be_visible(timeout=PATIENT)
    expect(page.get_by_text(saved(language, recovered))).to_be_visible()

    other = new_context().new_page()
    other.goto(page.url)
    expect(other.get_by_text(saved(language, recovered))).to_be_visible(timeout=PATIENT)


@pytest.mark.parametrize("language", ["ko"])
def test_a_weight_of_an_opened_node_is_set_by_hand_from_the_step_that_is_shown(page, app_url, settled, language):
    page.goto(f"{app_url}/training?lang={language}&{SMALL.to_text()}&step=20")
    wait_for_run(page, showing="step=20")
    words = templates(language, "figures.network.words")
    page.get_by_role("button", name=words["gradient"], exact=True).press("Enter")
    diagram = page.locator("figure").filter(has_text=words["title_gradient"])
    diagram.locator(".controls select").nth(1).select_option(index=2)  # the output layer, node 1
    diagram.get_by_role("button", name=words["by_hand"].format(name="2"), exact=True).press("Enter")
    expect(page).to_have_url(re.compile(r"fork_weight=2\.2\.1"))
    value = page.get_by_role("spinbutton", name=text(language, "training.control.fork_value"))
    chosen = SMALL.change(fork=20, fork_factor=1.0, fork_weight=(2, 2, 1), fork_value=0.0)
    found = FORK.of(chosen)
    expect(page.get_by_text(text(language, "fork.nothing", step=20))).to_be_visible(timeout=PATIENT)
    assert float(value.input_value()) == pytest.approx(found.before, rel=1e-4)
    settled(page)
    value.fill("0")
    value.press("Enter")
    for sentence in SCENE.view("fork_loss").draw(found, chosen, language).sentences:
        expect(page.get_by_text(sentence)).to_be_visible(timeout=PATIENT)
