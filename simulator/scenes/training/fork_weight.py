"""The weight that a fork sets by hand, as a link writes it: layer, from node, to node."""

from dataclasses import dataclass
from typing import Any

from simulator.scenes.kinds import OFF, Numbers, Read
from simulator.texts import Phrase

Place = tuple[int, ...]
"""Layer, from node and to node of a weight, from 1; from node 0 for a bias. Empty for no weight."""


@dataclass(frozen=True)
class ForkWeight(Numbers):
    """A weight or a bias of a network, or none; a link joins its three numbers with dots.

    Args:
      sizes: of the network's inputs, hidden layers and outputs, where they are known.
    """

    sizes: tuple[int, ...] = ()

    def read(self, written: str, default: Any) -> Read:
        """Return the weight that is written; the default where there are not three numbers."""
        if written.strip() == OFF:
            return Read((), True)
        found = super().read(written, default)
        if self.holds(found.value):
            return found
        return Read(default, False) if len(found.value) < self.most else Read(_from_one(found.value), False)

    def write(self, value: Any) -> str:
        """Join the numbers."""
        return super().write(value) or OFF

    def holds(self, value: Any) -> bool:
        """Say whether it names a weight of some network, or none."""
        return super().holds(value) and (not value or (len(value) == self.most and value == _from_one(value)))

    def rule(self) -> Phrase:
        """Return how a weight is named, and the sizes within which it lies."""
        if not self.sizes:
            return Phrase("errors_training.rule_weight", {})
        return Phrase("errors_training.rule_weight_of", {"sizes": "-".join(map(str, self.sizes))})

    def nearest(self, place: Place) -> Place:
        """Return the nearest weight that the network has.

        >>> ForkWeight(0, 9999, 0, 3, whole=True, separator=".", sizes=(2, 8, 1)).nearest((5, 9, 3))
        (2, 8, 1)
        """
        if not place or not self.sizes:
            return place
        layer = min(place[0], len(self.sizes) - 1)
        return layer, min(place[1], self.sizes[layer - 1]), min(place[2], self.sizes[layer])


def _from_one(place: Place) -> Place:
    """Return a place whose layer and to node are there: both count from 1."""
    return max(place[0], 1), place[1], max(place[2], 1)


FORK_WEIGHT = ForkWeight(0, 9999, 0, 3, whole=True, separator=".")
