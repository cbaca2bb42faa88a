"""What a typed surface looks like: a window that shows it, a start, its minima, and how large a rate may be.

All of it is found from values and gradients at points; nothing is known of the expression.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from simulator.core.trajectories.surfaces import Box, Surface
from simulator.core.trajectories.typed import TypedSurface, typed_surface
from simulator.errors import InputError

Points = Float[np.ndarray, "points 2"]
Look = Callable[[Points], tuple[np.ndarray, np.ndarray]]

WIDE, TALL = 3.2, 2.2
"""Half of the usual window."""
ZOOMS = (1.0, 2.0, 5.0, 0.2)
SIDES = ((0, 0), (1, 0), (0, 1), (1, 1), (-1, 0), (0, -1), (-1, -1), (1, -1), (-1, 1))
"""Where else a window is tried: shifted by half of its size."""
SEEN = 0.75
"""Share of a window that has finite values, where it shows enough."""
COARSE, FINE = (17, 11), (81, 61)
STARTS = ((0.0625, 0.795), (0.9, 0.8), (0.1, 0.2), (0.85, 0.15), (0.3, 0.7), (0.7, 0.35), (0.45, 0.55))
"""Starts that are tried, as shares of the window; the first is that of the quadratic bowl."""
STEEP = 0.05
"""A start is steep enough to go anywhere with so much of the median slope."""
MOST_MINIMA = 400
ROUNDS = 60
POLE = 5.0
"""A hollow whose bottom lies so many times deeper below its place in the grid than its neighbours rise is a pole."""
APART = 3.0
"""The scale of rates is at most so many times the bound of the most curved minimum."""
MIN_SCALE, MAX_SCALE = 1e-4, 50.0


@lru_cache(maxsize=64)
def typed_place(text: str, window: tuple[float, ...] = ()) -> Surface:
    """Return the surface of an expression with the window it is drawn in, a start, and the minima in the window.

    Args:
      text: of the expression.
      window: smallest and largest x, and y; empty for one that shows finite values.

    Raises:
      InputError: for an expression that cannot be used, or has no finite value in the window.
    """
    surface = typed_surface(text)
    box = _box(surface, window) if window else _good_box(surface)
    places = _grid(box, FINE, surface.one_dimensional)
    loss, gradient = surface.look(places)
    finite = np.isfinite(loss)
    if not finite.any():
        raise InputError("surface:nowhere", value=text[:40])
    slopes = np.hypot(*gradient.T)
    slope = float(np.median(slopes[np.isfinite(slopes)])) if np.isfinite(slopes).any() else 0.0
    bowl = _bowl(surface.look, box, surface.one_dimensional)
    minima = bowl[0] if bowl else _minima(surface, box)
    deepest = surface.look(minima)[0] if len(minima) else np.zeros(0)
    span = float(np.ptp(loss[finite]))
    return Surface(
        function=surface.function,
        box=box,
        start=_start(surface, box, places[finite], slope),
        minima=tuple((float(x), float(y)) for x, y in minima),
        scale=_scale(surface, box, minima, slope),
        num_global=int((deepest <= deepest.min() + 1e-6 * span).sum()) if len(minima) else 0,
        one_dimensional=surface.one_dimensional,
        quadratic=bowl is not None,
        curvatures=bowl[1] if bowl else (),
    )


def curvatures(look: Look, points: Points, step: float, one_dimensional: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return eigenvalues (points, n), smallest first, and eigenvectors (points, n, n) of the matrices of second
    derivatives, by central differences of the gradient; n is the number of parameters.

    Args:
      look: gives loss and gradient at points.
      points: where.
      step: half of the distance over which a difference is taken.
      one_dimensional: whether there is one parameter.
    """
    matrices = _hessians(look, points, step, one_dimensional)
    usable = np.asarray(np.isfinite(matrices).all(axis=(1, 2)))
    values, vectors = np.linalg.eigh(np.where(usable[:, None, None], matrices, 0.0))
    return np.where(usable[:, None], values, np.nan), vectors


def _hessians(look: Look, points: Points, step: float, one_dimensional: bool) -> np.ndarray:
    size = 1 if one_dimensional else 2
    moves = step * np.eye(2)[:size]
    around = np.concatenate([points + sign * move for move in moves for sign in (1.0, -1.0)])
    _, gradient = look(around)
    ahead, behind = gradient.reshape(size, 2, len(points), 2).swapaxes(0, 1)
    with np.errstate(all="ignore"):
        rows = ((ahead - behind) / (2.0 * step))[..., :size]
        return 0.5 * (rows.transpose(1, 0, 2) + rows.transpose(1, 2, 0))


