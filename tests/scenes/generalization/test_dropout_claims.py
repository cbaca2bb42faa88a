"""What the page says about dropout: losses from networks evaluated anew, masks from recorded activations."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.core.generalization.stopping import curve_rows, overfitting_configs
from simulator.core.run import Run, train
from simulator.scenes.generalization import dropout as declared
from simulator.scenes.generalization import dropout_panels
from simulator.scenes.generalization.dropout import DROPPED, Dropped, configs
from simulator.scenes.generalization.scene import SCENE
from simulator.scenes.generalization.settings import Generalization
from simulator.scenes.panel import Shown
from simulator.texts import LANGUAGES
from tests.scenes.claims import near, read

SEEDS, STEPS = 3, 60
COUNTED = {
    "ko": {
        "helps": "시드 #개 가운데 #개에서 마지막 검증 손실이 드롭아웃이 없을 때보다 작고",
        "hurts": "시드 #개 가운데 #개에서 마지막 검증 손실이 작아지지 않고",
        "mixed": "시드 #개 가운데 #개에서 마지막 검증 손실이 작아지고",
    },
    "en": {
        "helps": "reduces overfitting: with # of # seeds",
        "hurts": "dropout hurts: with # of # seeds",
        "mixed": "nor hurts: with # of # seeds",
    },
}
OUT = {
    "ko": (
        "스텝 #: 첫 예제에서는 1층의 노드 #개 중 #개, 2층의 #개 중 #개, 모두 #개 중 #개가 빠졌습니다. "
        "둘째 예제는 마스크가 따로 있어 #개"
    ),
    "en": (
        "Step #: for the first example # of # nodes of layer 1 and # of # nodes of layer 2 are out, # of #. "
        "The second example has a mask of its own, with # out"
    ),
}


@pytest.fixture
def short(monkeypatch):
    """Let networks train for few steps with few seeds."""
    monkeypatch.setattr(declared, "NUM_SEEDS", SEEDS)
    monkeypatch.setattr(dropout_panels, "NUM_SEEDS", SEEDS)
    monkeypatch.setattr(declared, "overfitting_configs", _short_configs)


def _short_configs(points: int, seed: int):
    network, training = overfitting_configs(points, seed)
    return network, replace(training, num_epochs=STEPS)


def unwatched(_done: int, _total: int) -> bool:
    return True


def losses(run: Run) -> tuple[float, float]:
    """Return the losses of training and validation rows at the end, all nodes taking part, in float64."""
    value = run.dataset.inputs.astype(float)
    *hidden, last = run.params_at(run.num_steps)
    for layer in hidden:
        value = np.tanh(value @ layer.weight.astype(float) + layer.bias)
    squares = (value @ last.weight.astype(float) + last.bias - run.dataset.targets) ** 2
    return float(squares[run.split.train].mean()), float(squares[run.split.validation].mean())


@pytest.mark.parametrize(
    "settings", [Generalization(noise=0.7, dropout=0.5), Generalization(noise=0.0, seed=4, dropout=0.2)]
)
def test_losses_gaps_and_the_verdict(settings, short):
    found = DROPPED.compute(DROPPED.needed(settings), unwatched)
    ends = np.empty((2, SEEDS, 2))
    for way, dropout in enumerate((0.0, settings.dropout)):
        for seed in range(SEEDS):
            data = curve_rows(settings.curve, settings.points, settings.noise, settings.seed + seed)
            run = train(*configs(settings.points, dropout, settings.seed + seed), data)
            ends[way, seed] = losses(run)
            first = found.runs[way].params_at(0) if seed == 0 else run.params_at(0)
            for mine, theirs in zip(first, run.params_at(0), strict=True):
                np.testing.assert_array_equal(mine.weight, theirs.weight)
    np.testing.assert_array_equal(*(found.runs[way].params_at(0)[1].weight for way in range(2)))  # one start
    np.testing.assert_allclose(np.stack([found.train, found.validation], axis=-1)[:, :, -1], ends, rtol=2e-3)
    (train_plain, plain), (train_dropped, dropped) = np.median(ends, axis=1)
    better = int((ends[1, :, 1] < ends[0, :, 1]).sum())
    for language in LANGUAGES:
        ko = language == "ko"
        panel = dropout_panels.dropout(found, settings, language)
        said = "\n".join(panel.sentences)
        pattern = (
            "#스텝 뒤, 시드 #개의 중앙값입니다. 드롭아웃 없음: 훈련 손실 #, 검증 손실 #, 차이 #. "
            "드롭아웃 p = #: 훈련 손실 #, 검증 손실 #, 차이 #"
            if ko
            else "After # steps, medians of # seeds. No dropout: training loss #, validation loss #, a gap of #. "
            "Dropout, p = #: training loss #, validation loss #, a gap of #"
        )
        assert read(pattern, said) == (
            *(STEPS, SEEDS, near(train_plain, 2), near(plain, 2), near(plain - train_plain, 2), settings.dropout),
            *(near(train_dropped, 2), near(dropped, 2), near(dropped - train_dropped, 2)),
        )
        ratio = read("중앙값은 #배" if ko else "median is # times", said)
        assert ratio == (near(dropped / plain, 2),)
        kind = (
            "helps"
            if better >= SEEDS - 1 and dropped < plain
            else "hurts"
            if better <= 1 and dropped > plain
            else "mixed"
        )
        count = SEEDS - better if kind == "hurts" else better
        assert read(COUNTED[language][kind], said) == ((SEEDS, count) if ko else (count, SEEDS))
        fitted = "훈련 손실은 #에서 #" if ko else "training loss goes from # to #"
        if train_dropped > train_plain:
            assert read(fitted, said) == (near(train_plain, 2), near(train_dropped, 2))


def test_nodes_that_are_out_are_those_whose_recorded_activation_is_0(short):
    settings = Generalization(noise=0.7, dropout=0.4)
    found: Dropped = DROPPED.compute(DROPPED.needed(settings), unwatched)
    frames = found.runs[1].frames
    np.testing.assert_array_equal(frames.step, found.steps)
    out = np.stack([frames.passes.activation[layer][:, :2] == 0 for layer in range(2)], axis=2)
    for language in LANGUAGES:
        panel = dropout_panels.dropped(found, settings, language)
        (picture,), ko = panel.pictures, language == "ko"
        drawn = np.asarray(picture.frames["nodes"]["factor"])
        np.testing.assert_allclose(drawn, np.where(out, 0.0, 1 / 0.6).reshape(len(out), -1))
        for index in (0, 5, len(out) - 1):
            numbers = (out[index, 0, 0].sum(), out[index, 0, 1].sum(), out[index, 0].sum(), out[index, 1].sum())
            first, second, both, other = map(int, numbers)
            step = int(found.steps[index])
            expected = (
                (step, 16, first, 16, second, 32, both, other) if ko else (step, first, 16, second, 16, both, 32, other)
            )
            assert isinstance(picture.sentences, list)
            assert read(OUT[language], picture.sentences[index]) == expected
            lines = _lines_left(out[index])
            assert int(np.asarray(picture.frames["lines"]["on"])[index].sum()) == lines
        assert picture.to_pandas(5).iloc[:, 3].tolist() == drawn[5].tolist()
        said = "\n".join(panel.sentences)
        assert read("1 − p = #", said) == (near(0.6),)
        assert read("1/(1 − p) = #", said) == (near(1 / 0.6),)
        share = read("비율은 #입니다(#번" if ko else "drawn, # of the nodes are out (# draws)", said)
        assert share == (near(out.mean()), out.size)


def _lines_left(out: np.ndarray) -> int:
    """Count the lines between nodes that take part; input and output always do."""
    return sum(int(n1 + n1 * n2 + n2) for n1, n2 in (~out).sum(axis=-1))


def test_what_both_networks_say_at_the_end(short):
    settings = Generalization(noise=0.7)
    found = DROPPED.compute(DROPPED.needed(settings), unwatched)
    for language in LANGUAGES:
        panel = dropout_panels.dropout_fits(found, settings, language)
        table = panel.pictures[0].to_pandas().iloc[:, 1:].to_numpy(float)
        np.testing.assert_allclose(table[:, 0], [losses(run)[0] for run in found.runs], rtol=1e-3)
        ko = language == "ko"
        pattern = (
            "#스텝 뒤 테스트 오차는 드롭아웃이 없으면 #, 있으면 #"
            if ko
            else "After # steps their test error is # without dropout and # with"
        )
        assert read(pattern, "\n".join(Shown(panel).sentences)) == (STEPS, near(table[0, 1]), near(table[1, 1]))


def test_the_presets_show_the_help_and_the_harm_with_every_seed():
    for name, verdict in (("dropout", "helps"), ("dropout_hurts", "hurts")):
        for seed in (0, 5):
            assert DROPPED.of(SCENE.presets[name].settings.change(seed=seed)).verdict == verdict
    found = DROPPED.of(SCENE.presets["dropout"].settings)
    gap = np.median(found.validation[:, :, -1], axis=1) - np.median(found.train[:, :, -1], axis=1)
    assert found.num_better == 5 and gap[1] < 0.6 * gap[0]


def test_work_that_is_stopped_says_nothing():
    assert DROPPED.compute(Generalization(), lambda done, _total: done < 1) is None
