"""A run before its first step: configuration and data checked, split, scaled and laid out for the engine."""

from dataclasses import replace
from typing import NamedTuple

from simulator.core.datasets import Dataset, Scaler, Split, apply_scaler, fit_scaler, split_rows
from simulator.core.engine.execution import Past
from simulator.core.engine.job import Job, prepare
from simulator.core.losses import decision_threshold, encode_targets, resolve_output_activation
from simulator.core.network import NetworkConfig
from simulator.core.training import TrainingConfig
from simulator.errors import InputError


class Prepared(NamedTuple):
    """A run before its first step."""

    network: NetworkConfig  # output activation resolved
    training: TrainingConfig
    dataset: Dataset
    split: Split
    scaler: Scaler
    job: Job
    past: Past | None = None  # what it goes on from


def prepared(network: NetworkConfig, training: TrainingConfig, dataset: Dataset) -> Prepared:
    """Return a run before its first step. Raises ``InputError`` as ``train`` does."""
    network = replace(network, output_activation=resolve_output_activation(network, training))
    if network.layer_sizes[0] != dataset.num_features:
        raise InputError(
            "engine:inputs", field="layer_sizes", value=network.layer_sizes[0], expected=dataset.num_features
        )
    targets = encode_targets(dataset, network, training)
    split = split_rows(dataset, training.validation_fraction, training.test_fraction, training.seed)
    if training.patience is not None and not len(split.validation):
        raise InputError("engine:no_validation", field="patience", value=training.patience)
    scaler = fit_scaler(training.scaling, dataset.inputs[split.train])

    def part(rows):
        return apply_scaler(scaler, dataset.inputs[rows]), targets[rows]

    job = prepare(network, training, part(split.train), part(split.validation), threshold=decision_threshold(targets))
    return Prepared(network, training, dataset, split, scaler, job)
