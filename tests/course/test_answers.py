"""Grading of every kind of checkpoint: what is right in any form, what is wrong by name, what cannot be read."""

from typing import Any

import numpy as np
import pytest

from simulator.core.engine.evaluation import Evaluation
from simulator.course.answers import expression_text, mark
from simulator.course.lesson import Plan
from simulator.course.values import number_at
from simulator.errors import InputError

PLAN = Plan.model_validate(
    {
        "order": 1,
        "minutes": 20,
        "parts": ["a"],
        "scenes": {
            "net": {"scene": "computation_graph", "settings": "expr=w*x&inputs=w=2;x=3", "controls": ["inputs"]}
        },
        "values": {"tiny": {"formula": "0.01**10"}},
        "checkpoints": {
            "number": {"kind": "number", "answer": -0.75, "wrong": [{"answer": 0.75, "name": "sign"}]},
            "tiny": {"kind": "number", "answer": "tiny"},
            "shape": {"kind": "shape", "answer": [2, 3], "wrong": [{"answer": [3, 2], "name": "turned"}]},
            "choice": {"kind": "choice", "options": ["a", "b", "c"], "answer": "b"},
            "step": {"kind": "step", "options": ["a", "b"], "answer": "a", "wrong": [{"answer": "b", "name": "no"}]},
            "several": {"kind": "several", "options": ["a", "b", "c"], "answer": ["a", "c"]},
            "order": {
                "kind": "order",
                "options": ["a", "b", "c"],
                "answer": ["c", "a", "b"],
                "wrong": [{"answer": ["b", "a", "c"], "name": "backward"}],
            },
            "matching": {
                "kind": "matching",
                "left": ["one", "two"],
                "right": ["x", "y", "z"],
                "answer": {"one": "z", "two": "x"},
                "wrong": [{"answer": {"one": "x", "two": "z"}, "name": "crossed"}],
            },
            "expression": {
                "kind": "expression",
                "answer": "2*w*x**2",
                "variables": {"w": [-2, 2], "x": [-3, 3]},
                "wrong": [{"answer": "2*w*x", "name": "once"}],
            },
            "matrix": {
                "kind": "matrix",
                "answer": [[1, -2, 3], [0.5, 4, 6]],
                "wrong": [{"answer": [[1, 0.5], [-2, 4], [3, 6]], "name": "turned"}],
            },
            "controls": {
                "kind": "controls",
                "scene": "net",
                "panel": "graph",
                "goals": [
                    {"path": "graph.value", "above": 9.9, "name": "too-small"},
                    {"path": "graph.value", "below": 10.1, "name": "too-large"},
                ],
                "accept": ["inputs=x=5"],
            },
        },
    }
)

RIGHT = [
    ("number", "-0.75"), ("number", "−3/4"), ("number", "-0,75"), ("number", "－０．７５"), ("number", "-0.748"),
    ("tiny", "1e-20"), ("tiny", "10^-20"), ("tiny", "10⁻²⁰"),
    ("shape", "(2, 3)"), ("shape", "2×3"), ("shape", "２，３"),
    ("choice", "b"), ("step", "a"), ("several", ["a", "c"]), ("several", ["c", "a"]), ("order", ["c", "a", "b"]),
    ("matching", {"one": "z", "two": "x"}),
    ("expression", "2*w*x**2"), ("expression", "2·w·x²"), ("expression", "x*w*x + w*x^2"),
    ("expression", "(x**2)*w/0.5"),
    ("matrix", "1 -2 3\n0.5 4 6"), ("matrix", "[[1, −2, 3], [1/2, 4, 6]]"), ("matrix", "1 -2 3; 0.5 4 6"),
]  # fmt: skip
WRONG = [
    ("number", "0.75", "sign"), ("number", "-0.76", ""), ("number", "0", ""), ("tiny", "0", ""), ("tiny", "1e-19", ""),
    ("tiny", "1e-13", ""), ("shape", "3x2", "turned"), ("shape", "6", ""), ("choice", "a", ""), ("step", "b", "no"),
    ("several", ["a"], ""), ("several", ["a", "b", "c"], ""), ("order", ["b", "a", "c"], "backward"),
    ("matching", {"one": "x", "two": "z"}, "crossed"), ("matching", {"one": "z", "two": "z"}, ""),
    ("expression", "2*w*x", "once"), ("expression", "0", ""), ("expression", "2*w*x**2 + 1", ""),
    ("expression", "1/x", ""),
    ("matrix", "1 0.5\n-2 4\n3 6", "turned"), ("matrix", "1 -2 3", ""), ("matrix", "1 -2 3\n0.5 4 7", ""),
]  # fmt: skip
UNREADABLE = [
    ("number", ""), ("number", "three"), ("number", None), ("shape", "two by three"), ("choice", None), ("choice", "d"),
    ("several", []), ("order", ["a", "b"]), ("order", ["a", "a", "b"]), ("matching", {"one": "x", "two": None}),
    ("expression", ""), ("expression", "2*v"), ("expression", "__import__('os')"), ("expression", "w +"),
    ("expression", "[w, x]"), ("matrix", ""), ("matrix", "1 2\n3"), ("matrix", "a b"), ("matrix", None),
]  # fmt: skip


