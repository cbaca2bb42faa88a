"""What the page says about batch normalization: distributions, γ and β, training and use in NumPy written anew."""

import numpy as np
import pytest

from simulator.core.datasets import apply_scaler, load_dataset
from simulator.core.engine.frames import moment_at
from simulator.core.generalization.normalization import digit_configs
from simulator.core.run import Run, train
from simulator.scenes.generalization import normalizing as declared
from simulator.scenes.generalization import normalizing_panels as panels
from simulator.scenes.generalization.normalized import values_of
from simulator.scenes.generalization.normalizing import NORMALIZING, OVER_RATES, Normalizing, OverRates
from simulator.scenes.generalization.settings import RATES, Generalization
from simulator.texts import LANGUAGES
from tests.scenes.claims import near, read

SETTINGS = Generalization(rate=1.0, layer=2, seed=2)


def unwatched(_done: int, _total: int) -> bool:
    return True


@pytest.fixture(scope="module")
def run() -> Run:
    return train(*digit_configs(SETTINGS.rate, SETTINGS.seed, normalized=True), load_dataset("digits"))


@pytest.fixture(scope="module")
def found() -> Normalizing:
    return NORMALIZING.compute(NORMALIZING.needed(SETTINGS), unwatched)


def mini_batch(run: Run, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and labels of a step's mini-batch, in float64."""
    indices = moment_at(run.execution, step).indices
    rows = run.split.train[indices[indices >= 0]]
    assert run.dataset.labels is not None
    return apply_scaler(run.scaler, run.dataset.inputs[rows]).astype(float), run.dataset.labels[rows]


def forward(run: Run, step: int, inputs: np.ndarray, *, training: bool) -> tuple[list, list, np.ndarray]:
    """Return what each hidden layer has before and after normalization, and the logits."""
    value, before, after = inputs, [], []
    *hidden, last = run.params_at(step)
    for layer in hidden:
        z = value @ layer.weight.astype(float) + layer.bias
        mean, variance = (z.mean(0), z.var(0)) if training else (layer.running_mean, layer.running_var)
        assert layer.scale is not None and layer.shift is not None and variance is not None
        normal = layer.scale * (z - mean) / np.sqrt(variance + 1e-5) + layer.shift
        before.append(z)
        after.append(normal)
        value = np.maximum(normal, 0.0)
    return before, after, value @ last.weight.astype(float) + last.bias


def loss_and_accuracy(logits: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    shifted = logits - logits.max(1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(1)) - shifted[np.arange(len(labels)), labels]
    return float(losses.mean()), float((logits.argmax(1) == labels).mean())


def test_values_before_and_after_and_both_losses_are_those_of_numpy(run, found):
    for index in (0, 3, 20, 44, len(found.steps) - 1):
        step = int(found.steps[index])
        inputs, labels = mini_batch(run, step)
        before, after, logits = forward(run, step, inputs, training=True)
        for layer in (1, 2):
            drawn = [values[index][: len(labels)] for values in values_of(found, layer)]
            np.testing.assert_allclose(drawn[0], before[layer - 1], rtol=1e-3, atol=1e-4)
            np.testing.assert_allclose(drawn[1], after[layer - 1], rtol=1e-3, atol=2e-3)
            assert np.isnan(values_of(found, layer)[0][index][len(labels) :]).all()
        *_, used = forward(run, step, inputs, training=False)
        looked = found.looked
        expected = (*loss_and_accuracy(logits, labels), *loss_and_accuracy(used, labels))
        measured = (looked.training_loss, looked.training_accuracy, looked.use_loss, looked.use_accuracy)
        np.testing.assert_allclose([one[index] for one in measured], expected, rtol=2e-3, atol=1e-4)
        assert run.records.loss[step] == pytest.approx(expected[0], rel=2e-3, abs=1e-4)


def test_running_averages_take_a_tenth_of_every_mini_batch(run):
    mean, variance = np.zeros(32), np.ones(32)
    for step in range(40):
        z = forward(run, step, mini_batch(run, step)[0], training=True)[0][1]
        mean, variance = 0.9 * mean + 0.1 * z.mean(0), 0.9 * variance + 0.1 * z.var(0, ddof=1)
    layer = run.params_at(40)[1]
    np.testing.assert_allclose(layer.running_mean, mean, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(layer.running_var, variance, rtol=1e-3)


SPREAD = {
    "ko": (
        "스텝 #, #층의 노드 #개: 정규화 앞의 평균은 #부터 #까지, 표준편차는 #부터 #까지입니다. "
        "정규화 뒤의 평균은 #부터 #까지, 표준편차는 #부터 #까지"
    ),
    "en": (
        "Step #, the # nodes of layer #. Before: means from # to #, standard deviations from # to #. "
        "After: means from # to #, standard deviations from # to #"
    ),
}


def test_the_histogram_its_means_and_what_is_said_of_them(run, found):
    for index in (0, 30):
        step = int(found.steps[index])
        inputs, _ = mini_batch(run, step)
        before, after, _ = forward(run, step, inputs, training=True)
        both = before[1], after[1]
        ends = [end for z in both for one in (z.mean(0), z.std(0)) for end in (one.min(), one.max())]
        for language in LANGUAGES:
            (picture,) = panels.normalized(found, SETTINGS, language).pictures
            assert isinstance(picture.sentences, list)
            here, rest = (said := read(SPREAD[language], picture.sentences[index]))[:3], said[3:]
            assert here == ((step, 2, 32) if language == "ko" else (step, 32, 2))
            np.testing.assert_allclose(rest, ends, rtol=6e-3, atol=2e-3)
            shares = np.asarray(picture.frames["bars"]["share"])[index].reshape(2, -1)
            low, high = np.asarray(picture.frames["bars"]["from"])[0], np.asarray(picture.frames["bars"]["to"])[-1]
            for share, z in zip(shares, both, strict=True):
                assert share.sum() == pytest.approx(1.0)
                counts = np.histogram(np.clip(z, low, high), len(share), (low, high))[0] / z.size
                np.testing.assert_allclose(np.cumsum(share), np.cumsum(counts), atol=3 / z.size)
            places = np.asarray(picture.frames["means"]["place"])[index].reshape(2, -1)
            drawn = (places - [[0.0], [1.1]]) * (high - low) + low
            np.testing.assert_allclose(drawn, np.clip([z.mean(0) for z in both], low, high), rtol=1e-3, atol=1e-3)


def test_scale_and_shift_over_the_steps_are_the_runs_own(run, found):
    last = run.params_at(run.num_steps)[1]
    assert last.scale is not None and last.shift is not None
    ends = [near(end) for one in (last.scale, last.shift) for end in (one.min(), one.max())]
    for language in LANGUAGES:
        panel = panels.learned(found, SETTINGS, language)
        band = panel.pictures[0].tables["band"]
        low = np.asarray(band["low"]).reshape(2, -1)
        assert low[0, 0] == 1.0 and low[1, 0] == 0.0
        assert low[0, -1] == pytest.approx(last.scale.min()) and low[1, -1] == pytest.approx(last.shift.min())
        pattern = (
            "γ는 #부터 #까지, β는 #부터 #까지입니다" if language == "ko" else "have γ from # to # and β from # to #"
        )
        assert read(pattern, panel.sentences[0]) == tuple(ends)


def test_what_is_said_of_training_and_use_are_means_of_what_is_drawn(found):
    half, looked = len(found.steps) // 2, found.looked
    for language in LANGUAGES:
        panel, ko = panels.in_use(found, SETTINGS, language), language == "ko"
        drawn = np.asarray(panel.pictures[0].tables["band"]["middle"]).reshape(2, -1)
        np.testing.assert_array_equal(drawn, [looked.training_loss, looked.use_loss])
        early, late = drawn[:, :half].mean(1), drawn[:, half:].mean(1)
        pattern = (
            "스텝 #까지 손실의 평균은 배치의 통계로 #, 이동 평균으로 #입니다. 스텝 #부터는 #, #"
            if ko
            else "Up to step # the mean loss is # with the batch's own statistics and # with running averages. "
            "From step # on it is # and #"
        )
        expected = (
            found.steps[half - 1],
            near(early[0]),
            near(early[1]),
            found.steps[half],
            near(late[0]),
            near(late[1]),
        )
        assert read(pattern, panel.sentences[0]) == expected
        right = np.array([looked.training_accuracy, looked.use_accuracy])
        pattern = (
            "배치의 통계로 #, 이동 평균으로 #" if ko else "is # with the batch's own statistics and # with running"
        )
        assert read(pattern, panel.sentences[1]) == tuple(near(one) for one in right[:, :half].mean(1))


def test_the_last_loss_at_every_rate_is_that_of_a_run(monkeypatch):
    monkeypatch.setattr(declared, "NUM_SEEDS", 1)
    measured = OVER_RATES.compute(OVER_RATES.needed(SETTINGS), unwatched)
    data = load_dataset("digits")
    for way in range(2):
        for place in (0, 2):  # larger rates make chaos of the rounding
            run = train(*digit_configs(RATES[place], SETTINGS.seed, normalized=bool(way)), data)
            last = run.records.loss[-run.steps_per_epoch :].mean()
            assert measured.last[way, 0, place] == pytest.approx(last, rel=0.01)


def test_what_is_said_of_the_rates():
    random = np.random.default_rng(0)
    for _ in range(6):
        last = 10.0 ** random.uniform(-1.5, 0.8, (2, 5, len(RATES)))
        last[0, :3, -1] = np.inf
        found = OverRates(np.array(RATES), last)
        middle = np.median(last, axis=1)
        learning = [[rate for rate, loss in zip(RATES, row, strict=True) if loss < np.log(10) / 2] for row in middle]
        for language in LANGUAGES:
            ko, said = language == "ko", "\n".join(panels.rates_words(language, found, SETTINGS))
            near_one = RATES.index(1.0)
            pattern = "학습률 #에서 마지막 손실의 중앙값은 정규화가 없으면 #, 있으면 #" if ko else (
                "At rate # the median of the last loss is # without batch normalization and # with"
            )  # fmt: skip
            assert read(pattern, said) == (1.0, *(near(one) for one in middle[:, near_one]))
            best = middle.argmin(1)
            pattern = (
                "정규화가 없으면 #(학습률 #), 있으면 #(학습률 #)" if ko else "# without it (rate #), # with it (rate #)"
            )
            expected = [value for k in range(2) for value in (near(middle[k, best[k]]), RATES[best[k]])]
            assert read(pattern, said) == tuple(expected)
            if not all(learning):
                assert ("어느 학습률에서도" if ko else "has no rate") in said
                continue
            plain, normalized = (max(rates) for rates in learning)
            if plain == normalized:
                assert ("같습니다" if ko else "is the same") in said
                continue
            pattern = "정규화가 없으면 #, 있으면 #" if ko else "is # without it and # with it"
            assert read(pattern, said) == (plain, normalized)
            assert (("견딥니다" if ko else "tolerates higher") in said) == (normalized > plain)


def test_the_default_learns_at_rates_at_which_the_plain_network_does_not():
    for seed in (0, 5):
        found = OVER_RATES.of(Generalization(seed=seed))
        plain, normalized = (found.highest_rate(way) for way in range(2))
        assert plain is not None and normalized is not None and normalized >= 4 * plain
        place = RATES.index(Generalization().rate)
        assert found.last[0, :, place].min() > 5 * found.last[1, :, place].max()  # with every seed


def test_work_that_is_stopped_says_nothing():
    assert OVER_RATES.compute(Generalization(), lambda done, _total: done < 1) is None
    assert NORMALIZING.compute(Generalization(), lambda _done, _total: False) is None
