"""What a link may ask of softmax, what comes of nonsense, and what the browser may send."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.scenes.softmax.scene import SCENE
from simulator.scenes.softmax.settings import LOGIT_PRESETS, MAX_LOGITS, Softmax
from simulator.texts import LANGUAGES
from simulator.ui.components.softmax.component import read_state, take
from simulator.ui.controls.session import Controls

DEFAULT = (1.54, 2.9, -0.26)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"logits": (1.0,)}, "2 to 8 numbers"),
        ({"logits": (1.0,) * 9}, "2 to 8 numbers"),
        ({"logits": (1.0, float("nan"))}, "logits cannot be .*nan"),
        ({"logits": (1.0, 20_000.0)}, "from -10000 to 10000"),
        ({"temperature": 0.0}, "from 0.05 to 20"),
        ({"temperature": 21.0}, "from 0.05 to 20"),
        ({"target": 4}, "from 1 to 3"),
        ({"target": 0}, "from 1 to 8"),
        ({"seed": -1}, "from 0 to 9999"),
    ],
)
def test_wrong_values_are_named(values, sentence):
    with pytest.raises(InputError, match=sentence):
        Softmax(**values)


def test_a_link_restores_the_settings():
    chosen = Softmax(logits=(0.1, -7.25, 1001.0, 3.0), temperature=0.35, target=3, seed=8)
    assert chosen.to_link() == {"logits": "0.1,-7.25,1001,3", "T": "0.35", "target": "3", "seed": "8"}
    assert SCENE.read(chosen.to_link()) == (chosen, ())
    assert SCENE.read({}) == (Softmax(), ())
    assert Softmax().to_link() == {}
    # As links were written until now.
    assert SCENE.read({"logits": "1.54,2.9,-0.26", "T": "1", "target": "2"}) == (Softmax(), ())


@pytest.mark.parametrize(
    ("written", "logits"),
    [
        ("", DEFAULT),
        ("a,b", DEFAULT),
        ("5", DEFAULT),
        ("1,two,3", (1.0, 3.0)),
        (",".join(map(str, range(12))), tuple(float(k) for k in range(8))),
        ("1e9,-inf,2", (10_000.0, -10_000.0, 2.0)),
        ("nan,1,2", (1.0, 2.0)),
    ],
)
def test_wrong_logits_get_a_sentence_and_the_nearest_settings(written, logits):
    found, errors = SCENE.read({"logits": written})
    assert found.logits == logits
    assert [(error.code, error.details["field"]) for error in errors] == [("scene:replaced", "logits")]
    for language in LANGUAGES:
        said = errors[0].in_language(language)
        assert "{" not in said and "2" in said and "10000" in said


@pytest.mark.parametrize("written", ["1;2,5", "1 2 5", "1, 2; 5", "1 ,2\t5"])
def test_logits_are_read_as_people_write_them(written):
    assert SCENE.read({"logits": written}) == (Softmax(logits=(1.0, 2.0, 5.0)), ())


@pytest.mark.parametrize(
    ("written", "used"), [("-3", 0.05), ("0", 0.05), ("1000", 20.0), ("warm", 1.0), ("", 1.0), ("nan", 1.0)]
)
def test_wrong_temperatures(written, used):
    found, errors = SCENE.read({"T": written})
    assert found.temperature == used
    assert [error.details["field"] for error in errors] == ["temperature"]
    assert "0.05" in str(errors[0]) and f'"{written}"' in str(errors[0])


def test_wrong_targets():
    found, errors = SCENE.read({"logits": "1,2", "target": "7"})
    assert (found.target, [error.details["field"] for error in errors]) == (2, ["target"])
    assert '"7"' in str(errors[0]) and "1 to 2" in str(errors[0])
    assert '"9"' in str(SCENE.read({"logits": "1,2", "target": "9"}).errors[0])  # what was written, not the nearest
    # Two classes in the link and no target: the default target fits; of three, the third moves in silence.
    assert SCENE.read({"logits": "1,2"}).errors == ()
    assert Softmax(target=3).change(logits=(1.0, 2.0)).target == 2


def test_the_target_is_one_of_the_classes():
    assert Softmax().kind("target").holds(3) and not Softmax().kind("target").holds(4)
    assert Softmax(logits=(0.0,) * 8).kind("target").holds(8)
    assert Softmax(target=2).target_index == 1


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["logits", "T", "target", "seed"]), st.text(max_size=30), max_size=4))
def test_no_link_breaks_the_page(link):
    found, errors = SCENE.read(link)
    assert 2 <= len(found.logits) <= MAX_LOGITS
    assert 1 <= found.target <= len(found.logits)
    assert SCENE.read(found.to_link()) == (found, ())
    for error in errors:
        assert error.in_language("ko") != error.in_language("en")


@pytest.fixture
def controls(request) -> Controls:
    """The controls of a place of their own; their revision is 1."""
    made = Controls(SCENE, "en", place=request.node.name)
    made.set(Softmax())
    return made


@pytest.mark.parametrize(
    "state",
    [
        None,
        7,
        {},
        {"logits": "12"},
        {"logits": [1, "x"], "target": True},
        {"logits": [1], "temperature": 0, "target": 5},
        {"logits": [1, float("nan")], "temperature": float("inf")},
        {"logits": [1, 10**400], "temperature": "2", "target": 0.5},
    ],
)
def test_what_the_browser_sends_is_checked(controls, state):
    take(controls, {"state": state, "revision": 1})
    assert controls.settings == Softmax()
    take(controls, state)
    assert controls.settings == Softmax()


def test_a_good_state_from_the_browser(controls):
    sent = {"logits": [1, 2.5, 0, 4], "temperature": 2, "target": 3}
    assert read_state(sent) == {"logits": (1.0, 2.5, 0.0, 4.0), "temperature": 2.0, "target": 4}
    take(controls, {"state": sent, "revision": 1})  # the fourth class is the right one, though there were three
    assert controls.settings == Softmax(logits=(1.0, 2.5, 0.0, 4.0), temperature=2.0, target=4)
    take(controls, {"state": {"logits": [1, 2], "temperature": 2, "target": 0}, "revision": 1})
    assert controls.settings == Softmax(logits=(1.0, 2.0), temperature=2.0, target=1)
    assert controls.revision == 1  # the browser shows that already


def test_a_state_from_before_a_control_was_moved_is_dropped(controls):
    controls.change(temperature=0.5)
    take(controls, {"state": {"logits": [1, 2], "temperature": 2, "target": 0}, "revision": 1})
    assert controls.settings == Softmax(temperature=0.5)


def test_presets_are_the_logits_of_the_lecture():
    assert {name: preset.settings.logits for name, preset in SCENE.presets.items()} == LOGIT_PRESETS
    assert SCENE.presets["overflow"].panel == "precision"
