"""How much of the gradient arrives at each layer, for every depth that the slider has: what the first picture shows."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from simulator.core.kept import kept
from simulator.core.network import MAX_HIDDEN_LAYERS
from simulator.core.propagation.microscope import profile_of
from simulator.core.propagation.starts import Case, batch_of, start_of
from simulator.core.propagation.sweep import LARGEST_WIDTH, depth_sweep

DEPTHS = (*range(2, 20), *range(20, 40, 2), *range(40, MAX_HIDDEN_LAYERS + 1, 5))
"""Hidden layers at the slider's stops; small steps where a step is a large part of the network."""
FEW_DEPTHS = (5, 10, 20, 50, 100)
"""Those of wide networks, which take longer."""
VANISHING, EXPLODING = 0.01, 100.0
"""Below and above these shares of the gradient its decay and its growth have a name."""


class Arriving(NamedTuple):
    """The gradient of one network, by its number of hidden layers.

    ``share`` is ‖∂L/∂z‖ of a layer over that of the last hidden layer, next to the output: the geometric means of both
    over the random starts, as they are drawn layer by layer; 0 or ∞ where most starts have that.
    """

    depths: tuple[int, ...]
    share: tuple[np.ndarray, ...]  # one array of (depth,) a depth, layer 1 first
    zero: tuple[int, ...]  # random starts in which exactly 0 arrives at layer 1, by depth
    broken: tuple[int, ...]  # those in which what arrives is not finite
    num_seeds: tuple[int, ...]  # random starts

    def arrives(self, number: int) -> float:
        """Return the share that arrives at layer 1 of the depth with this index."""
        return float(self.share[number][0])


def arriving(case: Case, asked_seeds: int) -> Arriving:
    """Return what arrives in a network of each depth, its own among them.

    Args:
      case: the network; all its hidden layers alike.
      asked_seeds: random starts; fewer where the network is large.
    """
    own, width = case.network.num_hidden_layers, case.network.layer_sizes[1]
    sizes = case.network.layer_sizes
    alike = case._replace(network=replace(case.network, layer_sizes=(*sizes[:2], *sizes[-2:])))  # of any depth
    measure = _swept if width <= LARGEST_WIDTH else _one_by_one
    found = dict(kept().of(("arriving", alike, asked_seeds), lambda: measure(alike, asked_seeds)))
    if own not in found:
        found[own] = _norms(case, asked_seeds)
    depths = tuple(sorted(found))
    norms = [found[depth] for depth in depths]
    return Arriving(
        depths,
        tuple(share_of(one) for one in norms),
        tuple(int(np.sum(one[:, 0] == 0)) for one in norms),
        tuple(int(np.sum(~np.isfinite(one[:, 0]))) for one in norms),
        tuple(len(one) for one in norms),
    )


def share_of(norms: np.ndarray) -> np.ndarray:
    """Return each layer's typical norm over that of the last layer, (seeds, layers) → (layers,).

    >>> share_of(np.array([[1.0, 8.0], [4.0, 2.0]])).tolist()
    [0.5, 1.0]
    """
    typical = profile_of(np.asarray(norms, np.float64)).drawn
    with np.errstate(invalid="ignore", divide="ignore"):
        share = typical / typical[-1]
    return np.where(typical == 0, 0.0, np.where(np.isfinite(typical), share, np.inf))


def name_of(share: float) -> str:
    """Return what the decay is called: ``vanishes``, ``explodes`` or ``arrives``.

    >>> name_of(0.0099), name_of(0.84), name_of(101.0)
    ('vanishes', 'arrives', 'explodes')
    """
    return "vanishes" if share < VANISHING else "explodes" if share > EXPLODING else "arrives"


def _swept(case: Case, asked_seeds: int) -> dict[int, np.ndarray]:
    seeds = range(case.training.seed, case.training.seed + asked_seeds)
    norms = depth_sweep(case.network, batch_of(case), seeds, DEPTHS)
    return {depth: one[:, :depth] for depth, one in zip(DEPTHS, norms, strict=True)}


def _one_by_one(case: Case, asked_seeds: int) -> dict[int, np.ndarray]:
    features, width, *_, classes = case.network.layer_sizes
    networks = {depth: replace(case.network, layer_sizes=(features, *[width] * depth, classes)) for depth in FEW_DEPTHS}
    return {depth: _norms(case._replace(network=one), asked_seeds) for depth, one in networks.items()}


def _norms(case: Case, asked_seeds: int) -> np.ndarray:
    return start_of(case, asked_seeds).signal.grad_norm[:, :-1]
