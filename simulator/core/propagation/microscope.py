"""Why a gradient grows or shrinks: the factor of each layer, taken apart, and how well theory foretells it.

From layer i + 1 back to layer i the norm of ∂L/∂z changes by

    ‖∂L/∂a_i‖ / ‖∂L/∂z_{i+1}‖   ·   ‖∂L/∂u_i‖ / ‖∂L/∂a_i‖   ·   ‖∂L/∂z_i‖ / ‖∂L/∂u_i‖
         the weights                the activation function         the normalization

exactly. Foretold from statistics alone, as if gradients were unrelated to weights and activations: weights ‖W‖ /
√units, activation the root mean square of φ', normalization the root mean square of γ / deviation.
"""

from typing import NamedTuple

import numpy as np

from simulator.core.network import NetworkConfig
from simulator.core.propagation.batch import Batch
from simulator.core.propagation.meanfield import MeanField, mean_field
from simulator.core.propagation.signal import Signal

BAND = (10.0, 90.0)
"""Percentiles of the seeds between which a band is drawn."""


LEVEL = 3.0
"""Largest ratio of two norms that still counts as level."""


class Profile(NamedTuple):
    """A norm of every layer over many seeds; the output layer is last."""

    middle: np.ndarray  # (layers + 1,) geometric mean of the seeds where it is not 0
    low: np.ndarray  # (layers + 1,) 10th percentile
    high: np.ndarray  # (layers + 1,) 90th percentile
    zero_share: np.ndarray  # (layers + 1,) share of seeds whose norm is exactly 0
    broken_share: np.ndarray  # (layers + 1,) share of seeds whose norm is not finite

    @property
    def drawn(self) -> np.ndarray:
        """The middle, with 0 where most seeds have 0 and infinity where most, or all others, are not finite."""
        broken = (self.broken_share > 0.5) | (np.isnan(self.middle) & (self.broken_share > 0))
        nothing = (self.zero_share > 0.5) | np.isnan(self.middle)
        return np.where(broken, np.inf, np.where(nothing, 0.0, self.middle))


class Split(NamedTuple):
    """Factors by which the gradient norm changes on entering each hidden layer from behind: (layers,)."""

    measured: np.ndarray  # ‖∂L/∂z‖ of the layer / of the layer behind it
    weights: np.ndarray  # what Wᵀ (and the path past the layer) does, measured
    activation: np.ndarray  # what φ' does, measured
    normalization: np.ndarray  # what the normalization does, measured
    weights_foretold: np.ndarray  # ‖W‖ / √units
    derivative_rms: np.ndarray
    derivative_mean: np.ndarray
    normalization_foretold: np.ndarray
    foretold: np.ndarray  # the whole factor from these statistics


class Fit(NamedTuple):
    """A prediction of log10 ‖∂L/∂z‖ beside what was measured, over the hidden layers and the logits."""

    log_norm: np.ndarray  # (layers + 1,) predicted log10, from the measured logits backwards
    factor: float  # predicted change of the norm a layer, the slope as a factor
    r_squared: float  # 1 − Σ(measured − predicted)² / Σ(measured − mean)²; NaN where fewer than 3 layers count
    level: bool  # the measured norms stay within a factor LEVEL: no slope to explain, R² says nothing
    worst_layer: int  # index of the layer where it is furthest off, −1 where nothing can be compared
    worst_ratio: float  # predicted / measured there


class Microscope(NamedTuple):
    """All about one network's gradient: what is, why it is, and what was foretold."""

    profile: Profile
    split: Split
    factor: float  # measured change of the norm a layer: the slope over the hidden layers, as a factor
    split_fit: Fit
    theory: MeanField | None
    theory_fit: Fit | None


def microscope(network: NetworkConfig, batch: Batch, signal: Signal) -> Microscope:
    """Take the gradient of every layer apart.

    Args:
      network: that the signal went through.
      batch: that went through it.
      signal: of one or many seeds.
    """
    profile = profile_of(signal.grad_norm)
    split = split_of(network, signal)
    measured = log10(profile.middle)
    theory = mean_field(network, batch.inputs)
    theory_fit = None
    if theory is not None:
        last = _last_factor(network, signal, theory)
        theory_fit = _fit(measured, np.append(theory.factor, last))
    return Microscope(profile, split, slope_factor(measured), _fit(measured, split.foretold), theory, theory_fit)


def profile_of(norms: np.ndarray) -> Profile:
    """Return middle and band over the seeds, (seeds, layers) → (layers,); exact zeros are counted, not averaged."""
    usable = np.isfinite(norms) & (norms > 0)
    logs = np.where(usable, log10(norms), np.nan)
    counted = usable.any(axis=0)
    middle, low, high = (np.full(norms.shape[1], np.nan) for _ in range(3))
    if counted.any():
        middle[counted] = 10 ** np.nanmean(logs[:, counted], axis=0)
        low[counted], high[counted] = 10 ** np.nanpercentile(logs[:, counted], BAND, axis=0)
    zero, broken = (norms == 0).mean(axis=0), (~np.isfinite(norms)).mean(axis=0)
    return Profile(middle, low, high, zero, broken)


