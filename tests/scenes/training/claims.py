"""What a run's card claims, recomputed from the records and the parameters in float64.

Nothing here calls what made the claims: losses, dead units and epoch means are computed anew.
"""

import math
from collections.abc import Callable

import numpy as np

from simulator.core.diagnosis import Finding
from simulator.core.run import Run
from simulator.scenes.training.words import narrate_finding
from simulator.texts import LANGUAGES


def erf(z: np.ndarray) -> np.ndarray:
    return np.vectorize(math.erf)(z)


PHI: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "sigmoid": lambda z, _: 1.0 / (1.0 + np.exp(-z)),
    "tanh": lambda z, _: np.tanh(z),
    "relu": lambda z, _: np.maximum(z, 0.0),
    "leaky_relu": lambda z, slope: np.where(z > 0, z, slope * z),
    "prelu": lambda z, slope: np.where(z > 0, z, slope * z),
    "elu": lambda z, _: np.where(z > 0, z, np.expm1(np.minimum(z, 0.0))),
    "gelu": lambda z, _: 0.5 * z * (1.0 + erf(z / math.sqrt(2.0))),
    "identity": lambda z, _: z,
}


def layers(run: Run, rows: np.ndarray, step: int) -> list[np.ndarray]:
    """Return what every layer answers to rows of the data set: hidden activations, then the logits."""
    value, answers = run.dataset.inputs[rows].astype(np.float64), []
    params = run.params_at(step)
    with np.errstate(all="ignore"):
        for index, entry in enumerate(params):
            value = value @ entry.weight.astype(np.float64) + entry.bias
            if index < len(params) - 1:
                slope = run.network.negative_slope if entry.slope is None else float(entry.slope)
                value = PHI[run.network.activation](value, slope)
            answers.append(value)
    return answers


def loss(run: Run, rows: np.ndarray, step: int) -> float:
    logits = layers(run, rows, step)[-1]
    if run.dataset.labels is None:
        squares = (logits[:, 0] - np.asarray(run.dataset.targets)[rows, 0]) ** 2
        half = run.training.loss == "mse_half_sum"
        return float(squares.mean() * (0.5 * run.training.batch_size if half else 1.0))  # pyright: ignore
    with np.errstate(all="ignore"):
        shifted = logits - logits.max(axis=1, keepdims=True)
        chosen = shifted[np.arange(len(rows)), run.dataset.labels[rows]]
        return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - chosen))


def baseline(run: Run) -> float:
    rows = run.split.train
    if run.dataset.labels is None:
        spread = float(np.var(np.asarray(run.dataset.targets, np.float64)[rows, 0]))
        return spread * (0.5 * run.training.batch_size if run.training.loss == "mse_half_sum" else 1.0)  # pyright: ignore
    share = np.bincount(run.dataset.labels[rows]) / len(rows)
    return float(-np.sum(share * np.log(share)))


