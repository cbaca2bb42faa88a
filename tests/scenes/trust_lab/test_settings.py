"""Settings of the trust lab: links go round, and what a link asks for in vain is mended with a sentence."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.core.checks import RULES, agreement, best_step
from simulator.errors import InputError
from simulator.scenes.kinds import Choice
from simulator.scenes.trust_lab.scene import SCENE
from simulator.scenes.trust_lab.settings import OPERANDS, PARAMETERS, TrustLab


@pytest.mark.parametrize("name", SCENE.presets)
def test_a_link_brings_every_preset_back(name):
    wanted = SCENE.presets[name].settings
    assert TrustLab.read(wanted.to_link()) == (wanted, ())


@pytest.mark.parametrize(
    ("name", "written", "used"),
    [
        ("rule", "gelu", "affine"),
        ("seed", "-3", 0),
        ("seed", "many", 0),
        ("exponent", "nan", -5.0),
        ("exponent", "-99", -12.0),
        ("exponent", "3", 0.0),
        ("width", "100000", 512),
        ("hidden", "2.5", 2),
        ("round", "0", 1),
        ("checks", "W9", ()),
        ("parameter", "W4", "W1"),
    ],
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_a_link_asks_for_in_vain_is_mended(name, written, used, language):
    settings, mended = TrustLab.read({name: written})
    assert getattr(settings, name) == used
    assert len(mended) == 1 and len(mended[0].in_language(language)) > 10


def test_an_operand_that_the_rule_does_not_have_is_named():
    settings, mended = TrustLab.read({"rule": "relu", "operand": "weight"})
    assert settings.operand == "x" and len(mended) == 1
    assert "weight" in mended[0].in_language("en") and "Gradient of" in mended[0].in_language("en")
    settings, mended = TrustLab.read({"rule": "batch_norm", "operand": "scale"})
    assert settings.operand == "scale" and not mended


def test_numbers_to_look_at_are_those_of_a_checked_parameter():
    settings, mended = TrustLab.read({"checks": "b3", "parameter": "W2"})
    assert settings.parameter == "b3" and len(mended) == 1
    settings, mended = TrustLab.read({"checks": "b3"})
    assert settings.parameter == "b3" and not mended  # the link did not name one
    kind = TrustLab(checks=("W1", "b3"), parameter="b3").kind("parameter")
    assert isinstance(kind, Choice) and kind.choices == ("W1", "b3")
    assert not TrustLab().applies("parameter") and TrustLab(checks=PARAMETERS).applies("parameter")


@given(
    rules=st.lists(st.sampled_from(list(RULES)), min_size=1, max_size=4),
    operand=st.sampled_from(OPERANDS),
    checks=st.lists(st.sampled_from(PARAMETERS), unique=True),
    parameter=st.sampled_from(PARAMETERS),
)
def test_the_link_of_any_state_opens_without_a_warning(rules, operand, checks, parameter):
    """A reader moves rule, operand, checks and parameter in any order: the link of it says nothing false."""
    settings = TrustLab()
    for rule in rules:
        settings = settings.change(rule=rule).change(operand=operand)
        assert settings.operand in RULES[rule].operands
    settings = settings.change(checks=tuple(checks)).change(parameter=parameter)
    assert TrustLab.read(settings.to_link()) == (settings, ())


def test_values_that_do_not_fit_together_are_refused():
    with pytest.raises(InputError, match="weight"):
        TrustLab(rule="relu", operand="weight")
    with pytest.raises(InputError, match="W1"):
        TrustLab(checks=("b2",), parameter="W1")


def test_the_handwriting_preset_has_the_parameters_of_its_name():
    sizes = SCENE.presets["handwriting"].settings.layer_sizes
    assert sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes)) == 1_149_010


def test_best_steps_are_the_roots_of_the_unit_roundoff():
    assert best_step("float64", central=False) == pytest.approx(2.0**-26.5)
    assert best_step("float32", central=True) == pytest.approx(2.0**-8)


def test_words_for_errors():
    assert [agreement(error) for error in (0.0, 1e-9, 1e-4, 0.3, float("nan"), float("inf"))] == [
        "exact",
        "agrees",
        "unclear",
        "wrong",
        "wrong",
        "wrong",
    ]


def test_operands_of_all_rules_can_be_chosen():
    for rule in RULES.values():
        for operand in rule.operands:
            assert TrustLab(rule=rule.name, operand=operand).operand == operand
