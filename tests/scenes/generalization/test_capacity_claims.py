"""What the page says about the width of a network: every number from runs that are trained anew."""

import numpy as np
import pytest

from simulator.core.generalization.stopping import curve_rows
from simulator.core.run import train
from simulator.scenes.generalization import capacity as declared
from simulator.scenes.generalization.capacity import CAPACITY, WIDTHS, capacity, configs
from simulator.scenes.generalization.settings import Generalization
from simulator.texts import LANGUAGES
from tests.scenes.claims import near, read


def unwatched(_done: int, _total: int) -> bool:
    return True


@pytest.mark.parametrize("settings", [Generalization(seed=3), Generalization(curve="sine", points=40, noise=0.1)])
def test_losses_at_the_end_and_the_best_width(settings, monkeypatch):
    monkeypatch.setattr(declared, "NUM_SEEDS", 3)
    monkeypatch.setattr(declared, "NUM_STEPS", 120)
    found = CAPACITY.compute(CAPACITY.needed(settings), unwatched)
    losses = np.empty((3, len(WIDTHS), 2))
    for row in range(3):
        data = curve_rows(settings.curve, settings.points, settings.noise, settings.seed + row)
        assert data.targets is not None
        for column, width in enumerate(WIDTHS):
            run = train(*configs(settings.points, width, settings.seed + row), data)
            value = data.inputs.astype(float)
            *hidden, last = run.final_params
            for layer in hidden:
                assert layer.weight.shape[1] == width
                value = np.tanh(value @ layer.weight.astype(float) + layer.bias)
            squares = (value @ last.weight.astype(float) + last.bias - data.targets) ** 2
            losses[row, column] = squares[run.split.train].mean(), squares[run.split.test].mean()
    np.testing.assert_allclose(np.stack([found.train, found.test], axis=-1), losses, rtol=2e-3)
    train_loss, test_loss = np.median(losses, axis=0).T
    best = int(np.argmin(test_loss))
    for language in LANGUAGES:
        ko, said = language == "ko", "\n".join(capacity(found, settings, language).sentences)
        pattern = "폭 #에서 가장 작습니다: # (시드 #개의 중앙값). 폭 #에서는 #, 폭 #에서는 #" if ko else (
            "at width #: # (median of # seeds). At width # it is #, at width # it is #"
        )  # fmt: skip
        ends = (1, near(test_loss[0], 2), 32, near(test_loss[-1], 2))
        assert read(pattern, said) == (WIDTHS[best], near(test_loss[best], 2), 3, *ends)
        pattern = "훈련 오차는 #, 테스트 오차는 #, 훈련 오차의 #배" if ko else (
            "training error is # and the test error #: # times as large"
        )  # fmt: skip
        gap = (train_loss[-1], test_loss[-1], test_loss[-1] / train_loss[-1])
        assert read(pattern, said) == tuple(near(value, 2) for value in gap)
        spread = read("테스트 오차는 #부터 #까지" if ko else "seeds goes from # to #", said)
        assert spread == (near(losses[:, -1, 1].min(), 2), near(losses[:, -1, 1].max(), 2))


def test_the_tab_opens_where_capacity_costs_much_with_all_seeds_but_one_at_most():
    found = CAPACITY.of(Generalization())
    middle = np.median(found.test, axis=0)
    best = int(np.argmin(middle))
    assert 0 < best < len(WIDTHS) - 1
    assert middle[0] > 1.4 * middle[best] and middle[-1] > 3.0 * middle[best]
    assert np.sum(found.test[:, -1] > 2.0 * found.test.min(axis=1)) >= len(found.test) - 1


def test_work_that_is_stopped_says_nothing():
    assert CAPACITY.compute(Generalization(), lambda done, _total: done < 2) is None
