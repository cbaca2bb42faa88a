"""Information: entropy of a source, the length of a Huffman code, and what a code for another source costs."""

import heapq
import math
from itertools import pairwise

from simulator.course.exercises.exercise import Coincidence, Draw, Exercise, Line, number
from simulator.course.exercises.writing import equals, share, tex, total
from simulator.texts import Phrase

LENGTHS = (
    (1, 2, 3, 3),
    (1, 2, 2),
    (1, 3, 3, 3, 3),
    (2, 2, 2, 3, 3),
    (1, 2, 3, 4, 4),
    (1, 2, 4, 4, 4, 4),
    (2, 2, 3, 3, 3, 3),
    (1, 3, 3, 3, 4, 4),
)
"""Lengths of complete codes: probabilities of ½ to these powers add up to 1."""
SYMBOLS = "ABCDEF"
CODE = ("0", "10", "110", "111")
"""A code for four symbols."""
SIXTEENTHS = 16


def _table(probabilities: list[str]) -> str:
    return r", \quad ".join(rf"P({symbol}) = {one}" for symbol, one in zip(SYMBOLS, probabilities, strict=False))


def entropy(draw: Draw) -> Exercise:
    """Entropy in bits of probabilities that are powers of ½."""
    chosen = draw.one(LENGTHS)
    lengths = draw.several(chosen, len(chosen))
    answer = sum(length / 2**length for length in lengths)
    wrong = [
        ("uniform", math.log2(len(lengths))),
        ("nats", answer * math.log(2)),
        ("unweighted", sum(lengths) / len(lengths)),
    ]
    written = [share(1, 2**length) for length in lengths]
    terms = [rf"{one} \cdot {length}" for one, length in zip(written, lengths, strict=True)]
    return Exercise(
        numbers={"probabilities": [2**length for length in lengths]},
        given=(Line(Phrase("exercises.entropy.given"), _table(written)),),
        question=number("entropy", answer, wrong),
        solution=(
            Line(Phrase("exercises.entropy.surprise"), rf"-\log_2 {written[0]} = {lengths[0]}"),
            Line(Phrase("exercises.entropy.mean"), rf"H = {total(terms)} {equals(answer)}"),
        ),
        key=rf"H {equals(answer)}",
    )


def code_cost(draw: Draw) -> Exercise:
    """Mean length of a given code for a source that it was not made for: the cross-entropy."""
    cuts = sorted(draw.several(range(1, SIXTEENTHS), 3))
    counts = [high - low for low, high in pairwise([0, *cuts, SIXTEENTHS])]
    lengths = [len(word) for word in CODE]
    if counts == sorted(counts, reverse=True):
        raise Coincidence
    answer = sum(count * length for count, length in zip(counts, lengths, strict=True)) / SIXTEENTHS
    wrong = [
        ("own_distribution", sum(length / 2**length for length in lengths)),
        ("unweighted", sum(lengths) / 4),
        ("entropy_for_code", -sum(c / SIXTEENTHS * math.log2(c / SIXTEENTHS) for c in counts)),
    ]
    written = [share(count, SIXTEENTHS) for count in counts]
    words = ", ".join(f"{symbol} {word}" for symbol, word in zip(SYMBOLS, CODE, strict=False))
    terms = [rf"{one} \cdot {length}" for one, length in zip(written, lengths, strict=True)]
    return Exercise(
        numbers={"counts": counts},
        given=(Line(Phrase("exercises.code_cost.given", {"words": words}), _table(written)),),
        question=number("code_cost", answer, wrong),
        solution=(
            Line(Phrase("exercises.code_cost.lengths"), rf"({', '.join(map(str, lengths))})"),
            Line(Phrase("exercises.code_cost.mean"), rf"{total(terms)} {equals(answer)}"),
            Line(
                Phrase("exercises.code_cost.compare"),
                rf"H(P, P) {equals(wrong[2][1])}, \quad H(P, Q) - H(P, P) {equals(answer - wrong[2][1])} > 0",
            ),
        ),
        key=tex(answer),
    )


def huffman(draw: Draw) -> Exercise:
    """Mean length of the Huffman code of four or five symbols."""
    size, under = draw.one((4, 5)), draw.one((16, 20))
    cuts = sorted(draw.several(range(1, under), size - 1))
    counts = [high - low for low, high in pairwise([0, *cuts, under])]
    merged, lengths = _merge(counts)
    answer = sum(merged) / under
    wrong = [
        ("fixed_length", float(math.ceil(math.log2(size)))),
        ("unweighted", sum(lengths) / size),
        ("entropy_for_code", -sum(c / under * math.log2(c / under) for c in counts)),
        ("last_merge_forgotten", sum(merged[:-1]) / under),
    ]
    written = [share(count, under) for count in counts]
    terms = [rf"{one} \cdot {length}" for one, length in zip(written, lengths, strict=True)]
    return Exercise(
        numbers={"counts": counts, "under": under},
        given=(Line(Phrase("exercises.huffman.given"), _table(written)),),
        question=number("huffman", answer, wrong),
        solution=(
            Line(Phrase("exercises.huffman.merge"), r", \quad ".join(share(one, under) for one in merged)),
            Line(
                Phrase("exercises.huffman.lengths"),
                r", \quad ".join(rf"{symbol}: {length}" for symbol, length in zip(SYMBOLS, lengths, strict=False)),
            ),
            Line(Phrase("exercises.huffman.mean"), rf"{total(terms)} {equals(answer)}"),
        ),
        key=tex(answer),
    )


def _merge(counts: list[int]) -> tuple[list[int], list[int]]:
    """Return the weights of Huffman's merges, and the length of each symbol's word; a tie is a coincidence."""
    heap = [(count, [symbol]) for symbol, count in enumerate(counts)]
    heapq.heapify(heap)
    merged, lengths = [], [0] * len(counts)
    while len(heap) > 1:
        (one, left), (other, right) = heapq.heappop(heap), heapq.heappop(heap)
        if heap and heap[0][0] == other:
            raise Coincidence  # which two to merge must be beyond doubt
        for symbol in left + right:
            lengths[symbol] += 1
        merged.append(one + other)
        heapq.heappush(heap, (one + other, left + right))
    return merged, lengths
