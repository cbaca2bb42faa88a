"""The fair race: rates tried side by side equal single runs, and the sentences follow from the numbers."""

from dataclasses import replace

import numpy as np
import pytest

import simulator as sim
from simulator.core.training import OPTIMIZERS
from simulator.scenes.optimizer_race import fair
from simulator.scenes.optimizer_race.fair import Best, Fair, best_rates
from simulator.scenes.optimizer_race.fair_words import finish_words, rates_words
from simulator.scenes.optimizer_race.settings import OptimizerRace
from simulator.scenes.scene import unwatched
from simulator.texts import LANGUAGES

SMALL = OptimizerRace(width=8, epochs=1, rate=0.01, seed=4)
FEW = (0.01, 0.1, 1.0)


@pytest.fixture(scope="module")
def found() -> Fair:
    patch = pytest.MonkeyPatch()
    patch.setattr(fair, "NUM_SEEDS", 2)
    patch.setattr(fair, "_PART", 2 * len(OPTIMIZERS))
    patch.setattr(fair, "RATES", FEW)
    result = fair.FAIR.compute(SMALL, unwatched)
    fair.BEST.forget(SMALL)
    patch.undo()
    assert result is not None
    return result


def single(optimizer: str, rate: float, seed: int) -> sim.Run:
    training = sim.TrainingConfig(
        optimizer=optimizer, learning_rate=rate, batch_size=32, num_epochs=1, scaling="max", seed=seed
    )
    return sim.train(sim.NetworkConfig(layer_sizes=(64, 8, 10)), training, sim.load_dataset("digits"))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_best_rate_is_that_of_single_runs(found, optimizer):
    number = OPTIMIZERS.index(optimizer)
    # The last epoch's mini-batches: 45 updates, and the loss after the last one takes the place of the first.
    last = [[single(optimizer, rate, seed).records.loss[-45:].mean() for rate in FEW] for seed in (4, 5)]
    assert FEW[int(np.argmin(np.median(last, axis=0)))] == found.best.best_rates[number]
    upto = FEW.index(found.best.best_rates[number]) + 1  # beyond its best rate a run is chaotic: sums decide
    np.testing.assert_allclose(found.best.final_loss[number][:, :upto], np.array(last)[:, :upto], rtol=2e-3)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_runs_at_the_best_and_at_the_shared_rate(found, optimizer):
    number = OPTIMIZERS.index(optimizer)
    rate = float(found.best.best_rates[number])
    for row, seed in enumerate((4, 5)):
        run = single(optimizer, rate, seed)
        ends = [run.evaluate_rows(run.split.train, step).loss for step in (0, run.num_steps)]
        np.testing.assert_allclose(found.best.loss[number, row][[0, -1]], ends, rtol=1e-5)
        assert found.best.accuracy[number, row] == run.test_accuracy
        assert found.shared_accuracy[number, row] == single(optimizer, 0.01, seed).test_accuracy


def test_a_run_without_a_last_loss_never_has_the_best_rate():
    loss = np.array([[[0.5, np.nan, 0.7], [0.6, np.nan, 0.3], [0.4, 0.1, 0.2]]])
    assert best_rates(np.array([1.0, 2.0, 3.0]), loss) == [3.0]


def made(best_accuracy: list[list[float]], shared_accuracy: list[list[float]], rates: list[float]) -> Fair:
    """Return a race in which each optimizer's best rate is given."""
    tried = np.array(sorted(set(rates)))
    loss = np.stack([np.abs(np.log(tried / rate))[None] * np.ones((2, 1)) for rate in rates])
    best = Best(tried, loss, np.array([0, 45]), np.ones((7, 2, 2)), np.array(best_accuracy), 180)
    return Fair(best, 0.001, np.array(shared_accuracy))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentences_say_what_the_numbers_are(language):
    best, shared = [[0.90, 0.94]] * 6 + [[0.93, 0.95]], [[0.2, 0.2]] * 6 + [[0.8, 0.9]]
    race = made(best, shared, [0.5, 0.05, 0.1, 0.1, 0.02, 0.02, 0.02])
    np.testing.assert_array_equal(race.best.best_rates, [0.5, 0.05, 0.1, 0.1, 0.02, 0.02, 0.02])
    lead, verdict, unfair = finish_words(language, race)
    assert "65" in lead and " 2" in lead.replace(" 2%p", " 2 ") and "0.001" in lead  # 85 − 20 %, 94 − 92 %
    assert "4" in verdict  # 94 − 90 %, more than those 2 points
    assert "25" in unfair and "RMSprop, Adam, AdamW" in unfair and "0.05" in unfair and "0.002" in unfair
    assert rates_words(language, race)[1] == unfair
    apart = race._replace(best=race.best._replace(accuracy=np.array([[0.5, 0.5]] * 6 + [[0.9, 0.9]])))
    assert finish_words(language, apart)[1] != verdict
    assert "40" in finish_words(language, apart)[1]


def test_the_rate_changes_only_the_shared_runs():
    assert fair.BEST.key(SMALL) == fair.BEST.key(replace(SMALL, rate=0.2, optimizer="sgd", node=2))
    assert fair.FAIR.key(SMALL) != fair.FAIR.key(replace(SMALL, rate=0.2))


def test_it_can_be_stopped():
    assert fair.FAIR.compute(replace(SMALL, seed=9), lambda done, total: done < 2) is None
