"""What a link may ask of the page of losses and entropy, and what comes of nonsense."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.scenes.losses.entropy import FAIR_DIE, LOADED_DIE
from simulator.scenes.losses.settings import CONTROLS, SECTIONS, LossesState


def test_a_link_restores_the_state():
    state = LossesState(
        section="codes", logit=-3.5, target=1, letters=(0.5, 0.25, 0.25), letters_model=(0.2, 0.2, 0.6), right=0
    )
    assert LossesState.from_link(state.to_link()) == (state, ())
    assert LossesState().to_link() == {}
    assert LossesState.from_link({}) == (LossesState(), ())


def test_distributions_survive_the_rounding_of_a_link():
    state = LossesState(die_model=FAIR_DIE, die=LOADED_DIE)
    restored, errors = LossesState.from_link(state.to_link())
    assert errors == ()
    assert restored.die_model == pytest.approx(FAIR_DIE, abs=1e-6)


@pytest.mark.parametrize(
    ("link", "name", "used", "code"),
    [
        ({"section": "poetry"}, "section", "single", "choice"),
        ({"squared": ""}, "squared", "mse_half_sum", "choice"),
        ({"logit": "warm"}, "logit", 5.0, "number"),
        ({"logit": "-80"}, "logit", -10.0, "number"),
        ({"q": "0"}, "q", 0.01, "number"),
        ({"target": "9"}, "target", 1, "number"),
        ({"die": "1,2"}, "die", FAIR_DIE, "faces"),
        ({"die": "a,b,c,d,e,f"}, "die", FAIR_DIE, "distribution"),
        ({"letters": "1"}, "letters", LossesState().letters, "distribution"),
        ({"letters": "-1,2"}, "letters", LossesState().letters, "distribution"),
        ({"die": "5,1,1,1,1,1"}, "die", LOADED_DIE, "scaled"),
        ({"letters_model": "0.5,0.5"}, "letters_model", (0.25,) * 4, "lengths"),
        ({"outputs": "0.5,0.5", "right": "7"}, "right", 1, "number"),
    ],
)
def test_nonsense_gets_a_sentence_and_the_nearest_state(link, name, used, code):
    state, errors = LossesState.from_link(link)
    assert getattr(state, name) == used
    assert [error.code for error in errors] == [f"losses:{code}"]
    for language in ("ko", "en"):
        assert "{" not in errors[0].in_language(language)


def test_fewer_letters_bring_their_own_equal_tree():
    state, errors = LossesState.from_link({"letters": "0.5,0.5"})
    assert (state.letters_model, errors) == ((0.5, 0.5), ())


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(CONTROLS), st.text("0123456789.,-e nai", max_size=20), max_size=6))
def test_no_link_breaks_the_page(link):
    state, errors = LossesState.from_link(link)
    assert state.section in SECTIONS
    assert LossesState.from_link(state.to_link())[1] == ()
    for error in errors:
        assert error.in_language("ko") != error.in_language("en")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"section": "poetry"}, "Choose one of: single"),
        ({"die": (0.5, 0.5)}, "six faces|same number"),
        ({"letters": (0.5, 0.5)}, "same number"),
        ({"right": 3}, "at most 2"),
        ({"happened": 0.0}, "at least 0.01"),
        ({"p": float("nan")}, "finite"),
        ({"classes": 1}, "at least 2"),
    ],
)
def test_wrong_values_are_named(values, sentence):
    with pytest.raises(InputError, match=sentence):
        LossesState(**values)
