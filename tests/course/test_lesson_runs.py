"""What lessons say in words about runs and measurements: run and measured here, from the settings they name."""

from typing import Any

import numpy as np

from simulator.core.run import train
from simulator.core.trajectories.outcome import Outcome
from simulator.course.loader import packaged, read_lesson
from simulator.course.rules import autodiff, gradients_of, same_gradients
from simulator.course.values import settings_of
from simulator.scenes.registry import scene_named


def plan_of(lesson) -> Any:
    found = read_lesson(packaged() / lesson).lesson
    assert found is not None
    return found.plan


def used(lesson, scene):
    """Return the settings of a lesson's scene."""
    return settings_of(plan_of(lesson).scenes[scene]).settings


def ran(settings):
    """Train what the settings of the training page say, past that page."""
    dataset = settings.dataset()
    return train(settings.network(dataset), settings.training(), dataset)


def test_adagrad_is_last_at_a_thousandth_and_recovers_with_a_larger_rate():
    start = used("09-learning-rates", "moons")
    assert (start.optimizer, start.rate, start.epochs) == ("sgd", 0.001, 60)
    names = ("sgd", "adagrad", "rmsprop", "adam")
    runs = {name: ran(start.change(optimizer=name)).records for name in names}
    assert len({float(one.loss[0]) for one in runs.values()}) == 1  # the same first weights and batches
    for losses in (
        {n: one.loss[-1] for n, one in runs.items()},
        {n: one.validation_loss[-1] for n, one in runs.items()},
    ):
        assert max(losses, key=lambda name: losses[name]) == "adagrad"
        assert losses["adagrad"] > 1.5 * losses["sgd"]
    assert ran(start.change(optimizer="adagrad", rate=0.1)).records.loss[-1] < min(
        one.loss[-1] for one in runs.values()
    )


def test_momentum_moves_the_edge_of_the_map_to_smaller_rates_and_the_best_run_is_near_it():
    settings = used("09-learning-rates", "map")
    numbers = scene_named("atlas").view("map").numbers.of(settings)
    rates = np.array(settings.values("x"))
    last = np.array([rates[row].max() for row in numbers.converged.T])  # of each momentum, smallest first
    assert last[:4].mean() > 2 * last[-1]
    column, row = np.unravel_index(np.nanargmin(numbers.final_loss), numbers.final_loss.shape)
    assert 1 <= last[row] / rates[column] < 4  # the map reaches over a factor of 10,000


def test_where_paths_of_the_lesson_on_learning_rates_end():
    def ends(scene, **changes) -> list[Outcome]:
        settings = used("09-learning-rates", scene).change(**changes)
        return [run.outcome for run in scene_named("learning_rate").view("path").numbers.of(settings).runs]

    assert [ends("parabola", rate=rate)[0].kind for rate in (0.1, 1.5, 2.1)] == ["shrinks", "swings", "grows"]
    assert ends("parabola", rate=1.0)[0].arrived == 1
    assert ends("two-valleys")[0].kind == "local" and ends("two-valleys", rate=0.12)[0].kind == "arrives"
    plain, pushed = ends("saddle")
    assert plain.kind == pushed.kind == "arrives" and (pushed.arrived or 0) < (plain.arrived or 0)
    plain, pushed = ends("narrow")
    assert pushed.last_loss < plain.last_loss / 100 and ends("narrow", momentum_b=0.95)[1].last_loss > pushed.last_loss
    steady, lowered = ends("wobble")
    assert lowered.distance < steady.distance / 2
    steep = used("09-learning-rates", "bowl").change(steep=50.0)
    assert steep.rate < 2 / 50 and (1 - steep.rate) ** 30 > 0.5


def test_the_listing_with_the_bug_passes_one_check_and_fails_the_other():
    listing = plan_of("05-backward-rules").checkpoints["bug"]
    found, right = gradients_of("\n".join(listing.lines), listing), autodiff(listing)
    assert same_gradients([{"W": one["W"]} for one in found], [{"W": one["W"]} for one in right])
    assert not same_gradients([{"V": one["V"]} for one in found], [{"V": one["V"]} for one in right])


def test_a_tiny_step_measures_worse_than_a_small_one():
    settings = used("05-backward-rules", "smaller")
    assert settings.rule == "sigmoid"

    def error(epsilon, x=0.7):
        ends = [1 / (1 + np.exp(-(x + step))) for step in (epsilon, -epsilon)]
        slope = 1 / (1 + np.exp(-x)) * (1 - 1 / (1 + np.exp(-x)))
        return abs((ends[0] - ends[1]) / (2 * epsilon) - slope)

    assert error(1e-12) > 1000 * error(1e-5)