def epoch_means(run: Run) -> dict[int, float]:
    records = run.records
    plain = records.loss.astype(np.float64) - records.penalty
    return {
        epoch: float(plain[(records.step // run.steps_per_epoch == epoch) & (records.step < run.num_steps)].mean())
        for epoch in sorted({int(step) // run.steps_per_epoch for step in records.step if step < run.num_steps})
    }


def dead(run: Run, layer: int, step: int) -> int:
    return int((layers(run, run.split.train, step)[layer] == 0.0).all(axis=0).sum())


def close(one: float, other: float) -> bool:
    """Say whether a number that was read is another one, rounded to three digits."""
    return one == other or abs(one - other) <= 5.5e-3 * max(abs(one), abs(other)) + 1e-7


def losses(run: Run, said: dict[str, float]) -> None:
    last, first = (loss(run, run.split.train, step) for step in (run.num_steps, 0))
    assert close(said["last"], last)
    assert "first" not in said or close(said["first"], first)
    assert "baseline" not in said or close(said["baseline"], baseline(run))


def diverged(run: Run, said: dict[str, float], finding: Finding) -> None:
    records = run.records
    plain = records.loss.astype(np.float64) - records.penalty
    if "loss_before" in said:
        row = int(np.flatnonzero(records.step == said["step_before"])[0])
        assert said["step_before"] < said["step"] or said["step"] == 0
        assert close(said["loss_before"], float(plain[row]))
        later = plain[records.step > said["step"] + 1]
        assert np.isfinite(plain[: row + 1]).all() and not np.isfinite(later).any()
        return
    if not said:
        assert not np.isfinite(plain[0])
        return
    losses(run, said)
    above = np.flatnonzero(plain > 3.0 * max(float(plain[0]), baseline(run)))
    assert said["step"] == records.step[above[0]] and close(said["limit"], 3.0 * max(float(plain[0]), baseline(run)))
    assert said["layer"] == np.argmax(records.weight_grad_norm[max(above[0] - 1, 0)])
    assert loss(run, run.split.train, run.num_steps) > loss(run, run.split.train, 0)


def symmetry(run: Run, said: dict[str, float], finding: Finding) -> None:
    entry = run.params_at(run.num_steps)[int(said["layer"])]
    columns = np.vstack([entry.weight, entry.bias]).astype(np.float64)
    assert said["units"] == columns.shape[1]
    assert close(said["spread"], float(max(np.ptp(row) for row in columns)))
    assert all(np.ptp(row) == 0 for row in run.params_at(0)[int(said["layer"])].weight)


def dead_layer(run: Run, said: dict[str, float], finding: Finding) -> None:
    layer = int(said["layer"])
    counts = np.array([dead(run, layer, int(step)) for step in run.records.step])
    whole = (counts == run.network.layer_sizes[layer + 1]) & (run.records.dead_fraction[:, layer] == 1.0)
    assert said["step"] == run.records.step[np.flatnonzero(~whole)[-1] + 1 if (~whole).any() else 0]
    assert said["rows"] == len(run.split.train)


def dead_units(run: Run, said: dict[str, float], finding: Finding) -> None:
    layer = int(said["layer"])
    assert said["dead"] == dead(run, layer, run.num_steps) > said["units"] / 2
    assert said["dead_first"] == dead(run, layer, 0)
    assert (said["units"], said["rows"]) == (run.network.layer_sizes[layer + 1], len(run.split.train))


def gradient(run: Run, said: dict[str, float], finding: Finding) -> None:
    records, row = run.records, int(np.flatnonzero(run.records.step == said["step"])[0])
    if "norm" in said:
        assert close(said["norm"], float(records.grad_norm[row]))
        assert close(said["norm_first"], float(records.grad_norm[0]))
        assert close(said["growth"], float(records.grad_norm[row]) / float(records.grad_norm[0]))
        assert said["layer"] == np.argmax(records.weight_grad_norm[row])
        assert not (records.grad_norm[:row] > 1e3 * records.grad_norm[0]).any()
        return
    norms = records.pre_activation_grad_norm[row].astype(np.float64)
    assert close(said["ratio"], norms[0] / norms[-1]) and close(said["per_layer"], (norms[0] / norms[-1]) ** 0.5)
    assert (norms[0] < norms[-1]) == (finding.kind == "vanishing_gradient")
    if finding.kind == "vanishing_gradient":
        adaptive = run.training.optimizer in ("adagrad", "rmsprop", "adam", "adamw")
        words = ("hardly learn", "거의 학습하지 못합니다")
        said_so = [any(word in narrate_finding(language, finding, 3) for word in words) for language in LANGUAGES]
        assert said_so == [not adaptive] * 2


def saturated(run: Run, said: dict[str, float], finding: Finding) -> None:
    share = run.records.saturated_fraction[:, int(said["layer"])]
    assert close(said["share"], float(np.median(share[-int(said["window"]) :]))) and said["share"] >= 0.5
    assert close(said["share_first"], float(share[0]))


def oscillating(run: Run, said: dict[str, float], finding: Finding) -> None:
    means = epoch_means(run)
    late = np.array([mean for epoch, mean in means.items() if epoch >= said["epoch"]])
    assert len(late) == math.ceil(len(means) / 2)
    assert close(said["low"], late.min()) and close(said["high"], late.max())
    assert close(said["ups"], float((np.diff(late) > 0).mean())) and said["ups"] >= 0.245


def rate_too_small(run: Run, said: dict[str, float], finding: Finding) -> None:
    losses(run, said)
    assert close(said["ratio"], float(np.median(run.records.update_ratio.max(axis=1)))) and said["ratio"] < 1.01e-3


def overfitting(run: Run, said: dict[str, float], finding: Finding) -> None:
    losses(run, said)
    if "test" in said:
        assert close(said["test"], loss(run, run.split.test, run.num_steps)) and said["rows"] == len(run.split.test)
        assert said["test"] > 1.9 * said["last"] and not len(run.split.validation)
        return
    records = run.records
    rows = np.flatnonzero(records.evaluated)
    best = rows[int(np.argmin(records.validation_loss[rows]))]
    assert close(said["low"], loss(run, run.split.validation, int(records.step[best])))
    assert (
        close(said["high"], loss(run, run.split.validation, int(records.step[rows[-1]]))) and said["high"] > said["low"]
    )
    assert close(said["epoch"], float(records.step[best]) / run.steps_per_epoch)
    assert close(said["then"], loss(run, run.split.train, int(records.step[best]))) and said["then"] > said["last"]


def underfitting(run: Run, said: dict[str, float], finding: Finding) -> None:
    losses(run, said)
    assert said["last"] > 0.69 * said["baseline"]
    if run.dataset.labels is not None:
        right = layers(run, run.split.train, run.num_steps)[-1].argmax(axis=1) == run.dataset.labels[run.split.train]
        assert close(said["accuracy"], float(right.mean()))


def stopped_early(run: Run, said: dict[str, float], finding: Finding) -> None:
    records = run.records
    rows = np.flatnonzero(records.evaluated & (records.step % run.steps_per_epoch == 0))
    best = rows[int(np.nanargmin(records.validation_loss[rows]))]
    assert close(said["best"], float(records.epoch[best]))
    assert close(said["low"], loss(run, run.split.validation, int(records.step[best])))
    assert said["patience"] == run.training.patience == said["epoch"] - said["best"]
    assert run.num_steps < run.training.num_epochs * run.steps_per_epoch
    for entry, final in zip(run.params_at(int(records.step[best])), run.final_params, strict=True):
        np.testing.assert_array_equal(entry.weight, final.weight)


def still_learning(run: Run, said: dict[str, float], finding: Finding) -> None:
    losses(run, said)
    plain = run.records.loss.astype(np.float64) - run.records.penalty
    assert said["first"] >= said["last"] and np.mean(plain[-len(plain) // 4 :]) < np.mean(plain[: -len(plain) // 4])


def partly_learned(run: Run, said: dict[str, float], finding: Finding) -> None:
    losses(run, said)


def converged(run: Run, said: dict[str, float], finding: Finding) -> None:
    losses(run, said)
    means = epoch_means(run)
    late = np.array([mean for epoch, mean in means.items() if epoch >= said["epoch"]])
    assert close(said["low"], late.min()) and close(said["high"], late.max())
    assert said["first"] >= said["last"] and late.max() - late.min() <= 0.21 * abs(late[-1])


def healthy(run: Run, said: dict[str, float], finding: Finding) -> None:
    losses(run, said)
    assert said["first"] >= said["last"] and said["last"] < 0.51 * said["baseline"]


CHECKS: dict[str, Callable[[Run, dict[str, float], Finding], None]] = {
    **{"diverged": diverged, "symmetry": symmetry, "dead_layer": dead_layer, "dead_units": dead_units},
    **{"exploding_gradient": gradient, "vanishing_gradient": gradient, "saturated": saturated},
    **{"oscillating": oscillating, "rate_too_small": rate_too_small, "overfitting": overfitting},
    **{"underfitting": underfitting, "stopped_early": stopped_early, "still_learning": still_learning},
    **{"partly_learned": partly_learned, "converged": converged, "healthy": healthy},
}
