"""Every topic over a thousand seeds: what is asked can be answered, in one way only, and not by chance."""

import hashlib
import math
import re
from functools import cache
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest
from scipy.special import expit, softmax
from scipy.stats import entropy

from simulator.course.exercises.exercise import Exercise
from simulator.course.exercises.registry import GROUPS, TOPICS, exercise, printed, said, title
from simulator.course.exercises.writing import tex
from simulator.course.grading import grade
from simulator.errors import InputError
from simulator.texts import LANGUAGES, catalogue
from simulator.texts.numbers import number_text

SEEDS = 1000


@pytest.fixture(autouse=True)
def without_type_checks():
    """A thousand seeds would spend nearly all their time in them; ``test_types`` has them on."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


NUMBER = re.compile(r"\d+(?:\.\d+)?(?:/\d+)?")
FRACTION = re.compile(r"\\t?frac\{(-?[\d.]+)\}\{(-?[\d.]+)\}")


@cache
def thousand(topic: str) -> tuple[Exercise, ...]:
    return tuple(exercise(topic, seed) for seed in range(SEEDS))


def words(made: Exercise, language: str) -> str:
    """Return all that a problem says before it is answered."""
    lines = [f"{line.words.say(language)} {line.formula}" for line in made.given]
    return FRACTION.sub(r" \1/\2 ", "\n".join([*lines, made.question.text(language)]))


def column(made: tuple[Exercise, ...], *names: str) -> list[np.ndarray]:
    return [np.array([one.numbers[name] for one in made], float) for name in names]


def detail(made: tuple[Exercise, ...], name: str) -> np.ndarray:
    return np.array([one.question.details[name] for one in made])


def pick(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    return values[np.arange(len(values)), places - 1]


def forward(made):
    x, first, bias, second, last = column(made, "x", "first", "bias", "second", "last")
    return np.einsum("nh,nh->n", np.maximum(np.einsum("ni,nih->nh", x, first) + bias, 0), second) + last


def collapse(made):
    first, bias, second, last = column(made, "first", "bias", "second", "last")
    return second * (first * 0 + bias) + last


def parameters(made):
    return [
        sum(np.zeros(pair).size + np.zeros(pair[1]).size for pair in pairwise(one.numbers["sizes"])) for one in made
    ]


def probabilities(made):
    (exponentials,) = column(made, "exponentials")
    return pick(softmax(np.log(exponentials), axis=1), detail(made, "place"))


def temperature(made):
    (logs,) = column(made, "logs")
    hot = np.array([2.0 if "T = 2" in words(one, "en") else 0.5 for one in made])
    return pick(softmax(np.log(logs) / hot[:, None], axis=1), detail(made, "place"))


def cross_entropy_gradient(made):
    exponentials, size, target = column(made, "exponentials", "size", "target")

    def loss(logits, size, target):
        return -jnp.sum(target * jax.nn.log_softmax(logits)) / size

    gradients = jax.vmap(jax.grad(loss))(jnp.log(exponentials), jnp.array(size), jnp.array(target))
    return pick(np.asarray(gradients), detail(made, "place"))


def saturated(made):
    a, x, target = column(made, "a", "x", "target")
    gradient = jax.vmap(jax.grad(lambda w, x, t: 0.5 * (jax.nn.sigmoid(w * x) - t) ** 2))
    return gradient(np.log(a / (1 - a)) / x, x, target)


def bits(made):
    return [entropy(1 / np.array(one.numbers["probabilities"]), base=2) for one in made]


def code_cost(made):
    (counts,) = column(made, "counts")
    q = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
    p = counts / counts.sum(axis=1, keepdims=True)
    return entropy(p, axis=1, base=2) + entropy(p, q[None], axis=1, base=2)


@cache
def complete_codes(size: int) -> np.ndarray:
    """Return the lengths of the words of every binary tree with this many leaves."""
    trees = {(0,)}
    for _ in range(size - 1):
        trees = {
            tuple(sorted((*tree[:place], tree[place] + 1, tree[place] + 1, *tree[place + 1 :])))
            for tree in trees
            for place in range(len(tree))
        }
    return np.array(sorted(trees))


def huffman(made):
    return [
        min(complete_codes(len(one.numbers["counts"])) @ np.sort(one.numbers["counts"])[::-1]) / one.numbers["under"]
        for one in made
    ]


def slope(made):
    a, upstream = column(made, "a", "upstream")
    is_sigmoid = np.array([r"\sigma" in words(one, "en") for one in made])
    sigmoid, tanh = (jax.vmap(jax.grad(function)) for function in (jax.nn.sigmoid, jnp.tanh))
    with np.errstate(invalid="ignore"):
        logit = np.log(np.maximum(a, 1e-9) / (1 - np.maximum(a, 1e-9)))
    return upstream * np.where(is_sigmoid, sigmoid(logit), tanh(np.arctanh(a)))


def weight_chain(made):
    x, a, y, target, weight, bias = column(made, "x", "a", "y", "target", "weight", "bias")
    np.testing.assert_allclose(y, weight * a + bias)
    first = 0.3
    shift = np.log(a / (1 - a)) - first * x

    def loss(w, x, shift, weight, bias, target):
        return 0.5 * (weight * jax.nn.sigmoid(w * x + shift) + bias - target) ** 2

    return jax.vmap(jax.grad(loss), in_axes=(None, 0, 0, 0, 0, 0))(first, x, shift, weight, bias, target)


def paths(made):
    x, first, bias, second = column(made, "x", "first", "bias", "second")
    output = jax.grad(lambda x, w, b, v: jnp.sum(v * jax.nn.relu(w * x + b)))
    return jax.vmap(output)(x, first, bias, second)


def affine(made):
    x, g = column(made, "x", "g")
    gradient = jax.vmap(jax.grad(lambda w, x, g: jnp.sum((x @ w) * g)), in_axes=(None, 0, 0))
    found = np.asarray(gradient(jnp.zeros((3, 4)), x, g))
    return found[np.arange(len(made)), detail(made, "row") - 1, detail(made, "column") - 1]


def sigmoid_bound(made):
    layers, weight = column(made, "layers", "weight")
    steepest = expit(1e-4) - expit(-1e-4)
    return (weight * steepest / 2e-4) ** layers


def init_deviation(made):
    fan_in, fan_out = column(made, "fans")[0].T
    rule = [one.given[1].words.entry.rpartition(".")[2] for one in made]
    initializers = {
        "he": jax.nn.initializers.he_normal,
        "xavier": jax.nn.initializers.lecun_normal,
        "glorot": jax.nn.initializers.glorot_normal,
    }
    exact = [
        {"he": math.sqrt(2) / math.sqrt(i), "xavier": i**-0.5, "glorot": ((i + o) / 2) ** -0.5}[name]
        for name, i, o in zip(rule, fan_in, fan_out, strict=True)
    ]
    for name, initializer in initializers.items():
        first = rule.index(name)
        drawn = initializer()(jax.random.key(0), (int(fan_in[first]), int(fan_out[first])))
        assert drawn.std() == pytest.approx(exact[first], rel=0.05)
    return exact


def init_signal(made):
    layers, width, variance = column(made, "layers", "width", "variance")
    points, weights = np.polynomial.hermite_e.hermegauss(40)
    half = np.sum(weights * np.maximum(points, 0) ** 2) / weights.sum()  # mean square behind ReLU of a normal number
    return (width * variance * half) ** layers


def rate_bound(made):
    factors = column(made, "factors")[0]
    curvatures = jax.vmap(lambda k: jnp.diag(jax.hessian(lambda theta: jnp.sum(k * theta**2))(jnp.ones(2))))(factors)
    return 2 / np.asarray(curvatures).max(axis=1)


def descent(made):
    curvature, theta, rate = column(made, "curvature", "start", "rate")
    steps = detail(made, "steps")
    gradient = jax.vmap(jax.grad(lambda theta, a: 0.5 * a * theta**2))
    for step in range(3):
        theta = np.where(step < steps, theta - rate * np.asarray(gradient(theta, curvature)), theta)
    return theta


def momentum(made):
    w, gradients, keep, rate = column(made, "start", "gradients", "keep", "rate")
    v = 0.0
    for g in gradients.T:
        v = keep * v - rate * g
        w = w + v
    return w


def adam(made):
    import optax

    gradients, keep, rate = column(made, "gradients", "keep", "rate")

    def second_step(g, keep, rate):
        rule = optax.scale_by_adam(b1=keep[0], b2=keep[1], eps=0.0)
        state = rule.init(jnp.zeros(()))
        _, state = rule.update(g[0], state)
        update, _ = rule.update(g[1], state)
        return -rate * update

    return jax.vmap(second_step)(*map(jnp.asarray, (gradients, keep, rate)))


KEYS = {
    "forward": forward,
    "collapse": collapse,
    "parameters": parameters,
    "softmax": probabilities,
    "temperature": temperature,
    "cross_entropy_gradient": cross_entropy_gradient,
    "saturated": saturated,
    "entropy": bits,
    "huffman": huffman,
    "code_cost": code_cost,
    "slope": slope,
    "weight_chain": weight_chain,
    "paths": paths,
    "affine": affine,
    "sigmoid_bound": sigmoid_bound,
    "init_deviation": init_deviation,
    "init_signal": init_signal,
    "rate_bound": rate_bound,
    "descent": descent,
    "momentum": momentum,
    "adam": adam,
}
"""Topics that ask for a number → the answers, computed in another way from what is printed."""


@pytest.mark.parametrize("topic", TOPICS)
def test_types(topic):
    jaxtyping.config.update("jaxtyping_disable", False)
    assert exercise(topic, 0) == exercise(topic, 0)


def test_every_topic_that_asks_for_a_number_has_another_computation():
    assert len(TOPICS) >= 12
    assert set(TOPICS) - set(KEYS) == {"shapes", "wrong_step"}


@pytest.mark.parametrize("topic", KEYS)
def test_the_key_is_what_another_computation_gives(topic):
    made = thousand(topic)
    keys: list[Any] = [one.question.answer for one in made]
    np.testing.assert_allclose(keys, KEYS[topic](made), rtol=2e-4, atol=1e-9)


def test_the_shape_is_that_of_the_product():
    for made in thousand("shapes"):
        first, second = (np.zeros(size) for size in (made.numbers["first"], made.numbers["second"]))
        asked = made.question.details["result"]
        product = first @ second if asked == "${XW}$" else first.T @ second if "W" in asked else first @ second.T
        assert product.shape == made.question.answer
        assert len({*made.numbers["first"], *made.numbers["second"]}) == 3


def value_of(formula: str) -> tuple[float, float]:
    """Return both sides of a line of numbers."""
    sides = formula.split(" = ")[1:]
    left, right = (eval(side.replace(r"\cdot", "*")) for side in sides)
    return left, right


def test_one_line_alone_does_not_follow_from_those_before_it():
    for made in thousand("wrong_step"):
        lines = [value_of(line.formula) for line in made.given[2:]]
        for left, right in lines:
            assert math.isclose(left, right, rel_tol=1e-3, abs_tol=2e-3)  # the arithmetic of every line is right
        n = made.numbers
        z, a, y, error, second, hidden, first = (right for _, right in lines)
        follows = [
            n["first"] * n["x"] + n["bias"],
            max(z, 0.1 * z),
            n["second"] * a + n["last"],
            y - n["target"],
            error * a,
            error * n["second"],
            hidden * 0.1 * n["x"],
        ]
        shown = (z, a, y, error, second, hidden, first)
        wrong = [i for i, (x, y) in enumerate(zip(shown, follows, strict=True), 1) if abs(x - y) > 2e-3 * abs(y) + 2e-3]
        assert wrong == [int(str(made.question.answer))], made.seed


def spellings(answer) -> list[str]:
    typed = f"{answer:.6g}"
    wide = typed.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    exact = f"{answer:.7f}".rstrip("0")
    return [typed, typed.replace(".", ","), typed.replace("-", "−"), wide, f" {typed} ", number_text(answer, 4), exact]


@pytest.mark.parametrize("topic", TOPICS)
def test_the_right_answer_is_accepted_in_several_spellings(topic):
    for made in thousand(topic):
        question = made.question
        answer: Any = question.answer
        if question.kind == "number":
            forms = spellings(answer)[:-1] if abs(answer) < 1e-4 else spellings(answer)
        elif question.kind == "shape":
            forms = [f"({answer[0]}, {answer[1]})", f"{answer[0]}×{answer[1]}", f"{answer[0]} by {answer[1]}"]
        else:
            forms = [answer]
        assert [form for form in forms if not grade(question, form).correct] == []


@pytest.mark.parametrize("topic", TOPICS)
def test_a_misconception_is_wrong_and_named(topic):
    for made in thousand(topic):
        for wrong in made.question.wrong:
            verdict = grade(made.question, wrong.answer)
            assert (verdict.correct, verdict.misconception) == (False, wrong.kind)
        if made.question.kind == "choice":
            others = [one for one in made.question.choices if one != made.question.answer]
            assert len(others) == len(made.question.choices) - 1
            assert not any(grade(made.question, other).correct for other in others)
        else:
            assert len({wrong.kind for wrong in made.question.wrong}) >= 2


@pytest.mark.parametrize("topic", TOPICS)
def test_nobody_gets_through_with_a_number_that_is_printed(topic):
    for made in thousand(topic):
        found = {"", "0", "1", *printed(made)}
        if made.question.kind != "choice":
            found |= {number for language in LANGUAGES for number in NUMBER.findall(words(made, language))}
        assert not [given for given in found if grade(made.question, given).correct], made.seed


def flat(values) -> list[float]:
    return [number for value in values for number in np.ravel(value).tolist() if not isinstance(value, str)]


@pytest.mark.parametrize("topic", TOPICS)
def test_numbers_have_at_most_four_digits_and_all_of_them_are_printed(topic):
    for made in thousand(topic):
        said_in_english = words(made, "en")
        for number in flat(made.numbers.values()):
            assert re.search(rf"(?<![\d.]){re.escape(tex(abs(number)))}(?!\d|\.\d)", said_in_english), (
                made.seed,
                number,
            )
        shown = NUMBER.findall(" ".join([said_in_english, FRACTION.sub(r" \1/\2 ", made.key)]))
        digits = [part.replace(".", "").lstrip("0") for one in shown for part in one.split("/")]
        assert max(map(len, digits)) <= 4, (made.seed, shown)


@pytest.mark.parametrize("topic", TOPICS)
def test_there_are_enough_different_problems_for_a_class(topic):
    assert len({words(made, "en") for made in thousand(topic)}) >= 150


@pytest.mark.parametrize("topic", TOPICS)
def test_everything_is_said_in_both_languages_and_the_hints_do_not_tell(topic):
    for made in thousand(topic)[:50]:
        for language in LANGUAGES:
            assert title(topic, language)
            for line in (*made.given, *made.solution):
                assert "{" not in re.sub(r"\$[^$]*\$", "", line.words.say(language))
            assert str(made.question.text(language)).endswith(("?", ".", "요.", "까?"))
            hints = [said(made, grade(made.question, wrong.answer), language) for wrong in made.question.wrong]
            hints.append(said(made, grade(made.question, "12345.678"), language))
            for hint in hints:
                assert not any(grade(made.question, number).correct for number in NUMBER.findall(hint)), hint


def test_every_hint_belongs_to_a_wrong_answer():
    kinds = {wrong.kind for topic in TOPICS for made in thousand(topic)[:50] for wrong in made.question.wrong}
    entries = catalogue("en")
    hints = {entry.rpartition(".")[2] for entry in entries if entry.startswith("exercises.explain.")}
    assert hints <= kinds
    assert not [kind for kind in kinds - hints if f"misconceptions.explain.{kind}" not in entries]
    topics = {entry.rpartition(".")[2] for entry in entries if entry.startswith("exercises.wrong.")}
    groups = {entry.rpartition(".")[2] for entry in entries if entry.startswith("exercises.group.")}
    assert topics == set(TOPICS)
    assert groups == set(GROUPS)


def test_the_same_seed_is_the_same_problem_on_every_machine():
    """Compared with what it was when this was written: in another version of Python, on another machine."""
    drawn = "\n".join(str(exercise(topic, seed).numbers) for topic in TOPICS for seed in (0, 1, 77, 99_999))
    assert hashlib.sha256(drawn.encode()).hexdigest()[:16] == "aacca0607e9773d2"


@pytest.mark.parametrize(("name", "words"), [("README.md", "{} in all"), ("README.ko.md", "주제가 {}가지")])
def test_the_readmes_count_the_topics(root, name, words):
    said_there = " ".join((root / name).read_text(encoding="utf-8").split())
    assert words.format(len(TOPICS)) in said_there


@pytest.mark.parametrize(("topic", "seed"), [("no_such", 1), ("forward", -1), ("forward", 100_000)])
def test_what_is_not_there_is_a_sentence(topic, seed):
    with pytest.raises(InputError, match=r"Choose from: forward|from 0 to 99999"):
        exercise(topic, seed)
