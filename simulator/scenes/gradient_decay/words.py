"""What the numbers of gradient decay say, as sentences in the reader's language: the same numbers as the pictures'."""

from collections.abc import Sequence

import numpy as np

from simulator.core.network import NetworkConfig
from simulator.core.propagation.learning import Clipping, smoothed
from simulator.core.propagation.microscope import LEVEL, Microscope, Profile, log10, slope_factor
from simulator.core.run import Run
from simulator.scenes.gradient_decay.factors import SIGMOID_BOUND, products, sigmoid_bound
from simulator.scenes.gradient_decay.pictures import Named
from simulator.scenes.gradient_decay.underflow import FORMATS, MOST_LAYERS, Underflow, repeated
from simulator.texts import text
from simulator.texts.numbers import number_text

QUANTITY = {"pre_activation": "∂L/∂z", "weight": "∂L/∂W"}
NEARLY_NOTHING = 1e-30
"""Below this the last gradient before exact zeros was on its way out of float32."""
NARROW = 12
"""Up to this width the spread of random networks is worth a word."""
GOOD_FIT = 0.98


def decay_words(language: str, one: Named, norm: str = "pre_activation") -> list[str]:
    """Say how much of the gradient arrives at the first hidden layer, from the norms that are drawn.

    Args:
      language: of the sentences.
      one: the network.
      norm: whose gradient is drawn: one of ``settings.NORMS``.
    """
    profile, name = one.profile(norm), one.title
    values = {"name": name, "quantity": QUANTITY[norm]}
    middle = profile.middle[:-1]
    broken = int(np.sum(profile.broken_share[:-1] > 0))
    if broken:
        return [text(language, "gradient_decay.decay.broken", count=broken, **values)]
    gone = int(np.sum(profile.drawn[:-1] == 0))
    if np.all(profile.zero_share[:-1] == 1):
        return [text(language, "gradient_decay.decay.nothing", **values)]
    if gone:
        return [_gone(language, one, profile, gone, values)]
    share, factor = middle[0] / middle[-1], slope_factor(log10(profile.middle))
    values |= {"share": number_text(share), "factor": number_text(factor)}
    entry = "level" if 1 / LEVEL < share < LEVEL else "loses" if share < 1 else "grows"
    return [text(language, f"gradient_decay.decay.{entry}", **values), *survivor_words(language, one, norm)]


def _gone(language: str, one: Named, profile: Profile, gone: int, values: dict[str, str]) -> str:
    """Say in which layers the gradient is exactly 0: float32 has nothing left, or most starts pass nothing on."""
    left = profile.middle[:-1][profile.drawn[:-1] != 0]
    if len(left) and left.min() < NEARLY_NOTHING:
        return text(language, "gradient_decay.decay.zero", count=gone, **values)
    zero = round(profile.zero_share[0] * one.num_seeds)
    return text(language, "gradient_decay.decay.mostly_zero", zero=zero, seeds=one.num_seeds, **values)


def survivor_words(language: str, one: Named, norm: str = "pre_activation") -> list[str]:
    """Say how many random starts are left out of means, factors and fits because their gradient is exactly 0."""
    zero = round(float(np.max(one.profile(norm).zero_share[:-1])) * one.num_seeds)
    if not 0 < zero < one.num_seeds:
        return []
    values = {"name": one.title, "zero": zero, "seeds": one.num_seeds, "left": one.num_seeds - zero}
    return [text(language, "gradient_decay.decay.survivors", **values)]


def fit_words(language: str, name: str, network: NetworkConfig, microscope: Microscope) -> list[str]:
    """Say how well the decay was foretold, and where and why not."""
    split, theory = microscope.split_fit, microscope.theory_fit
    values = {"name": name, "measured": number_text(microscope.factor), "split": number_text(split.factor)}
    if theory is None:
        sentences = [text(language, "gradient_decay.microscope.fit_no_theory", r2=_r2(split.r_squared), **values)]
    elif split.level:
        sentences = [text(language, "gradient_decay.microscope.fit_level", theory=number_text(theory.factor), **values)]
    else:
        r2 = {"r2": _r2(split.r_squared), "r2_theory": _r2(theory.r_squared)}
        sentences = [text(language, "gradient_decay.microscope.fit", theory=number_text(theory.factor), **r2, **values)]
    weaker = split if theory is None or not theory.r_squared < split.r_squared else theory
    off = max(weaker.worst_ratio, 1 / weaker.worst_ratio) if weaker.worst_layer >= 0 and weaker.worst_ratio > 0 else 1.0
    if off > 2.0:
        ratio = number_text(weaker.worst_ratio)
        sentences.append(
            text(language, "gradient_decay.microscope.worst", name=name, layer=weaker.worst_layer + 1, ratio=ratio)
        )
        if network.layer_sizes[1] <= NARROW:
            sentences.append(text(language, "gradient_decay.microscope.why_narrow", width=network.layer_sizes[1]))
        if (
            any(network.residuals)
            and network.normalizations[0] == "none"
            and network.activation in ("relu", "leaky_relu")
        ):
            sentences.append(text(language, "gradient_decay.microscope.why_residual"))
        if network.activation == "relu" and float(np.max(microscope.profile.zero_share)) > 0:
            sentences.append(text(language, "gradient_decay.microscope.why_dead"))
    if network.activation == "sigmoid" and network.normalizations[0] == "none" and not any(network.residuals):
        sentences.append(text(language, "gradient_decay.microscope.bound"))
    return sentences


def split_words(language: str, name: str, microscope: Microscope) -> str:
    """Say what φ′ and what the weights multiply by, on average over the layers."""
    split = microscope.split
    mean = [_geometric_mean(part) for part in (split.activation * split.normalization, split.weights)]
    return text(
        language,
        "gradient_decay.split.says",
        name=name,
        activation=number_text(mean[0]),
        weights=number_text(mean[1]),
        product=number_text(mean[0] * mean[1]),
    )


