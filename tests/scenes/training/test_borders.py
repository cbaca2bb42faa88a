"""Which sentence about a run or a fork is said on either side of each border: runs whose numbers are written down."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simulator.core.datasets import Dataset, Split
from simulator.core.diagnosis.finding import Cause, Remedy, make_finding
from simulator.core.fork import ParameterChange
from simulator.scenes.training.numbers import Forked
from simulator.scenes.training.words import common, curves, findings, forked, maps, outputs
from simulator.scenes.training.words.common import evaluated_row, frame_at, row_at, unit_name
from tests.core.diagnosis.made_up import NONE, ROWS, made_up
from tests.scenes.claims import entries_of


def framed(**changes: Any):
    """Return a run with frames of which a test says what they hold."""
    frames = SimpleNamespace(**changes.pop("frames"))
    return made_up(frames=frames, **changes)


@pytest.mark.parametrize(
    ("step", "row"), [(None, 7), (0, 0), (9, 0), (10, 1), (39, 3), (40, 4), (70, 7), (900, 7), (-5, 0)]
)
def test_a_step_stands_for_the_last_row_not_after_it(step, row):
    run = framed(frames={"step": np.arange(0, 80, 10)})
    assert row_at(run, step) == frame_at(run, step) == row


def test_nodes_are_named_by_their_layer(monkeypatch):
    said = entries_of(monkeypatch, common)
    for layer in (-1, 0, 1, 2):
        unit_name("en", layer, 3)
    assert [one.name.split(".")[-1] for one in said] == ["inputs", "hidden", "hidden", "output"]
    assert [one.values for one in said[1:3]] == [{"number": 1}, {"number": 2}]


def test_validation_is_that_of_the_last_row_at_which_it_was_measured():
    run = made_up(columns={"evaluated": np.isin(np.arange(8), [2, 5])})
    assert [evaluated_row(run, row) for row in range(8)] == [None, None, 2, 2, 2, 5, 5, 5]


@pytest.mark.parametrize(
    ("last", "entry"), [(2.0 + 1.9e-6, "same"), (2.0 + 2.1e-6, "rose"), (2.0 - 1.9e-6, "same"), (2.0 - 2.1e-6, "fell")]
)
def test_a_loss_fell_rose_or_stayed(monkeypatch, last, entry):
    said = entries_of(monkeypatch, curves)
    run = made_up(columns={"loss": np.array([2.0, *[9.0] * 6, last]), "evaluated": np.zeros(8, bool)})
    curves.narrate_loss("en", run)
    assert [one.name for one in said] == [f"loss.{entry}"] and said[0].values["num_steps"] == "70"


@pytest.mark.parametrize(("l1", "l2", "said_of"), [(0.0, 0.0, 0), (0.1, 0.0, 1), (0.0, 0.1, 1)])
def test_a_penalty_is_told_where_there_is_one(monkeypatch, l1, l2, said_of):
    said = entries_of(monkeypatch, curves)
    column = {"penalty": np.arange(8) / 4, "evaluated": np.zeros(8, bool)}
    curves.narrate_loss("en", made_up(columns=column, training={"l1": l1, "l2": l2}), 50)
    assert [one.values for one in said if one.name == "loss.penalty"] == [{"penalty": "1.25"}] * said_of


NORMS: dict[str, tuple[list[float], str, dict[str, str]]] = {
    "two layers": ([0.5, 2.0], "gradients.ratio", {"first": "0.5", "output": "2", "ratio": "0.25"}),
    "one layer": ([2.0], "gradients.one_layer", {"output": "2"}),
    "no gradient": ([1.0, 0.0], "gradients.zero", {"output": "0"}),
    "none in the first layer": ([0.0, 2.0], "gradients.stopped", {"output": "2"}),
    "lost in the first layer": ([np.nan, 2.0], "broken", {"step": "70"}),
    "lost in the last layer": ([2.0, np.inf], "broken", {"step": "70"}),
    "three layers": ([0.25, 7.0, 4.0], "gradients.ratio", {"first": "0.25", "output": "4", "ratio": "0.0625"}),
}


@pytest.mark.parametrize("name", NORMS)
def test_gradients_are_compared_where_they_can_be(monkeypatch, name):
    norms, entry, values = NORMS[name]
    said = entries_of(monkeypatch, curves)
    monkeypatch.setattr(
        curves, "not_finite", lambda language, step: curves.text(language, "narration.broken", step=step)
    )
    sizes = (2, *[4] * (len(norms) - 1), 2)
    columns = {"pre_activation_grad_norm": np.array([[5.0] * len(norms)] * 7 + [norms])}
    curves.narrate_gradients("en", made_up(network={"layer_sizes": sizes}, columns=columns))
    assert said[0].name == entry and {key: said[0].values[key] for key in values} == values
    assert [one.values for one in said[1:]] == ([{"per_layer": "0.25"}] if len(norms) == 3 else [])


def loss_of(*losses: float) -> Any:
    """Return a run of two epochs with four records each, and the record after them."""
    return made_up(9, columns={"loss": losses, "epoch": np.arange(9) / 4, "step": np.arange(9) * 3})


CALM = (9.0, 9.0, 9.0, 9.0, 9.0)
ENDS: dict[str, tuple[tuple[float, ...], tuple[float, ...], str]] = {
    "1.9 % lower": ((*CALM, 1, 1, 1, 1), (*CALM, 0.981, 0.981, 0.981, 0.981), "same"),
    "2.1 % lower": ((*CALM, 1, 1, 1, 1), (*CALM, 0.979, 0.979, 0.979, 0.979), "lower"),
    "1.9 % higher": ((*CALM, 0.981, 0.981, 0.981, 0.981), (*CALM, 1, 1, 1, 1), "same"),
    "2.1 % higher": ((*CALM, 0.979, 0.979, 0.979, 0.979), (*CALM, 1, 1, 1, 1), "higher"),
    "both lost": ((*CALM, 1, 1, np.inf, 1), (*CALM, 1, np.nan, 1, 1), "both_lost"),
    "saved": ((2.0, *CALM, np.inf, np.nan, np.nan), (7.0, *CALM, 1, 1, 1), "saved"),
    "ruined": ((*CALM, 1, 1, 1, 1), (*CALM, 1, 1, np.nan, np.nan), "ruined"),
    "lost at once": ((*CALM, 1, 1, 1, 1), (np.nan,) * 9, "ruined"),
}


@pytest.mark.parametrize("name", ENDS)
def test_how_two_runs_end(monkeypatch, name):
    run, fork, entry = ENDS[name]
    said = entries_of(monkeypatch, forked)
    forked._ends("en", loss_of(*run), loss_of(*fork))
    assert said[0].name == f"ends.{entry}"
    if entry == "saved":
        assert (said[0].values["lost"], said[0].values["start"]) == (18, "7")
    if entry == "ruined":
        assert said[0].values["lost"] == (0 if name == "lost at once" else 21)
    if entry in ("same", "lower", "higher"):
        ends = [np.mean(losses[5:]) for losses in (run, fork)]
        assert [float(said[0].values[key]) for key in ("run", "fork")] == pytest.approx(ends, abs=6e-4)


@pytest.mark.parametrize(
    ("before", "after", "entry"),
    [
        (1.0, 0.981, "same"),
        (1.0, 0.979, "lower"),
        (0.979, 1.0, "higher"),
        (0.981, 1.0, "same"),
        (np.inf, 1.0, None),
        (1.0, np.nan, None),
    ],
)
def test_what_a_weight_set_by_hand_does_at_once(monkeypatch, before, after, entry):
    said = entries_of(monkeypatch, forked)
    run, fork = loss_of(*[7.0] * 4, before, *[7.0] * 4), loss_of(*[8.0] * 4, after, *[8.0] * 4)
    change = ParameterChange(1, 2, 0, -0.5)
    found = Forked(run, fork, 11, {}, change, 0.25)  # the first record not before step 11 is that of step 12
    forked._at_once("en", found)
    assert [one.name for one in said] == ([f"at_once.{entry}"] if entry else [])
    assert not said or said[0].values["step"] == 12
    assert forked._at_once("en", found._replace(parameter=None)) == ()
    said.clear()
    forked.parameter_text("en", found)
    assert said[-1].name == "change.weight"
    values = {"source_unit": "3", "target_unit": "1", "before": "0.25", "after": "−0.5"}
    assert {name: said[-1].values[name] for name in values} == values
    forked.parameter_text("en", found._replace(parameter=change._replace(source=None, unit=3)))
    assert said[-1].name == "change.bias" and said[-1].values["target_unit"] == "4"


def test_a_fork_that_changes_nothing_says_so(monkeypatch):
    said = entries_of(monkeypatch, forked)
    run = loss_of(*[1.0] * 9)
    object.__setattr__(run, "num_steps", 24)
    for step, changes, entries in (
        (12, {}, ["nothing"]),
        (24, {"learning_rate": 0.2}, ["nothing"]),
        (23, {"learning_rate": 0.2}, ["change.learning_rate", "parted", "ends.same"]),
    ):
        said.clear()
        forked.fork_sentences("en", Forked(run, run, step, changes))
        assert [one.name for one in said] == entries
        assert said[0].name != "change.learning_rate" or said[0].values == {"before": "0.1", "after": "0.2"}


def finding(kind: str, **evidence: Any):
    step = evidence.pop("step", 10)
    return make_finding(kind, "loss", step=step, **evidence)


@pytest.mark.parametrize(
    ("found", "entry"),
    [
        (finding("diverged", finite=True, quantity="loss"), "loss"),
        (finding("diverged", finite=False, quantity="loss"), "nonfinite"),
        (finding("diverged", finite=False, quantity="loss", step=0), "nonfinite_at_once"),
        (finding("exploding_gradient", ratio=200.0), "across"),
        (finding("exploding_gradient", growth=2e3), "grown"),
        (finding("vanishing_gradient", adaptive=True), "sentence_adaptive"),
        (finding("vanishing_gradient", adaptive=False), "sentence"),
        (finding("overfitting", test_loss=1.0), "unseen"),
        (finding("overfitting", validation_last=1.0), "sentence"),
        (finding("underfitting", accuracy=0.0), "sentence_accuracy"),
        (finding("underfitting", accuracy=None), "sentence"),
        (finding("oscillating", ups=0.5, lowest=0.25), "sentence"),
    ],
)
def test_a_finding_is_told_by_its_evidence(monkeypatch, found, entry):
    said = entries_of(monkeypatch, findings)
    findings.narrate_finding("en", found, 3)
    assert said[-1].name == f"{found.kind}.{entry}" and said[-1].values["step"] == str(found.step)
    if found.kind == "oscillating":
        assert (said[-1].values["ups"], said[-1].values["lowest"]) == ("50%", "0.25")


@pytest.mark.parametrize(("size", "code"), [(5.1, "scaling_large"), (1.01, "scaling_large"), (0.05, "scaling_small")])
def test_inputs_are_too_large_or_too_small(monkeypatch, size, code):
    said = entries_of(monkeypatch, findings)
    cause = Cause("scaling", {"feature": 2, "size": size}, Remedy("scale", {}, {}))
    findings.narrate_finding("en", finding("partly_learned")._replace(cause=cause, remedy=cause.remedy), 3)
    assert [one.name for one in said[1:]] == [f"cause.{code}", "remedy.scale"]
    assert said[1].values["feature"] == "2"


@pytest.mark.parametrize(
    ("activation", "output", "expected"),
    [
        ("softmax", [[0.2, 0.8], [0.6, 0.4]], [0.8, 0.6]),
        ("sigmoid", [[0.2], [0.6]], [0.8, 0.6]),
        ("sigmoid", [[0.2, 0.9], [0.6, 0.1]], None),
        ("tanh", [[0.2], [0.6]], None),
    ],
)
def test_how_sure_a_network_is(activation, output, expected):
    run = made_up(network={"output_activation": activation, "layer_sizes": (2, 4, len(output[0]))})
    found = outputs.confidences(run, np.array(output))
    assert found is expected is None or found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("activation", "values", "classes"),
    [("sigmoid", [0.49, 0.51], [0, 1]), ("tanh", [-0.01, 0.01], [0, 1]), ("identity", [0.49, 0.51], [0, 1])],
)
def test_which_class_an_output_stands_for(activation, values, classes):
    run = made_up(network={"output_activation": activation, "layer_sizes": (2, 4, 1)})
    assert maps.predicted_classes(run, np.array(values)[:, None]).tolist() == classes
    assert maps.predicted_classes(run, np.array([[0.3, 0.2, 0.5], [0.4, 0.3, 0.3]])).tolist() == [2, 0]


CONFUSION: dict[str, tuple[list[list[int]], dict[str, str], dict[str, str] | None]] = {
    "a mistake": ([[5, 1, 2], [3, 4, 0], [0, 0, 5]], {"right": "14", "total": "20", "accuracy": "70%"}, {"count": "3"}),
    "none": ([[5, 0, 0], [0, 4, 0], [0, 0, 5]], {"right": "14", "total": "14", "accuracy": "100%"}, {}),
    "no rows": ([[0, 0, 0]] * 3, {"right": "0", "total": "0"}, None),
}


@pytest.mark.parametrize("name", CONFUSION)
@pytest.mark.parametrize("tested", [True, False])
def test_which_mistake_is_the_most_frequent(monkeypatch, name, tested):
    counts, numbers, worst = CONFUSION[name]
    said = entries_of(monkeypatch, outputs)
    monkeypatch.setattr(outputs, "class_labels", lambda language, dataset: ("a", "b", "c"))
    frames = {"step": np.array([0, 10]), "confusion": np.array([np.ones((3, 3), int), counts])}
    run = framed(frames=frames, split=Split(ROWS, NONE, ROWS[: 2 * tested]))
    outputs.narrate_confusion("en", run)
    part, sentence, *rest = said
    assert part.name == ("part.test" if tested else "part.training")
    assert {key: sentence.values[key] for key in numbers} == numbers and sentence.values["step"] == "10"
    if worst is None:
        assert not rest
    elif worst:
        assert [(one.name, one.values) for one in rest] == [
            ("confusion.worst", {"true": "b", "predicted": "a", **worst})
        ]
    else:
        assert [one.name for one in rest] == ["confusion.perfect"]


def test_the_example_of_which_the_network_is_least_sure(monkeypatch):
    said = entries_of(monkeypatch, outputs)
    monkeypatch.setattr(outputs, "class_labels", lambda language, dataset: ("a", "b"))
    answers = np.array([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3]])
    frames = {
        "step": np.array([0, 10]),
        "output": np.stack([answers[::-1], answers]),
        "example_row": np.array([3, 1, 2]),
    }
    run = framed(frames=frames, network={"output_activation": "softmax"})
    outputs.narrate_predictions("en", run)
    assert said[0].values == {"step": "10", "right": "2", "total": "3"}  # the rows' labels are 0, 1, 1
    assert said[1].values == {"row": "1", "predicted": "b", "confidence": "60%"}


def test_the_plane_of_a_regression_has_a_range_and_no_classes(monkeypatch):
    said = entries_of(monkeypatch, maps)
    data = Dataset(
        name="arrays",
        inputs=np.eye(2),
        labels=None,
        targets=np.ones((2, 1)),
        feature_names=("x1", "x2"),
        class_names=(),
    )
    output = np.array([[[-0.5], [0.25]], [[np.nan], [3.0]]])
    frames = {"step": np.arange(0, 80, 10), "grid_output": np.tile(output, (8, 1, 1, 1))}
    run = framed(frames=frames, dataset=data, network={"layer_sizes": (2, 4, 1)})
    maps.narrate_boundary("en", run, 40)
    assert [one.name for one in said] == ["boundary.regression"]
    assert said[0].values == {"step": "40", "low": "−0.5", "high": "3"}
