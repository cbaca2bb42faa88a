"""Losses of a batch against float64 formulas of this file's own, and the targets that they compare with."""

import numpy as np
import pytest

from simulator.core.datasets import Dataset
from simulator.core.losses import (
    NATURAL_OUTPUT,
    decision_threshold,
    encode_targets,
    loss_value,
    output_values,
    resolve_output_activation,
)
from simulator.core.network import NetworkConfig
from simulator.core.training import LOSSES, TrainingConfig
from simulator.errors import InputError

LOGITS = np.array([[1.5, -0.3, 0.2], [-2.0, 0.7, 1.1], [0.1, 0.2, 3.0], [-1.0, -1.5, 0.6]])
TARGETS = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.2, 0.5, 0.3]])
OUTPUTS = {
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "identity": lambda z: z,
}
LABELS = np.array([0, 1, 1, 0])


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_are_their_formulas(loss):
    for output, values in OUTPUTS.items():
        if NATURAL_OUTPUT.get(loss, output) != output:
            continue
        y = values(LOGITS)
        np.testing.assert_allclose(output_values(LOGITS.astype(np.float32), output), y, rtol=1e-5)
        expected = {
            "cross_entropy": lambda y=y: -(TARGETS * np.log(y)).sum() / 4,
            "binary_cross_entropy": lambda y=y: -(TARGETS * np.log(y) + (1 - TARGETS) * np.log(1 - y)).sum() / 4,
            "mse_half_sum": lambda y=y: ((y - TARGETS) ** 2).sum() / 2,
            "mse_mean": lambda y=y: ((y - TARGETS) ** 2).sum() / 12,
            "mse_batch_mean": lambda y=y: ((y - TARGETS) ** 2).sum() / 4,
        }[loss]()
        found = loss_value(LOGITS.astype(np.float32), TARGETS.astype(np.float32), loss, output)
        assert float(found) == pytest.approx(expected, rel=1e-5)


def encoded(outputs: int, labels=LABELS, output_activation="auto", loss="mse_mean"):
    data = Dataset.from_arrays(np.arange(2.0 * len(labels)).reshape(-1, 2), labels)
    network = NetworkConfig(layer_sizes=(2, outputs), output_activation=output_activation)
    return encode_targets(data, network, TrainingConfig(loss=loss))


def test_classes_are_one_hot_and_two_of_them_may_share_an_output():
    assert encoded(2).tolist() == [[1, 0], [0, 1], [0, 1], [1, 0]]
    assert encoded(2, output_activation="tanh").min() == 0.0
    assert encoded(3, np.array([2, 0, 1])).tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    for output, low in (("tanh", -1.0), ("sigmoid", 0.0), ("identity", 0.0)):
        targets = encoded(1, output_activation=output)
        assert targets.tolist() == [[low], [1.0], [1.0], [low]]
        assert decision_threshold(targets) == (low + 1.0) / 2
    assert encoded(1, loss="binary_cross_entropy").tolist() == [[0.0], [1.0], [1.0], [0.0]]


@pytest.mark.parametrize(
    ("outputs", "labels", "loss", "code"),
    [
        (1, LABELS, "cross_entropy", "engine:one_softmax_output"),
        (3, LABELS, "mse_mean", "engine:outputs_or_one"),
        (1, np.array([2, 0, 1]), "mse_mean", "engine:outputs"),
        (1, np.linspace(0, 1, 30), "cross_entropy", "engine:loss_for_regression"),
        (2, np.linspace(0, 1, 30), "mse_mean", "engine:outputs"),
    ],
)
def test_outputs_that_do_not_fit_are_refused(outputs, labels, loss, code):
    with pytest.raises(InputError) as refused:
        encoded(outputs, labels, loss=loss)
    assert refused.value.code == code


@pytest.mark.parametrize("loss", LOSSES)
def test_a_cross_entropy_has_its_own_output(loss):
    natural = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(loss)
    for output in ("auto", *OUTPUTS):
        network, training = NetworkConfig(layer_sizes=(2, 2), output_activation=output), TrainingConfig(loss=loss)
        if natural is None or output in ("auto", natural):
            expected = output if output != "auto" else natural or "identity"
            assert resolve_output_activation(network, training) == expected
        else:
            with pytest.raises(InputError, match=natural):
                resolve_output_activation(network, training)
