"""One run that several files of tests look at."""

import pytest

from simulator.core.run import Run
from tests.core.export.cases import run_of


@pytest.fixture(scope="session")
def relu_run() -> Run:
    """A small plain run."""
    return run_of("relu")
