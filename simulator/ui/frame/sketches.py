"""Small pictures of the pages, for the start page: what each is about, in the colours of the subject."""

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

from simulator.drawing.theme import THEMES

WIDTH, HEIGHT = 240, 96
_MIDDLE, _LOW, _HIGH = HEIGHT / 2, HEIGHT - 14, 14


def sketch(page: str, theme: str) -> str:
    """Return the picture of a page as SVG; a blank one for a page that has none.

    Args:
      page: its name.
      theme: one of ``simulator.drawing.theme.THEMES``.
    """
    draw = _SKETCHES.get(page)
    drawn = draw(THEMES[theme]) if draw else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'fill="none" stroke-width="4" stroke-linecap="round" stroke-linejoin="round">{drawn}</svg>'
    )


def _line(points: Iterable[tuple[float, float]], colour: str, more: str = "") -> str:
    path = " ".join(f"{'M' if at == 0 else 'L'}{x:.1f} {y:.1f}" for at, (x, y) in enumerate(points))
    return f'<path d="{path}" stroke="{colour}" {more}/>'


def _curve(function: Callable[[float], float], low: float, high: float, reach: float, colour: str) -> str:
    """Draw a function over −reach to reach; ``low`` and ``high`` are at the edges."""
    steps = [reach * (step / 40 - 1) for step in range(81)]
    points = [
        (20 + (x / reach + 1) / 2 * (WIDTH - 40), _LOW - (function(x) - low) / (high - low) * (_LOW - _HIGH))
        for x in steps
    ]
    return _line(points, colour)


def _dot(x: float, y: float, colour: str, radius: float = 9, opacity: float = 1.0) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" fill-opacity="{opacity:.2f}"/>'


def _arrow(x: float, end: float, y: float, colour: str) -> str:
    head = 9 if end < x else -9
    return _line([(x, y), (end, y)], colour) + _line([(end + head, y - 7), (end, y), (end + head, y + 7)], colour)


def _bars(heights: Iterable[float], colour: str, opacity: float = 1.0) -> str:
    heights = list(heights)
    room = (WIDTH - 40) / len(heights)
    return "".join(
        f'<rect x="{20 + room * (at + 0.15):.1f}" y="{_LOW - height * (_LOW - _HIGH):.1f}" width="{0.7 * room:.1f}" '
        f'height="{height * (_LOW - _HIGH):.1f}" fill="{colour}" fill-opacity="{opacity}"/>'
        for at, height in enumerate(heights)
    )


def _graph(c: Mapping[str, Any]) -> str:
    nodes = [(36, 24), (36, 72), (120, 48), (204, 48)]
    edges = "".join(_line([nodes[a], nodes[b]], c["muted"], 'stroke-width="2"') for a, b in ((0, 2), (1, 2), (2, 3)))
    return edges + "".join(_dot(x, y, c["forward"], 12) for x, y in nodes) + _arrow(186, 142, 66, c["gradient"])


def _chain(c: Mapping[str, Any]) -> str:
    places = [48, 96, 144, 192]
    dots = "".join(_dot(x, 34, c["forward"], 10) for x in places)
    return _line([(48, 34), (192, 34)], c["muted"], 'stroke-width="2"') + dots + _arrow(192, 48, 68, c["gradient"])


def _trust(c: Mapping[str, Any]) -> str:
    parabola = _curve(lambda x: x * x, 0, 4, 2, c["forward"])
    return (
        parabola + _line([(104, 88), (200, 22)], c["gradient"], 'stroke-dasharray="10 8"') + _dot(150, 56, c["ink"], 6)
    )


def _training(c: Mapping[str, Any]) -> str:
    steps = [step / 60 for step in range(61)]
    falling = [(20 + t * 200, _HIGH + (1 - math.exp(-4 * t) * (1 + 0.2 * math.sin(40 * t))) * 66) for t in steps]
    return _line(falling, c["forward"])


def _path(c: Mapping[str, Any]) -> str:
    rings = "".join(
        f'<ellipse cx="150" cy="{_MIDDLE:.1f}" rx="{70 * size:.1f}" ry="{38 * size:.1f}" stroke="{c["muted"]}" '
        f'stroke-width="2"/>'
        for size in (0.3, 0.65, 1.0)
    )
    steps = [(24, 20), (70, 80), (102, 24), (126, 66), (142, 40), (150, 48)]
    return rings + _line(steps, c["forward"]) + _dot(150, 48, c["ink"], 6)


