"""What tests of several files start from."""

import pytest
from streamlit.testing.v1 import element_tree, local_script_runner

from simulator.ui.work import pool as module
from simulator.ui.work.pool import Jobs


@pytest.fixture
def pool(monkeypatch):
    """One worker, whose turns are short."""
    monkeypatch.setattr(module, "TURN_SECONDS", 0.1)
    jobs = Jobs(num_workers=1)
    yield jobs
    jobs.shutdown()


@pytest.fixture
def sent(monkeypatch):
    """Return what the server sent in the last run: every element, as bytes."""
    found = []

    def listen(messages):
        found[:] = [message.delta.SerializeToString() for message in messages if message.HasField("delta")]
        return element_tree.parse_tree_from_messages(messages)

    monkeypatch.setattr(local_script_runner, "parse_tree_from_messages", listen)
    return found
