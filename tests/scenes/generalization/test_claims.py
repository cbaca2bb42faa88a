"""Every number and verdict of the generalization page, computed anew with NumPy and SciPy at random settings."""

from typing import Any

import numpy as np
import pytest
from scipy.special import eval_legendre

from simulator.core.generalization.points import CURVES, Points
from simulator.scenes.generalization import numbers
from simulator.scenes.generalization import settings as declared
from simulator.scenes.generalization.scene import SCENE
from simulator.scenes.generalization.settings import AMOUNTS, Generalization
from simulator.scenes.panel import Shown
from simulator.texts import LANGUAGES
from tests.scenes.claims import for_each, near, read

FEW_SETS = 7
VERDICTS = {
    "ko": {"under": "과소적합", "over": "과대적합", "near": "거의 최적", "best": "최적"},
    "en": {"under": "underfits", "over": "overfits", "near": "near the best", "best": "best here"},
}

SAYS = {
    "ko": {
        "best": "오차가 #개 차수 가운데 가장 작습니다: #. 훈련 오차는 #입니다",
        "near": "훈련 오차 #, 테스트 오차 #. 가장 좋은 #차의 테스트 오차의 #배",
        "under": "훈련 오차부터 #차보다 큽니다(#, #차는 #). 테스트 오차는 #, #차의 #배",
        "over": "#차보다 크지 않지만(#, #차는 #) 테스트 오차는 #, #차의 #배",
        "under_exact": "훈련 오차 #, 테스트 오차 #입니다",
        "over_exact": "훈련 오차는 #, 테스트 오차는 #입니다. ",
        "near_exact": "훈련 오차 #, 테스트 오차 #. ",
    },
    "en": {
        "best": "of all # degrees: #. Its training error is #.",
        "near": "training error #, test error #. That is # times the test error of the best degree, #.",
        "under": "training error is already # (degree #: #), and its test error is #, # times",
        "over": "training error, #, is no larger than that of degree # (#), but its test error is #, # times",
        "under_exact": "a training error of # already, and a test error of #.",
        "over_exact": "Its training error is #, but its test error is #. That of degree",
        "near_exact": "training error #, test error #. Like degree",
    },
}


@pytest.fixture(autouse=True)
def few_sets(monkeypatch):
    monkeypatch.setattr(declared, "NUM_SETS", FEW_SETS)


def random_settings(count: int = 60) -> list[Generalization]:
    draw = np.random.default_rng(3)
    return [
        Generalization(
            curve=str(draw.choice(list(CURVES))),
            degree=int(draw.integers(1, 21)),
            points=int(draw.choice(AMOUNTS)),
            noise=float(draw.choice([0.0, 0.05, 0.3, 0.3, 1.0])),
            seed=int(draw.integers(1000)),
        )
        for _ in range(count)
    ]


def said(panel: str, settings: Generalization) -> dict[str, tuple[str, Any]]:
    """Return what a panel says in every language, and the panel; nothing is kept: other tests want more sets."""
    view = SCENE.view(panel)
    found = view.numbers.compute(view.numbers.needed(settings))
    drawn = {language: view.draw(found, settings, language) for language in LANGUAGES}
    return {language: ("\n".join(Shown(one).sentences), one) for language, one in drawn.items()}


def matrix(x: np.ndarray, degree: int) -> np.ndarray:
    return np.stack([np.sqrt(2 * k + 1) * eval_legendre(k, x) for k in range(degree + 1)], axis=1)


def errors(points: Points, degree: int) -> tuple[float, float]:
    """Return training and test error; mere rounding is 0."""
    found = np.linalg.pinv(matrix(points.x, degree)) @ points.y
    pairs = ((points.x, points.y), (points.test_x, points.test_y))
    train, test = (float(np.mean((matrix(x, degree) @ found - y) ** 2)) for x, y in pairs)
    return (train if train > 1e-12 else 0.0), (test if test > 1e-12 else 0.0)


def all_errors(settings: Generalization, **changed: int) -> np.ndarray:
    """Return training and test error of degrees 1 to 20: (20, 2)."""
    points = settings.draw(**changed)
    return np.array([errors(points, degree) for degree in range(1, 21)])


