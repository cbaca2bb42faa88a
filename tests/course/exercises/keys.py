"""The answers of exercises, computed in another way: by NumPy, SciPy, JAX and Optax, from what a problem prints."""

import math
import re
from functools import cache
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from scipy.special import expit, softmax
from scipy.stats import entropy

from simulator.course.exercises.exercise import Exercise

FRACTION = re.compile(r"\\t?frac\{(-?[\d.]+)\}\{(-?[\d.]+)\}")


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
