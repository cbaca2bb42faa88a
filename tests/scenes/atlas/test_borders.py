"""What two maps say of made-up runs: the rule of the map at its borders, and how far a zoom goes."""

import numpy as np
import pytest

from simulator.scenes.atlas.words import value_text, verdict_of
from simulator.scenes.fractal import words
from simulator.scenes.fractal.settings import Fractal
from tests.core.diagnosis.made_up import made_up
from tests.scenes.claims import entries_of


@pytest.mark.parametrize(
    ("losses", "final", "left"),
    [
        ([2.0, 1.0, 1.5, 1.9, 1.9], 1.9, -1),
        ([2.0, 1.0, 1.5, 2.5, 2.0], 2.25, 3),
        ([2.0, 2.0, 2.0, 2.0, 2.0], 2.0, 1),
        ([2.0, 1.0, 3.0, 1.0, 3.5], 2.25, 4),
        ([2.0, 1.0, 1.0, 1.0, 9.0], 5.0, 4),
        ([2.0, 1.0, 1.0, np.inf, np.nan], np.nan, 3),
    ],
)
def test_a_run_leaves_after_the_last_loss_below_its_first(losses, final, left):
    run = made_up(5, columns={"loss": np.array(losses)}, steps_per_epoch=2, num_steps=4)
    found = verdict_of(run)
    assert (found.start_loss, found.left_step) == (2.0, left)
    assert found.final_loss == pytest.approx(final, nan_ok=True)


def test_a_value_stands_with_its_symbol():
    assert value_text("rate", 0.1) == "η = 0.1"
    assert value_text("depth", 3.0) == "3"


@pytest.mark.parametrize(
    ("x_high", "y_high", "times"),
    [(1e6, 1e3, None), (1.1e4, 1e3, None), (9e3, 1e3, "1.2"), (1e5, 10.0, "1.9"), (1e6, 90.0, "1.2")],
)
def test_how_far_a_zoom_goes(monkeypatch, x_high, y_high, times):
    """The first map is 6 and 3 powers of ten wide."""
    said = entries_of(monkeypatch, words)
    settings = Fractal(x_low=1.0, x_high=x_high, y_low=1.0, y_high=y_high)
    words.zoom_words("en", settings)
    assert said[0].name == ("says.zoom" if times else "says.whole")
    if times:
        assert said[0].values == {
            "times": times,
            "x": words.number_text(x_high - 1.0),
            "y": words.number_text(y_high - 1.0),
        }


@pytest.mark.parametrize(
    ("losses", "entry", "step"),
    [
        ([2.0] + [1.0] * 40, "own_converged", None),
        ([2.0, 1.0] + [3.0] * 40, "own_left", 2),
        ([2.0, 1.0, 1.0] + [np.inf] * 40, "own_broke", 3),
    ],
)
def test_what_became_of_a_run_with_two_rates(monkeypatch, losses, entry, step):
    said = entries_of(monkeypatch, words)
    words.own_words("en", np.array(losses), Fractal(at_x=10.0, at_y=5.0))
    assert said[0].name == f"says.{entry}" and said[0].values.get("step") == step
    assert said[0].values["start"] == "2" and "10" in said[0].values["x"] and "5" in said[0].values["y"]
