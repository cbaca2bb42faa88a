"""What the diagram's nodes say of backpropagation: z, a, φ′, ∂L/∂a and δ of a few examples, and how weights move."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from simulator.core.losses import NATURAL_OUTPUT, squared_scale
from simulator.core.network import NetworkConfig
from simulator.core.records import Frames, Records
from simulator.core.training import TrainingConfig


def backward_content(
    frames: Frames,
    records: Records,
    network: NetworkConfig,
    training: TrainingConfig,
    kept: Sequence[int],
    *,
    num_steps: int,
) -> dict[str, Any]:
    """Return backpropagation at every frame as the browser takes it apart when a node is chosen.

    Args:
      network, training: of the run.
      kept: units drawn of the inputs and of each layer.
      num_steps: updates the run made; the update after the last is computed and not made.
    """
    passes = frames.passes
    natural = training.loss in NATURAL_OUTPUT
    penalised = training.l1 > 0 or training.l2 > 0

    def layers(name: str) -> list[np.ndarray]:
        return [values[:, :, : kept[layer + 1]] for layer, values in enumerate(getattr(passes, name))]

    return {
        "count": passes.count,
        "inputs": passes.input[..., : kept[0]],
        "target": passes.target[..., : kept[-1]],
        "pre_activation": layers("pre_activation"),
        "activation": layers("activation"),
        "derivative": layers("derivative"),
        "activation_gradient": layers("activation_gradient"),
        "delta": layers("pre_activation_gradient"),
        "data_gradient": [
            values[:, :fan_in, :fan_out]
            for values, (fan_in, fan_out) in zip(passes.weight_gradient, pairwise(kept), strict=True)
        ]
        if penalised
        else None,
        "dropout": list(network.dropouts),
        "natural": natural,
        "factor": 1.0 if natural else 2.0 * squared_scale(training.loss, network.layer_sizes[-1]),
        "summed": training.loss == "mse_half_sum",
        "optimizer": training.optimizer,
        "rate": np.asarray(records.learning_rate)[frames.record],
        "clip": _clip_factors(np.asarray(records.grad_norm, float)[frames.record], training.clip_norm),
        "made": np.asarray(frames.step < num_steps),
    }


def _clip_factors(grad_norm: np.ndarray, clip_norm: float | None) -> np.ndarray:
    """Return what the gradient of each frame is multiplied by: 1 where its norm is not above the limit."""
    if clip_norm is None:
        return np.ones(len(grad_norm))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(grad_norm > clip_norm, clip_norm / grad_norm, 1.0)