def nearest_finite(text: str, window: tuple[float, ...], start: tuple[float, ...]) -> tuple[float, ...]:
    """Return the place nearest to a start at which the expression has a finite value: the start itself, if it has one.

    Args:
      text: of the expression.
      window: as for ``typed_place``.
      start: as many numbers as the surface has parameters, or fewer: the others are those of its own start.
    """
    surface, place = typed_surface(text), typed_place(text, window)
    wanted = np.array([*start, *place.start[len(start) :]][:2], float)
    if np.isfinite(surface.look(wanted[None])[0][0]):
        return start
    places = _grid(place.box, FINE, surface.one_dimensional)
    places = places[np.isfinite(surface.look(places)[0])]
    found = places[np.argmin(np.linalg.norm(places - wanted, axis=1))]
    return tuple(float(f"{value:.4g}") for value in found[: 1 if surface.one_dimensional else 2])


def _box(surface: TypedSurface, window: tuple[float, ...]) -> Box:
    left, right, *rest = window
    if surface.one_dimensional:
        return left, right, 0.0, 0.0
    bottom, top = rest or (left, right)
    return left, right, bottom, top


def _good_box(surface: TypedSurface) -> Box:
    """Return the first window that shows a lowest place within and is mostly finite; otherwise the most finite one."""
    found: list[tuple[float, Box]] = []
    for box in _windows(surface.one_dimensional):
        loss, _ = surface.look(_grid(box, COARSE, surface.one_dimensional))
        finite = np.isfinite(loss)
        share = float(finite.mean())
        found.append((min(share, SEEN), box))
        if share >= SEEN and _lowest_within(np.where(finite, loss, np.inf), surface.one_dimensional):
            return box
    best = max(share for share, _ in found)
    if best == 0.0:
        raise InputError("surface:nowhere", value=surface.text[:40])
    return next(box for share, box in found if share == best)


def _windows(one_dimensional: bool) -> Iterator[Box]:
    for across, up in SIDES:
        if one_dimensional and up:
            continue
        for zoom in ZOOMS:
            wide, tall = zoom * WIDE, 0.0 if one_dimensional else zoom * TALL
            x, y = across * wide, up * tall
            yield tuple(float(round(end, 6)) for end in (x - wide, x + wide, y - tall, y + tall))  # pyright: ignore[reportReturnType]


def _lowest_within(loss: np.ndarray, one_dimensional: bool) -> bool:
    columns, rows = COARSE
    shape = (columns * rows,) if one_dimensional else (rows, columns)
    place = np.unravel_index(int(np.argmin(loss)), shape)
    return all(0 < index < size - 1 for index, size in zip(place, shape, strict=True))


def _grid(box: Box, size: tuple[int, int], one_dimensional: bool) -> Points:
    """Return as many points in rows; on one parameter all of them in one row."""
    left, right, bottom, top = box
    columns, rows = (size[0] * size[1], 1) if one_dimensional else size
    grid = np.meshgrid(np.linspace(left, right, columns), np.linspace(bottom, top, rows))
    return np.stack([part.ravel() for part in grid], axis=1)


def _start(surface: TypedSurface, box: Box, finite: Points, slope: float) -> tuple[float, float]:
    """Return the first start that leads somewhere; where there is none, the finite place nearest to the first one."""
    left, right, bottom, top = box
    size = np.array([right - left, top - bottom])
    tried = np.round(np.array([left, bottom]) + np.array(STARTS) * size, 6)
    digits = max(0, 2 - int(np.floor(np.log10(right - left))))
    tried = np.round(tried, digits)
    loss, gradient = surface.look(tried)
    slopes = np.hypot(*gradient.T)
    with np.errstate(invalid="ignore"):
        good = np.flatnonzero(np.isfinite(loss) & np.isfinite(slopes) & (slopes >= STEEP * slope) & (slopes > 0))
    if len(good):
        x, y = tried[good[0]]
    else:
        x, y = finite[np.argmin(np.linalg.norm(finite - tried[0], axis=1))]
    return float(x), float(y)


def _bowl(look: Look, box: Box, one_dimensional: bool) -> tuple[np.ndarray, tuple[float, ...]] | None:
    """Return minimum and curvatures of a surface that is a quadratic with a minimum; of any other ``None``."""
    left, right, bottom, top = box
    size = 1 if one_dimensional else 2
    middle = np.array([(left + right) / 2.0, (bottom + top) / 2.0])
    spread = np.random.default_rng(0).uniform(-0.5, 0.5, (12, 2)) * [right - left, top - bottom]
    _, gradient = look(np.concatenate([middle[None], middle + spread]))
    if not np.isfinite(gradient).all():
        return None
    matrix = _hessians(look, middle[None], 0.1 * (right - left), one_dimensional)[0]
    straight = gradient[0, :size] + spread[:, :size] @ matrix
    if np.abs(straight - gradient[1:, :size]).max() > 1e-9 * np.abs(gradient).max():
        return None
    values = np.linalg.eigvalsh(matrix)
    if values[0] <= 1e-6 * abs(values[-1]) or values[0] <= 0:
        return None
    lowest = middle.copy()
    lowest[:size] -= np.linalg.solve(matrix, gradient[0, :size])
    return lowest[None], tuple(float(value) for value in values)


