"""Runs whose scripts are compared: together they use every name a configuration can hold."""

from functools import cache

from simulator.core.datasets import Dataset, load_dataset, with_extra_inputs
from simulator.core.network import NetworkConfig
from simulator.core.run import Run, train
from simulator.core.training import TrainingConfig

# Few shapes: two hidden layers of 8 nearly everywhere, two or four classes.
NETWORKS = {
    "relu": NetworkConfig(layer_sizes=(2, 8, 8, 2)),
    "sigmoid": NetworkConfig(layer_sizes=(2, 8, 8, 4), activation="sigmoid", initializer="xavier_normal"),
    "tanh": NetworkConfig(layer_sizes=(2, 8, 8, 4), activation="tanh", initializer="orthogonal", bias_std=0.3),
    "leaky": NetworkConfig(
        layer_sizes=(2, 8, 8, 4), activation="leaky_relu", negative_slope=0.1, initializer="he_uniform"
    ),
    "prelu": NetworkConfig(layer_sizes=(2, 8, 8, 2), activation="prelu", negative_slope=0.2, initializer="lecun"),
    "elu": NetworkConfig(layer_sizes=(2, 8, 8, 2), activation="elu", initializer="normal", initializer_std=0.5),
    "gelu": NetworkConfig(
        layer_sizes=(2, 8, 8, 2), activation="gelu", initializer="xavier_uniform", output_activation="softmax"
    ),
    "penalty": NetworkConfig(layer_sizes=(2, 8, 8, 2)),
    "batch_norm": NetworkConfig(layer_sizes=(2, 8, 8, 2), normalization="batch", residual=True),
    "mixed": NetworkConfig(
        layer_sizes=(2, 8, 8, 2), normalization=("layer", "batch"), residual=(False, True), activation="prelu"
    ),
    "single_tanh": NetworkConfig(
        layer_sizes=(2, 8, 8, 1), activation="tanh", output_activation="tanh", initializer="constant"
    ),
    "single_sigmoid": NetworkConfig(
        layer_sizes=(2, 8, 8, 1), activation="identity", output_activation="sigmoid", initializer="xavier_normal"
    ),
    "no_hidden": NetworkConfig(layer_sizes=(2, 1), output_activation="tanh", initializer="zeros"),
    "regression": NetworkConfig(layer_sizes=(1, 8, 8, 1), activation="tanh", initializer="xavier_normal"),
    "extra_inputs": NetworkConfig(layer_sizes=(6, 8, 8, 2)),
    "dropout": NetworkConfig(layer_sizes=(2, 8, 8, 2), dropout=(0.0, 0.3), normalization=("batch", "none")),
}
TRAININGS = {
    "relu": TrainingConfig(num_epochs=8),
    "sigmoid": TrainingConfig(num_epochs=4, optimizer="adam", learning_rate=0.01, loss="binary_cross_entropy"),
    "tanh": TrainingConfig(num_epochs=4, optimizer="momentum", scaling="standard", schedule="cosine", batch_size=30),
    "leaky": TrainingConfig(
        num_epochs=4, optimizer="nesterov", scaling="minmax", schedule="step", schedule_epochs=1.5, batch_size=30
    ),
    "prelu": TrainingConfig(num_epochs=4, optimizer="adagrad", schedule="cyclic", schedule_epochs=2.5, batch_size=30),
    "elu": TrainingConfig(
        num_epochs=4,
        optimizer="rmsprop",
        learning_rate=0.003,
        schedule="warmup",
        schedule_epochs=1.5,
        l2=1e-3,
        clip_norm=0.5,
        batch_size=30,
    ),
    "gelu": TrainingConfig(
        num_epochs=4,
        optimizer="adamw",
        learning_rate=0.01,
        loss="mse_mean",
        schedule="exponential",
        scaling="max",
        batch_size=30,
    ),
    "penalty": TrainingConfig(num_epochs=4, optimizer="adagrad", l1=1e-3, l2=1e-3, batch_size=30),
    "batch_norm": TrainingConfig(num_epochs=20, patience=2, learning_rate=0.3, batch_size=30),
    # Not Adam: a bias before batch normalization has no gradient, and Adam makes steps of its rounding errors.
    "mixed": TrainingConfig(num_epochs=4, optimizer="momentum", learning_rate=0.03, batch_size=30),
    "single_tanh": TrainingConfig(num_epochs=30, loss="mse_batch_mean", batch_size=None),
    "single_sigmoid": TrainingConfig(num_epochs=12, loss="mse_half_sum", learning_rate=0.01, batch_size=30),
    "no_hidden": TrainingConfig(num_epochs=60, loss="mse_mean", batch_size=None),
    "regression": TrainingConfig(num_epochs=8, loss="mse_mean", batch_size=30),
    "extra_inputs": TrainingConfig(num_epochs=4, scaling="standard", batch_size=30),
    "dropout": TrainingConfig(num_epochs=4, batch_size=30),
}
DATA = {"tanh": "gaussians_4", "leaky": "gaussians_4", "sigmoid": "gaussians_4", "no_hidden": "or_table"}
CASES = tuple(NETWORKS)
HOSTILE_NAMES = (
    '"""; __import__("pathlib").Path("pwned").touch() #',
    "\u202e'); import os\nimport os",
    "{x}<<name>> #: data #? l1 \\",
)


@cache
def run_of(name: str) -> Run:
    """Return the run of a case."""
    if name == "hostile":
        return hostile_run()
    if name == "cancelled":
        data = load_dataset("moons")
        return train(NETWORKS["relu"], TrainingConfig(num_epochs=400), data, progress=lambda done, total: False)
    data = load_dataset("sine" if name == "regression" else DATA.get(name, "moons"))
    if name == "extra_inputs":
        data = with_extra_inputs(data, ("x1_squared", "product", "sin_x1", "sin_x2"))
    return train(NETWORKS[name], TRAININGS[name], data)


def hostile_run() -> Run:
    """Return a run on a table whose names try to be code."""
    clean = load_dataset("gaussians_3")
    dataset = Dataset(
        name=HOSTILE_NAMES[0],
        inputs=clean.inputs,
        labels=clean.labels,
        targets=None,
        feature_names=HOSTILE_NAMES[1:],
        class_names=HOSTILE_NAMES,
    )
    network = NetworkConfig(layer_sizes=(2, 8, 8, 3))
    return train(network, TrainingConfig(num_epochs=2, batch_size=30), dataset)
