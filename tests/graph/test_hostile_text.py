"""No text breaks the parser: what it refuses, and where it points."""

import gc
import string
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.graph import parse, trace
from simulator.graph.syntax import syntax_tree

HOSTILE = [
    "__import__('os').system('touch /tmp/pwned')",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__class__",
    "x.T",
    "x[0]",
    "x['a']",
    "getattr(x, 'a')",
    "eval('1')",
    "exec(x)",
    "open(x)",
    "print(x)",
    "globals()",
    "lambda: 1",
    "(lambda y: y)(x)",
    "[i for i in x]",
    "{1: 2}",
    "{1, 2}",
    "(x, x)",
    "f'{x}'",
    "'a'*10",
    '"a"',
    "b'a'",
    "x := 1",
    "(y := x)",
    "x = 1",
    "x; x",
    "x\nimport os",
    "import os",
    "del x",
    "x if x else x",
    "x and x",
    "not x",
    "~x",
    "x % 2",
    "x // 2",
    "x & 1",
    "x | 1",
    "x ^ 2",
    "x << 60",
    "x is x",
    "x in x",
    "0 < x < 1",
    "...",
    "None",
    "True",
    "1j",
    "0x10",
    "1_000",
    "9**9**9**9**9",
    "10**1000000",
    "x**65",
    "1e999",
    "9" * 400,
    "_x",
    "__builtins__",
    "x" * 30,
    "*x",
    "**x",
    "sum(*x)",
    "sum(**x)",
    "sum(x, axis=y)",
    "sum(x, keepdims=1)",
    "sin(x=1)",
    "sin",
    "sin()",
    "sin(x, x)",
    "foo(x)",
    "x(2)",
    "sin(x)(x)",
    "2x",
    "2(x)",
    "(x)(x)",
    ")",
    "(" * 300,
    "(" * 150 + "x" + ")" * 150,
    "-" * 400 + "x",
    "+".join("x" * 240),
    "[" * 100 + "1" + "]" * 100,
    "[[1, 2], [3]]",
    "[1, [2]]",
    "[]",
    "x @",
    "x +",
    "",
    "   ",
    "#",
    "x # y",
    "\\",
    "x\\y",
    "\x00",
    "x\x00",
    "\ud800",
    "💥",
    "x‮",
    "yield x",
    "await x",
    "pick(x, y)",
    "pick(x, 1.5)",
    "reshape(x, -5)",
    "reshape(x, 99999, 99999)",
    "one_hot(x, 999999999)",
    "slice(x, 0, 10)",
    "outer(outer(m, m), outer(m, m))",
    "x@x",
    "m + n",
    "m@n",
    "sum(m, axis=5)",
    "softmax(x, axis=3)",
    "cross_entropy(m, x, x)",
    "layer_norm(x)",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused_with_a_place(text):
    start = time.perf_counter()
    with pytest.raises(InputError) as caught:
        trace(text, x=2.0, y=1.0, m=np.ones(300), n=np.ones(7))
    assert time.perf_counter() - start < 30.0  # a hang, not a speed
    error = caught.value
    assert error.code.startswith("graph:")
    if error.code not in ("graph:too_large", "graph:input_value"):
        assert 1 <= error.details["column"] <= max(len(text), 1) + 1
    for language in ("ko", "en"):
        assert len(error.in_language(language)) > 10


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("w*x + q(b)", "graph:unknown_function", 7),
        ("w*x + b.T", "graph:not_allowed", 7),
        ("w*x[0]", "graph:use_pick", 3),
        ("x if w else b", "graph:use_where", 1),
        ("w^2", "graph:caret", 2),
        ("w*x + 3b", "graph:missing_times", 8),
        ("  w + $", "graph:character", 7),
        ("w + x**99", "graph:power_too_large", 8),
        ("w + qqq", "graph:missing_input", 5),
        ("θ + (w*", "graph:syntax", 5),
        ("w*x +", "graph:syntax", 5),  # what is missing is missing at the end
        (" w*x > ", "graph:syntax", 6),
        ("θ*θ + b.T", "graph:not_allowed", 7),
        ("w + sum([[1, 2], [3]])", "graph:ragged_list", 9),
        ("w*x + [1, 2]@[1, 2, 3]", "graph:shapes", 7),
    ],
)
def test_columns(text, code, column):
    with pytest.raises(InputError) as caught:
        trace(text, w=1.0, x=1.0, b=1.0, θ=1.0)
    assert (caught.value.code, caught.value.details["column"]) == (code, column)


def test_a_long_piece_of_text_is_quoted_by_its_beginning():
    for letters, quoted in ((22, "x." + "a" * 22), (23, "x." + "a" * 19 + "…")):
        with pytest.raises(InputError) as caught:
            parse(f"2*x.{'a' * letters}")
        assert (caught.value.code, caught.value.details["value"]) == ("graph:not_allowed", quoted)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=string.printable + "×−π한글ｘ²", max_size=40))
@example("x" * 501)
@example("1if x else 2")
def test_no_text_crashes_the_parser(text):
    try:
        parse(text)
    except InputError as error:
        assert error.in_language("ko")


@pytest.fixture
def often_interrupted():
    """Let other threads go on wherever Python collects garbage: in the middle of a tree, too."""

    def give_way(_phase: str, _info: dict[str, int]) -> None:
        time.sleep(0.001)  # nothing is waited for: the others run meanwhile

    before = gc.get_threshold()
    gc.callbacks.append(give_way)
    gc.set_threshold(20)
    yield
    gc.set_threshold(*before)
    gc.callbacks.remove(give_way)


def test_many_readers_type_at_the_same_time(often_interrupted):
    def type_much(number: int, depth: int) -> None:
        if depth:  # of its stack: Python 3.11 keeps count of that for all threads in one place
            return type_much(number, depth - 1)
        for one in range(150):
            syntax_tree(f"{number} + x*{one} + (y*(w + ((x + y)*w)))")

    with ThreadPoolExecutor(4) as readers:
        for typed in [readers.submit(type_much, number, 40 * number) for number in range(4)]:
            typed.result()
