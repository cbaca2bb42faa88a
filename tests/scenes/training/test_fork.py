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
