"""Journeys through the training page: the reader's own table from upload to download, presets, links, stopping."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from simulator.core.datasets import load_dataset
from simulator.texts import text

FOOD = Path(__file__).parents[3] / "shared" / "data" / "food.csv"
PATIENT = 60_000
"""Milliseconds for a run whose programs nobody has compiled yet."""


@pytest.fixture
def food_table(tmp_path) -> Path:
    """The real products where they are at hand, else products drawn from their statistics."""
    if FOOD.is_file():
        return FOOD
    dataset = load_dataset("food", num_rows=440, seed=3)
    assert dataset.labels is not None
    lines = [
        ",".join([dataset.class_names[label], *(f"{value:g}" for value in row)])
        for label, row in zip(dataset.labels, dataset.inputs, strict=True)
    ]
    path = tmp_path / "food.csv"
    path.write_text("\n".join(lines))
    return path


def choose(page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def open_tab(page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def wait_for_run(page, *, showing: str) -> None:
    """Wait until the address names the experiment and its run stands on the page."""
    expect(page).to_have_url(re.compile(showing))
    expect(page.locator(".player .position")).to_be_visible(timeout=PATIENT)
    expect(page.locator(".st-key-result_final_loss")).to_be_visible(timeout=PATIENT)
    expect(page.get_by_test_id("stProgress")).to_have_count(0, timeout=PATIENT)


def downloaded_records(page, language: str) -> dict[str, np.ndarray]:
    open_tab(page, text(language, "training.section_downloads"))
    with page.expect_download() as waiting:
        page.get_by_role("button", name=text(language, "training.download_csv")).click()
    content = Path(waiting.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    truth = {"True": "1", "False": "0", "": "nan"}
    return {name: np.array([float(truth.get(row[name], row[name])) for row in rows]) for name in rows[0]}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_table_from_upload_to_download(page, app_url, settled, food_table, language):
    page.goto(f"{app_url}/training?lang={language}")
    wait_for_run(page, showing=f"lang={language}")
    settled(page)

    page.locator("input[type=file]").set_input_files(food_table)
    expect(page).to_have_url(re.compile("data=csv"))
    open_tab(page, text(language, "training.tab_network"))
    widths = page.get_by_role("textbox", name=text(language, "training.control.hidden"))
    widths.fill("32, 32")
    widths.press("Enter")
    wait_for_run(page, showing="hidden=32-32")
    settled(page)
    expect(page.get_by_text(re.compile(r"\b1,348\b")).first).to_be_visible()  # 5·32 + 33·32 + 33·4 parameters

    page.locator(".player .position").click()  # a key belongs to the field that is typed in until then
    page.keyboard.press("Home")
    expect(page.locator(".player .position")).to_contain_text(re.compile(r"\b0 (/|of) "))
    page.keyboard.press("End")
    position = page.locator(".player .position").inner_text()
    step, num_steps = (int(number.replace(",", "")) for number in re.findall(r"[\d,]+", position)[:2])
    assert step == num_steps > 0

    result = page.locator(".st-key-result_test_accuracy").inner_text()
    accuracy = float(re.findall(r"([\d.]+)%", result)[0])
    assert accuracy > 55  # four classes; the most frequent one has 31 %
    open_tab(page, text(language, "training.section_result"))
    title = text(language, "figures.confusion.title")
    expect(page.get_by_text(title).first).to_be_visible()

    relu = downloaded_records(page, language)
    assert relu["step"][-1] == num_steps
    assert np.all(relu["weight_grad_norm_1"] > 0)

    open_tab(page, text(language, "training.tab_network"))
    choose(page, text(language, "training.control.activation"), text(language, "training.option.activation.sigmoid"))
    wait_for_run(page, showing="activation=sigmoid")
    settled(page)
    sigmoid = downloaded_records(page, language)
    norm = "pre_activation_grad_norm_1"
    assert sigmoid[norm][0] < 0.5 * relu[norm][0]


def test_a_link_in_korean_opens_the_same_experiment_in_english(page, app_url, settled):
    page.goto(f"{app_url}/training?lang=ko&preset=vanishing_sigmoid")
    wait_for_run(page, showing="activation=sigmoid")
    settled(page)
    expect(page.get_by_text(text("ko", "diagnosis.vanishing_gradient.title")).first).to_be_visible()
    page.goto(page.url.replace("lang=ko", "lang=en"))
    wait_for_run(page, showing="activation=sigmoid")
    expect(page.get_by_text(text("en", "diagnosis.vanishing_gradient.title")).first).to_be_visible()


def test_a_broken_link_says_what_was_mended(page, app_url, settled):
    page.goto(f"{app_url}/training?lang=en&rate=-3&activation=swish&hidden=8-8")
    wait_for_run(page, showing="rate=1e-06")
    alerts = page.get_by_test_id("stAlert")
    expect(alerts.filter(has_text="swish")).to_be_visible()
    expect(alerts.filter(has_text="-3")).to_be_visible()


def test_a_bad_table_gets_a_sentence_and_the_old_run_stays(page, app_url, settled, tmp_path):
    page.goto(f"{app_url}/training?lang=ko")
    wait_for_run(page, showing="lang=ko")
    settled(page)
    bad = tmp_path / "bad.csv"
    bad.write_text("가,1,2\n나,3,넷\n")
    page.locator("input[type=file]").set_input_files(bad)
    alert = page.get_by_test_id("stAlert").first
    expect(alert).to_be_visible()
    expect(alert).to_contain_text(re.compile("[가-힣]"))
    expect(page.locator(".player .position")).to_be_visible()
    expect(page).not_to_have_url(re.compile("data=csv"))


def test_a_long_run_can_be_stopped_and_keeps_what_is_done(page, app_url, settled):
    page.goto(f"{app_url}/training?lang=en&data=digits&hidden=512-512&batch=32&epochs=5000&scaling=max")
    stop = page.get_by_role("button", name=text("en", "training.stop"))
    expect(stop).to_be_enabled(timeout=PATIENT)
    stop.click()
    expect(page.get_by_role("button", name=text("en", "training.again"))).to_be_visible(timeout=PATIENT)
    expect(page.locator(".player .position")).to_be_visible(timeout=PATIENT)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_sentences_and_descriptions_follow_the_player(page, app_url, settled, language):
    page.goto(f"{app_url}/training?lang={language}")
    wait_for_run(page, showing=f"lang={language}")
    settled(page)
    word = {"ko": "스텝", "en": "step"}[language]
    said, described = page.locator(".picture .sentence:visible"), page.locator(".picture .place[role=img]")
    last = said.all_inner_texts()
    assert len(last) >= 4
    page.locator(".player .position").click()
    page.keyboard.press("Home")
    for place in range(4):
        expect(said.nth(place)).to_contain_text(re.compile(rf"{word} 0\b|{word} 0에"))
        expect(said.nth(place)).not_to_have_text(last[place])
    expect(described.first).to_have_attribute("aria-label", re.compile(rf"{word} 0\b|{word} 0에"))
    page.keyboard.press("End")
    for place in range(4):
        expect(said.nth(place)).to_have_text(last[place])


def test_the_diagram_says_what_its_lines_stand_for(page, app_url, settled):
    page.goto(f"{app_url}/training?lang=en")
    wait_for_run(page, showing="lang=en")
    settled(page)
    said = page.locator(".picture .sentence:visible").first
    expect(said).to_contain_text("largest weight is")
    page.get_by_role("button", name="gradient", exact=True).click()
    expect(said).to_contain_text("largest gradient of a weight is")
    page.get_by_role("button", name="update", exact=True).click()
    expect(said).to_contain_text("largest update of a weight is")
