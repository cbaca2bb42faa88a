"""The lines of edges: the value goes forward along one side, the gradient back along the other."""

import math
from itertools import pairwise
from typing import NamedTuple

TRACK = 5.0
"""Distance of an arrow forward, and of the arrow back, from the line between them."""
HEAD = 13.0
STUB = 24.0
"""Length of an arrow back that is stopped."""

Point = tuple[float, float]


class Arrow(NamedTuple):
    """One arrow: the line, its head, and the point in its middle."""

    line: tuple[Point, ...]
    head: tuple[Point, Point, Point]
    middle: Point


class Route(NamedTuple):
    """An edge: the value goes forward along one side, the gradient back along the other."""

    forward: Arrow
    back: Arrow
    stub: tuple[Point, ...]  # the first part of the way back
    bar: tuple[Point, Point]  # across its end: here a gradient stops


def read_point(written: str) -> Point:
    """Read a point as Graphviz writes it."""
    x, y = written.split(",")[-2:]
    return float(x), float(y)


def sampled(spline: str) -> list[Point]:
    """Return points along a Graphviz spline (cubic Bézier pieces), from the source to the tip of its arrow."""
    words = spline.split()
    tip = next((read_point(word) for word in words if word.startswith("e,")), None)
    knots = [read_point(word) for word in words if not word.startswith(("e,", "s,"))]
    points = [knots[0]]
    for start in range(0, len(knots) - 3, 3):
        a, b, c, d = knots[start : start + 4]
        for part in range(1, 11):
            t = part / 10
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x, y = (sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
            points.append((x, y))
    return points if tip is None else [*points, tip]


def route(points: list[Point]) -> Route:
    """Return the arrows along a line, from the source to the target."""
    above, below = _shifted(points, -TRACK), _shifted(points, TRACK)
    back = below[::-1]
    stub = _start(back, STUB)
    (x, y), (before_x, before_y) = stub[-1], stub[-2]
    length = math.hypot(x - before_x, y - before_y) or 1.0
    dx, dy = (x - before_x) / length, (y - before_y) / length
    bar = ((x - 11 * dy, y + 11 * dx), (x + 11 * dy, y - 11 * dx))
    return Route(_arrow(above), _arrow(back), tuple(stub), bar)


def middle_height(points: list[Point]) -> float:
    """Return how far down the middle of a line is."""
    return points[len(points) // 2][1]


def bowed(points: list[Point], distance: float) -> list[Point]:
    """Return a line bent to one side: edges between the same two nodes must not lie on each other."""
    if not distance:
        return points
    last = len(points) - 1
    return [(x, y + distance * math.sin(math.pi * index / last)) for index, (x, y) in enumerate(points)]


def _shifted(points: list[Point], distance: float) -> list[Point]:
    """Return a line beside a line."""
    shifted = []
    for index, (x, y) in enumerate(points):
        (ax, ay), (bx, by) = points[max(index - 1, 0)], points[min(index + 1, len(points) - 1)]
        length = math.hypot(bx - ax, by - ay) or 1.0
        shifted.append((x - distance * (by - ay) / length, y + distance * (bx - ax) / length))
    return shifted


def _arrow(points: list[Point]) -> Arrow:
    (x, y), total = points[-1], _length(points)
    line = _start(points, max(total - HEAD + 1, 1.0))
    bx, by = line[-1]
    length = math.hypot(x - bx, y - by) or 1.0
    dx, dy = (x - bx) / length, (y - by) / length
    base_x, base_y = x - HEAD * dx, y - HEAD * dy
    wing = HEAD * 0.46
    head = ((x, y), (base_x - wing * dy, base_y + wing * dx), (base_x + wing * dy, base_y - wing * dx))
    return Arrow(tuple(line), head, _start(points, total / 2)[-1])


def _length(points: list[Point]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(points))


def _start(points: list[Point], length: float) -> list[Point]:
    """Return the first part of a line, ``length`` long."""
    kept, left = [points[0]], length
    for (ax, ay), (bx, by) in pairwise(points):
        piece = math.hypot(bx - ax, by - ay)
        if piece >= left:
            share = left / piece if piece else 0.0
            return [*kept, (ax + share * (bx - ax), ay + share * (by - ay))]
        kept.append((bx, by))
        left -= piece
    return kept
