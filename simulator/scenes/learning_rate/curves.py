"""Loss, length of the step and norm of the gradient over the steps, one line a run."""

from collections.abc import Callable

import numpy as np

from simulator.drawing.picture import Picture
from simulator.drawing.steps import Curve, steps_picture
from simulator.scenes.learning_rate.numbers import Found, Run
from simulator.scenes.learning_rate.words import run_title
from simulator.texts import text
from simulator.texts.numbers import number_text

RUN_COLORS = ("forward", "classes.1", "classes.4", "classes.5")
"""Of the runs, as in the picture of the paths."""
FLOOR = 1e-16
CEILING = 1e16
"""What is smaller lies on the lower edge of the log axis; a line that grows beyond the ceiling ends with a cross."""


def loss(run: Run) -> np.ndarray:
    """Return the loss at every step."""
    return run.path.loss


def step_length(run: Run) -> np.ndarray:
    """Return how far each update moved the parameters."""
    return np.linalg.norm(np.diff(run.path.theta, axis=0), axis=1)


def gradient_norm(run: Run) -> np.ndarray:
    """Return the norm of the gradient at every step."""
    return np.linalg.norm(run.path.gradient, axis=1)


def rate(run: Run) -> np.ndarray:
    """Return the learning rate of every step."""
    return run.rates


QUANTITIES: dict[str, Callable[[Run], np.ndarray]] = {
    "loss": loss,
    "length": step_length,
    "gradient": gradient_norm,
    "rates": rate,
}


def curves_picture(found: Found, quantity: str, language: str) -> Picture:
    """Draw one of ``QUANTITIES`` over the steps, on a log axis; a loss that can be negative on a linear one."""
    linear = quantity == "loss" and not found.log
    with np.errstate(all="ignore"):
        values = [QUANTITIES[quantity](run) for run in found.runs]
        shown = [np.where(one <= CEILING, np.maximum(one, FLOOR), np.nan) for one in values]
        if linear:
            shown = [np.where(np.abs(one) <= CEILING, one, np.nan) for one in values]
    curves = [
        Curve(title=run.settings.letter.upper(), step=np.arange(len(one)), values=one)
        for run, one in zip(found.runs, shown, strict=True)
    ]
    return steps_picture(
        language,
        curves,
        title=text(language, f"learning_rate.{quantity}.title"),
        alt=text(
            language,
            f"learning_rate.curves_alt.{'linear' if linear or quantity == 'rates' else 'log'}",
            quantity=axis(language, quantity),
            ends=ends(found, quantity, language),
        ),
        axis=axis(language, quantity),
        log=quantity != "rates" and not linear,
        domain=found.ends if linear else None,
        colors=RUN_COLORS,
    )


def axis(language: str, quantity: str) -> str:
    """Return what a quantity is called."""
    return text(language, f"learning_rate.{quantity}.axis")


def ends(found: Found, quantity: str, language: str) -> str:
    """Return what every run begins and ends with."""
    parts = []
    for run in found.runs:
        with np.errstate(all="ignore"):
            values = QUANTITIES[quantity](run)
        first, last = number_text(float(values[0])), number_text(float(values[-1]))
        parts.append(f"{run_title(language, run.settings)}: {first} → {last}")
    return "; ".join(parts)
