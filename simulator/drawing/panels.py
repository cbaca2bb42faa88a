"""Lines over the layers of several networks, side by side on one pair of axes: most pictures of depth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.drawing.axes import linear_range, log_range
from simulator.drawing.letters import title_width, two_lines
from simulator.drawing.panels_spec import KEY_ROWS, Line, panels_headings, panels_spec
from simulator.drawing.picture import NO_STEPS, Picture, Reading
from simulator.drawing.symbols import SYMBOLS
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
    banded = any(panel.low is not None for panel in panels)
    headings = panels_headings(language, tuple(lines), banded)
    name = next(iter(table))
    spec = panels_spec(language, tuple(lines), axis, band if banded else "", log, name, level is not None)
    return Picture(
        title=title,
        alt=alt,
        step=step,
        specs={"panels": spec},
        signals={
            **panel_signals(*_ticks(panels, language), len(panels)),
            "y_domain": edge,
            "log_domain": edge,
            "log_ticks": log_ticks,
            "level": 1.0 if level is None else level,
        },
        tables={
            **panel_tables([panel.title for panel in panels]),
            "key": _key(lines, zero, [panel.title for panel in panels]),
            **({} if len(step) else table),
        },
        frames=table if len(step) else {},
        reading=Reading(name, headings),
    )


def panel_tables(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the data sets of the panels' frames and names: whole, with their widths, and over two lines."""
    left = [panel * (1 + GAP) for panel in range(len(names))]
    first, last = zip(*map(two_lines, names), strict=True)
    broken = {"first": first, "last": last, "width": [title_width(name) for name in names]}
    return {
        "titles": {"place": left, "name": list(names), **broken},
        "frame": {"left": left, "right": [edge + 1 for edge in left]},
    }


def panel_signals(ticks: list[float], names: list[str], panels: int) -> dict[str, Any]:
    """Return the parameters of the horizontal axis of so many panels: its ends, its marks and their names."""
    named = {f"{tick:.6f}": name for tick, name in zip(ticks, names, strict=True)}
    return {"x_domain": [0.0, panels * (1.0 + GAP) - GAP], "x_ticks": ticks, "x_names": named}


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
    if marked := [line.name for line in lines if line.symbol]:
        columns["symbol"] = [name for count in counts for name in _symbols(marked, count)]
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


def _symbols(lines: Sequence[str], count: int) -> list[str]:
    """Return the line that carries its symbol at each layer; none at most of them.

    >>> _symbols(["split", "theory"], 4)
    ['split', 'theory', 'split', 'theory']
    """
    stride = max(len(lines), -(-count // SYMBOLS))
    turns = {line * stride // len(lines): name for line, name in enumerate(lines)}
    return [turns.get(layer % stride, "") for layer in range(count)]


def _names(panel: Panel, count: int, language: str) -> list[str]:
    names = [str(panel.first + layer) for layer in range(count)]
    if panel.last_is_output:
        names[-1] = text(language, "figures.layer.output")
    return names


def _ticks(panels: Sequence[Panel], language: str) -> tuple[list[float], list[str]]:
    """Return ticks at a few layers of every panel, and their names."""
    ticks, names = [], []
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
            names.append(_names(panel, count, language)[layer])
    return ticks, names


def _key(lines: Sequence[Line], zero: str, titles: Sequence[str]) -> dict[str, Any]:
    keyed = {line.name: line.keyed for line in lines if line.keyed} | ({"zero": zero} if zero else {})
    labels = list(keyed.values())
    # Widths of labels are not known here: Korean letters are about twice as wide as Latin ones.
    widths = [sum(2 if ord(letter) > 0x2E80 else 1.05 for letter in label) + 7 for label in labels]
    columns: dict[str, Any] = {
        "series": list(keyed),
        "label": labels,
        "count": np.full(len(labels), len(titles)),  # below the key
        "width": np.full(len(labels), max(map(title_width, titles))),
    }
    for letters in KEY_ROWS:
        columns[f"start_{letters}"], columns[f"row_{letters}"] = _rows(widths, letters)
    return columns


def _rows(widths: Sequence[float], letters: int) -> tuple[list[float], list[int]]:
    """Return where each entry starts, and its row counted from the last, which stands next to the panels.

    >>> _rows([20, 20, 20], 44)
    ([0.0, 20.0, 0.0], [1, 1, 0])
    """
    starts, rows = [], []
    start, row = 0.0, 0
    for width in widths:
        if start and start + width > letters:
            start, row = 0.0, row + 1
        starts.append(start)
        rows.append(row)
        start += width
    return starts, [row - other for other in rows]
