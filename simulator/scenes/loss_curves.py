"""The losses of networks that are compared, averaged so that a line can be read: a picture of several scenes."""

from collections.abc import Sequence

import numpy as np

from simulator.core.propagation.learning import loss_window, middle, smoothed
from simulator.core.run import Run
from simulator.drawing.axes import linear_range, log_range
from simulator.drawing.picture import Picture
from simulator.drawing.steps import Curve, steps_picture
from simulator.texts import text
from simulator.texts.numbers import number_text

LOG_RATIO = 30.0
"""Losses that differ by more than this factor stand on a log axis."""
EXPLODED = 10.0
"""A loss that reaches this many times its first value leaves the picture: others stay readable."""


def losses_picture(titles: Sequence[str], runs: Sequence[Run], language: str) -> Picture:
    """Draw the loss of every run over its updates.

    Args:
      titles: names of the networks.
      runs: in the same order.
      language: of the words.
    """
    return seeds_picture(titles, [(run,) for run in runs], language)


def middle_loss(runs: Sequence[Run]) -> np.ndarray:
    """Return the median of the averaged losses of runs that differ in their seed: (recorded,)."""
    return middle(_averaged(runs))


def _averaged(runs: Sequence[Run]) -> np.ndarray:
    return np.array([smoothed(run.records.loss) for run in runs])


def seeds_picture(titles: Sequence[str], groups: Sequence[Sequence[Run]], language: str) -> Picture:
    """Draw the middle loss of several seeds of each network, and each seed's own behind it.

    Args:
      titles: names of the networks.
      groups: runs of each, as many updates in every one.
      language: of the words.
    """
    curves = [
        Curve(
            title=title,
            step=runs[0].records.step,
            values=middle(losses),
            seeds=tuple(losses) if len(losses) > 1 else (),
        )
        for title, runs, losses in zip(titles, groups, map(_averaged, groups), strict=True)
    ]
    ends = "; ".join(
        text(language, "gradient_decay.loss.alt_end", name=curve.title, loss=number_text(float(curve.values[-1])))
        for curve in curves
    )
    values = np.concatenate([line for curve in curves for line in (np.asarray(curve.values, float), *curve.seeds)])
    highest = EXPLODED * max((float(curve.values[0]) for curve in curves if np.isfinite(curve.values[0])), default=1.0)
    positive = values[np.isfinite(values) & (values > 0) & (values <= highest)]
    log = bool(len(positive) and positive.max() > LOG_RATIO * positive.min())
    leaves = bool(len(positive) and np.any(values > highest))
    return steps_picture(
        language,
        curves,
        title=text(language, "gradient_decay.loss.title"),
        alt=text(language, "gradient_decay.loss.alt", steps=max(int(curve.step[-1]) for curve in curves), ends=ends),
        axis=text(language, "gradient_decay.loss.axis", count=max(loss_window(len(curve.step)) for curve in curves)),
        log=log,
        domain=(log_range(positive)[0] if log else linear_range(positive)) if leaves else None,
    )
