"""What the picture of the paths tells Python: rate, start and moved run; what no control can hold is dropped."""

from typing import Any

import pytest

from simulator.scenes.learning_rate.settings import LearningRate
from simulator.ui.components.trajectory.component import take
from simulator.ui.controls.session import Controls


class Held(Controls[Any]):
    """Controls without a session: as ``Controls``, what a control cannot hold is left out."""

    revision = 3  # pyright: ignore

    def __init__(self, settings: LearningRate):
        self._held = settings

    @property
    def settings(self) -> LearningRate:
        return self._held

    def take(self, **changes: Any) -> None:
        held = {name: value for name, value in changes.items() if self.settings.kind(name).holds(value)}
        self._held = self._held.change(**held)


def after(sent: object, start: LearningRate, control: str = "") -> LearningRate:
    controls = Held(start)
    take(controls, sent, control)
    return controls.settings


def test_rate_and_start_follow_the_moved_run():
    start = LearningRate(runs=2, moved=2)
    found = after({"revision": 3, "rate": 0.125, "start": [1.0, -1.0]}, start)
    assert (found.rate, found.rate_b, found.start) == (start.rate, 0.125, (1.0, -1.0))
    assert after({"revision": 3, "moved": 1}, start).moved == 1


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {"revision": 2, "rate": 0.1},  # before the controls were moved from elsewhere
        {"revision": 3, "rate": "0.1"},
        {"revision": 3, "rate": True},
        {"revision": 3, "rate": 1e9},
        {"revision": 3, "start": [1.0, float("nan")]},
        {"revision": 3, "start": ["x", 1.0]},
        {"revision": 3, "start": [1.0, 1.0, 1.0]},
        {"revision": 3, "moved": 4},
    ],
)
def test_what_cannot_be_held_is_dropped(sent):
    start = LearningRate(runs=2)
    assert after(sent, start) == start


def test_the_slider_of_the_network_moves_the_network_alone():
    start = LearningRate()
    found = after({"revision": 3, "rate": 0.05, "start": [1.0, 1.0], "moved": 1}, start, "net_rate")
    assert found == start.change(net_rate=0.05)
    assert after({"revision": 3, "rate": 50.0}, start, "net_rate") == start
    assert after({"revision": 2, "rate": 0.05}, start, "net_rate") == start
