"""Squared error against cross-entropy: one network, one start, one order of examples, two losses."""

from dataclasses import replace

from simulator.core.datasets import load_dataset
from simulator.core.network import NetworkConfig
from simulator.core.run import Progress, Run, train
from simulator.core.training import TrainingConfig

LEARNING_RATE = 0.1
NUM_EPOCHS = 30
SATURATED_SCALE = 10.0
"""How much larger than Xavier's the weights of the saturated start are."""


def race_configs(start: str) -> tuple[NetworkConfig, TrainingConfig, TrainingConfig]:
    """Return the network and both trainings: squared error (source E's scaling), then cross-entropy.

    Args:
      start: ``he``, or ``saturated``: weights so large that most outputs begin at 0 or 1.
    """
    network = NetworkConfig(
        layer_sizes=(64, 32, 10), activation="tanh", output_activation="softmax", initializer="he_normal"
    )
    if start == "saturated":
        # 1/√64 and 1/√32 are Xavier's deviations of the two layers; one fixed deviation lies between them.
        network = replace(network, initializer="normal", initializer_std=SATURATED_SCALE * 0.15)
    squared = TrainingConfig(
        loss="mse_batch_mean",
        learning_rate=LEARNING_RATE,
        batch_size=32,
        num_epochs=NUM_EPOCHS,
        scaling="max",
        validation_fraction=0.2,
        test_fraction=0.0,
    )
    return network, squared, replace(squared, loss="cross_entropy")


def race(start: str, progress: Progress | None = None) -> tuple[Run, Run] | None:
    """Train both; ``None`` where ``progress`` stopped it."""
    network, *trainings = race_configs(start)
    dataset = load_dataset("digits")
    runs = []
    for part, training in enumerate(trainings):

        def report(done: int, total: int, part: int = part) -> bool | None:
            return progress(part * total + done, 2 * total) if progress else None

        run = train(network, training, dataset, progress=report)
        if run.cancelled:
            return None
        runs.append(run)
    return runs[0], runs[1]
