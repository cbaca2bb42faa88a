"""Huffman's code, merge by merge: the shortest way to write letters in bits, one codeword a letter."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simulator.scenes.losses.entropy import check_distribution


class Merge(NamedTuple):
    """One step: the two lightest nodes become one. Leaves are numbered from 0, merged nodes go on from there."""

    node: int  # the new node
    one: int  # its child on the branch written 1: the heavier, of equals the older
    zero: int  # its child on the branch written 0
    probability: float  # of the new node


class HuffmanCode(NamedTuple):
    """A finished code with the steps that built it."""

    probabilities: tuple[float, ...]
    merges: tuple[Merge, ...]  # one less than there are letters
    codes: tuple[str, ...]
    mean_length: float  # Σ p · length, bits a letter; between the entropy and the entropy + 1


def huffman_code(probabilities: Sequence[float]) -> HuffmanCode:
    """Build the code: again and again merge the two least probable nodes, then read the branches from the root.

    Source: D. A. Huffman, A Method for the Construction of Minimum-Redundancy Codes, Proc. IRE 40 (1952).

    Args:
      probabilities: of 2 to 8 letters, with sum 1.

    Returns:
      The code and its merges, in order.

    Raises:
      InputError: when the numbers are no distribution.

    >>> code = huffman_code((1 / 16, 1 / 16, 3 / 4, 1 / 8))
    >>> code.codes, code.mean_length
    (('001', '000', '1', '01'), 1.375)
    """
    check_distribution("probabilities", np.asarray(probabilities, dtype=np.float64))
    weights = {letter: float(probability) for letter, probability in enumerate(probabilities)}
    alive = list(weights)
    merges = []
    while len(alive) > 1:
        # Lightest first; of equals the younger first, so that the older one gets the 1. Rounding to 12 digits makes
        # 0.1 + 0.2 and 0.3 equal.
        alive.sort(key=lambda node: (round(weights[node], 12), -node))
        zero, one = alive[:2]
        node = len(weights)
        weights[node] = weights[zero] + weights[one]
        merges.append(Merge(node, one, zero, weights[node]))
        alive = [*alive[2:], node]
    codes = _codes(merges, len(probabilities))
    mean_length = sum(probability * len(code) for probability, code in zip(probabilities, codes, strict=True))
    return HuffmanCode(tuple(map(float, probabilities)), tuple(merges), codes, float(mean_length))


def mean_code_length(codes: Sequence[str], probabilities: Sequence[float]) -> float:
    """Return the bits a letter that a code costs when letters come with other probabilities than it was built for.

    >>> mean_code_length(("00", "01", "10", "11"), (1 / 16, 1 / 16, 3 / 4, 1 / 8))
    2.0
    """
    return float(sum(probability * len(code) for probability, code in zip(probabilities, codes, strict=True)))


def _codes(merges: Sequence[Merge], num_letters: int) -> tuple[str, ...]:
    prefix = {merges[-1].node: ""}
    for merge in reversed(merges):
        prefix[merge.one] = prefix[merge.node] + "1"
        prefix[merge.zero] = prefix[merge.node] + "0"
    return tuple(prefix[letter] for letter in range(num_letters))
