"""The panels of a run: which there are, that they follow one player, and that words and numbers are the run's."""

import numpy as np
import pytest

import simulator as sim
from simulator.core.diagnosis import diagnose
from simulator.core.run import Run
from simulator.scenes.panel import Panel
from simulator.scenes.training.numbers import RUN
from simulator.scenes.training.panels import LINES, run_name
from simulator.scenes.training.pictures.of_run import picture_names, run_picture
from simulator.scenes.training.scene import SCENE
from simulator.scenes.training.settings import NORMS, Training
from simulator.scenes.training.words import PICTURES, finding_title, narrate_network
from simulator.texts import LANGUAGES, text
from simulator.texts.numbers import number_text, percent_text

RUNS = {
    "plane": Training(rows=60, epochs=3),
    "plane without hidden layers": Training(rows=60, epochs=3, hidden=()),
    "line": Training(data="sine", loss="mse_mean", rows=40, epochs=3),
    "table": Training(data="iris", epochs=2),
}
ONE_PICTURE = {
    "loss": "loss",
    "network": "network",
    "map": "map",
    "fit": "fit",
    "activation_bands": "activation_bands",
    "activations": "activations",
    "gradients": "gradients",
    "zero_fraction": "curves_zero_fraction",
    "saturated_fraction": "curves_saturated_fraction",
    "dead_fraction": "curves_dead_fraction",
    "confusion": "confusion",
    "predictions": "predictions",
    "accuracy": "accuracy",
    "learning_rate": "learning_rate",
}
"""Panel → the picture that it shows."""
OF_A_RUN = {name: view for name, view in SCENE.views.items() if view.numbers is RUN}
"""Those of two runs are tested in ``test_fork``."""


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    return {name: RUN.of(settings) for name, settings in RUNS.items()}


def panel(runs, kind: str, name: str, language: str = "en", **changes) -> Panel:
    return SCENE.view(name).draw(runs[kind], RUNS[kind].change(**changes), language)


@pytest.mark.parametrize("kind", RUNS)
def test_a_panel_exists_exactly_where_the_run_has_its_picture(runs, kind):
    there = {name for name, view in OF_A_RUN.items() if view.exists(RUNS[kind])}
    names = picture_names(runs[kind])
    assert there & set(ONE_PICTURE) == {name for name, shown in ONE_PICTURE.items() if shown in names}
    assert there - set(ONE_PICTURE) == {"what_happened", "network_and_map", "norm_bars", "norm_curves"}


