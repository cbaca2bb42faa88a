"""A plane through the parameters of a network, and its loss there.

Its directions are those in which the network's own path varies most, or two random ones in which every neuron's weights
are as long as in the network itself. Source: Li et al. 2018 ("Visualizing the loss landscape of neural nets").
"""

from typing import NamedTuple

import jax
import numpy as np
from jax import lax
from jaxtyping import Float

from simulator.core.training import random_generator
from simulator.core.trajectories.network import NETWORK, Rows, loss_at

_TOGETHER = 256
"""Points of the plane that are computed at a time."""


class Plane(NamedTuple):
    """A plane: origin + a · first direction + b · second direction."""

    origin: Float[np.ndarray, " parameters"]
    directions: Float[np.ndarray, "2 parameters"]

    def coordinates(self, points: Float[np.ndarray, "points parameters"]) -> Float[np.ndarray, "points 2"]:
        """Return (a, b) of the places in the plane that are nearest to points."""
        return (points - self.origin) @ np.linalg.pinv(self.directions)

    def points(self, coordinates: Float[np.ndarray, "points 2"]) -> Float[np.ndarray, "points parameters"]:
        """Return the parameters at places of the plane."""
        return self.origin + coordinates @ self.directions

    def share(self, points: Float[np.ndarray, "points parameters"]) -> float:
        """Return how much of the squared distances of points from the origin lies in the plane, from 0 to 1."""
        within = self.points(self.coordinates(points)) - self.origin
        return float((within**2).sum() / max(((points - self.origin) ** 2).sum(), 1e-300))


def principal_plane(path: Float[np.ndarray, "points parameters"]) -> Plane:
    """Return the plane through the end of a path that holds most of it; the path comes from the upper left.

    Args:
      path: at least three points.
    """
    away = path - path[-1]
    directions = np.linalg.svd(away, full_matrices=False)[2][:2]
    first, second = directions @ away[0]
    return Plane(path[-1], directions * np.array([[-1.0 if first > 0 else 1.0], [1.0 if second >= 0 else -1.0]]))


def random_plane(theta: Float[np.ndarray, " parameters"], seed: int) -> Plane:
    """Return a plane through parameters along two random directions, normalised filter by filter.

    A filter is the weights into one neuron: there a direction is as long as the network's own weights. Biases stay.

    Args:
      theta: of the network.
      seed: of the directions.
    """
    random = random_generator(seed, "initializer", counter=1)  # counter 0 draws first weights
    return Plane(theta, np.stack([_filter_normalised(theta, random) for _ in range(2)]))


def _filter_normalised(theta: np.ndarray, random: np.random.Generator) -> np.ndarray:
    parts, at = [], 0
    for fan_in, fan_out in zip(NETWORK.layer_sizes[:-1], NETWORK.layer_sizes[1:], strict=True):
        weight = theta[at : at + fan_in * fan_out].reshape(fan_in, fan_out)
        drawn = random.standard_normal(weight.shape)
        drawn *= np.linalg.norm(weight, axis=0) / np.linalg.norm(drawn, axis=0)
        parts += [drawn.ravel(), np.zeros(fan_out)]
        at += (fan_in + 1) * fan_out
    return np.concatenate(parts)


def losses(rows: Rows, points: Float[np.ndarray, "points parameters"]) -> Float[np.ndarray, " points"]:
    """Return the loss of the network with each of many parameters, in float64."""
    with jax.enable_x64(True):
        return np.asarray(_losses(points, *rows))


@jax.jit
def _losses(points, inputs, targets):
    return lax.map(lambda theta: loss_at(theta, inputs, targets), points, batch_size=_TOGETHER)


def grid_losses(rows: Rows, plane: Plane, first: np.ndarray, second: np.ndarray) -> Float[np.ndarray, "rows columns"]:
    """Return the loss at every point of a grid in a plane.

    Args:
      rows: what is learned.
      plane: through the parameters.
      first, second: coordinates of the columns and of the rows.
    """
    places = np.stack([part.ravel() for part in np.meshgrid(first, second)], axis=1)
    return losses(rows, plane.points(places)).reshape(len(second), len(first))
