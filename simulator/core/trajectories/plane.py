"""The plane that holds most of several paths through many dimensions: their two principal directions."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.linalg import eigh


class Plane(NamedTuple):
    """The plane θ = centre + a·axes[0] + b·axes[1].

    Args:
      centre: mean of all points of all paths.
      axes: the two principal directions, orthogonal, of length 1; the larger spread first.
      shares: of each path, the part of its squared distances from the centre that lies in the plane.
      share: the same of all paths together.
    """

    centre: Float[np.ndarray, " parameters"]
    axes: Float[np.ndarray, "2 parameters"]
    shares: Float[np.ndarray, " paths"]
    share: float

    def place(self, theta: Float[np.ndarray, "points parameters"]) -> Float[np.ndarray, "points 2"]:
        """Return where points lie in the plane, seen along all other directions."""
        return (np.asarray(theta, float) - self.centre) @ self.axes.T

    def theta(self, places: Float[np.ndarray, "points 2"]) -> Float[np.ndarray, "points parameters"]:
        """Return the points of the plane at some places."""
        return self.centre + np.asarray(places, float) @ self.axes


def principal_plane(paths: Sequence[Float[np.ndarray, "points parameters"]]) -> Plane:
    """Return the two principal directions of all points of some paths together (principal component analysis).

    The sign of a direction means nothing; it is chosen so that the first path ends on its positive side.

    Args:
      paths: each with the same number of points, so that none weighs more than another.
    """
    points = np.concatenate([np.asarray(path, float) for path in paths])
    centre = points.mean(axis=0)
    axes = _largest(points - centre)
    way = axes @ (np.asarray(paths[0][-1], float) - np.asarray(paths[0][0], float))
    axes = np.where(way < 0, -1.0, 1.0)[:, None] * axes
    whole = np.array([((np.asarray(path, float) - centre) ** 2).sum() for path in paths])
    inside = np.array([(((np.asarray(path, float) - centre) @ axes.T) ** 2).sum() for path in paths])
    return Plane(centre, axes, inside / np.maximum(whole, 1e-300), float(inside.sum() / max(whole.sum(), 1e-300)))


def _largest(points: Float[np.ndarray, "points parameters"]) -> Float[np.ndarray, "2 parameters"]:
    """Return the two directions in which centred points spread most.

    There are far fewer points than parameters: the eigenvectors of the points' products are found sooner than those of
    the parameters' covariance, and lead to the same directions.
    """
    last = len(points) - 1
    _, vectors = eigh(points @ points.T, subset_by_index=[last - 1, last])
    axes, _ = np.linalg.qr(points.T @ vectors[:, ::-1])
    return axes.T
