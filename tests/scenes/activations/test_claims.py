"""Every number that the activations scene states, computed anew: functions by definition, the dead by counting."""

import math

import numpy as np
import pytest

from simulator.core.datasets.scaling import apply_scaler
from simulator.core.initializers import initialize
from simulator.core.network import ACTIVATIONS
from simulator.core.propagation.starts import Case, train_all
from simulator.scenes.activations import numbers
from simulator.scenes.activations.curves import curves_picture
from simulator.scenes.activations.dead import count_dead
from simulator.scenes.activations.numbers import Curves, curve, spread
from simulator.scenes.activations.scene import SCENE
from simulator.scenes.activations.settings import DATA, Activations
from simulator.scenes.activations.words import dead_words, path_words, point_words, spread_words
from simulator.texts import LANGUAGES
from tests.scenes.claims import for_each, near, read

DRAW = np.random.default_rng(6)


def phi(name: str, z: float, slope: float) -> float:
    """Return an activation function by its definition."""
    return {
        "sigmoid": lambda: 1 / (1 + math.exp(-z)),
        "tanh": lambda: math.tanh(z),
        "relu": lambda: max(z, 0.0),
        "leaky_relu": lambda: z if z > 0 else slope * z,
        "prelu": lambda: z if z > 0 else slope * z,
        "elu": lambda: z if z > 0 else math.expm1(z),
        "gelu": lambda: z * 0.5 * math.erfc(-z / math.sqrt(2)),
        "identity": lambda: z,
    }[name]()


def slope_at(name: str, z: float, slope: float) -> float:
    step = 1e-6
    return (phi(name, z + step, slope) - phi(name, z - step, slope)) / (2 * step)


POINTS = [
    (name, round(float(DRAW.uniform(-9.9, 9.9)), 2), round(float(DRAW.uniform(-0.5, 1)), 2))
    for name in ACTIVATIONS
    for _ in range(20)
]


