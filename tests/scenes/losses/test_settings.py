"""What a link may ask of losses and entropy, and what comes of nonsense."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.scenes.losses.entropy import FAIR_DIE, LOADED_DIE
from simulator.scenes.losses.scene import SCENE
from simulator.scenes.losses.settings import Distribution, Losses


def test_a_link_restores_the_settings():
    chosen = Losses(logit=-3.5, target=1, letters=(0.5, 0.25, 0.25), letters_model=(0.2, 0.2, 0.6), right=1)
    assert Losses.read(chosen.to_link()) == (chosen, ())
    assert Losses().to_link() == {}
    assert Losses.read({}) == (Losses(), ())


def test_probabilities_go_into_a_link_bit_for_bit():
    chosen = Losses(die_model=FAIR_DIE, die=LOADED_DIE, outputs=(1 / 3, 1 / 7, 1 - 1 / 3 - 1 / 7))
    restored, errors = Losses.read(chosen.to_link())
    assert errors == ()
    assert restored == chosen


def test_the_right_class_is_counted_from_1():
    assert Losses().right == 3
    assert Losses.read({"right": "1"}).settings.right == 1
    assert Losses.read({"right": "0"}).errors[0].code == "scene:replaced"


@pytest.mark.parametrize(
    ("link", "name", "used"),
    [
        ({"squared": ""}, "squared", "mse_half_sum"),
        ({"output": "tanh"}, "output", "sigmoid"),
        ({"logit": "warm"}, "logit", 5.0),
        ({"logit": "-80"}, "logit", -10.0),
        ({"q": "0"}, "q", 0.01),
        ({"target": "9"}, "target", 0),
        ({"classes": "1"}, "classes", 2),
        ({"happened": "0"}, "happened", 0.01),
        ({"p": "nan"}, "p", 0.75),
        ({"die": "1,2"}, "die", FAIR_DIE),
        ({"die": "a,b,c,d,e,f"}, "die", FAIR_DIE),
        ({"die": "1,1,1,1,1,,x"}, "die", FAIR_DIE),
        ({"letters": "1"}, "letters", Losses().letters),
        ({"letters": "-1,2"}, "letters", Losses().letters),
        ({"letters": "1,2,3,4,5,6,7,8,9"}, "letters", Losses().letters),
        ({"die": "5,1,1,1,1,1"}, "die", LOADED_DIE),
        ({"letters_model": "0.5,0.5"}, "letters_model", (0.25,) * 4),
        ({"outputs": "0.5,0.5", "right": "7"}, "right", 2),
    ],
)
def test_nonsense_gets_a_sentence_and_the_nearest_settings(link, name, used):
    found, errors = Losses.read(link)
    assert getattr(found, name) == used
    assert [(error.code, error.details["field"]) for error in errors] == [("scene:replaced", name)]
    for language in ("ko", "en"):
        assert "{" not in errors[0].in_language(language)


@pytest.mark.parametrize(
    ("link", "names"),
    [
        ({"die": "1e308,1e308,1e308,1e308,1e308,1e308"}, ["die"]),
        ({"die": "0,0,0,0,0,0", "die_model": "0,0,0,0,0,0"}, ["die", "die_model"]),
        ({"letters": "1e308,1e308"}, ["letters"]),
        ({"letters": "inf,1"}, ["letters"]),
        ({"outputs": "1e308,1e308"}, ["outputs"]),
        ({"outputs": "0,0,0"}, ["outputs"]),
    ],
)
def test_what_cannot_be_scaled_becomes_the_default(link, names):
    """Sums of 0 and of infinity once ended the page in a traceback."""
    found, errors = SCENE.read(link)
    assert found == Losses()
    assert [error.details["field"] for error in errors] == names
    for panel, view in SCENE.views.items():
        if not view.numbers.long:
            assert SCENE.panel(panel, found, "ko").question


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1e-320,1e-320", (0.5, 0.5)),
        ("1e299,1e299", (0.5, 0.5)),
        ("0, 2 ,2", (0.0, 0.5, 0.5)),
        ("−0.0,7", (0.0, 1.0)),
    ],
)
def test_anything_else_is_scaled(written, read):
    found = Distribution().read(written, None)
    assert found.value == pytest.approx(read)
    assert not found.as_asked
    assert Distribution().holds(found.value)


def test_the_sentence_says_what_was_asked_for_and_what_is_used():
    (error,) = Losses.read({"die": "5,1,1,1,1,1"}).errors
    sentence = error.in_language("en")
    assert '"5,1,1,1,1,1"' in sentence
    assert "0.5,0.1,0.1,0.1,0.1,0.1" in sentence
    assert "sum to 1" in sentence
    assert "합이 1" in error.in_language("ko")
    (error,) = Losses.read({"letters": "1,2,3"}).errors
    assert "0.167,0.333,0.5 is used" in error.in_language("en")


def test_older_links_with_six_digits_are_no_mistake():
    found, errors = Losses.read({"die_model": ",".join(["0.166667"] * 6)})
    assert errors == ()
    assert found.die_model == pytest.approx(FAIR_DIE, abs=1e-12)


def test_fewer_letters_bring_their_own_equal_tree():
    found, errors = Losses.read({"letters": "0.5,0.5"})
    assert (found.letters_model, errors) == ((0.5, 0.5), ())
    assert Losses().change(letters=(0.5, 0.3, 0.2)).letters_model == pytest.approx((1 / 3,) * 3)


def test_fewer_classes_take_the_right_one_along():
    assert Losses().change(outputs=(0.4, 0.6)).right == 2
    offered = Losses(outputs=(0.4, 0.6), right=1).kind("right")
    assert [number for number in range(9) if offered.holds(number)] == [1, 2]


def test_a_sigmoid_has_no_other_classes():
    assert not Losses().applies("classes")
    assert Losses(output="softmax").applies("classes")


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*Losses.controls()]), st.text("0123456789.,-e nai", max_size=20), max_size=6))
def test_no_link_breaks_the_page(link):
    found, errors = Losses.read(link)
    assert Losses.read(found.to_link()) == (found, ())
    for error in errors:
        assert error.in_language("ko") != error.in_language("en")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.floats(0, 1e300, allow_subnormal=True), min_size=2, max_size=8))
def test_scaling_keeps_proportions(shares):
    kind = Distribution()
    found = kind.read(kind.write(shares), None)
    if found.value is None:
        assert sum(shares) == 0 or max(shares) >= 1e300
        return
    assert kind.holds(found.value)
    assert kind.read(kind.write(found.value), None) == (found.value, True, None)
    largest = max(range(len(shares)), key=shares.__getitem__)
    for share, probability in zip(shares, found.value, strict=True):
        assert probability == pytest.approx(share / shares[largest] * found.value[largest], abs=1e-9)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"squared": "absolute"}, "squared"),
        ({"die": (0.5, 0.5)}, "die"),
        ({"die": (0.5,) * 6}, "die"),
        ({"letters": (0.5, 0.5)}, "letters_model"),
        ({"outputs": (0.5, 0.4)}, "outputs"),
        ({"outputs": (0.5, 0.5)}, "right"),
        ({"right": 0}, "right"),
        ({"happened": 0.0}, "happened"),
        ({"p": float("nan")}, "p"),
        ({"classes": 1}, "classes"),
    ],
)
def test_wrong_values_are_named(values, field):
    with pytest.raises(InputError) as caught:
        Losses(**values)
    assert caught.value.details["field"] == field
