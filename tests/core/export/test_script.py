"""The exported scripts run on their own and print the simulator's losses."""

import ast
import importlib.util
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from simulator.core.export import FRAMEWORKS, data_npz, needs_data_file, script
from simulator.core.export.script import MAX_EMBEDDED
from simulator.core.network import ACTIVATIONS, INITIALIZERS, NORMALIZATIONS
from simulator.core.run import Run
from simulator.core.training import LOSSES, OPTIMIZERS, SCALINGS, SCHEDULES
from simulator.errors import InputError
from simulator.texts import LANGUAGES, text
from tests.core.export.cases import CASES, HOSTILE_NAMES, NETWORKS, TRAININGS, run_of

NOT_REPRODUCED = {"dropout"}
EXTRA = ("hostile", "cancelled")
TOLERANCE = 2e-4
"""Relative, at every recorded step. Measured: under 1e-5 in all of these cases; other processors round differently."""

RUNNER = """
import contextlib, io, json, runpy, sys
result = {}
for name in sys.argv[2:]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        losses = runpy.run_path(f"{sys.argv[1]}_{name}.py")["main"]()
    result[name] = {"losses": losses, "printed": printed.getvalue()}
assert "simulator" not in sys.modules
print(json.dumps(result))
"""


@pytest.fixture(scope="module", params=FRAMEWORKS)
def outcome(request, tmp_path_factory) -> dict[str, dict]:
    """Run all scripts of one framework in one process, away from the simulator."""
    framework = request.param
    if importlib.util.find_spec("torch" if framework == "torch" else "numpy") is None:
        pytest.skip("PyTorch is not installed")
    folder = tmp_path_factory.mktemp(framework)
    names = [*CASES, *EXTRA]
    for position, name in enumerate(names):
        code = script(run_of(name), framework, LANGUAGES[position % 2])
        (folder / f"{framework}_{name}.py").write_text(code, encoding="utf-8")
    (folder / "runner.py").write_text(RUNNER, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JAX_"))}
    environment |= {"PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}
    finished = subprocess.run(
        [sys.executable, "runner.py", framework, *names],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert finished.returncode == 0, finished.stderr[-4000:]
    assert not (folder / "pwned").exists()
    return json.loads(finished.stdout)


@pytest.mark.parametrize("name", [name for name in (*CASES, *EXTRA) if name not in NOT_REPRODUCED])
def test_the_losses_are_the_simulator_s(outcome: dict[str, dict], name: str):
    run = run_of(name)
    losses = np.array(outcome[name]["losses"])
    assert len(losses) == run.num_steps + 1
    np.testing.assert_allclose(losses[run.records.step], run.records.loss, rtol=TOLERANCE, atol=1e-7)


def test_dropout_trains_though_with_other_masks(outcome: dict[str, dict]):
    run = run_of("dropout")
    losses = np.array(outcome["dropout"]["losses"])
    assert len(losses) == run.num_steps + 1 and np.isfinite(losses).all()
    assert losses[-5:].mean() < losses[:5].mean()


def test_losses_are_printed_beside_the_simulator_s(outcome: dict[str, dict]):
    run = run_of("relu")
    rows = [line.split() for line in outcome["relu"]["printed"].splitlines()[1:]]
    rows = [row for row in rows if len(row) == 3 and row[0].isdigit()]
    steps = [int(row[0]) for row in rows]
    assert steps[0] == 0 and steps[-1] == run.num_steps and len(steps) > 10
    recorded = dict(zip(run.records.step.tolist(), run.records.loss.tolist(), strict=True))
    for step, here, there in rows:
        assert float(there) == pytest.approx(recorded[int(step)], rel=1e-5)
        assert float(here) == pytest.approx(float(there), rel=1e-3)


def test_the_test_part_is_evaluated_like_the_simulator_does(outcome: dict[str, dict]):
    for position, name in enumerate((*CASES, *EXTRA)):
        run, language = run_of(name), LANGUAGES[position % 2]
        if not len(run.split.test) or name in NOT_REPRODUCED:
            continue
        lines = dict(line.split(": ") for line in outcome[name]["printed"].splitlines() if line.count(": ") == 1)
        assert float(lines[text(language, "export.print.test_loss")]) == pytest.approx(run.test_loss, rel=2e-3), name
        if run.dataset.task == "classification":
            written = lines[text(language, "export.print.test_accuracy")]
            assert float(written) == pytest.approx(run.test_accuracy, abs=1e-4), name


def test_the_cases_use_every_name():
    networks, trainings = NETWORKS.values(), TRAININGS.values()
    assert {network.activation for network in networks} == set(ACTIVATIONS)
    assert {network.initializer for network in networks} == set(INITIALIZERS)
    assert {name for network in networks for name in network.normalizations} == set(NORMALIZATIONS)
    assert {run_of(name).network.output_activation for name in CASES} == {"softmax", "identity", "sigmoid", "tanh"}
    assert {training.optimizer for training in trainings} == set(OPTIMIZERS)
    assert {training.schedule for training in trainings} == set(SCHEDULES)
    assert {training.loss for training in trainings} == set(LOSSES)
    assert {training.scaling for training in trainings} == set(SCALINGS)
    assert run_of("batch_norm").stopped_early


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", [*CASES, *EXTRA])
def test_a_script_reads_as_code(name: str, framework: str, language: str):
    code = script(run_of(name), framework, language)
    tree = ast.parse(code)
    assert max(map(len, code.splitlines())) <= 120
    body = code.split("SIMULATOR_LOSSES", 1)[1]
    assert not any(mark in body for mark in ("#?", "#:", "<<", '"""@'))
    nodes = list(ast.walk(tree))
    imports = [alias for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    imported = {alias.name.partition(".")[0] for alias in imports}
    own = {"numpy": {"numpy"}, "jax": {"numpy", "jax", "optax"}, "torch": {"numpy", "torch"}}[framework]
    assert imported - {"base64", "io", "math", "pathlib"} == own
    assert not any(isinstance(node, ast.ImportFrom) for node in nodes)
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    assert {alias.asname or alias.name for alias in imports} <= used, "an import that nothing uses"


def test_a_script_holds_only_what_the_configuration_uses():
    plain = script(run_of("relu"), "numpy")
    for word in ("tanh", "momentum", "velocity", "dropout", "statistics", "penalty", "clip", "patience", "slope"):
        assert word not in plain.lower(), word
    assert "def backward" in plain and "output_backward" not in plain
    assert "output_backward" in script(run_of("gelu"), "numpy")
    assert "def backward" not in script(run_of("relu"), "torch")
    assert "for index" not in script(run_of("no_hidden"), "numpy"), "a network of one layer needs no loop"


def test_comments_are_in_the_reader_s_language():
    english, korean = (script(run_of("relu"), "numpy", language) for language in ("en", "ko"))
    assert english != korean
    assert not any("가" <= character <= "힣" for character in english)

    def without_words(code: str) -> str:
        tree = ast.parse(code)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                node.value = ""
        return ast.dump(tree)

    assert without_words(english) == without_words(korean)


def test_the_header_says_how_close_the_losses_are_and_that_dropout_is_different():
    def header(name: str) -> str:
        return " ".join((ast.get_docstring(ast.parse(script(run_of(name), "jax"))) or "").split())

    assert text("en", "export.header.tolerance") in header("relu")
    assert text("en", "export.header.dropout") in header("dropout")
    assert text("en", "export.header.cancelled") in header("cancelled")


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_from_a_file_are_never_code(framework: str, language: str):
    code = script(run_of("hostile"), framework, language)
    tree = ast.parse(code)
    assigned = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert ast.literal_eval(assigned["CLASS_NAMES"]) == HOSTILE_NAMES
    assert not {"os", "__import__"} & {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert "\u202e" not in code, "a character that turns the reading direction"
    others = [node for node in tree.body if getattr(node, "value", None) is not assigned["CLASS_NAMES"]]
    assert "pwned" not in ast.unparse(ast.Module(others, []))


def test_large_data_lies_beside_the_script(tmp_path: Path, relu_run: Run):
    code = script(relu_run, "numpy", embed=False)
    path = tmp_path / "experiment_numpy.py"
    path.write_text(code, encoding="utf-8")
    with pytest.raises(SystemExit, match=r"data\.npz"):
        runpy.run_path(str(path))["load_data"]()
    (tmp_path / "data.npz").write_bytes(data_npz(relu_run))
    loaded = runpy.run_path(str(path))["load_data"]()
    np.testing.assert_array_equal(loaded["inputs"], relu_run.dataset.inputs)
    np.testing.assert_array_equal(loaded["labels"], relu_run.dataset.labels)


def test_small_data_stands_in_the_script(relu_run: Run):
    assert not needs_data_file(relu_run)
    assert len(script(relu_run, "numpy")) < MAX_EMBEDDED
    assert "data.npz" not in script(relu_run, "numpy")


@pytest.mark.parametrize(("framework", "language"), [("tensorflow", "en"), ("numpy", "fr")])
def test_unknown_frameworks_and_languages_are_refused(relu_run: Run, framework: str, language: str):
    with pytest.raises(InputError, match=r"numpy|en"):
        script(relu_run, framework, language)
