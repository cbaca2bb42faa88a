"""Every number and every direction that the trust lab states, computed anew for random rules, seeds and steps."""

import itertools

import numpy as np
import pytest

from simulator.core.checks import RULES, compare_rule
from simulator.scenes.trust_lab import numbers
from simulator.scenes.trust_lab.pictures.passes import large_text
from simulator.scenes.trust_lab.scene import SCENE
from simulator.scenes.trust_lab.settings import PARAMETERS, TrustLab
from simulator.scenes.trust_lab.words import narrate_comparison, narrate_passes
from tests.scenes.claims import for_each, near, read, sentences

DRAW = np.random.default_rng(8)
COMPARED = [
    TrustLab(rule=rule, operand=RULES[rule].operands[0], seed=int(DRAW.integers(9999)))
    for rule in RULES
    for _ in range(14)
]


def distance(g, h) -> float:
    """The one definition of the lab, written anew."""
    g, h = np.ravel(np.asarray(g, np.float64)), np.ravel(np.asarray(h, np.float64))
    scale = np.sqrt((g**2).sum()) + np.sqrt((h**2).sum())
    return float(np.sqrt(((g - h) ** 2).sum()) / scale) if scale else 0.0


@for_each(COMPARED)
def test_errors_are_those_of_the_arrays_by_one_definition(settings):
    found = numbers.COMPARED.of(settings)
    hand = max(distance(one.by_hand, one.autodiff) for one in found)
    finite = max(distance(one.finite, one.autodiff) for one in found)
    for language, said in sentences(SCENE, "rules", settings).items():
        ko = language == "ko"
        equal = ("마지막 자리까지 같습니다" if ko else "equal to the last digit") in said
        assert equal == (hand == 0.0)
        if not equal:
            assert hand < 1e-12
            assert read("최대 #" if ko else "at most #", said)[0] == near(hand)
        assert read("상대 오차는 #" if ko else "relative error of #", said)[-1] == near(finite)
    for language, said in sentences(SCENE, "errors", settings).items():
        pattern = "그 값은 #입니다" if language == "ko" else "largest relative error is #"
        assert read(pattern, said)[0] == near(max(hand, finite))


def test_equal_to_the_last_digit_is_said_in_words():
    same = tuple(one._replace(hand_error=0.0) for one in compare_rule("affine"))
    for language in ("ko", "en"):
        said = narrate_comparison(language, same)
        assert "(최대 0)" not in said and "at most 0" not in said


STEPS = [
    TrustLab(
        rule=rule, operand=operand, exponent=float(DRAW.choice(np.arange(-12, 0.25, 0.5))), seed=int(DRAW.integers(5))
    )
    for rule, _ in itertools.product(RULES, range(15))
    for operand in (str(DRAW.choice(RULES[rule].operands)),)
]


@for_each(STEPS)
def test_which_way_the_step_size_should_go(settings):
    """Where a smaller step is said to be better, it is; where a larger one, that is."""
    sweep = numbers.SWEPT.of(settings)
    errors, least = sweep.central64, int(np.argmin(sweep.central64))
    at = int(np.argmin(np.abs(np.log(sweep.epsilon / settings.epsilon))))
    for language, said in sentences(SCENE, "step_size", settings).items():
        ko = language == "ko"
        first = said.split("\n")[0]
        last = first[first.rindex("ε = ") :]
        if ko:
            best, error = read("ε = #에서 #", last)
        else:
            (best,) = read("ε = #", last)
            (error,) = read("least error is #" if "least error" in first else "the least is #", first)
        assert error == near(errors[least])
        assert np.isclose(best, sweep.epsilon[least], rtol=6e-3)
        if ("간격을 줄이면 나아집니다" if ko else "A smaller step is better") in first:
            assert settings.epsilon > sweep.epsilon[least] and errors[at] > errors[least]
        elif ("간격을 늘리면 나아집니다" if ko else "A larger step is better") in first:
            assert settings.epsilon < sweep.epsilon[least] and errors[at] > errors[least]


def test_the_tab_of_the_step_size_opens_on_a_curve_with_a_bottom():
    """An affine layer has no truncation error: its curve has no right arm, and the idea does not show."""
    opened = SCENE.presets[SCENE.view("step_size").opens_with].settings
    errors = numbers.SWEPT.of(opened).central64
    assert errors[0] > 100 * errors.min() < errors[-1]


@for_each([tuple(int(part) for part in DRAW.integers((1, 0, 1, 2), (50, 4, 40, 12))) for _ in range(100)])
def test_passes_are_counted(sizes):
    inputs, hidden, width, outputs = sizes
    layers = [inputs, *[width] * hidden, outputs]
    parameters = sum((a + 1) * b for a, b in itertools.pairwise(layers))
    counts = numbers.COUNTED.of(TrustLab(inputs=4, hidden=1, width=4, outputs=2))._replace(
        num_parameters=parameters,
        one_sided=parameters + 1,
        central=2 * parameters,
        backpropagation_seconds=2e-5,
        one_sided_seconds=1e-5 * (parameters + 1),
        central_seconds=2e-5 * parameters,
    )
    for language in ("ko", "en"):
        said = narrate_passes(language, tuple(layers), counts).replace(",", "")
        ko = language == "ko"
        assert read("매개변수는 #개" if ko else "has # parameters", said)[0] == parameters
        assert read("순전파 #번(" if ko else ": # forward passes", said)[0] == parameters + 1
        assert read("중앙 차분은 #번" if ko else "# central", said)[0] == 2 * parameters
        ratio = read("약 # 배" if ko and parameters < 10_000 else "약 #만" if ko else "about # times", said)[0]
        assert ratio * (10_000 if ko and parameters >= 10_000 else 1) == near(parameters, 2)


@pytest.mark.parametrize(
    ("value", "korean", "english"),
    [
        (942_310.0, "94만", "940,000"),
        (1.21e8, "1.2억", "120,000,000"),
        (12_345.0, "1.2만", "12,000"),
        (312.0, "310", "310"),
    ],
)
def test_large_ratios_are_spoken(value, korean, english):
    assert (large_text(value, "ko"), large_text(value, "en")) == (korean, english)


@for_each(
    [
        TrustLab(seed=seed, round=turn, checks=PARAMETERS, parameter=name)
        for seed, turn, name in zip(range(36), itertools.cycle((1, 2, 3)), itertools.cycle(PARAMETERS), strict=False)
    ]
)
def test_the_hunt_says_which_checks_fail_by_the_same_definition(settings):
    puzzle = numbers.PUZZLE.of(settings)
    failing = [name for name in PARAMETERS if distance(puzzle.program[name], puzzle.differences[name]) >= 1e-5]
    passing = [name for name in PARAMETERS if name not in failing]
    for language, said in sentences(SCENE, "hunt", settings).items():
        fails, passes = ("실패: ", "통과: ") if language == "ko" else ("Fails: ", "Passes: ")
        assert f"{fails}{', '.join(failing)}." in said
        assert (f"{passes}{', '.join(passing)}." in said) == bool(passing)
    name = settings.parameter
    error = distance(puzzle.program[name], puzzle.differences[name])
    for language, said in sentences(SCENE, "hunt_numbers", settings).items():
        assert read("상대 오차는 #" if language == "ko" else "relative error is #", said)[0] == near(error)
        assert (("실패" if language == "ko" else "fails its check") in said) == (name in failing)
