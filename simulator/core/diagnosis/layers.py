"""What the per-layer records show: divergence, symmetry, dead or saturated units, vanishing or exploding gradients."""

from typing import Any

import numpy as np

from simulator.core.activations import SATURATING
from simulator.core.diagnosis.curve import Curve
from simulator.core.diagnosis.finding import Finding, make_finding
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
    records, rate = run.records, run.training.learning_rate
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
                loss_first=records.loss[0],
                loss_before=records.loss[row],
                learning_rate=rate,
            )
        ]
    if not curve.level > EXPLODED_LOSS * max(curve.start, curve.baseline):
        return []
    row = int(np.argmax(curve.values > EXPLODED_LOSS * max(curve.start, curve.baseline)))
    ratios = np.nan_to_num(np.asarray(records.update_ratio), nan=0.0, posinf=0.0)
    before = max(row - 1, 0)  # the update that made this loss
    return [
        make_finding(
            "diverged",
            "loss",
            step=records.step[row],
            layer=int(np.argmax(ratios[before])),
            quantity="loss",
            finite=True,
            loss_first=records.loss[0],
            loss_last=curve.level,
            learning_rate=rate,
        )
    ]


def find_symmetry(run: Run, curve: Curve) -> list[Finding]:
    """Look for hidden layers whose units are all the same at the end: they started equal and got equal gradients."""
    findings = []
    params = run.params_at(int(run.records.step[-1]))
    for layer, one in enumerate(params[:-1]):
        weight = np.vstack([one.weight, one.bias[None, :]]).astype(np.float64)
        if weight.shape[1] < 2 or not np.isfinite(weight).all():
            continue
        spread = float(np.max(weight.max(axis=1) - weight.min(axis=1)))
        if spread <= SAME_UNITS * float(np.abs(weight).max()):
            findings.append(
                make_finding(
                    "symmetry",
                    "weight_norm",
                    step=run.records.step[0],
                    layer=layer,
                    spread=spread,
                    num_units=weight.shape[1],
                    initializer=run.network.initializer,
                    weight_norm=run.records.weight_norm[-1, layer],
                )
            )
    return _first_with_layers(findings)


def find_dead_units(run: Run, curve: Curve) -> list[Finding]:
    """Look for hidden units whose derivative is 0 for every example of every late batch."""
    records = run.records
    if run.network.activation != "relu":  # elsewhere φ' = 0 is a saturated unit, or one with a slope that cannot die
        return []
    late = np.asarray(records.dead_fraction)[-curve.window :, :-1]
    if late.shape[1] == 0:
        return []
    # A small batch finds idle units by chance; a dead unit is idle in all of them, so the smallest share counts.
    share = late.min(axis=0)
    worst = int(np.argmax(share))
    if not share[worst] > DEAD_FRACTION:
        return []
    layers = np.flatnonzero(share > DEAD_FRACTION)
    first = int(np.argmax(np.asarray(records.dead_fraction)[:, worst] > DEAD_FRACTION))
    units = run.network.layer_sizes[worst + 1]
    return [
        make_finding(
            "dead_layer" if share[worst] >= 1.0 else "dead_units",
            "dead_fraction",
            step=records.step[first],
            layer=worst,
            layers=tuple(layers),
            dead_fraction=share[worst],
            num_dead=round(float(share[worst]) * units),
            num_units=units,
            dead_at_start=records.dead_fraction[0, worst],
            learning_rate=run.training.learning_rate,
        )
    ]


def find_gradient_ratio(run: Run, curve: Curve) -> list[Finding]:
    """Compare the gradient norms of the first layer and the output layer, over the whole run and at its start."""
    records = run.records
    norms = np.asarray(records.pre_activation_grad_norm, dtype=np.float64)
    findings = []
    depth = norms.shape[1] - 1
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
            values["activation"] = run.network.activation
            findings.append(make_finding("vanishing_gradient", "pre_activation_grad_norm", **values))
        elif ratios[0] > EXPLODING_RATIO:
            findings.append(make_finding("exploding_gradient", "pre_activation_grad_norm", **values))
    # Where the loss ran away, so did the gradient: one sentence is enough.
    return findings or ([] if find_divergence(run, curve) else _grown_gradient(run))


def _grown_gradient(run: Run) -> list[Finding]:
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
            clip_norm=run.training.clip_norm,
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
    return [
        make_finding(
            "saturated",
            "saturated_fraction",
            step=run.records.step[first],
            layer=worst,
            layers=tuple(np.flatnonzero(share >= SATURATED_FRACTION)),
            saturated_fraction=share[worst],
            saturated_at_start=run.records.saturated_fraction[0, worst],
            activation=run.network.activation,
        )
    ]


def _first_with_layers(findings: list[Finding]) -> list[Finding]:
    if not findings:
        return []
    first = findings[0]
    layers = tuple(finding.layer for finding in findings)
    return [first._replace(evidence={**first.evidence, "layers": layers})]