def split_of(network: NetworkConfig, signal: Signal) -> Split:
    """Return the measured and the foretold factors of every hidden layer: geometric means over the seeds."""
    layers = signal.layers
    behind = signal.grad_norm[:, 1:]  # ‖∂L/∂z‖ of the layer behind each hidden layer
    gain_behind = np.concatenate([layers.weight_gain[:, 1:], signal.output_weight_gain[:, None]], axis=1)
    skip_behind = np.array([*network.residuals[1:], False], float)[None, :]
    # ‖g_i‖² = ‖∂L/∂z_{i+1}‖² gain², plus, past layer i + 1, ‖g_{i+1}‖² = ‖∂L/∂z_{i+1}‖² / (φ' and γ / deviation)².
    own = layers.derivative_rms * layers.normalization_gain
    own_behind = np.concatenate([own[:, 1:], np.ones_like(own[:, :1])], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights_foretold = np.sqrt(gain_behind**2 + np.where(skip_behind > 0, 1.0 / own_behind**2, 0.0))
    foretold = weights_foretold * own
    return Split(
        measured=_mean_ratio(layers.pre_activation_grad_norm, behind),
        weights=_mean_ratio(layers.activation_grad_norm, behind),
        activation=_mean_ratio(layers.normalized_grad_norm, layers.activation_grad_norm),
        normalization=_mean_ratio(layers.pre_activation_grad_norm, layers.normalized_grad_norm),
        weights_foretold=_mean_ratio(weights_foretold, np.ones_like(behind)),
        derivative_rms=_mean_ratio(layers.derivative_rms, np.ones_like(behind)),
        derivative_mean=layers.derivative_mean.mean(axis=0),
        normalization_foretold=_mean_ratio(layers.normalization_gain, np.ones_like(behind)),
        foretold=_mean_ratio(foretold, np.ones_like(behind)),
    )


def slope_factor(log_norm: np.ndarray) -> float:
    """Return by which factor a layer the norm changes from the back to the front: a straight line through the logs.

    >>> round(slope_factor(np.array([-3.0, -2.0, -1.0, 0.0])), 6)  # a tenth a layer; the last entry is the logits
    0.1
    """
    logs = log_norm[:-1]
    layers = np.arange(len(logs))
    usable = np.isfinite(logs)
    if usable.sum() < 2:
        return float("nan")
    return float(10 ** -np.polyfit(layers[usable], logs[usable], 1)[0])


def log10(values: np.ndarray) -> np.ndarray:
    """Return log10, NaN for 0 and below and for what is not finite."""
    values = np.asarray(values, np.float64)
    usable = np.isfinite(values) & (values > 0)
    return np.where(usable, np.log10(np.where(usable, values, 1.0)), np.nan)


def _mean_ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return the geometric mean over the seeds of a ratio; NaN where no seed has one."""
    ratio = log10(above) - log10(below)
    counted = np.isfinite(ratio).any(axis=0)
    mean = np.full(ratio.shape[1], np.nan)
    mean[counted] = 10 ** np.nanmean(ratio[:, counted], axis=0)
    return mean


def _last_factor(network: NetworkConfig, signal: Signal, theory: MeanField) -> float:
    """Return the foretold factor from the logits to the last hidden layer, by the theory's own statistics."""
    last_gain = float(signal.output_weight_gain.mean())
    normalized = network.normalizations[-1] != "none"
    through = float(signal.layers.normalization_gain[:, -1].mean()) if normalized else 1.0
    return last_gain * float(theory.derivative_rms[-1]) * through


def _fit(measured: np.ndarray, factors: np.ndarray) -> Fit:
    """Hold a chain of factors, starting from the measured logits, against the measured norms."""
    steps = np.cumsum(log10(factors)[::-1])[::-1]
    predicted = np.append(measured[-1] + steps, measured[-1])
    usable = np.isfinite(measured) & np.isfinite(predicted)
    usable[-1] = False  # the logits agree by construction
    slope = slope_factor(np.where(usable, predicted, np.nan))
    if usable.sum() < 3:
        return Fit(predicted, slope, float("nan"), False, -1, float("nan"))
    error = np.where(usable, predicted - measured, 0.0)
    spread = np.sum((measured[usable] - measured[usable].mean()) ** 2)
    worst = int(np.argmax(np.abs(error)))
    r_squared = float(1.0 - np.sum(error**2) / spread) if spread > 0 else float("nan")
    level = bool(np.ptp(measured[usable]) < np.log10(LEVEL))
    return Fit(predicted, slope, r_squared, level, worst, float(10 ** error[worst]))
