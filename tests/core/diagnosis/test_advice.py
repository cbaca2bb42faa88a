"""Every remedy is tried: its change of the configuration must lower the loss, over three seeds, or it is not given."""

import math
from dataclasses import replace

import numpy as np
import pytest

from simulator.core.diagnosis import Finding, diagnose
from simulator.core.run import Run, train
from simulator.scenes.training.settings import Training
from tests.core.diagnosis.failing_runs import CASES

SEEDS = range(3)
ENOUGH = 0.9
"""Loss with the remedy against the loss without it, geometric mean over the seeds."""


def run_of(settings: Training, seed: int, **changes: dict) -> Run:
    dataset = settings.dataset()
    network = replace(settings.network(dataset), **changes.get("network", {}))
    return train(network, replace(settings.training(), seed=seed, **changes.get("training", {})), dataset)


def advised(run: Run) -> Finding | None:
    given = [finding for finding in diagnose(run) if finding.remedy is not None]
    assert len(given) <= 1  # one thing to try at a time
    return given[0] if given else None


def loss(run: Run, rows: np.ndarray) -> float:
    """Return the loss of rows without penalty, from the outputs alone; half sums as means, ∞ for what is no number."""
    dataset, labels = run.dataset, run.dataset.labels
    outputs = run.predict(dataset.inputs[rows]).astype(np.float64)
    if run.training.loss == "cross_entropy":
        assert labels is not None
        value = float(-np.mean(np.log(np.maximum(outputs[np.arange(len(rows)), labels[rows]], 1e-30))))
    else:
        if labels is None:
            targets = np.asarray(dataset.targets, np.float64)[rows]
        else:
            one_hot = labels[rows, None] if outputs.shape[1] == 1 else np.eye(dataset.num_classes)[labels[rows]]
            targets = (
                2.0 * one_hot - 1.0 if run.network.output_activation == "tanh" and outputs.shape[1] == 1 else one_hot
            )
        value = float(np.mean((outputs - targets) ** 2))
    return value if math.isfinite(value) else math.inf


def rows_of(run: Run, finding: Finding) -> np.ndarray:
    """Return the rows on which a remedy must show: what was learned by heart, on rows that were never seen."""
    return run.split.test if finding.kind == "overfitting" else run.split.train


def written(finding: Finding | None) -> str | None:
    if finding is None or finding.remedy is None:
        return None
    return f"{finding.cause.code}: {finding.remedy.code}" if finding.cause else finding.remedy.code


def test_there_are_enough_cases():
    assert len([expected for expected, _ in CASES.values() if expected]) >= 40


@pytest.mark.parametrize("name", CASES)
def test_what_is_advised_helps(name: str):
    expected, changes = CASES[name]
    settings = Training(**changes)
    ratios = []
    for seed in SEEDS:
        run = run_of(settings, seed)
        finding = advised(run)
        if seed == 0:
            assert written(finding) == expected
        if finding is None or finding.remedy is None:
            continue
        mended = run_of(settings, seed, network=finding.remedy.network, training=finding.remedy.training)
        before, after = loss(run, rows_of(run, finding)), loss(mended, rows_of(run, finding))
        # A loss without bounds would let one seed decide; beyond 10 all are equally bad.
        ratios.append(math.log(min(after, 1e3)) - math.log(min(before, 10.0)))
    assert not ratios or np.exp(np.mean(ratios)) < ENOUGH, ratios
