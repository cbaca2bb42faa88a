"""What in the settings makes a run fail: unscaled inputs, a penalty, dropout, a clip, a schedule, no activation."""

import numpy as np

from simulator.core.datasets import apply_scaler
from simulator.core.diagnosis import remedies
from simulator.core.diagnosis.finding import Cause, Remedy
from simulator.core.initializers import standard_deviation
from simulator.core.losses import classes_of, decision_threshold, encode_targets
from simulator.core.run import Run

LARGE_INPUT = 5.0
SMALL_INPUT = 0.05
"""Root mean square of a feature; initializers are derived for about 1."""
MUCH_DROPOUT = 0.5
SLOWED_RATE = 0.05
"""Rate at the end against the one that was chosen."""
TIGHT_CLIP = 10.0
"""Norm of the gradient (median) against the largest one allowed."""
OFF_START = 3.0
"""Standard deviation of the first weights against that of the initializer derived for the activation."""
FITS_BETTER = 0.9
"""Squared error of the linear fit against the network's; a tenth more right answers count the same."""
MOST_FITTED = 4096
SHRUNK_WEIGHTS = 0.3
"""Norm of a layer's weights at the end against its start."""


def find_cause(run: Run) -> Cause | None:
    """Return what in the settings of a run that did not learn explains it, the most certain first."""
    for look in (_scaling, _dropout, _penalty, _weight_decay, _clip, _schedule, _identity, _start):
        cause = look(run)
        if cause is not None:
            return cause
    return None


def _scaling(run: Run) -> Cause | None:
    inputs = apply_scaler(run.scaler, run.dataset.inputs[run.split.train]).astype(np.float64)
    sizes = np.sqrt(np.mean(inputs**2, axis=0))
    feature = int(np.argmax(sizes))
    if SMALL_INPUT <= sizes[feature] <= LARGE_INPUT:
        return None
    return Cause("scaling", {"feature": feature + 1, "size": float(sizes[feature])}, remedies.scale_inputs(run))


def _dropout(run: Run) -> Cause | None:
    most = max(run.network.dropouts, default=0.0)
    if most < MUCH_DROPOUT:
        return None
    return Cause("dropout", {"dropout": most}, Remedy("no_dropout", {"dropout": 0.0}, {}))


def _penalty(run: Run) -> Cause | None:
    if not (run.training.l1 or run.training.l2) or not _weights_shrank(run):
        return None
    evidence = {"l1": run.training.l1, "l2": run.training.l2, **_shrunk(run)}
    return Cause("penalty", evidence, Remedy("no_penalty", {}, {"l1": 0.0, "l2": 0.0}))


def _weight_decay(run: Run) -> Cause | None:
    if run.training.optimizer != "adamw" or not run.training.weight_decay or not _weights_shrank(run):
        return None
    evidence = {"weight_decay": run.training.weight_decay, **_shrunk(run)}
    return Cause("weight_decay", evidence, Remedy("no_weight_decay", {}, {"weight_decay": 0.0}))


def _shrunk(run: Run) -> dict[str, float | int]:
    norms = np.asarray(run.records.weight_norm, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.nan_to_num(norms[-1] / norms[0], nan=1.0)
    layer = int(np.argmin(shares))
    return {"layer": layer, "kept": float(shares[layer])}


def _weights_shrank(run: Run) -> bool:
    return _shrunk(run)["kept"] < SHRUNK_WEIGHTS


def _clip(run: Run) -> Cause | None:
    limit = run.training.clip_norm
    norm = float(np.median(run.records.grad_norm))
    if limit is None or not np.isfinite(norm) or norm < TIGHT_CLIP * limit:
        return None
    return Cause("clip", {"clip_norm": limit, "grad_norm": norm}, Remedy("no_clip", {}, {"clip_norm": None}))


def _schedule(run: Run) -> Cause | None:
    last, chosen = float(run.records.learning_rate[-1]), run.training.learning_rate
    median = float(np.median(run.records.learning_rate))
    if run.training.schedule == "constant" or median > SLOWED_RATE * chosen:
        return None
    evidence = {"rate_last": last, "rate_first": chosen}
    return Cause("schedule", evidence, Remedy("constant_rate", {}, {"schedule": "constant"}))


def _identity(run: Run) -> Cause | None:
    network = run.network
    linear = network.activation == "identity" or (network.activation == "leaky_relu" and network.negative_slope == 1.0)
    if not linear or not network.num_hidden_layers:
        return None
    evidence = {"num_hidden_layers": network.num_hidden_layers}
    return Cause("identity", evidence, remedies.relu_with_he(run))


def straight_is_enough(run: Run) -> bool:
    """Say whether a linear least-squares fit does much better than a network without hidden layers did."""
    rows = run.split.train[:MOST_FITTED]
    inputs = apply_scaler(run.scaler, run.dataset.inputs[rows]).astype(np.float64)
    design = np.column_stack([inputs, np.ones(len(inputs))])
    targets = encode_targets(run.dataset, run.network, run.training)[rows].astype(np.float64)
    fitted = design @ np.linalg.lstsq(design, targets, rcond=None)[0]
    reached = run.evaluate_rows(rows, run.num_steps)
    if run.dataset.labels is None:
        return bool(np.mean((fitted - targets) ** 2) < FITS_BETTER * np.mean((reached.outputs - targets) ** 2))
    answers = classes_of(fitted, decision_threshold(targets))
    return bool(np.mean(answers == run.dataset.labels[rows]) > reached.accuracy + 1.0 - FITS_BETTER)


def _start(run: Run) -> Cause | None:
    """Look for first weights far smaller or larger than the activation function needs."""
    network = run.network
    if network.initializer != "normal" or not network.num_hidden_layers:
        return None
    width = network.layer_sizes[1]
    usual = standard_deviation(remedies.start_of(network.activation), width, width)
    if usual / OFF_START < network.initializer_std < usual * OFF_START:
        return None
    evidence = {"std": network.initializer_std, "usual": usual}
    return Cause("start", evidence, remedies.random_start(run))
