"""Every test runs with the strictest JAX: no silent broadcasting of ranks."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("JAX_NUMPY_RANK_PROMOTION", "raise")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

HERE = Path(__file__).parent


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Look for doctests in the simulator, not in what helps the tests (which may need packages that are not there)."""
    helper = collection_path.suffix == ".py" and not collection_path.name.startswith(("test_", "conftest"))
    return True if helper and collection_path.is_relative_to(HERE) else None


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return HERE.parent
