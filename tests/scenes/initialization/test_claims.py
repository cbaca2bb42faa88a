"""Every number that the initialization scene states, computed anew with NumPy."""

import math

import numpy as np
import pytest

from simulator.core.datasets import load_dataset
from simulator.core.initializers import initialize
from simulator.core.network import NetworkConfig
from simulator.core.propagation.learning import loss_window
from simulator.core.propagation.starts import Case, batch_of
from simulator.core.run import train
from simulator.core.training import TrainingConfig
from simulator.scenes.initialization import numbers
from simulator.scenes.initialization.scene import SCENE
from simulator.scenes.initialization.settings import Initialization
from simulator.scenes.initialization.words import divide_words
from simulator.texts import LANGUAGES, text
from simulator.texts.numbers import number_text
from tests.scenes.claims import for_each, near, read, sentences

PHI = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0.0), "sigmoid": lambda z: 1 / (1 + np.exp(-z))}


def random_settings() -> list[Initialization]:
    draw = np.random.default_rng(9)
    kinds = ("zeros", "normal", "xavier_normal", "he_uniform", "orthogonal", "lecun_normal")
    return [
        Initialization(
            initializers=tuple(draw.choice(kinds, 2, replace=False).tolist()),
            activation=str(draw.choice(list(PHI))),
            depth=int(draw.integers(10, 14)),
            width=int(draw.choice([4, 8, 16])),
            std=float(draw.choice([0.03, 0.3, 1.0])),
            seeds=8,
            seed=int(draw.integers(500)),
        )
        for _ in range(50)
    ]


def spreads(settings: Initialization, initializer: str, seed: int) -> list[float]:
    """Return the standard deviation of the activations of every hidden layer."""
    network = settings.network(initializer)
    value, found = np.asarray(batch_of(Case(network, settings.training(), settings.data)).inputs, np.float64), []
    for layer in initialize(network, seed)[:-1]:
        value = PHI[settings.activation](value @ np.asarray(layer.weight, np.float64))
        found.append(float(value.std()))
    return found


@for_each(random_settings())
def test_the_signal_is_as_wide_as_is_said(settings):
    for language, said in sentences(SCENE, "forward", settings).items():
        ko, lines = language == "ko", said.split("\n")
        for initializer, line in zip(settings.initializers, lines, strict=True):
            stds = [spreads(settings, initializer, settings.seed + more) for more in range(settings.seeds)]
            ends = [[one[place] for one in stds if one[place] > 1e-30] for place in (0, -1)]
            if not ends[1]:
                assert ("모든 활성값이 같습니다" if ko else "every activation is the same") in line
                continue
            first, last = (math.exp(math.fsum(map(math.log, end)) / len(end)) for end in ends)
            pattern = "1층의 #에서 #층의 #" if ko else "from # in layer 1 to # in layer #"
            found = read(pattern, line)
            expected = (first, settings.depth, last) if ko else (first, last, settings.depth)
            assert np.allclose(found, expected, rtol=2e-2), (initializer, found, expected)
            some = len(ends[1]) < settings.seeds
            assert (("난수 시작의" if ko else "of the random starts") in line) == some


