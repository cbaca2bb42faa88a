"""What the host does around the program: buffers, plans, snapshots, progress, patience; held to a loop in NumPy.

The network has no hidden layer, so that the loop is a line and every run here uses one small program.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from simulator.core.batches import batch_order
from simulator.core.datasets import Dataset, load_dataset
from simulator.core.engine import execution
from simulator.core.engine.execution import MAX_SNAPSHOTS, snapshot_steps
from simulator.core.network import NetworkConfig
from simulator.core.run import Run, train
from simulator.core.training import TrainingConfig

NETWORK = NetworkConfig(layer_sizes=(2, 2))
BATCH = 16
ROWS_OF_BUFFER, STEPS_OF_PLAN = 2048, 2**18 // BATCH


@pytest.fixture(scope="module")
def moons():
    return load_dataset("moons", num_rows=40)


def config(**changes) -> TrainingConfig:
    return TrainingConfig(**{"batch_size": BATCH, "learning_rate": 0.5, **changes})


def probabilities(weight, bias, inputs):
    powers = np.exp(inputs @ weight + bias)
    return powers / powers.sum(axis=1, keepdims=True)


def part(run: Run, rows: np.ndarray):
    return run.dataset.inputs[rows].astype(np.float64), np.eye(2)[np.asarray(run.dataset.labels)[rows]]


def descent(run: Run, rates: np.ndarray):
    """Return loss, W and b before each update, and after the last, of a descent written anew in float64."""
    inputs, targets = part(run, run.split.train)
    weight, bias = (array.astype(np.float64) for array in run.params_at(0)[0][:2])
    losses, weights, biases = [], [], []
    epoch, batches = -1, []
    for step in range(run.num_steps + 1):
        if step // run.steps_per_epoch != epoch:
            epoch = step // run.steps_per_epoch
            batches = batch_order(len(inputs), run.training.batch_size, run.training.seed, epoch)
        own = batches[step % run.steps_per_epoch]
        x, t = inputs[own], targets[own]
        y = probabilities(weight, bias, x)
        losses.append(-(t * np.log(y)).sum() / len(x))
        weights.append(weight)
        biases.append(bias)
        if step < run.num_steps:
            delta = (y - t) / len(x)
            weight, bias = weight - rates[step] * x.T @ delta, bias - rates[step] * delta.sum(axis=0)
    return np.array(losses), np.array(weights), np.array(biases)


@pytest.fixture(scope="module")
def long(moons):
    """A run of more updates than a plan holds, each recorded, so that the buffer is emptied again and again."""
    return train(NETWORK, config(num_epochs=8250, schedule="cosine", max_records=20_000), moons)


@pytest.fixture(scope="module")
def long_by_hand(long):
    fraction = np.arange(long.num_steps + 1) / long.num_steps
    rates = 0.5 * (0.1 + 0.9 * (1 + np.cos(np.pi * fraction)) / 2)
    return rates, *descent(long, rates)


def test_a_run_longer_than_its_plan_and_its_buffer_is_one_loop(long, long_by_hand):
    rates, losses, weights, _ = long_by_hand
    assert long.num_steps == 16_500 > STEPS_OF_PLAN > 8 * ROWS_OF_BUFFER - 1
    np.testing.assert_array_equal(long.records.step, np.arange(16_501))
    np.testing.assert_allclose(long.records.epoch, np.arange(16_501) / 2)
    np.testing.assert_allclose(long.records.learning_rate[:-1], rates[:-1], rtol=1e-4)
    np.testing.assert_allclose(long.records.loss, losses, rtol=2e-3, atol=1e-5)
    np.testing.assert_allclose(long.records.weight_norm[:, 0], np.linalg.norm(weights, axis=(1, 2)), rtol=1e-3)


def test_parameters_of_any_step_are_those_of_the_loop(long, long_by_hand):
    *_, weights, biases = long_by_hand
    kept = set(long.execution.snapshots)
    steps = [1, 9, 5000, STEPS_OF_PLAN - 1, STEPS_OF_PLAN, STEPS_OF_PLAN + 1, 16_499, 16_500]
    assert {5000, STEPS_OF_PLAN - 1, STEPS_OF_PLAN}.isdisjoint(kept)
    for step in steps:
        (layer,) = long.params_at(step)
        np.testing.assert_allclose(layer.weight, weights[step], rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(layer.bias, biases[step], rtol=1e-3, atol=1e-4)
    moved = np.linalg.norm(weights[5000] - weights[min(kept, key=lambda step: abs(step - 5000))])
    assert moved > 1e-3  # a snapshot nearby is something else


def test_snapshots_are_the_first_steps_and_then_even_ones_to_the_end(long, moons):
    kept = sorted(long.execution.snapshots)
    assert kept[:8] == list(range(8)) and kept[-1] == 16_500 and len(kept) == MAX_SNAPSHOTS
    assert np.ptp(np.diff(kept[8:])) <= 1
    short, longer = (train(NETWORK, config(num_epochs=epochs), moons).execution.snapshots for epochs in (200, 201))
    assert sorted(short) == list(range(401))  # few updates: each of them
    assert 0.9 * MAX_SNAPSHOTS < len(longer) <= MAX_SNAPSHOTS and max(longer) == 402


@pytest.mark.parametrize(
    ("num_steps", "every", "count", "steps"),
    [
        (4, 1, 5, [0, 1, 2, 3, 4]),
        (4, 1, 4, [0, 1, 2, 4]),
        (10, 1, 1, [0, 10]),
        (100, 7, 4, [0, 7, 49, 98, 100]),
        (1000, 10, 20, [*range(0, 80, 10), 80, 170, 250, 330, 420, 500, 580, 670, 750, 830, 920, 1000]),
    ],
)
def test_steps_for_snapshots_by_hand(num_steps, every, count, steps):
    assert snapshot_steps(num_steps, every, count) == steps


def test_thinned_records_are_those_of_their_steps(moons, long_by_hand):
    run = train(NETWORK, config(num_epochs=500, max_records=300), moons)
    losses, *_ = descent(run, np.full(1000, 0.5))
    steps = np.arange(0, 1001, 4)  # 1,000 updates in at most 300 records
    np.testing.assert_array_equal(run.records.step, steps)
    np.testing.assert_allclose(run.records.loss, losses[steps], rtol=1e-3)
    uneven = train(NETWORK, config(num_epochs=501, max_records=300), moons).records
    np.testing.assert_array_equal(uneven.step, [*range(0, 1001, 4), 1002])
    assert uneven.epoch[-1] == 501


def ticking(monkeypatch, seconds_per_step: float):
    """Let the engine read a clock that goes with the updates; return what progress was told."""
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(
        execution, "time", SimpleNamespace(perf_counter=lambda: told[-1][0] * seconds_per_step if told else 0.0)
    )

    def progress(done: int, total: int) -> None:
        told.append((done, total))

    return told, progress


def test_progress_is_told_about_ten_times_a_second(moons, monkeypatch):
    training = config(num_epochs=1500)
    plain = train(NETWORK, training, moons)
    gap = max(np.diff(sorted(plain.execution.snapshots)))
    for seconds_per_step, most in ((1e-3, 100), (2e-4, 500)):
        told, progress = ticking(monkeypatch, seconds_per_step)
        run = train(NETWORK, training, moons, progress=progress)
        done = np.array([one for one, _ in told])
        assert {total for _, total in told} == {3000} and done[-1] == 3000 and done[0] <= 256 < done[0] + gap
        jumps = np.diff(done)[:-1]
        assert (jumps <= most).all() and (jumps > most - gap).all()
        np.testing.assert_array_equal(run.records.loss, plain.records.loss)  # looking changes nothing


def test_slow_steps_are_told_one_by_one_until_someone_says_stop(moons, monkeypatch):
    told, progress = ticking(monkeypatch, 60.0)

    def until_300(done: int, total: int) -> bool:
        progress(done, total)
        return done < 300

    run = train(NETWORK, config(num_epochs=1500), moons, progress=until_300)
    done = [one for one, _ in told]
    assert run.cancelled and run.num_steps == done[-1] == 300 == run.records.step[-1]
    assert (np.diff(done) == 1).all()


def test_who_says_stop_at_the_end_has_stopped_nothing(moons):
    run = train(NETWORK, config(num_epochs=1), moons, progress=lambda done, total: False)
    assert not run.cancelled and run.num_steps == 2


def test_patience_is_over_when_no_epoch_was_better_for_so_long(moons):
    training = config(learning_rate=8.0, num_epochs=400, patience=3, validation_fraction=0.3, seed=1)
    run = train(NETWORK, training, moons)
    inputs, targets = part(run, run.split.validation)
    losses = []
    for step in range(0, run.num_steps + 1, run.steps_per_epoch):
        (layer,) = run.params_at(step)
        losses.append(-(targets * np.log(probabilities(layer.weight, layer.bias, inputs))).sum() / len(inputs))
    best = [int(np.argmin(losses[: epoch + 1])) for epoch in range(len(losses))]
    waited = [epoch - one for epoch, one in enumerate(best)]
    assert run.stopped_early and waited[-1] == 3 and max(waited[:-1]) < 3
    assert run.best_step is not None and run.best_step == best[-1] * run.steps_per_epoch > 0
    assert run.num_steps == run.records.step[-1] == (len(losses) - 1) * run.steps_per_epoch < 400 * run.steps_per_epoch
    np.testing.assert_array_equal(run.final_params[0].weight, run.params_at(run.best_step)[0].weight)
    epochs = run.records.evaluated & (run.records.step % run.steps_per_epoch == 0)
    np.testing.assert_allclose(run.records.validation_loss[epochs], losses, rtol=1e-4)
    patient = train(NETWORK, config(num_epochs=2, patience=3, validation_fraction=0.3), moons)
    assert not patient.stopped_early and patient.best_step is not None and patient.final_step == patient.num_steps


@pytest.mark.parametrize(
    ("output", "loss", "answers"),
    [("sigmoid", "binary_cross_entropy", (0.0, 1.0)), ("tanh", "mse_mean", (-1.0, 1.0))],
)
def test_a_single_output_answers_by_what_is_halfway(moons, output, loss, answers):
    network = NetworkConfig(layer_sizes=(2, 1), output_activation=output)
    run = train(network, config(loss=loss, num_epochs=3, validation_fraction=0.3), moons)
    low, high = answers
    shares = []
    for step in np.flatnonzero(run.records.evaluated):
        (layer,) = run.params_at(int(step))
        number = int(step) % run.steps_per_epoch
        batch = batch_order(len(run.split.train), BATCH, 0, int(step) // run.steps_per_epoch)[number]
        found = run.records.accuracy[step], run.records.validation_accuracy[step]
        for rows, share in zip((run.split.train[batch], run.split.validation), found, strict=True):
            z = (moons.inputs[rows] @ layer.weight + layer.bias)[:, 0].astype(np.float64)
            y = np.tanh(z) if output == "tanh" else 1 / (1 + np.exp(-z))
            right = ((y > (low + high) / 2) == (moons.labels[rows] == 1)).mean()
            assert share == pytest.approx(right, abs=1e-6)
            shares.append(right)
    assert len(shares) > 4 and max(shares) > 0.6


def test_an_output_that_is_no_number_is_no_right_answer(moons):
    network = NetworkConfig(layer_sizes=(2, 1), output_activation="identity")
    run = train(network, config(loss="mse_mean", learning_rate=1e6, num_epochs=20), moons)
    assert np.isnan(run.records.loss[-1]) and run.first_nonfinite is not None
    assert run.records.accuracy[-1] == 0.0 < run.records.accuracy[0]
    assert not run.records.validation_accuracy[-1]


@pytest.mark.parametrize("share", [0.3, 0.512])
def test_validation_rows_of_several_blocks_are_added_up(share):
    """300 rows are a block of 256 and a part of one, 512 are two; each row counts once."""
    run = train(NETWORK, config(num_epochs=2, validation_fraction=share), load_dataset("moons", num_rows=1000))
    inputs, targets = part(run, run.split.validation)
    assert len(inputs) == 1000 * share
    looked = np.flatnonzero(run.records.evaluated)
    assert len(looked) > 3
    for record in looked:
        (layer,) = run.params_at(int(run.records.step[record]))
        y = probabilities(layer.weight, layer.bias, inputs)
        loss, right = -(targets * np.log(y)).sum() / len(y), (y.argmax(axis=1) == targets.argmax(axis=1)).mean()
        assert run.records.validation_loss[record] == pytest.approx(loss, rel=1e-5)
        assert run.records.validation_accuracy[record] == pytest.approx(right, abs=1e-6)


@pytest.mark.parametrize("loss", ["cross_entropy", "mse_half_sum"])
def test_rows_of_several_blocks_are_evaluated_together(loss):
    random = np.random.default_rng(0)
    inputs = random.standard_normal((600, 2)).astype(np.float32)
    data = Dataset.from_arrays(inputs, (inputs[:, 0] + random.standard_normal(600) > 0).astype(int))
    run = train(NETWORK, config(num_epochs=1, loss=loss, learning_rate=0.01), data)
    rows = random.permutation(600)[:590]  # one whole block of 512, and 78 of the next
    x, t = part(run, rows)
    (layer,) = run.params_at(7)
    logits = x @ layer.weight + layer.bias
    y = logits if loss == "mse_half_sum" else probabilities(layer.weight, layer.bias, x)
    expected = 0.5 * ((y - t) ** 2).sum() if loss == "mse_half_sum" else -(t * np.log(y)).sum() / 590
    found = run.evaluate_rows(rows, 7)
    assert found.loss == pytest.approx(expected, rel=1e-5)
    assert found.accuracy == pytest.approx((y.argmax(axis=1) == t.argmax(axis=1)).mean(), abs=1e-6)
    np.testing.assert_allclose(found.outputs, y, rtol=1e-4, atol=1e-6)
    none = run.evaluate_rows(np.zeros(0, int), 7)
    assert none.outputs.shape == (0, 2) and none.loss == none.accuracy == 0.0
