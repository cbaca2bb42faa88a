"""A teacher's lock: what it holds, how a link says it, and what becomes of links that somebody has broken."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.scenes.kinds import Choice, Number, Several
from simulator.scenes.lock import ANSWERS, FIX, HIDE, LOCK_PARAMETERS, ONLY, Lock, closed, covered, lockable, read_lock
from simulator.scenes.registry import SCENES, scene_named
from simulator.texts import LANGUAGES
from tests.scenes.test_every_scene import HOSTILE

DECAY = scene_named("gradient_decay")


def locked(scene, **parameters: str):
    """Return the lock of a link, the settings it gives, and its sentences."""
    lock, known, errors = read_lock(scene, parameters)
    found, mended = scene.read(known)
    return closed(lock, found), found, (*errors, *mended)


def other_value(kind, value):
    """Return another value that a control can hold, where one is found easily."""
    if isinstance(kind, Choice):
        return next((choice for choice in kind.choices if choice != value), None)
    if isinstance(kind, Several):
        return None
    if isinstance(kind, Number) and value is not None:
        return next((bound for bound in (kind.minimum, kind.maximum) if bound != value), None)
    return not value if isinstance(value, bool) else None


def test_a_fixed_and_a_hidden_control_stay_and_the_others_move():
    lock, found, errors = locked(DECAY, depth="7", fix="depth", hide=covered({"values": "tanh.relu"}))
    assert errors == () and (found.depth, found.values) == (7, ("tanh", "relu"))
    wanted = found.change(depth=12, values=("sigmoid", "relu"), width=5)
    held = lock.hold(wanted, found)
    assert (held.depth, held.values, held.width) == (7, ("tanh", "relu"), 5)


def test_every_preset_leaves_what_is_locked():
    lock, found, _ = locked(DECAY, depth="7", fix="depth")
    for preset in DECAY.presets:
        assert lock.hold(DECAY.start(preset, found), found).depth == 7


@pytest.mark.parametrize("name", SCENES)
def test_no_other_control_can_move_a_locked_one(name):
    scene = scene_named(name)
    start = scene.settings()
    controls = {one: control for one, control in scene.settings.controls().items() if control.link}
    for one, control in controls.items():
        lock = closed(Lock(fixed=(one,)), start)
        for moved, other in controls.items():
            value = other_value(other.kind, getattr(start, moved))
            if value is not None and other.kind.holds(value):
                assert getattr(lock.hold(start.change(**{moved: value}), start), one) == getattr(start, one), control


def test_what_does_not_fit_to_a_locked_control_is_refused_as_a_whole():
    chain = scene_named("chain_rule")
    lock, found, _ = locked(chain, fix="loss", loss="cross_entropy")
    smaller = found.change(net="2-1")
    assert smaller.loss != "cross_entropy", "a single output has no softmax: the loss would have to move"
    assert lock.hold(smaller, found) == found


@pytest.mark.parametrize("name", SCENES)
def test_a_lock_goes_into_a_link_and_back(name):
    scene = scene_named(name)
    start = next(iter(scene.presets.values())).settings
    names = lockable(scene, scene.settings.controls())
    panel = next(panel for panel, view in scene.views.items() if view.stage)
    asking = scene.asking
    lock = Lock(fixed=names[::2], hidden=names[1::2], asking=asking, hides_answers=True, panel=panel)
    lock = closed(lock, start)
    known = scene.settings.controls()
    hidden = {known[one].link for one in lock.hidden}
    said = {link: value for link, value in start.to_link().items() if link not in hidden} | lock.parameters(start)
    again, found, errors = locked(scene, **said)
    assert (found, errors) == (start, ())
    assert replace(again, fixed=(), hidden=()) == replace(lock, fixed=(), hidden=())
    assert set(again.fixed) == set(lock.fixed) and set(again.hidden) == set(lock.hidden)


def test_a_hidden_control_is_not_to_be_read_in_the_link():
    found = DECAY.settings(values=("tanh", "relu"))
    said = closed(Lock(hidden=("values",)), found).parameters(found)
    assert set(said) == {HIDE} and "tanh" not in said[HIDE] and "values" not in said[HIDE]


def test_no_lock_says_nothing_and_holds_nothing():
    found = DECAY.settings()
    assert not Lock() and Lock().parameters(found) == {}
    assert Lock().hold(found.change(depth=5), found).depth == 5


def test_a_prediction_that_is_on_stays_on_where_answers_are_held_back():
    chain = scene_named("chain_rule")
    lock, found, _ = locked(chain, ask="1", answers="0")
    assert lock.hold(found.change(ask=False, seed=3), found).ask
    assert lock.hold(found.change(ask=False, seed=3), found).seed == 3
    off, start, _ = locked(chain, answers="0")
    assert off.hold(start.change(ask=True), start).ask, "who wants to predict may begin"
    free, start, _ = locked(chain, ask="1")
    assert not free.hold(start.change(ask=False), start).ask


@pytest.mark.parametrize(
    ("parameter", "written"),
    [
        (FIX, "depth.nothing"),
        (HIDE, "%%%"),
        (HIDE, covered({"nothing": "1"})),
        (HIDE, "YWN0PXJlbH"),
        (ANSWERS, "maybe"),
        (ONLY, "nothing"),
        (ONLY, "factor_table"),
    ],
)
def test_a_damaged_lock_gets_a_sentence_and_the_rest_holds(parameter, written):
    lock, found, errors = locked(DECAY, **{"depth": "7", FIX: "depth", parameter: written})
    assert len(errors) == 1 and found.depth == 7 and "depth" in lock.fixed
    korean, english = (errors[0].in_language(language) for language in LANGUAGES)
    assert korean != english and not lock.panel and not lock.hides_answers


def hostile_locks(scene) -> st.SearchStrategy[dict[str, str]]:
    names = [control.link for control in scene.settings.controls().values() if control.link]
    some = st.lists(st.sampled_from([*names, *HOSTILE]), max_size=4)
    values = st.dictionaries(st.sampled_from([*names, "x"]), st.sampled_from(HOSTILE), max_size=3)
    written = some.map(".".join) | values.map(covered) | st.sampled_from(HOSTILE) | st.text(max_size=20)
    return st.dictionaries(st.sampled_from(LOCK_PARAMETERS), written, min_size=1)


@pytest.mark.parametrize("name", SCENES)
def test_any_lock_gives_valid_settings_that_it_holds_and_sentences(name):
    scene = scene_named(name)

    @given(hostile_locks(scene))
    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def check(said):
        lock, found, errors = locked(scene, **said)
        assert set(lock.values) == {*lock.fixed, *lock.hidden} <= set(scene.settings.controls())
        assert not set(lock.fixed) & set(lock.hidden)
        assert lock.panel == "" or scene.views[lock.panel].stage
        held = lock.hold(scene.settings(), found)
        assert all(getattr(held, one) == value for one, value in lock.values.items())
        for error in errors:
            for language in LANGUAGES:
                sentence = error.in_language(language)
                assert sentence.strip() and len(sentence) < 1500
        again, settled, _ = locked(scene, **found.to_link(), **lock.parameters(found))
        assert settled == found and again.values == lock.values

    check()
