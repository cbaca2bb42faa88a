"""Settings of the trust lab: links go round, and what a link asks for in vain is mended with a sentence."""

from itertools import pairwise

import pytest

from simulator.core.checks import RULES, agreement, best_step
from simulator.scenes.trust_lab.settings import CONTROLS, PRESETS, TrustSettings


@pytest.mark.parametrize("name", PRESETS)
def test_a_link_brings_every_preset_back(name):
    settings, mended = TrustSettings.from_link(PRESETS[name].to_link())
    assert (settings, mended) == (PRESETS[name], ())


@pytest.mark.parametrize(
    ("name", "written", "used"),
    [
        ("view", "", "rules"),
        ("rule", "gelu", "affine"),
        ("seed", "-3", 0),
        ("seed", "many", 0),
        ("exponent", "nan", -5.0),
        ("exponent", "-99", -12.0),
        ("width", "100000", 512),
        ("hidden", "2.5", 2),
        ("round", "0", 1),
    ],
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_a_link_asks_for_in_vain_is_mended(name, written, used, language):
    settings, mended = TrustSettings.from_link({name: written})
    assert getattr(settings, name) == used
    assert len(mended) == 1 and len(mended[0].in_language(language)) > 10


def test_an_operand_that_the_rule_does_not_have_is_named():
    settings, mended = TrustSettings.from_link({"rule": "relu", "operand": "weight"})
    assert settings.checked_operand == "x" and len(mended) == 1
    settings, mended = TrustSettings.from_link({"rule": "batch_norm", "operand": "scale"})
    assert settings.checked_operand == "scale" and not mended


def test_every_setting_has_a_control():
    assert set(CONTROLS) == set(TrustSettings.__dataclass_fields__)


def test_the_handwriting_preset_has_the_parameters_of_its_name():
    sizes = PRESETS["handwriting"].layer_sizes
    assert sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes)) == 1_149_010


def test_best_steps_are_the_roots_of_the_unit_roundoff():
    assert best_step("float64", central=False) == pytest.approx(2.0**-26.5)
    assert best_step("float32", central=True) == pytest.approx(2.0**-8)


def test_words_for_errors():
    assert [agreement(error) for error in (0.0, 1e-9, 1e-4, 0.3, float("nan"))] == [
        "exact",
        "agrees",
        "unclear",
        "wrong",
        "wrong",
    ]


def test_operands_of_all_rules_can_be_chosen():
    for rule in RULES.values():
        for operand in rule.operands:
            assert TrustSettings(rule=rule.name, operand=operand).checked_operand == operand
