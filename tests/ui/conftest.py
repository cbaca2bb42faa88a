"""What tests of several files start from."""

import pytest

from simulator.ui.work import pool as module
from simulator.ui.work.pool import Jobs


@pytest.fixture
def pool(monkeypatch):
    """One worker, whose turns are short."""
    monkeypatch.setattr(module, "TURN_SECONDS", 0.1)
    jobs = Jobs(num_workers=1)
    yield jobs
    jobs.shutdown()