def end_words(language: str, name: str, run: Run) -> str:
    """Say where the loss of a run ends, or at which step it is lost."""
    loss = smoothed(run.records.loss)
    if not np.isfinite(loss[-1]):
        step = int(run.records.step[int(np.argmax(~np.isfinite(run.records.loss)))])
        return text(language, "gradient_decay.clip.lost", name=name, step=step)
    return text(language, "gradient_decay.clip.ends", name=name, end=number_text(float(loss[-1])))


def batch_words(language: str, networks: Sequence[tuple[Named, NetworkConfig]]) -> list[str]:
    """Say that batch normalization makes a gradient grow, where that is measured: without it nothing else does."""
    for one, network in networks:
        middle = one.microscope.profile.middle
        if network.normalizations[0] == "batch" and middle[0] / middle[-2] > LEVEL:
            values = {"name": one.title, "share": number_text(middle[0] / middle[-2])}
            return [text(language, "gradient_decay.remedies.batch", **values)]
    return []


def factors_words(language: str, factors: Sequence[float], gain: float) -> list[str]:
    """Say what a table of factors leaves, and where the number formats end."""
    left = products(factors)
    sentences = [
        text(
            language,
            "gradient_decay.factors.says",
            last=len(factors),
            at_last=number_text(float(left[-1])),
            at_first=number_text(float(left[0])),
        )
    ]
    if len(set(factors)) == 1 and 0 < factors[0] < 1:
        ends = "; ".join(_end_words(language, float(factors[0]), kind) for kind in FORMATS)
        sentences.append(
            text(language, "gradient_decay.factors.zero_at", factor=number_text(float(factors[0])), ends=ends)
        )
    first = number_text(float(sigmoid_bound(len(factors), gain)[0]))
    bound = number_text(SIGMOID_BOUND * gain)
    sentences.append(
        text(language, "gradient_decay.factors.bound_says", gain=number_text(gain), bound=bound, first=first)
    )
    return sentences


def _end_words(language: str, factor: float, kind: str) -> str:
    """Say where repeated multiplication ends in a number format."""
    found = repeated(factor, kind)
    entry = "zero_after" if found.zero_after is not None else "zero_never" if found.stays else "zero_later"
    values = {"count": found.zero_after or MOST_LAYERS, "value": number_text(found.value)}
    return text(language, f"gradient_decay.factors.{entry}", format=kind, **values)


def underflow_words(language: str, entry: Underflow) -> str:
    """Say how far the gradient of one number format reaches."""
    smallest = number_text(entry.smallest)
    if not np.all(np.isfinite(entry.grad_norm)):
        return text(language, "gradient_decay.underflow.broken", format=entry.format)
    if entry.reach is None:
        return text(language, "gradient_decay.underflow.arrives", format=entry.format, smallest=smallest)
    return text(
        language,
        "gradient_decay.underflow.says",
        format=entry.format,
        reach=entry.reach,
        zero=entry.zero_layers,
        smallest=smallest,
    )


def weight_words(language: str, clipped: Clipping, start: Named) -> str:
    """Say how the weight gradient that is drawn changes from layer to layer, and why where ∂L/∂z does otherwise."""
    share = float(clipped.before[0] / clipped.before[-2]) if clipped.before[-2] else float("nan")
    said = text(language, "gradient_decay.clip.weights", share=number_text(share))
    middle = start.microscope.profile.middle
    level, grows = 1 / LEVEL < share < LEVEL, middle[0] / middle[-2] > LEVEL
    return f"{said} {text(language, 'gradient_decay.clip.why_level')}" if level and grows else said


def clipping_words(language: str, clipped: Clipping, clip_norm: float) -> str:
    """Say what clipping does to the gradient of this network."""
    total, clip = number_text(clipped.total_norm), number_text(clip_norm)
    if clipped.factor == 1.0:
        return text(language, "gradient_decay.clip.says_none", total=total, clip=clip)
    return text(language, "gradient_decay.clip.says", total=total, clip=clip, factor=number_text(clipped.factor))


def microscope_table(language: str, networks: Sequence[tuple[str, Microscope]]) -> dict[str, list[str]]:
    """Return slope, predictions and what they rest on as a table, one column a network."""
    columns: dict[str, list[str]] = {}
    for title, scope in networks:
        theory, theory_fit = scope.theory, scope.theory_fit
        values = {
            "measured": scope.factor,
            "split": scope.split_fit.factor,
            "r2_split": scope.split_fit.r_squared,
            "theory": theory_fit.factor if theory_fit else float("nan"),
            "r2_theory": theory_fit.r_squared if theory_fit else float("nan"),
            "derivative_mean": _mean(scope.split.derivative_mean),
            "derivative_rms": _mean(scope.split.derivative_rms),
            "weights": _mean(scope.split.weights_foretold),
            "chi": theory.chi if theory else float("nan"),
            "fixed_point": theory.fixed_point if theory else float("nan"),
        }
        columns.setdefault(
            text(language, "gradient_decay.table.quantity"),
            [text(language, f"gradient_decay.table.{name}") for name in values],
        )
        columns[title] = ["–" if np.isnan(value) else number_text(value) for value in values.values()]
    return columns


def _mean(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else float("nan")


def _geometric_mean(values: np.ndarray) -> float:
    logs = log10(values)
    return float(10 ** np.nanmean(logs)) if np.isfinite(logs).any() else float("nan")


def _r2(value: float) -> str:
    return f"{value:.3f}".replace("-", "−") if np.isfinite(value) else "–"
