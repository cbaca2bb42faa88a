"""Backward rules that learners write, and listings with one wrong line: held against autodiff, never executed."""

import json
from typing import Any

import numpy as np
import pytest

from simulator.course.answers import mark
from simulator.course.checking import check
from simulator.course.lesson import Plan
from simulator.course.rules import MAX_LINES, NUM_DRAWS, autodiff, is_only_bug
from simulator.course.starting import start

AFFINE = {"forward": "X @ W + b", "inputs": {"X": [4, 3], "W": [3, 2], "b": [2]}, "upstream": "G"}
SCALAR = {"inputs": {"z": [5]}, "gradients": ["z"], "upstream": "g"}
DX, DW, DB = "dX = G @ transpose(W)", "dW = transpose(X) @ G", "db = sum(G, axis=0)"
LINES = ["Z = X @ W", "A = tanh(Z)", "dA = 2*(A - T)/8", "dZ = dA*(1 - Z**2)", "dW = transpose(X) @ dZ"]
BUG = {
    "kind": "bug",
    "forward": "mse(tanh(X @ W), T)",
    "inputs": {"X": [4, 3], "W": [3, 2], "T": [4, 2]},
    "gradients": ["W"],
    "lines": LINES,
    "answer": 4,
    "fixed": "dZ = dA*(1 - A**2)",
    "wrong": [{"answer": 3, "name": "constant"}, {"answer": 5, "name": "follows"}],
}
PLAN: Any = Plan.model_validate(
    {
        "order": 1,
        "minutes": 20,
        "parts": ["a"],
        "checkpoints": {
            "affine": {
                "kind": "code",
                **AFFINE,
                "gradients": ["X", "W", "b"],
                "answer": f"{DX}\n{DW}\n{DB}",
                "wrong": [{"answer": f"{DX}\n{DW}\ndb = sum(G)", "name": "all-summed"}],
            },
            "sigmoid": {
                "kind": "code",
                "forward": "sigmoid(z)",
                **SCALAR,
                "answer": "dz = g*sigmoid(z)*(1 - sigmoid(z))",
                "wrong": [{"answer": "sigmoid(z)*(1 - sigmoid(z))", "name": "upstream"}],
            },
            "logits": {
                "kind": "code",
                "forward": "cross_entropy(Z, T)",
                "inputs": {"Z": [4, 3], "T": [4, 3]},
                "one_hot": ["T"],
                "gradients": ["Z"],
                "answer": "dZ = (softmax(Z) - T)/4",
                "wrong": [{"answer": "dZ = softmax(Z) - T", "name": "sum-for-mean"}],
            },
            "relu": {"kind": "code", "forward": "relu(z)", **SCALAR, "answer": "g*(z > 0)"},
            "bug": BUG,
        },
    }
)

RIGHT = [
    ("affine", f"{DB}; {DW}\n\n  {DX}"), ("affine", f"Wt = transpose(W)\ndX = G @ Wt\n{DW}\n{DB}"),
    ("affine", f"dX = transpose(W @ transpose(G))\n{DW}\ndb = G.sum()".replace("G.sum()", "4*mean(G, axis=0)")),
    ("sigmoid", "a = sigmoid(z)\ndz = g·a·(1 − a)"), ("sigmoid", "ｄｚ ＝ g*σ(z)*σ(-z)"),
    ("sigmoid", "g*exp(-z)/(1 + exp(-z))^2"),
    ("relu", "g*(z > 0)"), ("relu", "m = z > 0\ndz = m*g"), ("relu", "where(z > 0, g, 0)"),
    ("logits", "E = exp(Z - max(Z))\nP = E/reshape(sum(E, axis=1), 4, 1)\ndZ = 0.25*(P - T)"), ("bug", 4),
]  # fmt: skip
WRONG = [
    ("affine", f"{DX}\n{DW}\ndb = sum(G)", "all-summed"), ("affine", f"{DX}\ndW = transpose(G) @ X\n{DB}", ""),
    ("affine", f"{DX}\n{DW}\ndb = mean(G, axis=0)", ""), ("sigmoid", "sigmoid(z)*(1 - sigmoid(z))", "upstream"),
    ("sigmoid", "0", ""), ("sigmoid", "1", ""), ("sigmoid", "dz = 0", ""), ("sigmoid", "g", ""),
    ("sigmoid", "0/0*g", ""), ("sigmoid", "exp(exp(exp(9)))*g", ""), ("sigmoid", "sum(g*sigmoid(z))", ""),
    ("sigmoid", "dz = g*sigmoid(z)*(1 - sigmoid(z)); dz = g", ""),
    ("logits", "softmax(Z) - T", "sum-for-mean"), ("logits", "(softmax(Z)*sum(T) - T)/4", ""), ("logits", "Z - T", ""),
    ("relu", "g", ""), ("relu", "z > 0", ""), ("bug", 3, "constant"), ("bug", 5, "follows"), ("bug", 1, ""),
]  # fmt: skip
UNREADABLE = [
    ("affine", f"dX = G @ W\n{DW}\n{DB}"), ("affine", f"{DX}\n{DB}"), ("affine", DX.partition("= ")[2]), ("affine", ""),
    ("sigmoid", None), ("sigmoid", 7), ("sigmoid", ["g"]), ("sigmoid", "dz ="), ("sigmoid", "dz ⁼ g"),
    ("sigmoid", "dz = __import__('os')"), ("sigmoid", "dz = (lambda: g)()"), ("sigmoid", "dz = g.__class__"),
    ("sigmoid", "dz = q"), ("sigmoid", "dz = dz*g"), ("sigmoid", "z = g"), ("sigmoid", "g = 1\ndz = g"),
    ("sigmoid", "sigmoid = 1\ndz = g"), ("sigmoid", "_a = g\ndz = _a"), ("sigmoid", "d z = g"),
    ("sigmoid", "e = g\ndz = e"),
    ("sigmoid", "\x00"), ("sigmoid", "dz = " + "(" * 300), ("sigmoid", "g+" * 400), ("sigmoid", "a = g\n" * 9),
    ("sigmoid", "a = one_hot(z, 4096)\nb = transpose(a) @ a\ndz = g*sum(b @ b)"), ("sigmoid", "dz = slice(g, 0, 9)"),
    ("bug", None), ("bug", 0), ("bug", 6), ("bug", "4"), ("bug", True), ("bug", ""), ("bug", 4.0),
]  # fmt: skip