@for_each([0.5, -1.0, 0.1])
def test_equal_nodes_stay_equal_and_random_ones_do_not(value):
    settings = Initialization(value=value)
    found = numbers.TWINS.of(settings)
    for language in LANGUAGES:
        ko, panel = language == "ko", SCENE.view("symmetry").draw(found, settings, language)
        (equal, random), (same, different) = panel.sentences, found
        assert read("가장 큰 차이는 #" if ko else "largest difference between two nodes is #", equal)[0] == 0.0
        weights = np.stack([np.asarray(one.run.frames.weight[0]) for one in found])
        assert np.ptp(weights[0], axis=2).max() == 0.0
        assert read("가장 큰 차이는 #" if ko else "largest difference is #", random)[0] == near(
            np.ptp(weights[1], axis=2).max()
        )
        assert read("훈련 정확도: #" if ko else "Training accuracy: #", equal)[0] == near(same.run.records.accuracy[-1])
        assert read("훈련 정확도: #" if ko else "Training accuracy: #", random)[0] == near(
            different.run.records.accuracy[-1]
        )
        assert read("#에서 시작" if ko else "start at #", equal)[0] == near(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_zero_weights_only_the_output_biases_move_as_is_said(language):
    """ "Nothing moves at all" is false: the output's biases have a gradient."""
    network = NetworkConfig(layer_sizes=(2, 4, 2), activation="tanh", initializer="constant", initializer_value=0.0)
    data = load_dataset("circles")
    run = train(network, TrainingConfig(learning_rate=0.5, batch_size=32, num_epochs=3, seed=1), data)
    hidden, output = run.params_at(run.num_steps)
    assert not np.any(hidden.weight) and not np.any(hidden.bias) and not np.any(output.weight)
    assert np.any(output.bias)
    note = " ".join(SCENE.view("symmetry").draw(numbers.TWINS.of(Initialization()), Initialization(), language).notes)
    assert ("출력층의 편향만 움직" if language == "ko" else "Only the biases of the output layer move") in note


def test_the_errata_hold_the_numbers_of_their_table():
    settings = Initialization(depth=10, width=16)
    for language in LANGUAGES:
        panel = SCENE.panel("errata", settings, language)
        ((_, table),) = panel.tables
        said = panel.sentences[-1]
        xavier, he = ([str(cell) for cell in table.iloc[:, column]] for column in (1, 2))  # rows: ReLU, tanh, sigmoid
        for written in (he[2], he[1], xavier[1]):
            assert written in said
        assert "포화" not in said and "saturates" not in said  # 0.2 to 1 % do, by the page's own rule
        figures = read("표준편차는 #입니다" if language == "ko" else "standard deviation #", divide_words(language))
        assert figures[0] == 1 / math.sqrt(16)
        exact = {"lecun": 0.25, "xavier": 0.25, "lecun_other": math.sqrt(1 / 64), "xavier_other": math.sqrt(2 / 74)}
        written = {name: number_text(value) for name, value in exact.items()}
        assert divide_words(language) == text(language, "initialization.errata.divide", **written)
        assert f"{math.sqrt(1 / 64):.3g}" in divide_words(language) and f"{math.sqrt(2 / 74):.3g}" in divide_words(
            language
        )


def test_what_training_makes_of_a_start_is_the_middle_of_several_seeds():
    settings = Initialization(initializers=("xavier_normal", "normal"), depth=10, width=8, steps=60, seed=4)
    found = numbers.RUNS.of(settings)
    for language in LANGUAGES:
        panel = SCENE.view("training").draw(found, settings, language)
        for runs, said in zip(found, panel.sentences, strict=True):
            assert len(runs) == 3 and len({run.training.seed for run in runs}) == 3
            accuracies = sorted(run.test_accuracy for run in runs)
            *_, middle, seeds, low, high = read(
                "정확도 # (시드 #개의 중앙값, #부터 #까지)"
                if language == "ko"
                else "accuracy # (median of # seeds, from # to #)",
                said,
            )
            assert (middle, seeds, low, high) == (near(accuracies[1]), 3, near(accuracies[0]), near(accuracies[2]))
            window = loss_window(len(runs[0].records.loss))
            ends = sorted(float(np.mean(run.records.loss[-window:])) for run in runs)
            assert read("→ #", said)[0] == near(ends[1])


def test_xavier_and_orthogonal_start_apart_by_default():
    """From 64 to 64 nodes both have deviation 1/8: nothing would be compared."""
    found = numbers.FORMULAS.of(Initialization())
    assert not math.isclose(found.drawn["xavier_normal"].std, found.drawn["orthogonal"].std, rel_tol=0.05)