def first_lowest(values: np.ndarray) -> int:
    return int(np.argmin(np.maximum(values, 1e-12)))


@for_each(random_settings())
def test_verdicts_and_errors_of_a_degree(settings):
    found = all_errors(settings)
    best = first_lowest(found[:, 1]) + 1
    best_train, best_test = found[best - 1]
    for language, (sentence, panel) in said("fits", settings).items():
        ko, table = language == "ko", panel.pictures[0].to_pandas()
        tables = panel.pictures[0].tables
        shown = sorted({1, 2, 3, settings.degree})
        kinds = []
        for row, degree in enumerate(shown):
            train, test = found[degree - 1]
            drawn = table.iloc[row, 1:].to_numpy(float)
            np.testing.assert_allclose(drawn, [train, test], rtol=1e-4, atol=2e-12)
            worse = test >= 1.5 * max(best_test, 1e-12)
            kind = "best" if degree == best else "near" if not worse else "under" if degree < best else "over"
            assert tables["errors"]["verdict"][row] == VERDICTS[language][kind]
            kinds.append(kind)
            if kind == "under":
                assert train >= best_train
            if kind == "over":
                assert train <= best_train + 1e-12
        kind = kinds[shown.index(settings.degree)] + ("_exact" if best_test == 0.0 and settings.degree != best else "")
        train, test = found[settings.degree - 1]
        times = near(test / max(best_test, 1e-12), 2)
        numbers_said: dict[str, Any] = {
            "best": (20, near(test), near(train)),
            "near": (near(train), near(test), *((best, times) if ko else (times, best))),
            "under": (best, near(train), best, near(best_train), near(test), best, times),
            "under_exact": (near(train), near(test)),
            "over_exact": (near(train), near(test)),
            "near_exact": (near(train), near(test)),
        }
        if not ko:
            numbers_said["under"] = (near(train), best, near(best_train), near(test), times)
        numbers_said["over"] = numbers_said["under"]
        assert read(SAYS[language][kind], sentence) == numbers_said[kind]


@for_each(random_settings())
def test_where_the_test_error_is_smallest_over_many_sets(settings):
    found = np.array([all_errors(settings, seed=settings.seed + more) for more in range(FEW_SETS)])
    train, test = (np.median(found[..., part], axis=0) for part in (0, 1))
    best = first_lowest(test) + 1
    each = [first_lowest(one) + 1 for one in found[..., 1]]
    for language, (sentence, panel) in said("degrees", settings).items():
        ko, tables = language == "ko", panel.pictures[0].tables
        pattern = "#차에서 가장 작습니다: # (점 묶음 #개의 중앙값). 1차에서는 #, #차에서는 #" if ko else (
            "smallest at degree #: # (median of # sets of points). At degree 1 it is #, at degree # it is #"
        )  # fmt: skip
        assert tables["best"]["at"] == [best]
        loose = [near(value, 2) for value in (test[best - 1], test[0], test[-1])]
        assert read(pattern, sentence) == (best, loose[0], FEW_SETS, loose[1], 20, loose[2])
        pattern = "1차에서 #, #차에서 #입니다. 훈련" if ko else "with the degree: # at degree 1, # at degree #"
        ends = read(pattern, sentence)
        assert ends == ((near(train[0]), 20, near(train[-1], 2)) if ko else (near(train[0]), near(train[-1], 2), 20))
        if len(set(each)) == 1:
            assert ("모두 그렇습니다" if ko else "so it is on all") in sentence
        else:
            pattern = "묶음에서는 #차가 가장 좋습니다" if ko else "set shown degree # is the best"
            assert read(pattern, sentence) == (each[0],)
            pattern = "#차부터 #차까지이고, #차가 가장 많습니다(#개 가운데 #개)" if ko else (
                "goes from # to #; most often it is # (# of #)"
            )  # fmt: skip
            low, high, most, *counts = read(pattern, sentence)
            assert (low, high) == (min(each), max(each))
            assert each.count(int(most)) == max(map(each.count, each)) == min(counts)
        worse = [test[end] >= 1.5 * max(test[best - 1], 1e-12) for end in (0, -1)]
        assert len(tables["zones"]["name"]) == sum(worse)
        through = ("계수가 점과 똑같이" if ko else "as many coefficients as there are points") in sentence
        assert through == (settings.points <= 20)
        if through:
            assert np.all(found[:, settings.points - 1 :, 0] == 0.0)  # degree points … 20, every set
            assert np.all(found[:, settings.points - 2, 0] < 1e-9)