@pytest.mark.parametrize("kind", RUNS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_panel_shows_its_picture_and_says_something_at_every_step(runs, kind, language):
    run = runs[kind]
    for name, view in OF_A_RUN.items():
        if not view.exists(RUNS[kind]) or name == "what_happened":
            continue
        shown = panel(runs, kind, name, language)
        if name in ONE_PICTURE:
            assert shown.question == run_picture(run, ONE_PICTURE[name], language).title
        for picture in shown.pictures:
            said = picture.sentences.values() if isinstance(picture.sentences, dict) else [picture.sentences]
            assert all(len(sentences) in (0, len(run.frames.step)) for sentences in said), name


@pytest.mark.parametrize("kind", RUNS)
def test_all_panels_follow_one_player(runs, kind):
    run = runs[kind]
    drawn = [panel(runs, kind, name) for name, view in OF_A_RUN.items() if view.exists(RUNS[kind])]
    stepped = [shown.steps for shown in drawn if shown.steps is not None]
    assert len(stepped) == len(drawn) - 1  # all but the card
    for steps in stepped:
        assert (steps.group, steps.run, steps.num_steps) == ("run", run_name(run), run.num_steps)
        np.testing.assert_array_equal(steps.step, run.frames.step)
        assert steps.epochs is not None
        np.testing.assert_allclose(steps.epochs, steps.step / run.steps_per_epoch)


def test_a_run_that_broke_opens_at_the_last_step_whose_numbers_are_finite():
    settings = Training(data="sine", loss="mse_mean", rate=2.0, rows=40, epochs=40, hidden=(16, 16))
    run = RUN.of(settings)
    first = run.first_nonfinite
    steps = SCENE.view("loss").draw(run, settings, "en").steps
    assert first is not None and steps is not None and steps.opens is not None
    shown = int(steps.step[steps.opens])
    assert shown < first.step <= steps.step[steps.opens + 1]
    assert np.isfinite(run.records.loss[run.records.step == shown]).all()


def test_another_run_opens_at_its_end(runs):
    steps = panel(runs, "plane", "loss").steps
    assert steps is not None and steps.opens is None


def test_two_runs_have_two_names(runs):
    assert len({run_name(run) for run in runs.values()}) == len(runs)


@pytest.mark.parametrize(("kind", "answer"), [("plane", "map"), ("line", "fit"), ("table", "predictions")])
def test_the_network_stands_beside_what_it_answers(runs, kind, answer):
    network, answered = panel(runs, kind, "network_and_map").pictures
    assert network.kind == "network"
    assert answered.title == run_picture(runs[kind], answer, "en").title


@pytest.mark.parametrize("norm", NORMS)
def test_the_norm_that_is_chosen_is_drawn(runs, norm):
    run = runs["plane"]
    bars, curves = (panel(runs, "plane", name, norm=norm).pictures[0] for name in ("norm_bars", "norm_curves"))
    recorded = getattr(run.records, norm)
    np.testing.assert_allclose([row["value"] for row in bars.rows("now")], recorded[run.frames.record[-1], ::-1])
    np.testing.assert_allclose([row["value"] for row in curves.rows("now")], recorded[run.frames.record[-1]])
    assert bars.reading is not None
    assert bars.reading.headings["value"] == text("en", f"figures.quantity.{norm}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_diagram_says_of_each_kind_of_line_what_is_the_largest(runs, language):
    run = runs["plane"]
    (network,) = panel(runs, "plane", "network", language).pictures
    assert isinstance(network.sentences, dict) and set(network.sentences) == set(LINES)
    for mode, quantity in LINES.items():
        step = int(run.frames.step[3])
        assert network.sentences[mode][3] == narrate_network(language, run, step, quantity)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["plane", "line"])
def test_the_card_holds_the_result_and_every_finding(runs, kind, language):
    run = runs[kind]
    (card,) = panel(runs, kind, "what_happened", language).pictures
    results = {row["code"]: row["value"] for row in card.rows("results")}
    if kind == "plane":
        assert results["test_accuracy"] == percent_text(run.test_accuracy)
    else:
        assert results["test_loss"] == number_text(run.test_loss)
    assert results["train_loss"] == number_text(run.evaluate_rows(run.split.train, run.num_steps).loss)
    findings = card.rows("findings")
    assert [row["title"] for row in findings] == [finding_title(language, finding) for finding in diagnose(run)]
    assert all(row["sentence"] in card.sentence for row in findings)
    for count in (len(run.split.train), run.num_steps, run.network.num_parameters):
        assert str(count) in card.words["size"]


def test_a_result_that_is_not_finite_is_said_in_words():
    run = RUN.of(Training(data="sine", loss="mse_mean", rate=1000.0, epochs=5, rows=40))
    assert not np.isfinite(run.records.loss[-1])
    for language in LANGUAGES:
        shown = SCENE.view("what_happened").draw(run, Training(data="sine", loss="mse_mean"), language)
        values = [row["value"] for row in shown.pictures[0].rows("results")]
        assert values == [text(language, "training.nan")] * 2


def test_a_run_without_test_rows_shows_how_it_does_on_what_it_learned():
    run = RUN.of(Training(rows=40, epochs=2, test=0.0, validation=0.0))
    (card,) = SCENE.view("what_happened").draw(run, Training(test=0.0), "en").pictures
    assert [row["code"] for row in card.rows("results")] == ["train_accuracy", "train_loss"]


def test_a_run_that_is_stopped_is_shown_as_far_as_it_got():
    """The cancelled run is a result: nothing that was computed is thrown away."""
    settings = Training(epochs=200)
    asked = []

    def stop(done: int, total: int) -> bool:
        asked.append((done, total))
        return False

    run = RUN.of(settings, stop)
    assert run.cancelled and 0 < run.num_steps < 200 * run.steps_per_epoch and asked
    shown = SCENE.view("loss").draw(run, settings, "en")
    assert shown.steps is not None and shown.steps.num_steps == run.num_steps
    (card,) = SCENE.view("what_happened").draw(run, settings, "en").pictures
    assert text("en", "diagnosis.cancelled.title") in [row["title"] for row in card.rows("findings")]


def test_every_narration_of_the_page_is_heard():
    from simulator.scenes.training.panels import SAYS

    assert set(SAYS.values()) | {"network", "neurons"} == set(PICTURES)


def test_from_python():
    shown = sim.scene("training", rows=40, epochs=2).panel("norm_bars", language="ko")
    assert shown.data.shape == (3, 2)
    assert shown.sentences and shown.question == text("ko", "figures.bars.gradient")
    assert shown.chart.to_dict()["layer"]
