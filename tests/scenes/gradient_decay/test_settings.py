"""Settings of the three pages: links there and back, bad links to the nearest valid settings, presets."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scenes.activations.settings import PRESETS as ACTIVATION_PRESETS
from simulator.scenes.activations.settings import ActivationSettings
from simulator.scenes.gradient_decay.settings import DIFFERENCES, PRESETS, REMEDIES, DepthSettings, remedy_chain
from simulator.scenes.initialization.settings import PRESETS as INITIALIZATION_PRESETS
from simulator.scenes.initialization.settings import InitializationSettings
from simulator.scenes.old_controls import Choice, Number, Numbers, Several
from simulator.texts import has_text

NAMES = ["depth", "width", "activation", "functions", "values", "factors", "z", "rate", "seed", "view", "std"]
KINDS = (DepthSettings, InitializationSettings, ActivationSettings)
ALL_PRESETS = [
    *((f"depth.preset_name.{name}", preset) for name, preset in PRESETS.items()),
    *((f"initialization.preset_name.{name}", preset) for name, preset in INITIALIZATION_PRESETS.items()),
    *((f"activations_page.preset_name.{name}", preset) for name, preset in ACTIVATION_PRESETS.items()),
]


@pytest.mark.parametrize(("entry", "preset"), ALL_PRESETS, ids=lambda value: value if isinstance(value, str) else "")
def test_every_preset_survives_its_link_and_has_a_name(entry, preset):
    again, mended = type(preset).from_link(preset.to_link())
    assert again == preset and mended == ()
    assert has_text("ko", entry) and has_text("en", entry)


@pytest.mark.parametrize("kind", KINDS)
@given(
    parameters=st.dictionaries(
        st.sampled_from(
            ["depth", "width", "activation", "functions", "values", "factors", "z", "rate", "seed", "view", "std"]
        ),
        st.text(max_size=12) | st.floats(width=32).map(str) | st.integers().map(str),
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_link_gives_valid_settings(kind, parameters):
    found, mended = kind.from_link(parameters)
    again, nothing = kind.from_link(found.to_link())
    assert nothing == () or again == found  # what was mended stands in the next link
    for error in mended:
        assert error.in_language("ko") and error.in_language("en")


def test_bad_values_become_the_nearest_valid_ones_with_a_sentence_each():
    found, mended = DepthSettings.from_link({"depth": "1000", "width": "1", "activation": "softplus", "rate": "fast"})
    assert (found.depth, found.width, found.activation, found.rate) == (100, 2, "sigmoid", 0.05)
    assert [error.code for error in mended] == ["at_most", "at_least", "choice", "number"]


def test_values_belong_to_the_difference():
    found, mended = DepthSettings.from_link({"differ": "normalization", "values": "sigmoid.relu"})
    assert found.values == ("none", "batch") and len(mended) == 1
    assert DepthSettings.from_link({"differ": "residual"})[0].values == ("off", "on")


@pytest.mark.parametrize("differ", DIFFERENCES)
def test_networks_differ_in_one_thing(differ):
    variants = DepthSettings.from_link({"differ": differ})[0].variants()
    assert len({getattr(variant.network, differ) for variant in variants}) == len(variants)
    common = {replace(variant.network, **{differ: getattr(variants[0].network, differ)}) for variant in variants}
    assert len(common) == 1


def test_remedies_come_in_the_order_of_history_one_at_a_time():
    assert list(REMEDIES) == ["activation", "initializer", "normalization", "residual"]
    chain = remedy_chain(DepthSettings(remedies=("residual", "activation")))
    assert [variant.code for variant in chain] == ["before", "activation", "residual"]
    assert [variant.network.activation for variant in chain] == ["sigmoid", "relu", "relu"]
    assert [any(variant.network.residuals) for variant in chain] == [False, False, True]


@pytest.mark.parametrize(
    ("control", "written", "value", "codes"),
    [
        (Choice(("a", "b")), "c", "a", ["choice"]),
        (Several(("a", "b", "c"), 1, 2), "b.b.c", ("b", "c"), []),
        (Several(("a", "b", "c"), 1, 2), "a.b.c", ("a", "b"), ["choice"]),
        (Number(0, 5, whole=True), "2.5", 2, ["integer"]),
        (Number(0, 5), "nan", "a", ["number"]),
        (Number(0, 5), "inf", 5.0, ["at_most"]),
        (Numbers(0, 1, 1, 3), "0.5,,2,x", (0.5, 1.0), ["at_most"]),
        (Numbers(0, 1, 1, 3), "", "a", ["at_least"]),
        (Numbers(0, 1, 1, 3), "0,0,0,0", (0.0, 0.0, 0.0), ["at_most"]),
    ],
)
def test_controls_read_text(control, written, value, codes):
    found, error = control.read("depth", written, "a")
    assert found == value
    assert [error.code] == codes if error is not None else codes == []


def test_trained_steps_are_enough():
    for data in ("digits", "moons", "iris"):
        chosen = DepthSettings(data=data, steps=300)
        rows = chosen.dataset().num_rows
        assert chosen.training().num_epochs * -(-rows * 0.78 // 32) >= 250
