"""Every preset shows its idea: what its words promise, measured."""

import pytest

from simulator.scenes.learning_rate.numbers import FOUND
from simulator.scenes.learning_rate.presets import PRESETS


def outcomes(preset: str):
    return [run.outcome for run in FOUND.of(PRESETS[preset].settings).runs]


@pytest.mark.parametrize(
    ("preset", "kind"),
    [
        ("bowl", "shrinks"),
        ("too_large", "grows"),
        ("parabola", "swings"),
        ("local", "local"),
        ("escape", "arrives"),
        ("plateau", "crawls"),
    ],
)
def test_the_first_run_does_what_the_name_says(preset, kind):
    assert outcomes(preset)[0].kind == kind


def test_one_step_is_enough_at_one_over_a():
    (found,) = outcomes("one_step")
    assert (found.arrived, found.last_loss) == (1, 0.0)


def test_momentum_is_faster_along_the_valley_and_away_from_the_saddle():
    plain, momentum = outcomes("valley")
    assert plain.kind == "swings" and momentum.last_loss < 0.01 * plain.last_loss
    plain, momentum = outcomes("saddle")
    assert momentum.arrived is not None and plain.arrived is not None and momentum.arrived < plain.arrived - 10


def test_adam_crosses_the_plateau():
    plain, adam = outcomes("plateau")
    assert plain.last_loss > 0.9 * plain.first_loss and adam.last_loss < 0.01


def test_the_bend_of_rosenbrocks_valley_is_hard_for_plain_steps():
    plain, nesterov, adam = outcomes("rosenbrock")
    assert nesterov.last_loss < 0.001 < adam.last_loss < 1.0 < plain.last_loss


@pytest.mark.parametrize("seed", range(10))
def test_a_smaller_rate_rests_closer_with_any_noise(seed):
    chosen = PRESETS["noise"].settings.change(noise_seed=seed)
    large, small = (run.outcome for run in FOUND.of(chosen).runs)
    assert small.distance < large.distance
