"""Box counting against shapes whose dimension is known."""

from typing import Any

import numpy as np
import pytest

from simulator.core.sweep.boxes import boundary, count_boxes


def sierpinski_carpet(levels: int) -> np.ndarray:
    """Return 3ⁿ × 3ⁿ cells: every square of nine loses its middle, again and again."""
    cells = np.ones((1, 1), bool)
    for _ in range(levels):
        hole = np.zeros_like(cells)
        cells = np.block([[cells, cells, cells], [cells, hole, cells], [cells, cells, cells]])
    return cells


def sierpinski_triangle(side: int) -> np.ndarray:
    """Return the odd entries of Pascal's triangle."""
    row, column = np.indices((side, side))
    return (row & column) == 0


def koch_curve(levels: int, side: int) -> np.ndarray:
    """Return the cells that the corners of a Koch curve lie in; its last pieces are shorter than a cell."""
    corners: Any = np.array([0.0, 1.0 + 0.0j])
    for _ in range(levels):
        start, piece = corners[:-1], np.diff(corners) / 3
        middle = start + piece * (1 + np.exp(1j * np.pi / 3))
        corners = np.append(np.stack([start, start + piece, middle, start + 2 * piece], axis=1).ravel(), corners[-1])
    cells = np.zeros((side, side), bool)
    cells[
        np.clip(corners.imag * side, 0, side - 1).astype(int), np.clip(corners.real * side, 0, side - 1).astype(int)
    ] = True
    return cells


def by_hand(places: np.ndarray, size: int) -> int:
    """Count boxes one after the other."""
    rows, columns = places.shape
    corners = [(row, column) for row in range(0, rows, size) for column in range(0, columns, size)]
    return sum(bool(places[row : row + size, column : column + size].any()) for row, column in corners)


@pytest.mark.parametrize(
    ("places", "dimension", "tolerance"),
    [
        (np.arange(128)[:, None] == np.full(128, 40), 1.0, 1e-9),
        (np.eye(128, dtype=bool), 1.0, 1e-9),
        (np.ones((128, 128), bool), 2.0, 1e-9),
        (sierpinski_triangle(256), np.log(3) / np.log(2), 1e-9),
        (sierpinski_carpet(5), np.log(8) / np.log(3), 0.12),
        (koch_curve(6, 512), np.log(4) / np.log(3), 0.05),
    ],
    ids=["line", "diagonal", "square", "triangle", "carpet", "koch"],
)
def test_shapes_of_known_dimension(places, dimension, tolerance):
    found = count_boxes(places)
    assert found.dimension == pytest.approx(dimension, abs=tolerance)
    assert found.counts.tolist() == [by_hand(places, size) for size in found.sizes.tolist()]
    assert found.sizes[-1] <= min(places.shape) / 8 < 2 * found.sizes[-1]


def test_the_boundary_of_a_filled_square_is_a_line_around_it():
    converged = np.zeros((128, 128), bool)
    converged[30:94, 30:94] = True
    places = boundary(converged)
    around = np.zeros((127, 127), bool)
    around[29:94, 29:94] = True
    around[30:93, 30:93] = False
    assert (places == around).all()
    assert count_boxes(places).dimension == pytest.approx(1.0, abs=0.05)


def test_without_a_boundary_there_is_no_dimension():
    found = count_boxes(boundary(np.ones((16, 16), bool)))
    assert found.counts.tolist() == [0, 0] and np.isnan(found.dimension)


def test_few_pixels_have_two_scales():
    assert count_boxes(boundary(np.tri(16, dtype=bool))).sizes.tolist() == [1, 2]
