"""A table of one's own on the training page: upload, download, mistakes."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from simulator.core.datasets import load_dataset
from simulator.texts import text
from tests.browser.patience import PATIENT
from tests.browser.training_page import RESULT, choose, open_view, unfold, wait_for_run

FOOD = Path(__file__).parents[3] / "shared" / "data" / "food.csv"


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


def downloaded_records(page, language: str) -> dict[str, np.ndarray]:
    unfold(page, "training.downloads", language)
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

    unfold(page, "training.upload", language)
    page.locator("input[type=file]").set_input_files(food_table)
    expect(page).to_have_url(re.compile("data=csv"))
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

    result = page.locator(RESULT.format("test_accuracy")).inner_text()
    accuracy = float(re.findall(r"([\d.]+)%", result)[0])
    assert accuracy > 55  # four classes; the most frequent one has 31 %
    open_view(page, "answers", language)
    title = text(language, "figures.confusion.title")
    expect(page.get_by_role("heading", name=title)).to_be_visible(timeout=PATIENT)
    open_view(page, "run", language)
    wait_for_run(page, showing="data=csv")

    relu = downloaded_records(page, language)
    assert relu["step"][-1] == num_steps
    assert np.all(relu["weight_grad_norm_1"] > 0)

    choose(page, text(language, "training.control.activation"), text(language, "training.option.activation.sigmoid"))
    wait_for_run(page, showing="activation=sigmoid")
    settled(page)
    sigmoid = downloaded_records(page, language)
    norm = "pre_activation_grad_norm_1"
    assert sigmoid[norm][0] < 0.5 * relu[norm][0]


def test_a_bad_table_gets_a_sentence_and_the_old_run_stays(page, app_url, settled, tmp_path):
    page.goto(f"{app_url}/training?lang=ko")
    wait_for_run(page, showing="lang=ko")
    settled(page)
    bad = tmp_path / "bad.csv"
    bad.write_text("가,1,2\n나,3,넷\n")
    unfold(page, "training.upload", "ko")
    page.locator("input[type=file]").set_input_files(bad)
    alert = page.get_by_test_id("stAlert").first
    expect(alert).to_be_visible()
    expect(alert).to_contain_text(re.compile("[가-힣]"))
    expect(page.locator(".player .position")).to_be_visible()
    expect(page).not_to_have_url(re.compile("data=csv"))


def test_a_table_can_be_taken_up_again_after_another_data_set(page, app_url, settled, tmp_path):
    page.goto(f"{app_url}/training?lang=en&epochs=2")
    wait_for_run(page, showing="lang=en")
    settled(page)
    rows = [f"{'ab'[row % 2]},{row % 7},{row % 5}" for row in range(40)]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(rows))
    unfold(page, "training.upload", "en")
    page.locator("input[type=file]").set_input_files(path)
    wait_for_run(page, showing="data=csv")
    expect(page.get_by_text("40 rows, 2 features, 2 classes")).to_be_visible()
    choose(page, text("en", "training.control.data"), text("en", "datasets.xor.name"))
    wait_for_run(page, showing="data=xor")
    settled(page)
    unfold(page, "training.upload", "en")
    page.get_by_role("button", name=text("en", "training.upload_again", name="mine.csv")).click()
    wait_for_run(page, showing="data=csv")
    expect(page.get_by_text("40 rows, 2 features, 2 classes")).to_be_visible()


def test_a_link_to_an_uploaded_table_says_that_it_has_none(page, app_url, settled):
    page.goto(f"{app_url}/training?lang=en&data=csv")
    expect(page.get_by_test_id("stAlert").filter(has_text="Upload the file again")).to_be_visible(timeout=PATIENT)
