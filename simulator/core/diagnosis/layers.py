"""What the per-layer records show: divergence, symmetry, dead or saturated units, vanishing or exploding gradients."""

from typing import Any

import numpy as np

from simulator.core.activations import SATURATING
from simulator.core.diagnosis import remedies
from simulator.core.diagnosis.curve import Curve
from simulator.core.diagnosis.finding import Finding, make_finding
from simulator.core.diagnosis.silent import silent_from, silent_units
from simulator.core.network import LayerParams
from simulator.core.run import Run

EXPLODED_LOSS = 3.0
"""A loss at the end above three times its start has run away: random initial weights rarely start that well."""
DEAD_FRACTION = 0.5
"""Well-trained ReLU networks have a quarter of idle units on small data; beyond one half, a layer loses its width."""
SATURATED_FRACTION = 0.5
"""More than half of the activations with a derivative under 5 % of the largest: most paths are closed."""
VANISHING_RATIO = 1e-2
"""First layer's gradient norm against the output layer's. One SGD update then moves the first layer 100 times less."""
EXPLODING_RATIO = 1e2
GROWN_GRADIENT = 1e3
"""The whole gradient against its start; training makes it smaller or leaves it of the same order."""
SAME_UNITS = 1e-4
"""Largest relative spread between units that count as identical; float32 sums differ by about 1e-6."""


def find_divergence(run: Run, curve: Curve) -> list[Finding]:
    """Look for the first number that is not finite, else for a loss that ends far above its start."""
    records = run.records
    first = run.first_nonfinite
    if first is not None:
        row = max(int(np.searchsorted(records.step, first.step)) - 1, 0)
        return [
            make_finding(
                "diverged",
                "loss",
                step=first.step,
                layer=first.layer,
                quantity=first.quantity,
                finite=False,
                loss_before=records.loss[row] - records.penalty[row],
                step_before=records.step[row],
                remedy=remedies.lower_rate(run),
            )
        ]
    limit = EXPLODED_LOSS * max(curve.start, curve.baseline)
    if not (curve.level > limit and curve.last > curve.first):
        return []
    row = int(np.argmax(curve.values > limit))
    gradients = np.nan_to_num(np.asarray(records.weight_grad_norm)[max(row - 1, 0)])
    return [
        make_finding(
            "diverged",
            "loss",
            step=records.step[row],
            layer=int(np.argmax(gradients)),
            quantity="loss",
            finite=True,
            loss_first=curve.first,
            loss_last=curve.last,
            loss_limit=limit,
            remedy=remedies.lower_rate(run),
        )
    ]


def find_symmetry(run: Run, curve: Curve) -> list[Finding]:
    """Look for the first hidden layer whose units start equal and are equal at the end."""
    start, end = run.params_at(0), run.params_at(run.num_steps)
    for layer, (first, last) in enumerate(zip(start[:-1], end[:-1], strict=True)):
        spread = _spread(last)
        if np.isfinite(spread) and len(last.bias) > 1 and spread <= SAME_UNITS * _size(last) and _spread(first) == 0:
            return [
                make_finding(
                    "symmetry",
                    "weight_norm",
                    step=run.num_steps,
                    layer=layer,
                    spread=spread,
                    num_units=len(last.bias),
                    remedy=remedies.random_start(run),
                )
            ]
    return []


def _spread(entry: LayerParams) -> float:
    """Return the largest difference between two units in one of their weights or in their bias."""
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        weight = np.vstack([entry.weight, entry.bias[None, :]]).astype(np.float64)
        return float(np.max(weight.max(axis=1) - weight.min(axis=1)))


def _size(entry: LayerParams) -> float:
    return max(float(np.abs(entry.weight).max()), float(np.abs(entry.bias).max()))


def find_dead_units(run: Run, curve: Curve) -> list[Finding]:
    """Look for hidden units that answer 0 to every training row at the end of the run."""
    records = run.records
    if run.network.activation != "relu":  # elsewhere φ' = 0 is a saturated unit, or one with a slope that cannot die
        return []
    late = np.asarray(records.dead_fraction)[-curve.window :, :-1]
    # A unit that is dead on all rows is dead on every mini-batch: the rows are asked only where these say so.
    if late.shape[1] == 0 or not (late.min(axis=0) > DEAD_FRACTION).any():
        return []
    end = silent_units(run, run.params_at(run.num_steps), late.shape[1])
    shares = np.array([silent.mean() for silent in end])
    worst = int(np.argmax(shares))
    if not shares[worst] > DEAD_FRACTION:
        return []
    rows, remedy = len(run.split.train), None if curve.solved else remedies.lower_rate(run)
    since = silent_from(run, worst) if shares[worst] == 1.0 else None
    if since is not None:
        return [
            make_finding("dead_layer", "dead_fraction", step=since, layer=worst, num_rows=rows, remedy=remedy),
        ]
    start = silent_units(run, run.params_at(0), worst + 1)[worst]
    return [
        make_finding(
            "dead_units",
            "dead_fraction",
            step=run.num_steps,
            layer=worst,
            num_dead=np.count_nonzero(end[worst]),
            num_dead_at_start=np.count_nonzero(start),
            num_units=len(end[worst]),
            num_rows=rows,
            remedy=remedy,
        )
    ]