def marked(name, given):
    return mark(PLAN, PLAN.checkpoints[name], given)


@pytest.mark.parametrize(("name", "given"), RIGHT)
def test_right_in_every_form(name, given):
    assert marked(name, given).right


@pytest.mark.parametrize(("name", "given", "wrong"), WRONG)
def test_wrong_and_recognised(name, given, wrong):
    found = marked(name, given)
    assert (found.right, found.name, found.unreadable) == (False, wrong, None)


@pytest.mark.parametrize(("name", "given"), UNREADABLE)
def test_what_cannot_be_read_is_no_attempt(name, given):
    found = marked(name, given)
    assert not found.right and found.unreadable is not None
    for language in ("ko", "en"):
        assert found.unreadable.in_language(language)


def test_controls_are_graded_from_the_numbers_of_the_scene():
    from simulator.course.values import settings_of

    net = PLAN.scenes["net"]
    assert not marked("controls", settings_of(net).settings).right  # 2·3
    assert marked("controls", settings_of(net, "expr=w*x&inputs=w=2;x=5").settings).right
    for x, name in ((1, "too-small"), (6, "too-large")):
        found = marked("controls", settings_of(net, f"expr=w*x&inputs=w=2;x={x}").settings)
        assert not found.right and (found.name, found.measured) == (name, 2 * x)


def test_settings_may_be_a_whole_copied_link():
    from simulator.course.values import settings_of, unknown_names

    use = PLAN.scenes["net"]
    link = use.model_copy(update={"settings": f"http://localhost:8501/graph?lang=ko&{use.settings}"})
    assert settings_of(link) == settings_of(use) and not unknown_names(link)
    assert unknown_names(use.model_copy(update={"settings": "http://localhost:8501/graph?colour=red"})) == ("colour",)


def test_of_several_draws_the_median_counts():
    from simulator.course.values import drawn_numbers, missed, settings_of

    checkpoint = {"kind": "controls", "scene": "points", "panel": "fits", "accept": [""], "draws": 3}
    checkpoint["goals"] = [{"path": "fits.0.test", "below": 1.0}]
    scenes = {name: {"scene": scene} for name, scene in (("points", "generalization"), ("graph", "computation_graph"))}
    checkpoints = {"points": checkpoint, "graph": checkpoint | {"scene": "graph", "panel": "graph"}}
    plan: Any = Plan.model_validate(
        {"order": 1, "minutes": 20, "parts": ["a"], "scenes": scenes, "checkpoints": checkpoints}
    )
    asked, use = plan.checkpoints["points"], plan.scenes["points"]
    errors = [one.fits[0].test for one in drawn_numbers(use, asked, settings_of(use).settings)]
    assert len(set(errors)) == 3
    middle = sorted(errors)[1]
    for limit, right in ((middle * 1.0001, True), (middle * 0.9999, False)):
        goal = asked.goals[0].model_copy(update={"below": limit})
        found = missed([goal], drawn_numbers(use, asked, settings_of(use).settings))
        assert found is None if right else found == (goal, pytest.approx(middle))
    with pytest.raises(ValueError, match="no seed"):
        drawn_numbers(plan.scenes["graph"], plan.checkpoints["graph"], settings_of(plan.scenes["graph"]).settings)


def test_how_people_write_expressions():
    assert expression_text("σ(z)·(1 − σ(z))") == "sigmoid(z)*(1 - sigmoid(z))"
    assert expression_text("x¹⁰÷２") == "x**10/2"


@pytest.mark.parametrize(
    ("numbers", "path", "part", "choices"),
    [
        ({"a": 1.0, "b": 2.0}, "c", "c", ["a", "b"]),
        ({"a": [1.0, 2.0, 3.0]}, "a.3", "3", ["0 … 2"]),
        ({"a": []}, "a.0", "0", ["–"]),
        ({"a": np.arange(4.0)}, "a.x", "x", ["0 … 3"]),
        ({"a": np.float64(1.0)}, "a._b", "_b", None),
        (Evaluation(np.ones(2), 0.5, 1.0), "losses", "losses", ["outputs", "loss", "accuracy"]),
    ],
)
def test_a_path_that_leads_nowhere_says_what_there_is(numbers, path, part, choices):
    with pytest.raises(InputError) as refused:
        number_at(numbers, path)
    assert (refused.value.code, refused.value.details["part"]) == ("lesson:no_part", part)
    assert choices is None or refused.value.details["choices"] == choices


def test_a_path_leads_to_numbers_from_either_end():
    found = {"a": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": (5.0, Evaluation(np.ones(2), 0.5, 1.0))}
    paths = ("a.0.1", "a.-1.0", "b.0", "b.1.loss")
    assert [number_at(found, path) for path in paths] == [2.0, 3.0, 5.0, 0.5]
    for path in ("a", "b.1"):
        with pytest.raises(InputError) as refused:
            number_at(found, path)
        assert refused.value.code == "lesson:no_number"
