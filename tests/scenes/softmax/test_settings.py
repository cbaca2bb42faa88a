"""What a link may ask of the softmax page, and what comes of nonsense."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.scenes.softmax.settings import CONTROLS, LOGIT_PRESETS, MAX_LOGITS, SoftmaxState


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"logits": (1.0,)}, "at least 2"),
        ({"logits": (1.0,) * 9}, "at most 8"),
        ({"logits": (1.0, float("nan"))}, "finite number"),
        ({"logits": (1.0, 20_000.0)}, "at most 10000"),
        ({"temperature": 0.0}, "at least 0.05"),
        ({"temperature": 21.0}, "at most 20"),
        ({"target": 3}, "at most 2"),
    ],
)
def test_wrong_values_are_named(values, sentence):
    with pytest.raises(InputError, match=sentence):
        SoftmaxState(**values)


def test_a_link_restores_the_state():
    state = SoftmaxState(logits=(0.1, -7.25, 1001.0, 3.0), temperature=0.35, target=2)
    assert SoftmaxState.from_link(state.to_link()) == (state, ())
    assert set(state.to_link()) == set(CONTROLS)
    assert SoftmaxState.from_link({}) == (SoftmaxState(), ())


@pytest.mark.parametrize(
    ("link", "logits", "code"),
    [
        ({"logits": ""}, (1.54, 2.9, -0.26), "logits_empty"),
        ({"logits": "a,b"}, (1.54, 2.9, -0.26), "logits_text"),
        ({"logits": "1,two,3"}, (1.0, 3.0), "logits_text"),
        ({"logits": "5"}, (5.0, 0.0), "logits_one"),
        ({"logits": ",".join(map(str, range(12)))}, tuple(float(k) for k in range(8)), "logits_many"),
        ({"logits": "1e9,-inf,2"}, (10_000.0, -10_000.0, 2.0), "logits_size"),
        ({"logits": "nan,1,2"}, (1.0, 2.0), "logits_text"),
    ],
)
def test_wrong_logits_get_a_sentence_and_the_nearest_state(link, logits, code):
    state, errors = SoftmaxState.from_link(link)
    assert state.logits == logits
    assert [error.code for error in errors] == [f"softmax:{code}"]
    for language in ("ko", "en"):
        assert "{" not in errors[0].in_language(language)


@pytest.mark.parametrize(
    ("written", "used"), [("-3", 0.05), ("0", 0.05), ("1000", 20.0), ("warm", 1.0), ("", 1.0), ("nan", 1.0)]
)
def test_wrong_temperatures(written, used):
    state, errors = SoftmaxState.from_link({"T": written})
    assert state.temperature == used
    assert [error.code for error in errors] == ["softmax:temperature"]
    assert "0.05" in str(errors[0])


def test_wrong_targets():
    state, errors = SoftmaxState.from_link({"logits": "1,2", "target": "7"})
    assert (state.target, [error.code for error in errors]) == (1, ["softmax:target"])
    # Two classes in the link and no target: the default target moves in silence.
    assert SoftmaxState.from_link({"logits": "1,2"})[1] == ()


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(CONTROLS), st.text(max_size=30), max_size=3))
def test_no_link_breaks_the_page(link):
    state, errors = SoftmaxState.from_link(link)
    assert 2 <= len(state.logits) <= MAX_LOGITS
    assert SoftmaxState.from_link(state.to_link())[1] == ()
    for error in errors:
        assert error.in_language("ko") != error.in_language("en")


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        {},
        {"logits": [1, 2]},
        {"logits": "12", "temperature": 1, "target": 0},
        {"logits": [1, "x"], "temperature": 1, "target": 0},
        {"logits": [1, 2], "temperature": 0, "target": 0},
        {"logits": [1, 2], "temperature": 1, "target": 5},
        {"logits": [1, float("nan")], "temperature": 1, "target": 0},
    ],
)
def test_what_the_browser_sends_is_checked(value):
    assert SoftmaxState.from_browser(value) is None


def test_a_good_state_from_the_browser():
    sent = {"logits": [1, 2.5], "temperature": 2, "target": 0}
    assert SoftmaxState.from_browser(sent) == SoftmaxState(logits=(1.0, 2.5), temperature=2.0, target=0)


def test_presets_can_be_shown():
    for logits in LOGIT_PRESETS.values():
        SoftmaxState(logits=logits)
