"""The sentences hold the numbers of the pictures."""

import pytest

from simulator.scenes.losses import numbers, words
from simulator.scenes.losses.numbers import SCALING_EXAMPLE
from simulator.scenes.losses.scene import CODES, DICE, SCENE
from simulator.scenes.losses.settings import Losses
from simulator.texts import LANGUAGES
from simulator.texts.numbers import number_text
from tests.core.diagnosis.made_up import records
from tests.scenes.claims import entries_of


def single(**settings) -> numbers.Single:
    return numbers.SINGLE.of(Losses(**settings))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences(language):
    codes, terms = numbers.CODES.of(Losses()), numbers.TERMS.of(Losses())
    said = {
        words.narrate_loss(language, single()): ("0.993", "0.493", "5.01", "0.5"),
        words.narrate_gradient(language, single()): ("0.0066", "0.993"),
        words.narrate_gradient(language, single(logit=-2.0)): ("0.119",),
        words.narrate_surprise(language, 0.9): ("0.1054",),
        words.narrate_surprise(language, 0.1): ("2.3026",),
        words.narrate_code(language, codes): ("1.375", "1.186", "2"),
        words.narrate_wrong_code(language, codes): ("2", "0.8137"),
        words.narrate_measures(language, DICE.words, numbers.DICE.of(Losses())): ("1.7918", "2.0343", "0.2426"),
        words.narrate_measures(language, CODES.words, codes.measured): ("2.0000", "0.8137", "1.1863"),
        words.narrate_gibbs(language, numbers.BELIEF.of(Losses())): ("0.811", "0.189"),
        words.narrate_terms(language, terms): ("0.105", "0.208"),
    }
    for sentence, expected in said.items():
        assert all(number in sentence for number in expected) and "{" not in sentence, sentence


def test_only_a_large_error_is_called_unfair():
    fair, unfair = (words.narrate_gradient("en", single(logit=z)) for z in (0.6, 0.8))
    assert "worse student" in unfair
    assert "worse student" not in fair


@pytest.mark.parametrize("target", [0, 1])
@pytest.mark.parametrize("classes", [2, 4, 10])
def test_the_sentence_and_the_shade_agree(target, classes):
    ends = single(output="softmax", target=target, classes=classes).band
    for logit in (-6.0, -1.0, 0.0, 0.5, 1.5, 2.5, 6.0, *ends):
        found = single(output="softmax", target=target, classes=classes, logit=logit)
        low, high = found.band
        assert ("worse student" in words.narrate_gradient("en", found)) == (low <= logit <= high)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_worked_example_holds_the_figures_of_the_lecture(language):
    squared, cross, why = words.narrate_worked(language, single())
    assert "1 · 0.9933 · 0.006648 = 0.006604" in squared
    assert "0.9933 − 0 = 0.9933" in cross
    assert "σ" in why


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_worked_example_follows_output_and_scaling(language):
    found = single(output="softmax", target=1, classes=10, logit=-6.0, squared="mse_mean")
    squared, cross, why = words.narrate_worked(language, found)
    assert "σ" not in squared + why
    assert squared.startswith(("Squared error, mean of (y − t)²", "제곱 오차 (y − t)²의 평균"))
    gradient = found.now["mse_mean"].gradient[0]
    assert f"= {number_text(gradient, 4)}." in squared
    assert number_text(2 / 10, 4) in squared
    assert f"= {number_text(found.now['cross_entropy'].gradient[0], 4)}" in cross
    assert "(−" in squared  # what the other classes add is negative here


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
@pytest.mark.parametrize("target", [0, 1])
def test_squared_error_never_costs_more_than_is_said(output, target):
    found = single(output=output, target=target, classes=5)
    assert found.curves[found.squared].loss.max() <= found.limit
    assert found.limit == pytest.approx({"sigmoid": 0.5, "softmax": 1.0 if target == 0 else 0.625}[output], abs=1e-9)


def test_the_browser_and_python_tell_the_same_cases_apart():
    cases = {"same": (Losses().die,) * 2, "impossible": (Losses().die, (1.0, 0, 0, 0, 0, 0))}
    for kind, (die, model) in cases.items():
        found = numbers.DICE.of(Losses(die=die, die_model=model))
        said = words.narrate_measures("en", DICE.words, found)
        assert {"same": "believe what is true", "impossible": "infinite"}[kind] in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_codes_holds_the_figures_of_the_lecture(language):
    ((_, table),) = SCENE.panel("codes", Losses(), language).tables
    assert table.iloc[:, 1].tolist() == ["1.375", "2", "2", "1.186", "2"]
    assert table.iloc[:, 2].tolist() == ["22", "32", "32", "18.98", "32"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_scalings_marks_the_one_in_the_pictures(language):
    panel = SCENE.panel("scalings", Losses(squared="mse_mean"), language)
    ((_, table),) = panel.tables
    assert table.iloc[:, 2].tolist() == ["", "●", ""]
    assert [cell.split()[-1] for cell in table.iloc[:, 1]] == ["1", "0.00625", "0.0625"]
    assert all(str(number) in panel.sentences[0] for number in SCALING_EXAMPLE)
    assert panel.pictures[0].tables["factors"]["chosen"] == [0.0, 1.0, 0.0]


def test_every_step_of_the_tree_is_said():
    said = SCENE.panel("tree", Losses(), "en").pictures[0].sentences
    assert list(said) == [
        "4 letters, each a tree of its own. The two least likely ones are merged first.",
        "A and G are the least likely: together 0.125.",
        "C and AG are the least likely: together 0.25.",
        "T and AGC become one tree. A letter's word is read from the root down.",
    ]


def measured(*costs: float) -> numbers.Measured:
    return numbers.Measured((0.5, 0.5), (0.25, 0.75), *costs)


def test_every_number_of_a_sentence_is_its_own(monkeypatch):
    """Numbers that are all different: a place that shows another one's number is seen."""
    said = entries_of(monkeypatch, words)
    squared, cross = (records(4, 2, grad_norm=[norm, 7.0, 8.0, 9.0], epoch=[0, 1, 2, 3.5]) for norm in (0.5, 2.0))
    words.narrate_pull("en", squared, cross)
    words.narrate_gibbs("en", numbers.BELIEF.of(Losses())._replace(p=0.3, q=0.9, measured=measured(0.61, 1.19, 0.58)))
    words.narrate_wrong_code("en", numbers.CODES.of(Losses())._replace(wrong_length=1.5))
    assert said[0].values == {"squared": "0.5", "cross": "2", "ratio": "4"}
    belief = {"p": "0.3", "p_rest": "0.7", "q": "0.9", "q_rest": "0.1", "cost": "1.19", "floor": "0.61", "gap": "0.58"}
    assert said[1].values == belief
    assert said[2].values == {"wrong": "1.5", "cross": "2", "kl": "0.8137"}


@pytest.mark.parametrize(
    ("kl", "entry"), [(0.0, "same"), (4.9e-5, "same"), (5.1e-5, "wrong"), (float("inf"), "impossible")]
)
def test_a_distance_that_would_be_written_as_nothing_is_none(monkeypatch, kl, entry):
    said = entries_of(monkeypatch, words)
    words.narrate_measures("en", "losses.dice", measured(1.25, 1.5, kl))
    assert said[0].name == f"dice.words.narration_{entry}"
    assert (said[0].values["entropy"], said[0].values["cross"]) == ("1.2500", "1.5000")
