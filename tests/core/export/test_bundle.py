"""Tables and the zip file hold what the run recorded."""

import io
import json
import zipfile
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulator.core.export import bundle, configuration_json, records_csv, records_npz, script
from simulator.core.network import NetworkConfig
from simulator.core.run import Run
from simulator.core.training import TrainingConfig
from simulator.texts.numbers import percent_text
from tests.core.export.cases import HOSTILE_NAMES, run_of


@pytest.fixture(scope="module")
def files(relu_run: Run) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(bundle(relu_run, "ko")))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def test_the_table_has_a_row_a_recorded_step(relu_run: Run):
    table = pd.read_csv(io.BytesIO(records_csv(relu_run)))
    assert table["step"].tolist() == relu_run.records.step.tolist()
    np.testing.assert_allclose(table["loss"], relu_run.records.loss, rtol=1e-6)
    np.testing.assert_allclose(table["weight_grad_norm_output"], relu_run.records.weight_grad_norm[:, -1], rtol=1e-6)


def test_the_archive_has_records_and_parameters(relu_run: Run):
    arrays = np.load(io.BytesIO(records_npz(relu_run)))
    np.testing.assert_array_equal(arrays["loss"], relu_run.records.loss)
    np.testing.assert_array_equal(arrays["layer1_weight"], relu_run.final_params[0].weight)


def test_the_zip_holds_everything(files: dict[str, bytes], relu_run: Run):
    assert set(files) == {
        *(f"experiment_{name}.py" for name in ("numpy", "jax", "torch")),
        *("data.npz", "records.csv", "records.npz", "configuration.json", "README.en.md", "README.ko.md"),
    }
    assert files["experiment_jax.py"].decode() == script(relu_run, "jax", "ko")
    np.testing.assert_array_equal(np.load(io.BytesIO(files["data.npz"]))["inputs"], relu_run.dataset.inputs)


def test_the_same_run_gives_the_same_bytes(relu_run: Run):
    assert bundle(relu_run) == bundle(relu_run)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_readme_names_every_file_and_the_result(files: dict[str, bytes], relu_run: Run, language: str):
    words = files[f"README.{language}.md"].decode()
    for name in files:
        assert f"`{name}`" in words or name.startswith("README")
    assert percent_text(relu_run.test_accuracy) in words and str(relu_run.num_steps) in words


@pytest.mark.parametrize("name", ["relu", "mixed", "regression"])
def test_the_configuration_can_be_read_back(name: str):
    run = run_of(name)
    content = json.loads(configuration_json(run))
    network: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in content["network"].items()
    }
    assert NetworkConfig(**network) == run.network
    assert TrainingConfig(**content["training"]) == run.training


def test_hostile_names_stay_words_in_the_configuration():
    content = json.loads(configuration_json(run_of("hostile")))
    assert tuple(content["dataset"]["class_names"]) == HOSTILE_NAMES