def _minima(surface: TypedSurface, box: Box) -> Points:
    """Return the minima within a box, the lowest first: hollows of a grid, walked down to their bottom."""
    places = _grid(box, FINE, surface.one_dimensional)
    loss = surface.look(places)[0]
    index, depth = _hollows(np.where(np.isfinite(loss), loss, np.inf), surface.one_dimensional)
    lowest = np.argsort(loss[index], kind="stable")[:MOST_MINIMA]
    index, depth = index[lowest], depth[lowest]
    if not len(index):
        return np.zeros((0, 2))
    found = _walk_down(surface, places[index], box)
    no_pole = loss[index] - surface.look(found)[0] <= POLE * depth
    found = found[no_pole & _is_lowest(surface, found, box) & _inside(found, box)]
    kept: list[np.ndarray] = []
    for place in found[np.argsort(surface.look(found)[0], kind="stable")] if len(found) else found:
        if all(np.linalg.norm(place - other) > 1e-3 * (box[1] - box[0]) for other in kept):
            kept.append(place)
    return np.array(kept).reshape(-1, 2)


def _hollows(loss: np.ndarray, one_dimensional: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of a grid, its edge left out, that lie no higher than any of their neighbours, and how deep."""
    columns, rows = (len(loss), 1) if one_dimensional else FINE
    field = np.pad(loss.reshape(rows, columns), 1, constant_values=np.inf)
    shifts = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy or dx) and not (one_dimensional and dy)]
    around = [field[1 + dy : 1 + dy + rows, 1 + dx : 1 + dx + columns] for dy, dx in shifts]
    inner = field[1:-1, 1:-1]
    with np.errstate(invalid="ignore"):
        depth = np.max([np.where(np.isfinite(other), other, inner) - inner for other in around], axis=0)
    low = np.isfinite(inner) & np.all([inner <= other for other in around], axis=0)
    low &= np.any([inner < other for other in around], axis=0)  # no plain
    low[:, [0, -1]] = False
    if not one_dimensional:
        low[[0, -1], :] = False
    return np.flatnonzero(low), depth.ravel()[low.ravel()]


def _walk_down(surface: TypedSurface, points: Points, box: Box) -> Points:
    """Return where damped Newton steps end that are taken only downwards."""
    size, width = 1 if surface.one_dimensional else 2, box[1] - box[0]
    points, damping = points.copy(), np.full(len(points), 1e-3)
    for _ in range(ROUNDS):
        loss, gradient = surface.look(points)
        values, vectors = curvatures(surface.look, points, 1e-5 * width, surface.one_dimensional)
        values = np.nan_to_num(np.abs(values))
        with np.errstate(all="ignore"):
            scale = values + (damping * (values.max(axis=1) + 1e-12))[:, None]
            along = np.einsum("pij,pi->pj", vectors, gradient[:, :size])
            move = -np.einsum("pij,pj->pi", vectors, along / scale)
            length = np.linalg.norm(move, axis=1, keepdims=True)
            move *= np.minimum(1.0, 0.02 * width / np.maximum(length, 1e-300))
        tried = points.copy()
        tried[:, :size] += np.nan_to_num(move)
        lower = surface.look(tried)[0] < loss
        points[lower] = tried[lower]
        damping = np.clip(np.where(lower, damping / 5.0, damping * 10.0), 1e-12, 1e12)
    return points


def _is_lowest(surface: TypedSurface, points: Points, box: Box) -> np.ndarray:
    """Say which points lie no higher than a small circle around them."""
    angles = np.array([0.0, np.pi]) if surface.one_dimensional else np.linspace(0.0, 2.0 * np.pi, 12, endpoint=False)
    circle = 1e-3 * (box[1] - box[0]) * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    if surface.one_dimensional:
        circle[:, 1] = 0.0
    loss = surface.look(points)[0]
    around = surface.look((points[:, None] + circle).reshape(-1, 2))[0].reshape(len(points), -1)
    return np.asarray(np.isfinite(loss) & (around >= loss[:, None] - 1e-12 * np.abs(loss[:, None])).all(axis=1))


def _inside(points: Points, box: Box) -> np.ndarray:
    low, high = np.array([box[0], box[2]]), np.array([box[1], box[3]])
    return np.asarray(((points >= low) & (points <= high)).all(axis=1))


def _scale(surface: TypedSurface, box: Box, minima: Points, slope: float) -> float:
    """Return 2/λ of the minima, between the most and the least curved one; without any, a rate of short steps.

    A kink has no curvature: a difference over a hundredth of the picture still gives a rate that is of use there.
    """
    if len(minima):
        values, _ = curvatures(surface.look, minima, 5e-3 * (box[1] - box[0]), surface.one_dimensional)
        steepest = values.max(axis=1)
        bounds = 2.0 / steepest[np.isfinite(steepest) & (steepest > 0)]
        if len(bounds):
            between = min(np.sqrt(bounds.min() * bounds.max()), APART * bounds.min())
            return float(np.clip(between, MIN_SCALE, MAX_SCALE))
    return float(np.clip(0.1 * (box[1] - box[0]) / slope if slope > 0 else 1.0, MIN_SCALE, MAX_SCALE))
