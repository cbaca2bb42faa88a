"""The same training and the same records by hand, in vectorised float32 NumPy."""

import math

import numpy as np

from simulator.core.batches import batch_order
from simulator.core.initializers import initialize
from tests.benchmarks.cases import PER_LAYER, SATURATED_SHARE, SCALARS, Case, Recorded


def train(case: Case, num_steps: int) -> Recorded:
    """Train a case and return its records."""
    training = case.training(num_steps)
    assert case.dataset.labels is not None
    inputs, labels = case.dataset.inputs, case.dataset.labels
    params = initialize(case.network, training.seed)
    weights, biases = [layer.weight for layer in params], [layer.bias for layer in params]
    num_steps = training.num_epochs * (len(inputs) // case.batch_size)
    records = {name: np.empty(num_steps, np.float32) for name in SCALARS}
    records |= {name: np.empty((num_steps, len(weights)), np.float32) for name in PER_LAYER}
    learning_rate = np.float32(training.learning_rate)
    step = 0
    for epoch in range(training.num_epochs):
        for rows in batch_order(len(inputs), training.batch_size, training.seed, epoch):
            row = {name: column[step] for name, column in records.items() if column.ndim == 2}
            activations = _forward(inputs[rows], weights, biases, row)
            loss, accuracy, gradient = _loss(activations[-1], labels[rows], row)
            records["loss"][step], records["accuracy"][step] = loss, accuracy
            _backward(activations, weights, biases, gradient, learning_rate, row)
            step += 1
    return records


def _forward(inputs: np.ndarray, weights: list, biases: list, row: Recorded) -> list[np.ndarray]:
    activations = [inputs]
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        z = activations[-1] @ weight
        z += bias
        last = layer == len(weights) - 1
        activations.append(_softmax(z) if last else np.maximum(z, 0, out=z))
        value = activations[-1]
        row["activation_mean"][layer] = value.mean()
        row["activation_std"][layer] = value.std()
        zero = 1 - np.count_nonzero(value) / value.size
        row["zero_fraction"][layer] = zero
        row["saturated_fraction"][layer] = (
            np.count_nonzero(value * (1 - value) < SATURATED_SHARE / 4) / value.size if last else zero
        )
    return activations


def _softmax(z: np.ndarray) -> np.ndarray:
    z -= z.max(axis=1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=1, keepdims=True)
    return z


def _loss(output: np.ndarray, labels: np.ndarray, row: Recorded) -> tuple[float, float, np.ndarray]:
    """Return the loss, the accuracy and ∂L/∂z of the output layer; record ∂L/∂y."""
    count = len(labels)
    index = np.arange(count)
    at_target = np.maximum(output[index, labels], 1e-12)
    row["activation_grad_norm"][-1] = _norm(1 / at_target) / count
    gradient = output / np.float32(count)
    gradient[index, labels] -= np.float32(1 / count)
    return -np.log(at_target).mean(), (output.argmax(axis=1) == labels).mean(), gradient


def _backward(
    activations: list[np.ndarray],
    weights: list[np.ndarray],
    biases: list[np.ndarray],
    gradient: np.ndarray,
    learning_rate: np.float32,
    row: Recorded,
) -> None:
    for layer in reversed(range(len(weights))):
        weight = weights[layer]
        weight_gradient = activations[layer].T @ gradient
        bias_gradient = gradient.sum(axis=0)
        row["pre_activation_grad_norm"][layer] = _norm(gradient)
        row["weight_grad_norm"][layer] = _norm(weight_gradient)
        row["bias_grad_norm"][layer] = _norm(bias_gradient)
        row["weight_norm"][layer] = weight_norm = _norm(weight)
        if layer:
            gradient = gradient @ weight.T
            row["activation_grad_norm"][layer - 1] = _norm(gradient)
            gradient *= activations[layer] > 0
        weight_gradient *= learning_rate
        row["update_ratio"][layer] = _norm(weight_gradient) / weight_norm
        weight -= weight_gradient
        biases[layer] -= learning_rate * bias_gradient


def _norm(array: np.ndarray) -> float:
    flat = array.ravel()
    return math.sqrt(flat @ flat)