@for_each(POINTS)
def test_the_point_says_the_function_and_its_derivative(case):
    name, z, slope = case
    expected = phi(name, z, slope), slope_at(name, z, slope)
    for language in LANGUAGES:
        pattern = (
            "z = #에서 함수의 값은 #입니다. 그래디언트에는 #"
            if language == "ko"
            else ("at z = # the function gives #, and the gradient is multiplied by #")
        )
        at, value, derivative = read(pattern, point_words(language, name, curve(name, slope), z))
        assert at == near(z)
        assert np.isclose(value, expected[0], rtol=6e-3, atol=1e-6)
        assert np.isclose(derivative, expected[1], rtol=1e-2, atol=2e-5)
        # what is not yet 1 is not written as 1
        assert not (abs(expected[0]) < 1 - 1e-6 and abs(value) == 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_tanh_at_five_is_not_one(language):
    assert "0.9999" in point_words(language, "tanh", curve("tanh", 0.0), 5.0)


def test_relu_does_not_saturate_in_the_picture():
    """The curve leaves the frame; it is not held at its edge."""
    found = Curves({"relu": curve("relu", 0.0)}, {})
    (drawn,) = curves_picture(found, Activations(functions=("relu",)), "en").content["functions"]
    z = np.linspace(-10, 10, 2001)
    np.testing.assert_allclose(drawn["value"], np.maximum(z, 0), atol=1e-5)
    assert drawn["value_range"][1] < 8  # the frame ends before the line does: the browser cuts it there
    assert all(end <= 0 for _, end in drawn["saturated"])


@for_each(
    [
        (name, float(size), seed)
        for name in ("sigmoid", "tanh", "relu", "gelu")
        for size in (0.5, 3, 12)
        for seed in range(9)
    ]
)
def test_how_pre_activations_lie_under_a_function(case):
    name, size, seed = case
    z = (np.random.default_rng(seed).normal(size=(6, 5)) * size).astype(np.float32)
    largest = {"sigmoid": 0.25, "tanh": 1.0, "relu": 1.0, "gelu": 1.1289}[name]
    flat = np.mean([abs(slope_at(name, float(one), 0.0)) < 0.05 * largest for one in z.ravel()])
    outside = np.mean(np.abs(z) > 10)
    for language in LANGUAGES:
        said = "\n".join(spread_words(language, name, spread(z, name, 0.0), 3))
        std, share = read("표준편차가 #입니다. 그 가운데 #" if language == "ko" else "deviation of #; # of them", said)
        assert std == near(z.std(dtype=np.float64)) and share == near(flat)
        beyond = ("축 밖에" if language == "ko" else "beyond the axis") in said
        assert beyond == (outside > 0)


@for_each(
    [
        Activations(rate=float(rate), steps=int(steps), seed=int(seed))
        for rate, steps, seed in zip(
            DRAW.uniform(0.05, 1.2, 100).round(2), DRAW.integers(5, 200, 100), DRAW.integers(0, 999, 100), strict=True
        )
    ]
)
def test_ways_of_two_weights_are_as_long_and_as_straight_as_is_said(settings):
    for positive, path in zip((True, False), numbers.WAYS.of(settings), strict=True):
        moves = np.diff(path.weight, axis=0)
        together = np.mean([one * other >= 0 for one, other in moves])
        length = math.fsum(math.hypot(*move) for move in moves)
        near_target = [step for step, (one, other) in enumerate(path.weight) if math.hypot(one - 1, other + 1) < 0.1]
        assert not positive or together == 1.0
        for language in LANGUAGES:
            ko = language == "ko"
            said = path_words(language, path, positive=positive)
            assert read("갱신의 #에서" if ko else "in # of the updates", said)[0] == near(together)
            pattern = "길은 #, 직선거리는 #" if ko else "The way is # long, the straight line #"
            assert read(pattern, said) == (near(length), near(math.sqrt(2)))
            step = read("갱신 #번" if ko else "after # updates", said)[-1]
            assert step == (near_target[0] if near_target else settings.steps)
            assert (("못했습니다" if ko else "not within") in said) == (not near_target)


def test_the_dead_are_counted_over_every_training_row():
    """32 examples of a mini-batch call a node dead that others keep alive."""
    settings = Activations(dead_rate=3.0, seed=2)
    case = Case(settings.dead_networks()[0], settings.dead_training(), DATA)
    runs = train_all([case], lambda _done, _total: True)
    assert runs is not None
    (run,) = runs
    found = count_dead(run)
    rows = run.dataset.inputs[run.split.train]
    scaled = apply_scaler(run.scaler, rows)

    def shares(params) -> list[float]:
        value, found = np.asarray(scaled, np.float64), []
        for layer in params[:-1]:
            z = value @ layer.weight + layer.bias
            found.append(float(np.mean((z <= 0).all(axis=0))))
            value = np.maximum(z, 0.0)
        return found

    first, last = shares(initialize(run.network, settings.seed)), shares(run.params_at(run.num_steps))
    assert found.rows == len(rows) > 1000
    np.testing.assert_allclose(found.share[0], first, atol=1e-6)
    np.testing.assert_allclose(found.share[-1], last, atol=1 / 32 + 1e-6)
    assert np.mean(first) < 0.1 < np.mean(last)
    lost = [str(place) for place, share in enumerate(found.share[-1], 1) if share == 1.0]
    for language in LANGUAGES:
        ko, said = language == "ko", dead_words(language, found)
        pattern = (
            "훈련 예제 #개 모두에 0인 죽은 노드는 학습 전에 #, 끝날 때 #이고, 가장 많을 때는 #"
            if ko
            else ("0 for all # training examples: # before training, # at the end, at most #")
        )
        most = max(np.mean(share) for share in found.share)
        expected = (near(len(rows), 4), near(np.mean(first)), near(np.mean(found.share[-1])), near(most))
        assert read(pattern, said) == expected
        named = (f"{', '.join(lost)}층은 노드가 모두" if ko else f"of layer {', '.join(lost)} is dead") in said
        assert named == bool(lost)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_the_dead_follow_rate_and_slope(language):
    settings = Activations(dead_rate=0.3, slope=0.0)
    found = numbers.DEAD.of(settings)
    panel = SCENE.view("dead").draw(found, settings, language)
    said = " ".join((*panel.sentences, *panel.notes))
    assert "0.3" in said
    assert ("ReLU와 같아집니다" if language == "ko" else "same function as ReLU") in said
    assert "큰 걸음" not in said and "large steps" not in said
