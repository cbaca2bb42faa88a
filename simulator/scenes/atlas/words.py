"""What the map says, from the numbers that are drawn."""

from typing import NamedTuple

import numpy as np

from simulator.core.run import Run
from simulator.core.sweep import Sweep
from simulator.core.sweep.chunk import final_window
from simulator.core.sweep.map import STAYED, Map, verdict
from simulator.scenes.atlas.scales import SCALES
from simulator.scenes.atlas.settings import Atlas
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text


def value_text(name: str, value: float | int) -> str:
    """Write a value of an axis with its symbol: ``η = 0.1``, or a number of layers or nodes as it is."""
    written = number_text(int(value) if SCALES[name].whole else value)
    return f"{SCALES[name].symbol} = {written}" if SCALES[name].symbol else written


def named(language: str, name: str, value: float | int) -> str:
    """Write a value of an axis with the name of the axis."""
    return f"{text(language, f'atlas.short.{name}')} {value_text(name, value)}"


def share_words(language: str, found: Map) -> str:
    """Say how many of the runs converge."""
    count, converged = int(found.known.sum()), int(found.converged.sum())
    share = percent_text(converged / count)
    if found.stride > 1:
        return text(language, "atlas.says.share_so_far", share=share, converged=converged, count=count)
    return text(language, "atlas.says.share", share=share, converged=converged, count=count)


def edge_words(language: str, found: Sweep, settings: Atlas) -> str:
    """Say how far along the horizontal axis runs converge, in the lowest and in the highest row."""
    xs, ys = (found.axes[SCALES[name].core] for name in (settings.x, settings.y))
    rows = np.flatnonzero(found.known.any(axis=0))
    said = []
    for row in (rows[0], rows[-1]):
        columns = np.flatnonzero(found.converged[:, row])
        value = value_text(settings.x, xs[columns[-1]]) if len(columns) else text(language, "atlas.says.none")
        said.append(text(language, "atlas.says.at", value=value, where=named(language, settings.y, ys[row])))
    return text(
        language, "atlas.says.edge", axis=text(language, f"atlas.short.{settings.x}"), low=said[0], high=said[1]
    )


def best_words(language: str, found: Sweep, settings: Atlas) -> str:
    """Say which run ends with the smallest loss."""
    if not found.converged.any():
        return text(language, "atlas.says.no_best")
    column, row = np.unravel_index(
        np.nanargmin(np.where(found.converged, found.final_loss, np.inf)), found.final_loss.shape
    )
    x, y = (found.axes[SCALES[name].core] for name in (settings.x, settings.y))
    return text(
        language,
        "atlas.says.best",
        loss=number_text(float(found.final_loss[column, row])),
        x=named(language, settings.x, x[column]),
        y=named(language, settings.y, y[row]),
    )


class Verdict(NamedTuple):
    """What became of one run, by the rule of the map."""

    start_loss: float
    final_loss: float
    left_step: int  # ``STAYED`` where it converged


def verdict_of(run: Run) -> Verdict:
    """Return what the map's rule says of a recorded run."""
    loss = run.records.loss
    final = loss[-final_window(run.num_steps, run.steps_per_epoch) :].mean()
    below = np.flatnonzero(loss < loss[0])
    left = int(verdict(loss[:1], final[None], below[-1:] if len(below) else np.zeros(1, int))[0])
    return Verdict(float(loss[0]), float(final), left)


def own_words(language: str, run: Run, settings: Atlas) -> str:
    """Say what became of the reader's own run."""
    found = verdict_of(run)
    where = {axis: named(language, getattr(settings, axis), settings.own(axis)) for axis in "xy"}
    numbers = {"start": number_text(found.start_loss), "end": number_text(found.final_loss)}
    if found.left_step == STAYED:
        return text(language, "atlas.says.own_converged", **where, **numbers)
    if np.isfinite(found.final_loss):
        return text(language, "atlas.says.own_left", **where, **numbers, step=found.left_step)
    return text(language, "atlas.says.own_broke", **where, **numbers, step=found.left_step)
