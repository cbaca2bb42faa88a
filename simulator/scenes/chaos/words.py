"""What order and chaos says, from the numbers that are drawn."""

from typing import NamedTuple

import numpy as np

from simulator.scenes.chaos.numbers import CONTOUR, Atlas, Correlation
from simulator.scenes.chaos.settings import TARGET, Chaos
from simulator.scenes.gradient_decay.pictures import Named
from simulator.scenes.gradient_decay.words import decay_words
from simulator.texts import text
from simulator.texts.numbers import number_text

PAPER = 6
"""Schoenholz et al. 2017, section 4: networks train up to a depth of about six times ξ_c."""
_AT_THE_LINE = 0.005
"""A difference of σ_w that is written as 0."""


class Offset(NamedTuple):
    """Where the deepest networks of the rows stand, measured from the line χ₁ = 1 to the right."""

    mean: float
    largest: float  # of the absolute differences
    rows: int


def offset_of(atlas: Atlas) -> Offset | None:
    """Return how far the middle of each row's deepest networks is from the line; ``None`` where none is trained."""
    found, depth = atlas.found, atlas.found.depth
    weight_stds = np.array(found.axes["weight_std"])
    rows = np.flatnonzero(depth.max(axis=0) > 0)
    differences = []
    for row in rows:
        deepest = weight_stds[depth[:, row] == depth[:, row].max()]
        differences.append((deepest[0] + deepest[-1]) / 2 - atlas.row_edges[row])
    if not differences:
        return None
    return Offset(float(np.mean(differences)), float(np.max(np.abs(differences))), len(rows))


def depth_words(language: str, atlas: Atlas) -> str:
    """Say how deep the deepest networks are, and how many starts allow that."""
    found = atlas.found
    known, deepest = int(found.known.sum()), int(found.depth.max())
    if deepest == 0:
        return text(language, "chaos.says.none", count=known, shallowest=found.depths[0])
    number = int((found.depth[found.known] == deepest).sum())
    entry = "depth" if found.stride == 1 and found.known.all() else "depth_so_far"
    return text(language, f"chaos.says.{entry}", count=known, deepest=deepest, number=number)


def edge_words(language: str, atlas: Atlas) -> str:
    """Say how far the measured edge is from the theory's line."""
    offset = offset_of(atlas)
    if offset is None:
        return text(language, "chaos.says.no_edge")
    side = "at" if abs(offset.mean) < _AT_THE_LINE else "right" if offset.mean > 0 else "left"
    xs = atlas.found.axes["weight_std"]
    return text(
        language,
        f"chaos.says.edge_{side}",
        mean=number_text(abs(offset.mean), 2),
        largest=number_text(offset.largest, 2),
        rows=offset.rows,
        pixel=number_text((xs[-1] - xs[0]) / max(len(xs) - 1, 1), 2),
    )


def multiple_words(language: str, atlas: Atlas) -> str:
    """Say how many depth scales deep the networks come."""
    if not np.isfinite(atlas.multiple):
        return text(language, "chaos.says.no_multiple")
    return text(language, "chaos.says.multiple", multiple=number_text(atlas.multiple, 2), paper=PAPER, contour=CONTOUR)


def place_text(settings: Chaos) -> str:
    """Write where the reader's own network stands."""
    return f"σ_w = {number_text(settings.own('x'))}, σ_b = {number_text(settings.own('y'))}"


def phase_words(language: str, found: Correlation, settings: Chaos) -> str:
    """Say in which phase the reader's own network is, and what that does to two inputs and to the gradient."""
    chi, correlation = float(found.phase.chi), float(found.phase.correlation)
    kind = "edge" if abs(chi - 1) < 1e-3 else "order" if chi < 1 else "chaos" if correlation < 1 else "growth"
    return text(
        language,
        f"chaos.says.{kind}",
        where=place_text(settings),
        chi=number_text(chi),
        c=number_text(correlation),
        depth=number_text(float(found.phase.depth)),
        variance=number_text(float(found.phase.variance)),
    )


def correlation_words(language: str, found: Correlation) -> str:
    """Say what becomes of the correlation in the network that is really there."""
    return text(
        language,
        "chaos.says.measured",
        first=number_text(float(found.measured[0])),
        last=number_text(float(found.measured[-1])),
        theory=number_text(float(found.theory[-1])),
        layers=len(found.measured),
    )


def gradient_words(language: str, one: Named, chi: float) -> list[str]:
    """Say what becomes of the gradient in the network that is really there, and what theory says.

    Args:
      language: of the sentences.
      one: the network.
      chi: χ₁ of its scales.
    """
    said, theory = decay_words(language, one), one.microscope.theory_fit
    if theory is not None and np.isfinite(theory.factor):
        values = {"factor": number_text(theory.factor), "root": number_text(float(np.sqrt(chi)))}
        said.append(text(language, "chaos.says.gradient", **values))
    return said


def own_words(language: str, losses: np.ndarray, settings: Chaos) -> str:
    """Say what became of the reader's own network."""
    below = np.flatnonzero(losses < TARGET)
    values = {
        "where": place_text(settings),
        "layers": settings.depth,
        "start": number_text(float(losses[0])),
        "target": number_text(TARGET),
    }
    if len(below):
        return text(language, "chaos.says.own_trained", **values, updates=int(below[0]))
    lowest = number_text(float(np.min(losses[np.isfinite(losses)], initial=np.inf)))
    return text(language, "chaos.says.own_failed", **values, lowest=lowest, updates=settings.updates)