def _race(c: Mapping[str, Any]) -> str:
    """Draw three losses that fall from one start, each faster than the one above."""
    shades = (c["ink"], c["classes"][0], c["forward"])
    falls = ([(20 + 5 * at, _HIGH + 66 * (1 - math.exp(-pace * at / 40))) for at in range(41)] for pace in (0.3, 1, 4))
    return "".join(_line(fall, shade) + _dot(*fall[-1], shade, 6) for fall, shade in zip(falls, shades, strict=True))


def _atlas(c: Mapping[str, Any]) -> str:
    """Draw pixels that are darker the better a network learns; beyond an edge they are empty."""
    side, columns, rows = 16, 12, 5
    shades = [(column, row, column - 2 * abs(row - 2)) for column in range(columns) for row in range(rows)]
    return "".join(
        f'<rect x="{24 + side * column}" y="{8 + side * row}" width="{side - 2}" height="{side - 2}" '
        f'fill="{c["forward"]}" fill-opacity="{0.12 + 0.1 * max(0, good):.2f}"/>'
        for column, row, good in shades
        if good < 8
    )


def _fractal(c: Mapping[str, Any]) -> str:
    """Draw a coastline whose pieces are small copies of it: Koch's curve."""
    points = [(20.0, 78.0), (220.0, 78.0)]
    for _ in range(3):
        points = [place for start, end in pairwise(points) for place in _koch(start, end)]
        points.append((220.0, 78.0))
    return _line(points, c["forward"], 'stroke-width="2.5"')


def _chaos(c: Mapping[str, Any]) -> str:
    """Draw columns of nodes that reach the deeper the nearer they are to an edge, which is a line between them."""
    columns = [(26 + 17 * at, max(1, 5 - abs(at - 5))) for at in range(12)]
    nodes = "".join(_dot(x, 16 + 16 * row, c["forward"], 6, 0.35) for x, deep in columns for row in range(deep))
    return nodes + _line([(111, 6), (111, 90)], c["gradient"])


def _koch(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    """Return the first four of the five corners that take the place of a straight piece."""
    across, up = (end[0] - start[0]) / 3, (end[1] - start[1]) / 3
    half = math.sqrt(3) / 2
    first, last = (start[0] + across, start[1] + up), (end[0] - across, end[1] - up)
    return [start, first, (first[0] + across / 2 + half * up, first[1] + up / 2 - half * across), last]


def _generalization(c: Mapping[str, Any]) -> str:
    """Draw points along an arch, and a line that runs through all of them."""
    points = [(28 + 23 * at, 70 - 44 * math.sin(math.pi * at / 8) + (13 if at % 2 else -9)) for at in range(9)]
    arch = [(28 + 4.6 * at, 70 - 44 * math.sin(math.pi * at / 40)) for at in range(41)]
    dashed = _line(arch, c["muted"], 'stroke-dasharray="10 8"')
    return dashed + _line(points, c["forward"]) + "".join(_dot(x, y, c["ink"], 5) for x, y in points)


def _decay(c: Mapping[str, Any]) -> str:
    places = [30 + 30 * layer for layer in range(7)]
    rows = ((28, 0.45), (68, 0.98))
    lamps = "".join(_dot(x, y, c["gradient"], 10, keep ** (6 - at)) for y, keep in rows for at, x in enumerate(places))
    rings = "".join(
        f'<circle cx="{x}" cy="{y}" r="10" stroke="{c["muted"]}" stroke-width="1.5"/>' for y, _ in rows for x in places
    )
    return lamps + rings


def _initialization(c: Mapping[str, Any]) -> str:
    return _bars([math.exp(-(((at - 6) / 2.6) ** 2)) for at in range(13)], c["forward"])


def _activations(c: Mapping[str, Any]) -> str:
    sigmoid = _curve(lambda z: 1 / (1 + math.exp(-z)), 0, 1, 6, c["forward"])
    return sigmoid + _curve(lambda z: 1 / (2 + math.exp(z) + math.exp(-z)), 0, 1, 6, c["gradient"])


def _losses(c: Mapping[str, Any]) -> str:
    return _curve(lambda x: -math.log((x + 1.04) / 2.04), 0, 4, 1, c["forward"])


def _softmax(c: Mapping[str, Any]) -> str:
    powers = [math.exp(z) for z in (1.54, 2.90, -0.26)]
    return _bars([power / sum(powers) for power in powers], c["forward"])


_SKETCHES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "graph": _graph,
    "chain_rule": _chain,
    "trust_lab": _trust,
    "training": _training,
    "learning_rate": _path,
    "optimizer_race": _race,
    "atlas": _atlas,
    "fractal": _fractal,
    "chaos": _chaos,
    "generalization": _generalization,
    "gradient_decay": _decay,
    "initialization": _initialization,
    "activations": _activations,
    "losses": _losses,
    "softmax": _softmax,
}
