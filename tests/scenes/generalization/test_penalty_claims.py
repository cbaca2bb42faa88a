"""What the page says about L1 and L2, computed anew with SciPy and NumPy at random settings."""

import numpy as np
import pytest
from scipy.special import eval_legendre

from simulator.core.generalization.points import CURVES
from simulator.scenes.generalization import settings as declared
from simulator.scenes.generalization.penalties import PENALTIES
from simulator.scenes.generalization.scene import SCENE
from simulator.scenes.generalization.settings import AMOUNTS, STRENGTHS, Generalization
from simulator.scenes.panel import Shown
from simulator.texts import LANGUAGES
from tests.scenes.claims import for_each, near, read

FEW_SETS = 5


@pytest.fixture(autouse=True)
def few_sets(monkeypatch):
    monkeypatch.setattr(declared, "NUM_SETS", FEW_SETS)


def random_settings(count: int) -> list[Generalization]:
    draw = np.random.default_rng(6)
    return [
        Generalization(
            curve=str(draw.choice(list(CURVES))),
            degree=int(draw.integers(1, 21)),
            points=int(draw.choice(AMOUNTS)),
            noise=float(draw.choice([0.0, 0.3, 1.0])),
            strength=float(draw.choice(STRENGTHS)),
            seed=int(draw.integers(1000)),
        )
        for _ in range(count)
    ]


def drawn(panel: str, settings: Generalization):
    """Yield each language, what the panel says, and the panel."""
    view = SCENE.view(panel)
    found = view.numbers.compute(view.numbers.needed(settings))
    for language in LANGUAGES:
        one = view.draw(found, settings, language)
        yield language, "\n".join(Shown(one).sentences), one


def matrix(x: np.ndarray, degree: int) -> np.ndarray:
    return np.stack([np.sqrt(2 * k + 1) * eval_legendre(k, x) for k in range(degree + 1)], axis=1)


def small(settings: Generalization, strength: float, seed: int) -> tuple[np.ndarray, float, float]:
    """Return L2's polynomial from its normal equations, the constant unpenalised, with its two errors."""
    points = settings.draw(seed=seed)
    inputs, degree = matrix(points.x, settings.degree), settings.degree
    held = len(points.x) * strength * np.diag([0.0, *np.ones(degree)])
    found = np.linalg.solve(inputs.T @ inputs + held, inputs.T @ points.y)
    test = matrix(points.test_x, degree) @ found - points.test_y
    return found, float(np.mean((inputs @ found - points.y) ** 2)), float(np.mean(test**2))


@for_each(random_settings(60))
def test_errors_and_weights_with_and_without_a_penalty(settings):
    points = settings.draw()
    inputs, outside = matrix(points.x, settings.degree), matrix(points.test_x, settings.degree)
    plain = np.linalg.pinv(inputs) @ points.y
    held, l2_train, l2_test = small(settings, settings.strength, settings.seed)
    for language, sentence, panel in drawn("penalties", settings):
        ko, table = language == "ko", panel.pictures[0].to_pandas().iloc[:, 1:].to_numpy(float)
        errors = [float(np.mean((side @ plain - y) ** 2)) for side, y in ((inputs, points.y), (outside, points.test_y))]
        np.testing.assert_allclose(table[:2], [errors, [l2_train, l2_test]], rtol=1e-4, atol=1e-10)
        pattern = "규제 없음: 훈련 오차 #, 테스트 오차 #. L2: #, #. L1: #, #." if ko else (
            "Without a penalty: training error #, test error #. L2: # and #. L1: # and #."
        )  # fmt: skip
        said = read(pattern, sentence)
        assert said == tuple(near(value if value > 1e-12 else 0.0) for value in table.ravel())
        assert table[0, 0] <= table[1:, 0].min() + 1e-12  # a penalty never makes the training error smaller
    for language, sentence, panel in drawn("weights", settings):
        ko, bars = language == "ko", panel.pictures[0].tables["bars"]
        weights = np.asarray(bars["weight"]).reshape(3, settings.degree)
        np.testing.assert_allclose(weights[1], held[1:], rtol=1e-5, atol=1e-8)
        np.testing.assert_allclose(weights[0], plain[1:], rtol=1e-3, atol=1e-6)
        squares, sizes = np.sum(weights**2, axis=1), np.sum(np.abs(weights), axis=1)
        assert read("Σ w²이 #에서 #" if ko else "Σ w² goes from # to #", sentence) == (
            near(squares[0]),
            near(squares[1]),
        )
        assert read("Σ |w|가 #에서 #" if ko else "Σ |w| goes from # to #", sentence) == (near(sizes[0]), near(sizes[2]))
        assert squares[1] <= squares[0] * (1 + 1e-9) and sizes[2] <= sizes[0] * (1 + 1e-9)
        zero = int(np.sum(weights[2] == 0))
        assert (("희소하게 만듭니다" if ko else "makes them sparse") in sentence) == (zero > 0)
        if zero:
            pattern = "정확히 0인 것은 #개 중 #개입니다" if ko else "Exactly 0: # of #"
            counts = read(pattern, sentence.split("\n")[1])
            assert counts == ((settings.degree, zero) if ko else (zero, settings.degree))


@for_each(random_settings(12))
def test_the_best_strength_is_that_of_the_smallest_middle_error(settings):
    seeds = range(settings.seed, settings.seed + FEW_SETS)
    found = np.array([[small(settings, strength, seed)[1:] for strength in STRENGTHS] for seed in seeds])
    train, test = np.median(found, axis=0).T
    assert np.all(np.diff(found[..., 0], axis=1) >= -1e-9)  # the training error never falls
    for language, sentence, panel in drawn("strengths_l2", settings):
        table = panel.pictures[0].to_pandas().to_numpy(float)
        np.testing.assert_allclose(table[:, 1], train, rtol=1e-4, atol=1e-9)
        np.testing.assert_allclose(table[:, 2], test, rtol=1e-4, atol=1e-9)
        pattern = "λ = #에서 가장 작습니다: #. λ = #에서는 #, λ = #에서는 #" if language == "ko" else (
            "smallest at λ = #: #. At λ = # it is #, at λ = # it is #"
        )  # fmt: skip
        best = int(np.argmin(test))
        values = (STRENGTHS[best], test[best], STRENGTHS[0], test[0], STRENGTHS[-1], test[-1])
        assert read(pattern, sentence) == tuple(map(near, values))


def test_by_default_l1_is_sparse_where_l2_is_small():
    settings = Generalization()
    view = SCENE.view("weights")
    found = view.numbers.of(settings)
    assert [found.num_zero(kind) for kind in PENALTIES] == [0, 7]
    none, l2, l1 = (one.test for one in found.fits)
    assert none > 3 * l2 and none > 3 * l1
