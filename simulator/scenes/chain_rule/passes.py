"""The forward pass, the loss and the backward pass of one network, with everything that is computed on the way."""

from typing import NamedTuple

import numpy as np

from simulator.scenes.chain_rule.functions import FUNCTIONS

Array = np.ndarray


class Parameters(NamedTuple):
    """Of all layers, float64."""

    weight: tuple[Array, ...]  # per layer (fan_in, fan_out)
    bias: tuple[Array, ...]  # per layer (fan_out,)


class LossTerm(NamedTuple):
    """A loss of the output layer, and where its gradient starts."""

    output: Array  # (rows, outputs): y
    value: float
    each: Array  # (rows,) what each example adds to the loss
    grad_output: Array | None  # (rows, outputs): ∂L/∂Y; None where loss and activation are differentiated as one
    derivative: Array | None  # (rows, outputs): φ′ of the output layer; None as above
    grad_logits: Array  # (rows, outputs): ∂L/∂Z of the output layer


class NetworkPass(NamedTuple):
    """Every value of one forward and one backward pass. Layers count from 0 here; index 0 is the first with weights."""

    inputs: Array  # (rows, inputs)
    targets: Array  # (rows, outputs)
    parameters: Parameters
    pre_activation: tuple[Array, ...]  # per layer (rows, fan_out): Z = A W + b
    activation: tuple[Array, ...]  # per layer (rows, fan_out): φ(Z); the last one is the output
    derivative: tuple[Array | None, ...]  # per layer (rows, fan_out): φ′(Z)
    loss: LossTerm
    grad_activation: tuple[Array | None, ...]  # per layer (rows, fan_out): ∂L/∂A
    grad_pre_activation: tuple[Array, ...]  # per layer (rows, fan_out): G = ∂L/∂Z
    grad_weight: tuple[Array, ...]  # per layer (fan_in, fan_out): AᵀG
    grad_bias: tuple[Array, ...]  # per layer (fan_out,): column sums of G

    @property
    def num_layers(self) -> int:
        """Number of layers with weights."""
        return len(self.grad_weight)

    @property
    def num_rows(self) -> int:
        """Number of examples."""
        return len(self.inputs)

    def layer_inputs(self, layer: int) -> Array:
        """Return what a layer multiplies by its weights: X, or the activation before it."""
        return self.activation[layer - 1] if layer else self.inputs

    @property
    def squared_grad_norm(self) -> float:
        """‖g‖² over all weights and biases."""
        return float(sum(np.sum(gradient**2) for gradient in (*self.grad_weight, *self.grad_bias)))


def run_pass(
    parameters: Parameters, inputs: Array, targets: Array, *, activation: str, loss: str, output: str
) -> NetworkPass:
    """Run a batch forward and backward.

    Args:
      parameters: of the network.
      inputs: (rows, inputs).
      targets: (rows, outputs).
      activation: of the hidden layers, one of ``FUNCTIONS``.
      loss: one of ``simulator.core.training.LOSSES``.
      output: activation of the output layer: ``softmax`` with cross_entropy, ``sigmoid`` with binary_cross_entropy,
        ``identity``, ``sigmoid`` or ``tanh`` with a mean squared error.

    >>> one = Parameters((np.array([[2.0]]),), (np.array([1.0]),))
    >>> made = run_pass(one, np.array([[3.0]]), np.array([[5.0]]), activation="relu", loss="mse_half_sum",
    ...                 output="identity")
    >>> float(made.loss.value), float(made.grad_weight[0].item()), float(made.grad_bias[0].item())
    (2.0, 6.0, 2.0)
    """
    pre_activations, activations = forward(parameters, inputs, activation)
    term = loss_term(pre_activations[-1], targets, loss=loss, output=output)
    function = FUNCTIONS[activation]
    derivatives = (*(function.derivative(z) for z in pre_activations[:-1]), term.derivative)
    grad_activation: list[Array | None] = [term.grad_output]
    grad_pre_activation = [term.grad_logits]
    for layer in reversed(range(len(parameters.weight) - 1)):
        arriving = grad_pre_activation[0] @ parameters.weight[layer + 1].T
        grad_activation.insert(0, arriving)
        grad_pre_activation.insert(0, arriving * derivatives[layer])
    layer_inputs = (inputs, *activations)
    return NetworkPass(
        inputs,
        targets,
        parameters,
        pre_activations,
        (*activations, term.output),
        derivatives,
        term,
        tuple(grad_activation),
        tuple(grad_pre_activation),
        tuple(before.T @ gradient for before, gradient in zip(layer_inputs, grad_pre_activation, strict=True)),
        tuple(gradient.sum(axis=0) for gradient in grad_pre_activation),
    )


def forward(parameters: Parameters, inputs: Array, activation: str) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    """Return the pre-activations of every layer and the activations of the hidden layers."""
    value, pre_activations, activations = inputs, [], []
    for weight, bias in zip(parameters.weight[:-1], parameters.bias[:-1], strict=True):
        pre_activations.append(value @ weight + bias)
        value = FUNCTIONS[activation].value(pre_activations[-1])
        activations.append(value)
    pre_activations.append(value @ parameters.weight[-1] + parameters.bias[-1])
    return tuple(pre_activations), tuple(activations)


def loss_scale(loss: str, rows: int, outputs: int) -> float:
    """Return the constant before the sum of a loss.

    >>> [loss_scale(name, 4, 2) for name in ("cross_entropy", "mse_half_sum", "mse_mean", "mse_batch_mean")]
    [0.25, 0.5, 0.125, 0.25]
    """
    return {"mse_half_sum": 0.5, "mse_mean": 1.0 / (rows * outputs)}.get(loss, 1.0 / rows)


def loss_term(logits: Array, targets: Array, *, loss: str, output: str) -> LossTerm:
    """Return a loss with its gradient; arguments as in ``run_pass``, ``logits`` being the last pre-activation.

    Softmax with cross-entropy and sigmoid with binary cross-entropy are differentiated as one: y − t, divided by the
    number of examples.
    """
    scale = loss_scale(loss, *logits.shape)
    if loss == "cross_entropy":
        shifted = logits - logits.max(axis=1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        each = -scale * (targets * logs).sum(axis=1)
        probabilities = np.exp(logs)
        gradient = scale * (probabilities * targets.sum(axis=1, keepdims=True) - targets)
        return LossTerm(probabilities, float(each.sum()), each, None, None, gradient)
    if loss == "binary_cross_entropy":
        each = scale * (np.logaddexp(0.0, logits) - targets * logits).sum(axis=1)
        value = FUNCTIONS["sigmoid"].value(logits)
        return LossTerm(value, float(each.sum()), each, None, None, scale * (value - targets))
    value, derivative = FUNCTIONS[output].value(logits), FUNCTIONS[output].derivative(logits)
    each = scale * ((value - targets) ** 2).sum(axis=1)
    gradient = 2.0 * scale * (value - targets)
    return LossTerm(value, float(each.sum()), each, gradient, derivative, gradient * derivative)