def find_gradient_ratio(run: Run, curve: Curve) -> list[Finding]:
    """Compare the gradient norms of the first layer and the output layer, over the whole run and at its start."""
    records = run.records
    norms = np.asarray(records.pre_activation_grad_norm, dtype=np.float64)
    findings = []
    depth = norms.shape[1] - 1
    saturating = run.network.activation in SATURATING
    usable = np.isfinite(norms[:, 0]) & np.isfinite(norms[:, -1]) & (norms[:, -1] > 0)
    if depth >= 1 and usable.any():
        ratios = norms[usable, 0] / norms[usable, -1]
        row = np.flatnonzero(usable)[0]
        values: dict[str, Any] = {
            "step": int(records.step[row]),
            "layer": 0,
            "first": norms[row, 0],
            "output": norms[row, -1],
            "ratio": ratios[0],
            "ratio_median": np.median(ratios),
            "per_layer": ratios[0] ** (1.0 / depth),
            "num_layers": depth + 1,
        }
        # Vanishing must hold at the start and over the run: training may repair a bad start by itself.
        if max(ratios[0], np.median(ratios)) < VANISHING_RATIO:
            values["remedy"] = (
                None if curve.learned else remedies.relu_with_he(run) if saturating else remedies.normalize(run)
            )
            values["adaptive"] = run.training.optimizer in remedies.ADAPTIVE
            findings.append(make_finding("vanishing_gradient", "pre_activation_grad_norm", **values))
        elif ratios[0] > EXPLODING_RATIO:
            values["remedy"] = None if curve.learned else remedies.normalize(run)
            findings.append(make_finding("exploding_gradient", "pre_activation_grad_norm", **values))
    # Where the loss ran away, so did the gradient: one sentence is enough.
    return findings or ([] if find_divergence(run, curve) else _grown_gradient(run, curve))


def _grown_gradient(run: Run, curve: Curve) -> list[Finding]:
    records = run.records
    whole = np.asarray(records.grad_norm, dtype=np.float64)
    start = whole[0]
    if not (np.isfinite(start) and start > 0):
        return []
    with np.errstate(invalid="ignore"):
        grown = np.flatnonzero(np.isfinite(whole) & (whole > GROWN_GRADIENT * start))
    if len(grown) == 0:
        return []
    row = int(grown[0])
    weight_grads = np.nan_to_num(np.asarray(records.weight_grad_norm)[row], posinf=np.inf)
    return [
        make_finding(
            "exploding_gradient",
            "grad_norm",
            step=records.step[row],
            layer=int(np.argmax(weight_grads)),
            grad_norm_first=start,
            grad_norm=whole[row],
            growth=whole[row] / start,
            remedy=None if curve.learned else remedies.lower_rate(run),
        )
    ]


def find_saturation(run: Run, curve: Curve) -> list[Finding]:
    """Look for saturated sigmoid or tanh layers in a network that did not learn."""
    # A trained network may saturate because it is sure of its answers; that is no problem, so ``learned`` excuses it.
    if run.network.activation not in SATURATING or curve.learned:
        return []
    late = np.asarray(run.records.saturated_fraction)[-curve.window :, :-1]
    if late.shape[1] == 0:
        return []
    share = np.median(late, axis=0)
    worst = int(np.argmax(share))
    if not share[worst] >= SATURATED_FRACTION:
        return []
    first = int(np.argmax(np.asarray(run.records.saturated_fraction)[:, worst] >= SATURATED_FRACTION))
    worst_at_start = run.records.saturated_fraction[0, worst] >= SATURATED_FRACTION
    return [
        make_finding(
            "saturated",
            "saturated_fraction",
            step=run.records.step[first],
            layer=worst,
            window=curve.window,
            saturated_fraction=share[worst],
            saturated_at_start=run.records.saturated_fraction[0, worst],
            activation=run.network.activation,
            remedy=remedies.random_start(run) if worst_at_start else remedies.lower_rate(run),
        )
    ]
