"""Losses by name, and the targets they compare with.

With t the target, y the output, z the logits, n examples and k outputs:

- cross_entropy: −Σ t log softmax(z) / n, in nats; ∂/∂z = (y − t) / n
- binary_cross_entropy: −Σ (t log y + (1 − t) log(1 − y)) / n with y = σ(z), in nats, summed over the outputs
- mse_half_sum: ½ Σ (y − t)², summed over examples and outputs; ∂/∂y = y − t
- mse_mean: Σ (y − t)² / (n k); ∂/∂y = 2 (y − t) / (n k)
- mse_batch_mean: Σ ‖y − t‖² / n; ∂/∂y = 2 (y − t) / n
"""

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from simulator.core.network import NetworkConfig
from simulator.core.training import TrainingConfig
from simulator.errors import InputError

if TYPE_CHECKING:
    from simulator.core.datasets import Dataset

NATURAL_OUTPUT = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}
"""The output activation that a loss asks for; the others take any."""


def squared_scale(loss: str, num_outputs: int) -> float:
    """Return what the sum of (y − t)² over one example's outputs is multiplied by in a squared error.

    >>> [squared_scale(loss, 4) for loss in ("mse_half_sum", "mse_mean", "mse_batch_mean")]
    [0.5, 0.25, 1.0]
    """
    return {"mse_half_sum": 0.5, "mse_mean": 1.0 / num_outputs, "mse_batch_mean": 1.0}[loss]


def resolve_output_activation(network: NetworkConfig, training: TrainingConfig) -> str:
    """Return the output activation with ``auto`` resolved.

    Raises:
      InputError: when the loss cannot be used with the output activation.
    """
    natural = NATURAL_OUTPUT.get(training.loss)
    if network.output_activation == "auto":
        return natural or "identity"
    if natural is not None and network.output_activation != natural:
        raise InputError(
            "engine:loss_needs",
            field="output_activation",
            value=network.output_activation,
            loss=training.loss,
            needed=natural,
        )
    return network.output_activation


def encode_targets(dataset: "Dataset", network: NetworkConfig, training: TrainingConfig) -> np.ndarray:
    """Return what the network's output is compared with: float32 (rows, outputs).

    One-hot 0 and 1 for classes. With a single output unit and two classes: −1 and 1 for a tanh output, 0 and 1 for
    any other. Regression targets as they are.

    Raises:
      InputError: when the number of outputs does not fit the data set, or the loss its task.
    """
    outputs = network.layer_sizes[-1]
    if dataset.task == "regression":
        targets = np.asarray(dataset.targets, np.float32)
        if training.loss in NATURAL_OUTPUT:
            raise InputError("engine:loss_for_regression", field="loss", value=training.loss)
        if outputs != targets.shape[1]:
            raise InputError("engine:outputs", field="layer_sizes", value=outputs, expected=targets.shape[1])
        return targets
    labels = np.asarray(dataset.labels)
    if outputs == 1 and dataset.num_classes == 2:
        if training.loss == "cross_entropy":
            raise InputError("engine:one_softmax_output", field="layer_sizes", value=outputs)
        low = -1.0 if resolve_output_activation(network, training) == "tanh" else 0.0
        return np.where(labels == 1, 1.0, low).astype(np.float32)[:, None]
    if outputs != dataset.num_classes:
        code = "engine:outputs_or_one" if dataset.num_classes == 2 else "engine:outputs"
        raise InputError(code, field="layer_sizes", value=outputs, expected=dataset.num_classes)
    return np.eye(outputs, dtype=np.float32)[labels]


def decision_threshold(targets: np.ndarray) -> float:
    """Return the output from which a single unit says the second class: halfway between the two targets."""
    return 0.0 if targets.min(initial=0.0) < 0.0 else 0.5


def output_values(logits, output_activation: str):
    """Return y of an output layer's pre-activation: (…, outputs)."""
    if output_activation == "softmax":
        return jax.nn.softmax(logits, axis=-1)
    if output_activation == "sigmoid":
        return jax.nn.sigmoid(logits)
    return jnp.tanh(logits) if output_activation == "tanh" else logits


def loss_value(logits, targets, loss: str, output_activation: str):
    """Return a loss of a batch, from the output layer's pre-activation.

    Args:
      logits: (batch, outputs).
      targets: (batch, outputs).
      loss: one of ``simulator.core.training.LOSSES``.
      output_activation: ``softmax``, ``sigmoid``, ``tanh`` or ``identity``.

    Returns:
      The loss, a scalar; cross-entropies in nats.

    Class 3 predicted with 0.9 and with 0.1:

    >>> target = jnp.array([[0.0, 0.0, 1.0]])
    >>> for p in (0.9, 0.1):
    ...     logits = jnp.log(jnp.array([[(1 - p) / 2, (1 - p) / 2, p]]))
    ...     print(f"{loss_value(logits, target, 'cross_entropy', 'softmax'):.4f}")
    0.1054
    2.3026
    """
    examples, outputs = logits.shape
    if loss == "cross_entropy":
        return -jnp.sum(targets * jax.nn.log_softmax(logits, axis=-1)) / examples
    if loss == "binary_cross_entropy":
        return jnp.sum(jax.nn.softplus(logits) - targets * logits) / examples
    squares = jnp.sum((output_values(logits, output_activation) - targets) ** 2)
    return (
        squares * {"mse_half_sum": 0.5, "mse_mean": 1.0 / (examples * outputs), "mse_batch_mean": 1.0 / examples}[loss]
    )


def classes_of(outputs: np.ndarray, threshold: float) -> np.ndarray:
    """Return the class of each row of outputs: its largest entry; of a single output, the side of the threshold."""
    outputs = np.asarray(outputs)
    if outputs.shape[-1] == 1:
        return (outputs[..., 0] > threshold).astype(np.int32)
    return np.argmax(outputs, axis=-1).astype(np.int32)
