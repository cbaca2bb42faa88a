"""The sentences hold the numbers of the pictures."""

import numpy as np
import pytest

from simulator.core.softmax import draw_classes
from simulator.core.softmax import softmax as probabilities
from simulator.scenes.losses import words as losses
from simulator.scenes.losses.huffman import huffman_code
from simulator.scenes.softmax import words as softmax
from simulator.texts import LANGUAGES

LECTURE = np.array([1.54, 2.90, -0.26])
GENOME = (1 / 16, 1 / 16, 3 / 4, 1 / 8)


@pytest.mark.parametrize("language", LANGUAGES)
def test_softmax_sentences(language):
    p = probabilities(LECTURE)
    draws = draw_classes(p, 100, 0)
    said = {
        softmax.narrate_probability_sweep(language, LECTURE, 1.0): "0.77",
        softmax.narrate_entropy_sweep(language, np.zeros(3), 1.0): "100%",
        softmax.narrate_jacobian(language, LECTURE, 1.0): "0.177",
        softmax.narrate_precision(language): "NaN",
        softmax.narrate_pair(language, 2.0, 0.0, 1.0): "0.881",
        softmax.narrate_draws(language, draws, p, 1.0): str(int((draws == 1).sum())),
        softmax.narrate_soft_targets(language, LECTURE, 4.0): "0.21",
        softmax.narrate_calibration(language, LECTURE, 2.0): "0.584",
    }
    for sentence, number in said.items():
        assert number in sentence and "{" not in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_loss_sentences(language):
    code = huffman_code(GENOME)
    said = {
        losses.narrate_single(language, "mse_half_sum", "sigmoid", 0, 5.0, 2): ("0.0066", "0.993"),
        losses.narrate_single(language, "mse_half_sum", "sigmoid", 0, -2.0, 2): ("0.119",),
        losses.narrate_surprise(language, 0.9): ("0.1054",),
        losses.narrate_surprise(language, 0.1): ("2.3026",),
        losses.narrate_code(language, code): ("1.375", "1.186", "2"),
        losses.narrate_wrong_code(language, GENOME, (0.25,) * 4, huffman_code((0.25,) * 4)): ("2", "0.8137"),
        losses.narrate_gibbs(language, 0.75, 0.5): ("0.811", "0.189"),
        losses.narrate_terms(language, np.array([0.05, 0.05, 0.9]), 2): ("0.105", "0.208"),
    }
    for sentence, numbers in said.items():
        assert all(number in sentence for number in numbers) and "{" not in sentence


def test_only_a_large_error_is_called_unfair():
    fair, unfair = (losses.narrate_single("en", "mse_half_sum", "sigmoid", 0, z, 2) for z in (0.6, 0.8))
    assert "worse student" in unfair
    assert "worse student" not in fair