def marked(name, given):
    return mark(PLAN, PLAN.checkpoints[name], given)


@pytest.mark.parametrize(("name", "given"), RIGHT)
def test_right_in_every_form(name, given):
    found = marked(name, given)
    assert found.right, found.unreadable


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


def test_a_mistake_is_told_with_its_line_and_column():
    said: Any = marked("affine", f"{DX}\ndW = X @ G\n{DB}").unreadable
    assert str(said).startswith("Line 2: Column 6: ") and "(4, 3)" in str(said)
    assert said.in_language("ko").startswith("2번 줄: 6번째 글자: ")
    assert str(marked("sigmoid", "dz = q").unreadable).startswith("q is not")  # of one line, which needs no number
    assert "looks like dX = " in str(marked("affine", "G\nG").unreadable)
    assert "dW" in str(marked("affine", f"{DX}\n{DB}").unreadable)
    assert str(MAX_LINES) in str(marked("sigmoid", "a = g\n" * (MAX_LINES + 1)).unreadable)


def test_autodiff_agrees_with_the_rules_of_the_textbook():
    """The inputs are not known here, but what each gradient must be to the others is: by NumPy, from other draws."""
    found = autodiff(PLAN.checkpoints["affine"])
    assert len(found) == NUM_DRAWS and len({one["W"].tobytes() for one in found}) == NUM_DRAWS
    for one in found:
        assert [one[name].shape for name in ("X", "W", "b")] == [(4, 3), (3, 2), (2,)]
        assert np.linalg.matrix_rank(one["X"], tol=1e-5) <= 2  # every row is a sum of the two columns of W
    slopes = autodiff(PLAN.checkpoints["relu"])
    assert any((one["z"] == 0).any() for one in slopes) and all(
        ((one["z"] == 0) | (np.abs(one["z"]) >= 0.2)).all() for one in slopes
    )


def test_a_listing_must_be_wrong_and_right_when_its_line_is_mended():
    assert is_only_bug(PLAN.checkpoints["bug"])
    for change in (
        {"answer": 5, "fixed": "dW = 2*transpose(X) @ dZ"},
        {"fixed": LINES[3]},
        {"lines": [*LINES[:3], BUG["fixed"], LINES[4]]},
    ):
        changed: Any = Plan.model_validate(
            {"order": 1, "minutes": 20, "parts": ["a"], "checkpoints": {"bug": {**BUG, **change}}}
        )
        assert not is_only_bug(changed.checkpoints["bug"]), change


def test_an_author_is_told_of_a_listing_that_is_not_wrong(tmp_path):
    start(tmp_path / "11-mine")
    plan = tmp_path / "11-mine" / "lesson.toml"
    head = plan.read_text(encoding="utf-8").partition("[checkpoints.error]")[0]
    entries = [f"{name} = {json.dumps(value)}" for name, value in BUG.items() if name not in ("inputs", "wrong")]
    entries += ["inputs = { X = [4, 3], W = [3, 2], T = [4, 2] }", 'wrong = [{ answer = 1, name = "turned" }]']
    written = "\n".join([head, "[checkpoints.error]", *entries])
    plan.write_text(written, encoding="utf-8")
    assert not check(plan.parent)
    plan.write_text(written.replace("Z**2", "A**2"), encoding="utf-8")
    (mistake,) = check(plan.parent)
    assert "autodiff" in mistake.say("en") and "자동 미분" in mistake.say("ko")


@pytest.mark.parametrize(
    "change",
    [{"answer": 0}, {"answer": 6}, {"lines": LINES[:2]}, {"gradients": ["Q"]}, {"upstream": "X"}, {"inputs": {}}],
)
def test_a_listing_that_cannot_be_is_refused(change):
    with pytest.raises(ValueError, match="checkpoints"):
        Plan.model_validate({"order": 1, "minutes": 20, "parts": ["a"], "checkpoints": {"bug": {**BUG, **change}}})


def test_rows_of_targets_have_one_right_class():
    """Then each row of the gradient is p − t: negative at the right class only, and 0 in all."""
    found = [one["Z"] for one in autodiff(PLAN.checkpoints["logits"])]
    for gradient in found:
        assert ((gradient < 0).sum(axis=1) == 1).all() and (gradient > -1 / 4).all()
        np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-6)
    assert len({tuple((gradient < 0).argmax(axis=1)) for gradient in found}) > 1
