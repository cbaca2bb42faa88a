"""Every test runs with the strictest JAX: no silent broadcasting of ranks."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import type_checks

type_checks.install()
os.environ.setdefault("JAX_NUMPY_RANK_PROMOTION", "raise")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

HERE = Path(__file__).parent


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Look for doctests in the simulator, not in what helps the tests (which may need packages that are not there)."""
    helper = collection_path.suffix == ".py" and not collection_path.name.startswith(("test_", "conftest"))
    return True if helper and collection_path.is_relative_to(HERE) else None


@pytest.fixture(autouse=True)
def work_ends_with_its_test() -> Iterator[None]:
    """What a page began in one test neither computes nor compiles in the next."""
    yield
    numbers = sys.modules.get("simulator.ui.work.numbers")
    if numbers is not None and numbers.jobs.cache_info().currsize:
        numbers.jobs().shutdown(60)
        numbers.jobs.cache_clear()
    if numbers is not None and numbers.workers.cache_info().currsize:
        numbers.workers().shutdown()
        numbers.workers.cache_clear()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return HERE.parent


@pytest.fixture(scope="session")
def digits_batch():
    """The first mini-batch of the digits."""
    from simulator.core.propagation.batch import first_batch
    from simulator.scenes.gradient_decay.settings import GradientDecay

    settings = GradientDecay()
    return first_batch(settings.network(), settings.training(), settings.dataset())


@pytest.fixture(scope="session")
def short_run():
    """A sigmoid network of four hidden layers on two moons, 40 updates."""
    from simulator.core.datasets import load_dataset
    from simulator.core.network import NetworkConfig
    from simulator.core.run import train
    from simulator.core.training import TrainingConfig

    network = NetworkConfig(layer_sizes=(2, *[8] * 4, 2), activation="sigmoid", initializer="xavier_normal")
    training = TrainingConfig(learning_rate=0.5, batch_size=32, num_epochs=5, seed=3)
    return train(network, training, load_dataset("moons"))
