"""What is said of a fork is read back from the records of both runs, in both languages."""

import numpy as np
import pytest

import simulator as sim
from simulator.scenes.training.numbers import FORK
from simulator.scenes.training.settings import Training
from simulator.texts import LANGUAGES
from simulator.texts.numbers import number_text

BASE = {"data": "sine", "hidden": (6,), "activation": "tanh", "loss": "mse_mean", "rate": 0.1, "batch": 32, "epochs": 4}
SETTINGS = [
    {},
    {"fork": 0, "fork_factor": 3.0},
    {"fork": 7, "fork_factor": 1.0},
    {"fork": 7, "fork_factor": 1.0, "fork_optimizer": "adam"},
    {"fork": 5, "fork_factor": 1.0, "fork_batch": "all", "fork_l2": 0.1},
    {"fork": 2, "fork_factor": 100.0},
    {"fork": 3, "rate": 30.0, "fork_factor": 0.001, "fork_schedule": "cosine"},
    {"fork": 10_000, "fork_factor": 0.5},
    {"data": "moons", "loss": "cross_entropy", "fork": 4, "fork_factor": 0.1, "patience": 1, "rate": 1.0},
]


def last_epoch(run) -> float:
    """The mean loss of the updates of the last epoch, counted anew from the epochs of the records."""
    end = float(run.records.epoch[-1])
    chosen = [loss for loss, epoch in zip(run.records.loss, run.records.epoch, strict=True) if epoch > end - 1]
    return float(np.mean(np.array(chosen, np.float64)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chosen", SETTINGS, ids=range(len(SETTINGS)))
def test_the_sentences_hold(chosen, language):
    settings = Training(**{**BASE, **chosen})
    found = FORK.of(settings)
    said = " ".join(sim.scene("training", **{**BASE, **chosen}).panel("fork_loss", language=language).sentences)
    step = min(settings.fork, found.run.num_steps)
    assert found.step == step
    rows = found.run.records.step < step  # at the fork itself another batch may be measured
    np.testing.assert_array_equal(found.run.records.loss[rows], found.fork.records.loss[rows][: rows.sum()])
    ends = [last_epoch(found.run), last_epoch(found.fork)]
    if not settings.fork_changes() or step == found.fork.num_steps:
        assert ("same" if language == "en" else "같습니다") in said
        return
    if settings.fork_factor != 1.0:
        assert f"{number_text(settings.rate)} → {number_text(settings.rate * settings.fork_factor)}" in said
    for end in ends:
        assert not np.isfinite(end) or number_text(end) in said
    words = {"en": ("lower", "higher", "about the same"), "ko": ("더 낮", "더 높", "거의 같")}[language]
    if np.isfinite(ends).all():
        close = abs(ends[1] - ends[0]) <= 0.02 * max(ends)
        expected = words[2] if close else words[0] if ends[1] < ends[0] else words[1]
        assert [word in said for word in words] == [word == expected for word in words]
    else:
        assert not any(word in said for word in words)


@pytest.mark.parametrize(
    ("chosen", "answers"),
    [
        ({}, True),
        ({"data": "moons", "loss": "cross_entropy"}, True),
        ({"data": "iris", "loss": "cross_entropy"}, False),
    ],
)
def test_answers_stand_beside_each_other_where_they_can_be_drawn(chosen, answers):
    settings = Training(**{**BASE, **chosen})
    views = sim.scene("training").scene.views
    there = {name for name, view in views.items() if view.numbers is FORK and view.exists(settings)}
    assert there == {"fork_loss", "fork_norms"} | ({"fork_maps"} if answers else set())
    for name in there:
        panel = views[name].draw(FORK.of(settings), settings, "ko")
        assert panel.steps is not None and panel.steps.group == "run"
        for picture in panel.pictures:
            np.testing.assert_array_equal(picture.step, panel.steps.step)


@pytest.mark.parametrize("seed", range(3))
def test_the_preset_keeps_its_promise(seed):
    """From step 3 a tenth of the rate learns the curve; from step 10 only the numbers are saved."""
    preset = sim.scene("training", preset="fork_recovers").settings.change(seed=seed)
    early, late = FORK.of(preset), FORK.of(preset.change(fork=10))
    assert early.run.first_nonfinite is not None
    constant = float(np.var(early.run.dataset.targets))
    assert early.fork.records.loss[-1] < 0.1 * constant
    assert np.isfinite(late.fork.records.loss[-1])
    assert late.fork.records.loss[-1] > 0.8 * constant


def test_pictures_show_both_runs_at_the_same_step():
    found = FORK.of(Training(**{**BASE, "fork": 7, "fork_factor": 0.1}))
    panel = sim.scene("training", **BASE, fork=7, fork_factor=0.1).panel("fork_norms").panel
    (picture,) = panel.pictures
    for frame, step in enumerate(found.fork.frames.step):
        rows = picture.rows("now", frame)
        for name, run in (("as it was", found.run), ("forked", found.fork)):
            norms = run.records.pre_activation_grad_norm[int(step)][::-1]
            shown = [row["value"] for row in rows if row["whose"] == name]
            np.testing.assert_allclose(shown, norms, rtol=1e-6)
    (loss,) = sim.scene("training", **BASE, fork=7, fork_factor=0.1).panel("fork_loss").panel.pictures
    for frame, step in enumerate(found.fork.frames.step):
        (row,) = loss.rows("now", frame)
        expected = [found.run.records.loss[int(step)], found.fork.records.loss[int(step)]]
        np.testing.assert_allclose([row["run"], row["fork"]], expected, rtol=1e-6)


def test_a_run_that_ended_early_stands_still_beside_its_fork():
    chosen = {"data": "moons", "loss": "cross_entropy", "rate": 3.0, "epochs": 40, "patience": 1, "fork": 4}
    settings = Training(**{**BASE, **chosen, "fork_factor": 0.01})
    found = FORK.of(settings)
    assert found.run.num_steps < found.fork.num_steps
    panel = sim.scene("training", **{**BASE, **chosen}, fork_factor=0.01).panel("fork_maps").panel
    frames = {len(picture.step) for picture in panel.pictures}
    assert frames == {len(found.fork.frames.step)}


WEIGHTS = [(1, 1, 3), (2, 6, 1), (1, 0, 2), (2, 0, 1)]
"""Of the network 1-6-1; from node 0 comes a bias."""


def loss_by_hand(run, step: int, place: tuple[int, ...], value: float) -> float:
    """The mean squared error of the whole batch in float64, from parameters that are changed here."""
    weights = [np.array(entry.weight, np.float64) for entry in run.params_at(step)]
    biases = [np.array(entry.bias, np.float64) for entry in run.params_at(step)]
    layer, source, unit = place[0] - 1, place[1], place[2] - 1
    if source:
        weights[layer][source - 1, unit] = value
    else:
        biases[layer][unit] = value
    rows = run.split.train
    hidden = np.tanh(run.dataset.inputs[rows].astype(np.float64) @ weights[0] + biases[0])
    return float(np.mean((hidden @ weights[1] + biases[1] - np.asarray(run.dataset.targets, np.float64)[rows]) ** 2))


@pytest.mark.parametrize("place", WEIGHTS)
@pytest.mark.parametrize("value", [0.0, 2.5])
def test_a_weight_set_by_hand_is_said_with_what_it_does_at_once(place, value):
    chosen = {**BASE, "batch": None, "epochs": 30, "fork": 12, "fork_factor": 1.0}
    chosen |= {"fork_weight": place, "fork_value": value}
    found = FORK.of(Training(**chosen))
    before, after = (loss_by_hand(found.run, 12, place, one) for one in (found.before, value))
    drawn = [float(run.records.loss[12]) for run in (found.run, found.fork)]
    np.testing.assert_allclose(drawn, [before, after], rtol=1e-5)
    entry = found.run.params_at(12)[place[0] - 1]
    own = entry.weight[place[1] - 1, place[2] - 1] if place[1] else entry.bias[place[2] - 1]
    for language in LANGUAGES:
        shown = sim.scene("training", **chosen).panel("fork_loss", language=language)
        parted, at_once, ends = shown.sentences
        (picture,) = shown.panel.pictures
        for said in (parted, picture.alt):
            assert f"{number_text(float(own))} → {number_text(value)}" in said
            assert ({"en": "bias", "ko": "편향"}[language] in said) == (place[1] == 0)
        assert number_text(drawn[0]) in at_once and number_text(drawn[1]) in at_once
        words = {"en": ("hardly", "lowers", "raises"), "ko": ("거의 그대로", "작아", "커")}[language]
        change = (after - before) / max(after, before)
        expected = words[0] if abs(change) <= 0.02 else words[1] if change < 0 else words[2]
        assert [word in at_once for word in words] == [word == expected for word in words]
        assert number_text(last_epoch(found.fork)) in ends


def test_a_weight_can_be_set_at_the_very_end_and_to_what_it_is():
    chosen = {**BASE, "fork": 10_000, "fork_factor": 1.0, "fork_weight": (2, 1, 1), "fork_value": 3.0}
    end = FORK.of(Training(**chosen))
    assert end.step == end.run.num_steps == end.fork.num_steps
    parted, at_once = sim.scene("training", **chosen).panel("fork_loss").sentences
    assert str(end.step) in parted and number_text(float(end.fork.records.loss[-1])) in at_once
    same = {**chosen, "fork": 5, "fork_value": end.run.params_at(5)[1].weight[0, 0].item()}
    assert "Nothing is different" in " ".join(sim.scene("training", **same).panel("fork_loss").sentences)