@for_each(random_settings(30))
def test_what_more_points_change(settings):
    sets = range(settings.seed, settings.seed + FEW_SETS)
    found = np.array([[errors(settings.draw(points=n, seed=seed), settings.degree) for n in AMOUNTS] for seed in sets])
    train, test = (np.median(found[..., part], axis=0) for part in (0, 1))
    noise = settings.noise**2
    for language, (sentence, panel) in said("points", settings).items():
        ko, drawn = language == "ko", panel.pictures[0].to_pandas().to_numpy(float)
        np.testing.assert_allclose(drawn[:, 1], train, rtol=1e-3, atol=2e-12)
        np.testing.assert_allclose(drawn[:, 2], test, rtol=1e-3, atol=2e-12)
        pattern = "점 10개: 훈련 오차 #, 테스트 오차 #. 점 200개: 훈련 오차 #, 테스트 오차 #" if ko else (
            "With 10 points: training error #, test error #. With 200 points: training error #, test error #"
        )  # fmt: skip
        assert read(pattern, sentence) == tuple(near(value, 2) for value in (train[0], test[0], train[-1], test[-1]))
        stiff = train[-1] >= max(2 * noise, 1e-12)
        assert (("뻣뻣합니다" if ko else "too stiff") in sentence) == stiff
        if stiff and noise:
            assert read("의 #배입니다" if ko else ", # times the noise", sentence)[0] == near(train[-1] / noise)
        better = not stiff and max(test[0], 1e-12) >= 1.5 * max(test[-1], 1e-12)
        assert (("과대적합이 낫습니다" if ko else "cure overfitting") in sentence) == better
        assert (("거의 그대로" if ko else "change little") in sentence) == (not stiff and not better)
        through = ("모든 훈련 점을 지납니다" if ko else "passes through all of them") in sentence
        assert through == (settings.degree >= 9)
        if through:
            inside = [place for place, amount in enumerate(AMOUNTS) if amount <= settings.degree + 1]
            assert np.all(found[:, inside, 0] < 1e-9)


@for_each(random_settings(20))
def test_the_pictures_over_more_points_hold_the_same_errors(settings):
    for language, (sentence, panel) in said("amounts", settings).items():
        shown = sorted({20, 30, 50, 80, settings.points})
        expected = [errors(settings.draw(points=amount), settings.degree) for amount in shown]
        drawn = panel.pictures[0].to_pandas().iloc[:, 1:].to_numpy(float)
        np.testing.assert_allclose(drawn, expected, rtol=1e-3, atol=2e-12)
        ends = (shown[0], *expected[0], shown[-1], *expected[-1])
        pattern = "점 #개: 훈련 오차 #, 테스트 오차 #. 점 #개: 훈련 오차 #, 테스트 오차 #" if language == "ko" else (
            "with # points: training error #, test error #. With # points: training error #, test error #"
        )  # fmt: skip
        assert read(pattern, sentence) == tuple(near(value) for value in ends)


def test_the_default_shows_both_kinds_of_failure():
    fits = numbers.FITS.of(Generalization())
    assert [fits.verdict(one) for one in fits.fits] == ["under", "under", "best", "over"]
    assert [one.degree for one in fits.fits] == [1, 2, 3, 12]


def test_condition_numbers_are_those_of_both_matrices():
    settings = Generalization(degree=18, points=50)
    points = settings.draw()
    powers, legendre = np.linalg.cond(np.vander(points.x, 19)), np.linalg.cond(matrix(points.x, 18))
    for language, (_, panel) in said("basis", settings).items():
        pattern = "거듭제곱으로는 #, 르장드르 다항식으로는 #" if language == "ko" else (
            "condition number #, that of the Legendre polynomials #"
        )  # fmt: skip
        assert read(pattern, panel.words[0][1]) == (near(powers), near(legendre))
