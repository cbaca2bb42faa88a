"""Everything a control sets, as traced values: arrays whose contents never pick another program."""

from typing import Any, NamedTuple

import numpy as np

from simulator.core.activations import ACTIVATIONS_TABLE, SATURATED_BELOW
from simulator.core.engine.shapes import Shape
from simulator.core.losses import NATURAL_OUTPUT, squared_scale
from simulator.core.network import ACTIVATIONS, NORMALIZATIONS, NetworkConfig
from simulator.core.optimizers import STATE_SLOTS
from simulator.core.training import OPTIMIZERS, TrainingConfig

_PIECEWISE = ("relu", "leaky_relu", "prelu", "identity")
FAMILIES = ("piecewise", *(name for name in ACTIVATIONS if name not in _PIECEWISE))
"""Activation functions as the program branches over them; the piecewise linear ones differ in their slope only."""
OUTPUT_KINDS = ("cross_entropy", "binary_cross_entropy", "softmax", "identity", "sigmoid", "tanh")
"""How outputs and loss are computed: a cross-entropy, or a squared error behind an output activation."""


class LayerSettings(NamedTuple):
    """Per hidden layer."""

    mask: Any  # (depth, width) bool: the unit exists
    active: Any  # (depth,) bool: the layer exists
    normalization: Any  # (depth,) int, index in NORMALIZATIONS
    dropout: Any  # (depth,) probability
    residual: Any  # (depth,) bool


class Settings(NamedTuple):
    """Of the network and of its training."""

    layers: LayerSettings
    depth: Any
    family: Any
    slope: Any  # of the negative side, where it is not learned
    learn_slope: Any
    saturated_below: Any  # |φ'|
    output_mask: Any  # (outputs,) bool
    output_kind: Any
    output_saturated_below: Any
    threshold: Any  # of a single output's two classes
    loss_scale: Any
    loss_per_example: Any  # bool: divide by the number of examples
    optimizer: Any
    momentum: Any
    decay: Any
    beta1: Any
    beta2: Any
    epsilon: Any
    weight_decay: Any
    l1: Any
    l2: Any
    clip_norm: Any  # infinite: never
    dropout_seed: Any
    num_steps: Any
    record_every: Any
    evaluate_every: Any  # recorded rows; 0: never
    evaluate_epochs: Any  # bool: also at the end of each epoch
    steps_per_epoch: Any
    patience: Any  # epochs; 0: none


def network_settings(
    network: NetworkConfig,
    training: TrainingConfig,
    shape: Shape,
    *,
    threshold: float,
    num_steps: int,
    record_every: int,
    evaluate_every: int,
    steps_per_epoch: int,
) -> Settings:
    """Return the traced values of a configuration, as NumPy scalars and small arrays.

    Args:
      network: with its output activation resolved.
      training: the configuration.
      shape: of the program.
      threshold: output above which a single unit says the second class.
      num_steps: updates of the run.
      record_every: steps from one recorded step to the next.
      evaluate_every: recorded steps from one evaluation to the next; 0 for none.
      steps_per_epoch: updates an epoch.
    """
    depth = network.num_hidden_layers
    mask = np.zeros((shape.depth, shape.width), bool)
    for layer, width in enumerate(network.layer_sizes[1:-1]):
        mask[layer, :width] = True
    normalization = np.zeros(shape.depth, np.int32)
    normalization[:depth] = [NORMALIZATIONS.index(name) for name in network.normalizations]
    dropout = np.zeros(shape.depth, np.float32)
    dropout[:depth] = network.dropouts
    residual = np.zeros(shape.depth, bool)
    residual[:depth] = network.residuals
    name = network.activation
    slopes = {"leaky_relu": network.negative_slope, "prelu": network.negative_slope, "identity": 1.0}
    outputs = network.layer_sizes[-1]
    scale = 1.0 if training.loss in NATURAL_OUTPUT else squared_scale(training.loss, outputs)
    loss_kind = training.loss if training.loss in NATURAL_OUTPUT else network.output_activation
    candidates = optimizer_names(shape.slots)
    as_float, as_int = np.float32, np.int32
    return Settings(
        layers=LayerSettings(mask, np.arange(shape.depth) < depth, normalization, dropout, residual),
        depth=as_int(depth),
        family=as_int(FAMILIES.index(name) if name in FAMILIES else 0),
        slope=as_float(slopes.get(name, 0.0)),
        learn_slope=np.bool_(name == "prelu"),
        saturated_below=as_float(SATURATED_BELOW * ACTIVATIONS_TABLE[name].max_derivative),
        output_mask=np.arange(shape.outputs) < outputs,
        output_kind=as_int(OUTPUT_KINDS.index(loss_kind)),
        output_saturated_below=as_float(
            SATURATED_BELOW * (0.25 if network.output_activation in ("softmax", "sigmoid") else 1.0)
        ),
        threshold=as_float(threshold),
        loss_scale=as_float(scale),
        loss_per_example=np.bool_(training.loss != "mse_half_sum"),
        optimizer=as_int(candidates.index(training.optimizer)),
        momentum=as_float(training.momentum),
        decay=as_float(training.decay),
        beta1=as_float(training.beta1),
        beta2=as_float(training.beta2),
        epsilon=as_float(training.epsilon),
        weight_decay=as_float(training.weight_decay),
        l1=as_float(training.l1),
        l2=as_float(training.l2),
        clip_norm=as_float(np.inf if training.clip_norm is None else training.clip_norm),
        dropout_seed=np.uint32(training.seed),
        num_steps=as_int(num_steps),
        record_every=as_int(record_every),
        evaluate_every=as_int(evaluate_every),
        evaluate_epochs=np.bool_(training.patience is not None),
        steps_per_epoch=as_int(steps_per_epoch),
        patience=as_int(training.patience or 0),
    )


def optimizer_names(slots: int | None) -> tuple[str, ...]:
    """Return the optimizers among which a program chooses."""
    return tuple(name for name in OPTIMIZERS if slots is None or STATE_SLOTS[name] == slots)
