"""Lines over the layers of several networks, side by side on one pair of axes: most pictures of depth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.drawing.marks import linear_range, log_range
from simulator.drawing.panels_spec import KEY_WIDTH, Line, panels_spec
from simulator.drawing.picture import NO_STEPS, Picture, Reading
from simulator.texts import text

GAP = 0.1
"""Space between two panels, as a share of a panel."""
LOWEST, HIGHEST = 1e-60, 1e60
"""Ends beyond which a log axis of float32 numbers never has to go."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One network's numbers, layer by layer.

    Args:
      title: what the network is called.
      values: by name of the line: (layers,), or (frames, layers) where they change with the step.
      low, high: edges of a band (layers,); ``None`` for none.
      last_is_output: whether the last entry belongs to the output layer.
      first: number of the first layer.
    """

    title: str
    values: dict[str, np.ndarray]
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    last_is_output: bool = True
    first: int = 1


def panels_picture(
    language: str,
    panels: Sequence[Panel],
    lines: Sequence[Line],
    *,
    title: str,
    alt: str,
    axis: str,
    log: bool = True,
    band: str = "gradient",
    step: np.ndarray = NO_STEPS,
    level: float | None = None,
    zero: str = "",
    domain: list[float] | None = None,
) -> Picture:
    """Draw lines over the layers, one panel a network, the input on the left and the output on the right.

    A value of exactly 0 has no place on a log axis: it stands as a ring on the lower edge; one that is not finite
    stands as a cross on the upper edge.

    Args:
      lines: what is drawn in each panel; the first is the measured one.
      axis: title of the vertical axis.
      band: name of the colour of the band.
      step: (frames,) where values change with the step.
      level: a horizontal line for comparison, such as 1.
      zero: label of a ring, for the key.
      domain: of the vertical axis, where it shall not follow the values.
    """
    everything = [np.asarray(values, float) for panel in panels for values in panel.values.values()]
    everything += [np.asarray(edge, float) for panel in panels for edge in (panel.low, panel.high) if edge is not None]
    limits = [np.clip(v[np.isfinite(v) & (v > 0)], LOWEST, HIGHEST) if log else v for v in everything]
    limits += [] if level is None else [np.array([level])]
    log_domain, log_ticks = log_range(*limits)
    edge = log_domain if log else linear_range(*limits, zero=False)
    edge = domain or edge
    columns = _columns(panels, lines, language, log, edge)
    table = {"now" if len(step) else "value": columns}
    headings = {"panel": text(language, "depth.table.network"), "layer": text(language, "figures.axis.layer")}
    headings |= {line.name: line.label for line in lines}
    if any(panel.low is not None for panel in panels):
        headings |= {"low": text(language, "depth.table.low"), "high": text(language, "depth.table.high")}
    return Picture(
        title=title,
        alt=alt,
        step=step,
        specs={"panels": panels_spec(lines, axis, band, log, next(iter(table)), level, headings)},
        signals={
            "x_domain": [0.0, len(panels) * (1.0 + GAP) - GAP],
            "y_domain": edge,
            "log_domain": edge,
            "log_ticks": log_ticks,
            "x_ticks": _ticks(panels)[0],
            "x_names": _ticks(panels, language)[1],
            "level": 1.0 if level is None else level,
        },
        tables={
            "titles": {"place": [k * (1 + GAP) for k in range(len(panels))], "name": [panel.title for panel in panels]},
            "key": _key(lines, zero),
            "frame": {
                "left": [k * (1 + GAP) for k in range(len(panels))],
                "right": [k * (1 + GAP) + 1 for k in range(len(panels))],
            },
            **({} if len(step) else table),
        },
        frames=table if len(step) else {},
        reading=Reading(next(iter(table)), headings),
    )


def place(panel: int, layer: np.ndarray, count: int) -> np.ndarray:
    """Return where a layer stands on the horizontal axis: panel k spans k(1 + gap) to k(1 + gap) + 1."""
    return panel * (1 + GAP) + (layer + 0.5) / count


def _columns(
    panels: Sequence[Panel], lines: Sequence[Line], language: str, log: bool, edge: list[float]
) -> dict[str, Any]:
    counts = [np.shape(next(iter(panel.values.values())))[-1] for panel in panels]
    columns: dict[str, Any] = {
        "panel": [panel.title for panel, count in zip(panels, counts, strict=True) for _ in range(count)],
        "layer": [name for panel, count in zip(panels, counts, strict=True) for name in _names(panel, count, language)],
        "place": np.concatenate([place(k, np.arange(count), count) for k, count in enumerate(counts)]),
        "left": np.concatenate([place(k, np.arange(count) - 0.4, count) for k, count in enumerate(counts)]),
        "right": np.concatenate([place(k, np.arange(count) + 0.4, count) for k, count in enumerate(counts)]),
    }
    for line in lines:
        parts = [
            np.asarray(panel.values.get(line.name, np.full(count, np.nan)), float)
            for panel, count in zip(panels, counts, strict=True)
        ]
        frames = max((len(part) for part in parts if part.ndim == 2), default=0)
        if frames:
            parts = [part if part.ndim == 2 else np.broadcast_to(part, (frames, len(part))) for part in parts]
        columns[line.name] = np.concatenate(parts, axis=-1)
    if any(panel.low is not None for panel in panels):
        for name in ("low", "high"):
            edges = [getattr(panel, name) for panel in panels]
            columns[name] = np.concatenate([
                np.full(count, np.nan) if part is None else np.asarray(part, float)
                for part, count in zip(edges, counts, strict=True)
            ])  # fmt: skip
    return columns


def _names(panel: Panel, count: int, language: str) -> list[str]:
    names = [str(panel.first + layer) for layer in range(count)]
    if panel.last_is_output:
        names[-1] = text(language, "figures.layer.output")
    return names


def _ticks(panels: Sequence[Panel], language: str = "en") -> tuple[list[float], dict[str, str]]:
    """Return ticks at a few layers of every panel, and their names by position."""
    ticks, names = [], {}
    few = 6 if len(panels) < 3 else 4
    for k, panel in enumerate(panels):
        count = np.shape(next(iter(panel.values.values())))[-1]
        hidden = count - panel.last_is_output
        stride = next(s for s in (1, 2, 5, 10, 20, 25, 50, 100) if hidden / s <= few)
        layers = sorted({0, *(layer - 1 for layer in range(stride, hidden + 1, stride))})
        if len(layers) > 2 and layers[1] - layers[0] < 0.6 * stride:
            layers.pop(1)
        if panel.last_is_output:
            layers = [layer for layer in layers if layer < 0.86 * count] + [count - 1]
        elif len(panels) > 3:  # the next panel's first label would touch this one's last
            layers = [layer for layer in layers if layer < 0.86 * count]
        for layer in layers:
            at = float(np.round(place(k, np.array([layer]), count)[0], 6))
            ticks.append(at)
            names[f"{at:.6f}"] = _names(panel, count, language)[layer]
    return ticks, names


def _key(lines: Sequence[Line], zero: str) -> dict[str, Any]:
    labels = [line.label for line in lines] + ([zero] if zero else [])
    # Widths of labels are not known here: Korean letters are about twice as wide as Latin ones.
    widths = [sum(2 if ord(letter) > 0x2E80 else 1.05 for letter in label) + 7 for label in labels]
    starts, rows = [], []
    start = row = 0.0
    for width in widths:
        if start and start + width > KEY_WIDTH:
            start, row = 0.0, row + 1
        starts.append(start)
        rows.append(row)
        start += width
    # The last row stands next to the panels.
    return {
        "series": [line.name for line in lines] + (["zero"] if zero else []),
        "label": labels,
        "start": starts,
        "row": [row - other for other in rows],
    }
