"""What the page says about early stopping, from the records and from networks evaluated anew."""

import numpy as np
import pytest

from simulator.scenes.generalization import stopping_panels
from simulator.scenes.generalization.settings import AMOUNTS, PATIENCES, Generalization
from simulator.scenes.generalization.stopping import WATCHED, Watched
from simulator.scenes.panel import Shown
from simulator.texts import LANGUAGES
from tests.core.generalization.test_stopping import waited
from tests.scenes.claims import near, read


def random_settings() -> list[Generalization]:
    draw = np.random.default_rng(12)
    return [
        Generalization(
            curve=str(draw.choice(["cubic", "sine", "step"])),
            points=int(draw.choice(AMOUNTS[:6])),
            noise=float(draw.choice([0.0, 0.3, 1.0])),
            seed=int(draw.integers(200)),
        )
        for _ in range(8)
    ]


def outputs(found: Watched, step: int, x: np.ndarray) -> np.ndarray:
    """Return what the network says, layer by layer in float64."""
    value = x[:, None].astype(float)
    *hidden, last = found.run.params_at(step)
    for layer in hidden:
        value = np.tanh(value @ layer.weight.astype(float) + layer.bias)
    return (value @ last.weight.astype(float) + last.bias)[:, 0]


@pytest.mark.parametrize("settings", random_settings(), ids=lambda settings: settings.to_text())
def test_steps_losses_and_the_verdict_at_every_patience(settings):
    found = WATCHED.compute(WATCHED.needed(settings), lambda _done, _total: True)
    loss = found.run.records.validation_loss.astype(float)
    last = len(loss) - 1
    for patience in PATIENCES:
        best, stop = waited(list(loss), patience)
        for language in LANGUAGES:
            ko = language == "ko"
            panel = stopping_panels.stopping(found, settings.change(patience=patience), language)
            said, tables = "\n".join(panel.sentences), panel.pictures[0].tables
            assert tables["best"]["step"] == [best] and tables["stop"]["step"] == ([] if stop is None else [stop])
            times = near(loss[-1] / loss[best], 2)
            if stop is None:
                pattern = "최솟값은 스텝 #의 #이고, 마지막에는 #, #배" if ko else (
                    "validation loss, #, comes at step #. At the end it is #: # times"
                )  # fmt: skip
                first = (best, near(loss[best])) if ko else (near(loss[best]), best)
                assert read(pattern.replace("이고", ""), said.replace("이고", "").replace("고,", ",")) == (
                    *first,
                    near(loss[-1]),
                    times,
                )
                continue
            pattern = "#스텝 기다리면 스텝 #에서 학습이" if ko else "patience of # training stops at step #"
            assert read(pattern, said) == (patience, stop)
            pattern = "최솟값은 스텝 #의 #" if ko else "loss before that is #, at step #"
            assert read(pattern, said) == ((best, near(loss[best])) if ko else (near(loss[best]), best))
            pattern = "#스텝 가운데 #스텝(#)" if ko else "Waiting cost # of # steps (#)"
            assert read(pattern, said) == (*((stop, patience) if ko else (patience, stop)), near(patience / stop))
            pattern = "#스텝 뒤의 검증 손실은 #, #배" if ko else "after # steps, the validation loss is #: # times"
            assert read(pattern, said) == (last, near(loss[-1]), times)
            if loss.min() < loss[best]:
                pattern = "나중에 스텝 #에서 #까지" if ko else "falls to #, at step #"
                later = (int(loss.argmin()), near(loss.min()))
                assert read(pattern, said) == (later if ko else later[::-1])
            else:
                assert ("더 나은 스텝은 뒤에도 없습니다" if ko else "No later step would have been better") in said


@pytest.mark.parametrize("settings", [Generalization(), Generalization(patience=20, curve="sine", points=30, seed=5)])
def test_errors_and_curves_are_those_of_the_parameters_of_these_steps(settings):
    found = WATCHED.of(settings)
    stop = found.stop(settings.patience)
    split, data = found.run.split, found.run.dataset
    assert data.targets is not None
    x, y = data.inputs[:, 0], data.targets[:, 0].astype(float)
    steps = [stop.best, *([] if stop.stop is None else [stop.stop]), found.last]
    for language in LANGUAGES:
        panel = stopping_panels.moments(found, settings, language)
        table = panel.pictures[0].to_pandas().iloc[:, 1:].to_numpy(float)
        expected = [
            [np.mean((outputs(found, step, x[rows]) - y[rows]) ** 2) for rows in (split.train, split.test)]
            for step in steps
        ]
        np.testing.assert_allclose(table, expected, rtol=1e-3)
        line = np.asarray(panel.pictures[0].tables["line"]["y"]).reshape(len(steps), -1)
        grid = -np.cos(np.pi * np.arange(line.shape[1]) / (line.shape[1] - 1))
        np.testing.assert_allclose(line[0], outputs(found, stop.best, grid), atol=1e-4)
        ko, said = language == "ko", "\n".join(Shown(panel).sentences)
        pattern = "스텝 #에서 #, #스텝 뒤에 #" if ko else "Their error is # at the best step, #, and # after # steps"
        values = (stop.best, near(table[0, 1]), found.last, near(table[-1, 1]))
        assert read(pattern, said) == (values if ko else (values[1], values[0], values[3], values[2]))


def test_the_default_stops_in_time_and_the_impatient_one_does_not():
    found = WATCHED.of(Generalization())
    patient, impatient = found.stop(50), found.stop(20)
    assert patient.best == found.lowest and found.validation_loss[-1] > 2 * found.validation_loss[patient.best]
    assert found.validation_loss[impatient.best] > 2 * found.validation_loss[patient.best]
    assert found.train_loss[-1] < 0.5 * found.validation_loss[patient.best]
