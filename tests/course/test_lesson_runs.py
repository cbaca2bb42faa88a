"""What lessons say in words about runs and measurements: run and measured here, from the settings they name."""

from typing import Any

import numpy as np
import pytest

from simulator.core.run import train
from simulator.core.trajectories.outcome import Outcome
from simulator.course.loader import packaged, read_lesson
from simulator.course.rules import autodiff, gradients_of, same_gradients
from simulator.course.values import compute, settings_of
from simulator.scenes.generalization.settings import AMOUNTS
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


def losses(settings) -> tuple[float, float, float]:
    """Return the last training loss, and the last and the smallest validation loss."""
    records = ran(settings).records
    return (
        float(records.loss[-20:].mean()),
        float(records.validation_loss[-1]),
        float(np.nanmin(records.validation_loss)),
    )


def test_what_becomes_of_the_food_run():
    settings = used("10-a-whole-run", "food")
    assert (settings.hidden, settings.batch, settings.epochs, settings.rate) == ((32, 32), 256, 1000, 0.01)
    right, slow = ran(settings), ran(settings.change(rate=0.001))
    assert right.num_steps == slow.num_steps == 5000
    assert slow.records.loss[-1] > 1.5 * right.records.loss[-1]
    late = slow.records.validation_loss[len(slow.records.step) * 9 // 10 :]
    assert late[-1] < late[0]  # still on its way down


def test_few_rows_are_memorized_and_every_remedy_helps():
    few = used("10-a-whole-run", "few")
    training, last, lowest = losses(few)
    assert few.rows == 200 and training < 0.1 and last > 2 * lowest and lowest < 0.5
    assert losses(few.change(rows=1600))[1] < last / 2
    for scene in ("held", "dropped"):
        assert losses(used("10-a-whole-run", scene))[1] < 0.5 * last, scene
    assert losses(few.change(l2=0.1))[0] > 1.0  # too large a penalty: nothing is learned


def test_batch_normalization_tolerates_a_rate_at_which_the_plain_network_learns_nothing():
    digits = used("10-a-whole-run", "digits").change(rate=1.0)
    assert ran(digits).records.validation_accuracy[-1] < 0.2
    assert ran(digits.change(normalization="batch")).records.validation_accuracy[-1] > 0.9


def test_polynomials_of_the_last_lesson_are_what_it_says_of_them():
    """The errors that it quotes and grades by, from the same points by NumPy's own fit."""
    plan = plan_of("10-a-whole-run")

    def errors(degree, settings):
        points = settings.draw()
        fitted = np.polynomial.Polynomial.fit(points.x, points.y, degree)
        pairs = ((points.x, points.y), (points.test_x, points.test_y))
        return [float(np.mean((fitted(x) - y) ** 2)) for x, y in pairs]

    start = used("10-a-whole-run", "points")
    assert (start.points, start.degree) == (20, 12)
    found = {degree: errors(degree, start) for degree in (1, 3, 12)}
    for degree, pair in found.items():
        for name, error in zip(("train", "test"), pair, strict=True):
            assert compute(plan.values[f"{name}-{degree}"], plan.scenes) == pytest.approx(error, rel=1e-6)
    assert found[12][0] < found[3][0] < found[1][0] / 5  # the more it can bend, the closer to what it has learned
    assert found[3][1] < found[1][1] / 3 and found[12][1] > found[1][1]
    more = used("10-a-whole-run", "more-points")
    (goal,) = plan.checkpoints["cure"].goals
    amounts = AMOUNTS[1:]  # of the smallest, degree 12 is not determined
    draws = [more.change(seed=seed) for seed in range(plan.checkpoints["cure"].draws)]
    assert len(draws) == 40 and draws[0] == more
    found = {points: [errors(12, draw.change(points=points))[1] for draw in draws] for points in amounts}
    for reached in ([np.median(tests) for tests in found.values()], [tests[0] for tests in found.values()]):
        assert [error < goal.below for error in reached] == [points >= 50 for points in amounts]
    assert all(errors(degree, more.change(points=80))[1] > 2 * 0.09 for degree in (1, 2))


def test_patience_and_penalties_do_what_the_last_lesson_says():
    watched = scene_named("generalization").view("stopping").numbers.of(used("10-a-whole-run", "patient"))
    losses, (hasty, usual, slow) = watched.validation_loss, map(watched.stop, (20, 50, 500))
    assert len(losses) == 1501 and used("10-a-whole-run", "patient").patience == 50
    assert usual.best == slow.best == int(np.argmin(losses[: usual.stop + 1])) and slow.stop == slow.best + 500
    assert hasty.stop < 30 and losses[hasty.best] > 2.5 * losses[usual.best] and losses[-1] > 2 * losses[usual.best]
    settings = used("10-a-whole-run", "shrunk")
    for strength, fewest in ((0.1, 5), (1.0, 9)):
        found = scene_named("generalization").view("weights").numbers.of(settings.change(strength=strength))
        assert found.num_zero("l1") >= fewest and found.num_zero("l2") == 0
        assert np.square(found.weights("l2")).sum() < np.square(found.weights("none")).sum()


def test_degrees_of_polynomials_and_widths_of_networks():
    def error(degree, points, seed):
        random = np.random.default_rng(seed)
        x, ends = random.uniform(-1, 1, points), np.linspace(-1, 1, 200)
        curve = np.polynomial.Polynomial([0, -1.2, 0, 2.0])
        y = curve(x) + 0.3 * random.normal(size=points)
        return np.mean((np.polynomial.Polynomial.fit(x, y, degree, domain=[-1, 1])(ends) - curve(ends)) ** 2)

    def typical(degree, points):
        return np.median([error(degree, points, seed) for seed in range(40)])

    assert typical(3, 20) < min(typical(1, 20), typical(2, 20)) / 2 and typical(12, 20) > 10 * typical(2, 20)
    more = [typical(12, points) for points in (20, 30, 50, 80)]
    assert more == sorted(more, reverse=True)
    curve = used("10-a-whole-run", "curve")
    wide, narrow = losses(curve), losses(curve.change(hidden=(1,)))
    assert wide[0] < narrow[0] / 5 and wide[1] > 3 * wide[2] and losses(curve.change(rows=200))[1] < wide[1] / 2
