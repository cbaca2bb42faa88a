"""Huffman's code against the lecture, brute force and Kraft."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.scenes.losses.entropy import BASE_PROBABILITIES, BASES, entropy, normalized
from simulator.scenes.losses.huffman import huffman_code, mean_code_length

distributions = (
    st.lists(st.integers(0, 20), min_size=2, max_size=8).filter(any).map(lambda w: normalized(np.array(w, float)))
)


def test_the_code_of_the_lecture():
    code = huffman_code(BASE_PROBABILITIES)
    assert dict(zip(BASES, code.codes, strict=True)) == {"T": "1", "C": "01", "A": "001", "G": "000"}
    assert code.mean_length == 1.375
    assert 16 * code.mean_length == 22
    fixed = ("00", "01", "10", "11")
    assert 16 * mean_code_length(fixed, BASE_PROBABILITIES) == 32
    # The wrong (uniform) tree gives every letter two bits.
    uniform = huffman_code((0.25,) * 4)
    assert mean_code_length(uniform.codes, BASE_PROBABILITIES) == 2.0
    assert code.mean_length > entropy(np.array(BASE_PROBABILITIES), base=2)


def test_the_merges_of_the_lecture():
    merges = huffman_code(BASE_PROBABILITIES).merges
    assert [(merge.one, merge.zero, merge.probability) for merge in merges] == [
        (0, 1, 1 / 8),  # A and G
        (3, 4, 1 / 4),  # C, and the node of A and G
        (2, 5, 1.0),  # T, and everything else
    ]


@settings(max_examples=150, deadline=None)
@given(distributions)
def test_every_code_is_a_full_tree_near_the_entropy(p):
    code = huffman_code(p.tolist())
    for first, second in itertools.permutations(code.codes, 2):
        assert not second.startswith(first)
    assert sum(2.0 ** -len(word) for word in code.codes) == 1.0
    bound = entropy(p, base=2)
    assert bound - 1e-9 <= code.mean_length <= bound + 1
    assert [merge.node for merge in code.merges] == list(range(len(p), 2 * len(p) - 1))
    assert code.merges[-1].probability == pytest.approx(1.0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 20), min_size=2, max_size=5).map(lambda w: normalized(np.array(w, float))))
def test_no_other_code_is_shorter(p):
    lengths = range(1, len(p))
    costs = [
        float(p @ np.array(chosen))
        for chosen in itertools.product(lengths, repeat=len(p))
        if sum(2.0**-length for length in chosen) <= 1.0  # Kraft: such a code exists
    ]
    assert huffman_code(p.tolist()).mean_length == pytest.approx(min(costs))


def test_ties_do_not_hang_on_rounding():
    # 0.1 + 0.2 is a little more than 0.3 in binary; the older letter still gets the 1.
    code = huffman_code((0.1, 0.2, 0.3, 0.4))
    assert code.codes == huffman_code((0.1, 0.2, 0.30000000000000004, 0.4 - 4e-17)).codes
    assert code.codes[2] == "11"


def test_what_is_no_distribution():
    with pytest.raises(InputError, match="must sum to 1"):
        huffman_code((0.5, 0.4))
    with pytest.raises(InputError, match="2 to 8"):
        huffman_code((1.0,))
