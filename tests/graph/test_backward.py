"""Gradients of a graph are those of jax.grad to the last bit; steps say where they came from."""

import time
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.ad_checkpoint import checkpoint_name

from simulator.errors import InputError
from simulator.graph import BackwardStep, Graph, backward, trace
from simulator.graph.cards import card
from simulator.graph.describe import describe


def array(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def local_value(step: BackwardStep) -> np.ndarray:
    value = step.local_derivative.value
    assert value is not None
    return value


def assert_equal_to_jax(function, *args: Any) -> Graph:
    """Compare every gradient with jax.grad, bit for bit."""
    graph = trace(function, *args)
    result = backward(graph)
    for step in result.steps_of(graph.view("all")):
        assert card(result, step, "en").title
    describe(graph, graph.view("all"), "ko", result)
    expected = jax.grad(function, argnums=tuple(range(len(args))), allow_int=True)(*args)
    for argument, right in zip(graph.arguments, expected, strict=True):
        for got, wanted in zip(
            jax.tree.leaves(result.gradients[argument.name]),
            [leaf for leaf in jax.tree.leaves(right) if leaf.dtype != jax.dtypes.float0],
            strict=True,
        ):
            assert isinstance(got, np.ndarray) and got.dtype == wanted.dtype
            np.testing.assert_array_equal(got, wanted)
    return graph


def network(x, weight, bias, second):
    z = x @ weight + bias[None]
    h = jax.nn.relu(z) + jnp.tanh(z) * z + z * z * z
    logs = jax.nn.log_softmax(h @ second)
    return -jnp.mean(logs * z)


def choices(x):
    stopped = jax.lax.stop_gradient(x) * x
    chosen = jnp.where(x > 0, stopped, jnp.sin(x))
    return jnp.sum(chosen + jnp.maximum(x, 0) * jnp.clip(x, -1, 1)) + jnp.max(x)


@jax.jit
def two_values(x, weight):
    z = x @ weight
    return jax.nn.relu(z) * z, z


def nested(x, weight, labels):
    a, z = two_values(x, weight)
    b, _ = two_values(a, weight)
    chosen = jnp.take_along_axis(jax.nn.log_softmax(b), labels[:, None], axis=1)
    return -jnp.mean(chosen) + 0.1 * jnp.sum(z) + jnp.sum(jax.nn.one_hot(labels, 3) * b)


def pytree(layers):
    x = jnp.ones((4, 3))
    for layer in layers:
        x = jax.nn.sigmoid(x @ layer["w"] + layer["b"][None])
    return jnp.sum(jnp.concatenate([x, 2 * x])[1:] ** 2)


def scanned(x):
    last, _ = jax.lax.scan(lambda carry, _: (jnp.sin(carry) * x, None), x, None, length=3)
    return last.sum()


def normalized(x, gamma, beta):
    y = gamma[None] * (x - jnp.mean(x, axis=0)[None]) * jax.lax.rsqrt(jnp.mean(x * x, axis=0) + 1e-5)[None] + beta[None]
    return jnp.sum(y * jnp.cos(jnp.arange(12.0).reshape(4, 3)))


@jax.custom_vjp
def doubled(x):
    return jnp.sin(x) * x


doubled.defvjp(lambda x: (doubled(x), x), lambda x, gradient: (2.0 * gradient,))

FUNCTIONS = {
    "network": (network, (array(4, 3), array(3, 3, seed=1), array(3, seed=2), array(3, 3, seed=3))),
    "choices": (choices, (array(4),)),
    "nested calls": (nested, (array(4, 3), array(3, 3, seed=1), np.array([0, 1, 2, 1]))),
    "pytree": (pytree, ([{"w": array(3, 3), "b": array(3)}, {"w": array(3, 3, seed=1), "b": array(3, seed=2)}],)),
    "scan": (scanned, (array(3),)),
    "checkpoint": (jax.checkpoint(lambda x: jnp.sum(jnp.sin(x) * x)), (array(3),)),
    "normalization": (normalized, (array(4, 3), array(3, seed=1), array(3, seed=2))),
    "activations": (
        lambda z: jnp.sum(jax.nn.gelu(z) + jax.nn.silu(z) * jax.nn.elu(z)),
        (array(4),),
    ),
    "unlisted": (lambda x: jnp.sum(jnp.sort(x) * jnp.cumprod(x)), (array(3),)),
    "scalars": (lambda x, y: jnp.log(x) / y**3 - jnp.sqrt(x * y) + jnp.arctan(x) * x**y, (0.7, 1.3)),
    "linear solve": (lambda a, b: jnp.sum(jnp.linalg.solve(a, b)), (2 * np.eye(3, dtype=np.float32), array(3))),
    "complex inside": (lambda x: jnp.sum(jnp.abs(jnp.fft.fft(x))), (array(4),)),
    "custom rule": (lambda x: doubled(x) * x, (1.5,)),
    "random key": (lambda x, key: jnp.sum(x * jax.random.bernoulli(key, 0.5, (3,))), (array(3), jax.random.key(1))),
    "vmap": (lambda w, x: jnp.sum(jax.vmap(lambda row: jnp.tanh(row @ w))(x)), (array(3, 3), array(4, 3))),
    "empty": (lambda x: jnp.sum(x) + 1.0, (np.zeros((0, 3), np.float32),)),
    "half precision": (lambda x: jnp.sum(x * x), (array(3).astype(np.float16),)),
    "integers": (lambda x, k: x * k, (2.0, 3)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradients_equal_jax_grad(name):
    function, args = FUNCTIONS[name]
    assert_equal_to_jax(function, *args)


def test_float64_gradients_keep_their_dtype():
    with jax.enable_x64(True):
        x = np.array([0.3, -0.2])
        result = backward(trace(lambda x: jnp.sum(jnp.tanh(x) * x), x))
        assert result.gradients["x"].dtype == np.float64
        np.testing.assert_array_equal(result.gradients["x"], jax.grad(lambda x: jnp.sum(jnp.tanh(x) * x))(x))


def test_pruned_gradients_do_not_turn_into_nan():
    """0 · ∞ must not arise where JAX never multiplies: the slope of √0 behind a stop."""
    assert_equal_to_jax(lambda x: x * jax.lax.stop_gradient(jnp.sqrt(x)) + x, 0.0)


def test_unused_and_integer_inputs():
    result = backward(trace(lambda x, unused, count: x * count, 2.0, array(3), 4))
    np.testing.assert_array_equal(result.gradients["unused"], np.zeros(3, np.float32))
    assert result.gradients["count"] is None


def test_steps_follow_the_chain_rule():
    """Every contribution is upstream × local, and the last total is the gradient."""
    result = backward(trace("(sigmoid(w*x + b) - t)**2", w=2.0, x=-1.0, b=0.5, t=1.0))
    assert [(s.node, s.operand) for s in result.steps][:4] == [("L", "v2"), ("v2", "a1"), ("v2", "t"), ("a1", "z1")]
    for step in result.steps:
        np.testing.assert_allclose(step.upstream_gradient * local_value(step), step.contribution, rtol=1e-6)
    a, t = 1 / (1 + np.exp(1.5)), 1.0
    assert result.gradients["w"] == pytest.approx(2 * (a - t) * a * (1 - a) * -1.0, rel=1e-5)


def test_total_is_the_running_sum_where_paths_meet():
    result = backward(trace("x*x + sin(x)", x=1.5))
    steps = [step for step in result.steps if step.operand == "x"]
    assert [(s.branch, s.num_branches) for s in steps] == [(1, 3), (2, 3), (3, 3)]
    running = np.cumsum([float(s.contribution) for s in steps])
    np.testing.assert_allclose([float(s.total) for s in steps], running, rtol=1e-6)
    np.testing.assert_allclose(running[-1], 3.0 + np.cos(1.5), rtol=1e-6)


def test_broadcast_is_folded_and_sums_over_the_batch():
    x, weight, bias = array(4, 3), array(3, 3), array(3)
    graph = trace("sum((x@W + b)**2)", x=x, W=weight, b=bias)
    assert not any(graph[name].quiet for name in graph.view().nodes)
    (step,) = [step for step in backward(graph).steps if step.operand == "b"]
    assert step.upstream_gradient.shape == (4, 3) and step.contribution.shape == (3,)
    assert step.summed_axes == (0,) and step.folds[0].operation == "broadcast_in_dim"
    np.testing.assert_allclose(step.contribution, step.upstream_gradient.sum(axis=0), rtol=1e-5)


def test_affine_layer_has_the_transposes():
    """∂L/∂W = XᵀG, ∂L/∂X = GWᵀ (curriculum, section 6)."""
    x, weight, target = array(4, 3), array(3, 3, seed=1), array(4, 3, seed=2)
    result = backward(trace("sum(x@W * t)", x=x, W=weight, t=target))
    np.testing.assert_allclose(result.gradients["W"], x.T @ target, rtol=1e-5)
    np.testing.assert_allclose(result.gradients["x"], target @ weight.T, rtol=1e-5)
    local = {s.operand: s.local_derivative for s in result.steps if s.local_derivative.kind == "matrix"}
    assert local["W"].symbols == r"x^{\top}" and local["x"].symbols == r"W^{\top}"
    np.testing.assert_array_equal(local["W"].value, x.T)


def test_softmax_and_cross_entropy_is_p_minus_t():
    """∂H/∂z = q − p, (p − t)/n for a batch (curriculum, sections 4 and 6), and the Jacobian is diag(q) − qqᵀ."""
    z, t = np.array([[1.54, 2.90, -0.26]], np.float32), np.array([[0, 1, 0]], np.float32)
    result = backward(trace("cross_entropy(z, t)", z=z, t=t))
    p = np.exp(z) / np.exp(z).sum()
    np.testing.assert_allclose(p[0, :2], [0.198, 0.770], atol=5e-4)
    np.testing.assert_allclose(result.gradients["z"], p - t, atol=1e-6)
    (step,) = [s for s in backward(trace("pick(softmax(z), 1)", z=z[0])).steps if s.node == "p1"]
    np.testing.assert_allclose(local_value(step), np.diag(p[0]) - np.outer(p[0], p[0]), atol=1e-6)
    np.testing.assert_allclose(local_value(step).sum(axis=1), 0.0, atol=1e-6)


def test_three_layers_multiply_what_they_are_handed():
    """y = l₃(l₂(l₁(x))): ∂y/∂a₃ = 1 · …, each layer multiplies (curriculum, section 6)."""
    result = backward(trace("sigmoid(c*sigmoid(b*sigmoid(a*x)))", a=0.5, b=-1.5, c=2.0, x=1.0))
    a1 = 1 / (1 + np.exp(-0.5))
    a2 = 1 / (1 + np.exp(1.5 * a1))
    a3 = 1 / (1 + np.exp(-2.0 * a2))
    product = a3 * (1 - a3) * 2.0 * a2 * (1 - a2) * -1.5 * a1 * (1 - a1) * 1.0
    assert result.gradients["a"] == pytest.approx(product, rel=1e-5)


def test_saturated_sigmoid_figure():
    """σ′(5) = 0.006648, and behind it MSE hardly learns while cross-entropy does (curriculum, section 5)."""
    squared = backward(trace("0.5*(sigmoid(z) - t)**2", z=5.0, t=0.0))
    (step,) = [s for s in squared.steps if s.node == "a1"]
    assert float(local_value(step)) == pytest.approx(0.006648, abs=5e-7)
    assert step.stop is not None and step.stop.kind == "saturated"
    entropy = backward(trace("-log(1 - sigmoid(z))", z=5.0))
    assert entropy.gradients["z"] == pytest.approx(0.9933, abs=5e-5)


@pytest.mark.parametrize(
    ("text", "inputs", "kind"),
    [
        ("relu(x) + x", {"x": -2.0}, "closed"),
        ("max(x, 0)", {"x": -2.0}, "closed"),
        ("tanh(x)", {"x": 4.0}, "saturated"),
        ("stop_gradient(x) * x", {"x": 3.0}, "stop_gradient"),
        ("sign(x) * x", {"x": 3.0}, "no_slope"),
        ("where(x > 0, x, y)", {"x": 1.0, "y": 2.0}, "not_chosen"),
        ("clip(x, 0, 1)", {"x": 3.0}, "clipped"),
        ("x * y", {"x": 0.0, "y": 2.0}, "zero_factor"),
    ],
)
def test_dead_gradients_say_why(text, inputs, kind):
    stops = [step.stop.kind for step in backward(trace(text, **inputs)).steps if step.stop]
    assert stops == [kind]


def test_living_gradients_have_no_stop():
    assert not [step for step in backward(trace("relu(w*x)*tanh(b)", w=2.0, x=1.0, b=0.3)).steps if step.stop]


def test_unlisted_operation_says_so():
    (step,) = [s for s in backward(trace(lambda x: jnp.sum(jnp.sort(x)), array(3))).steps if s.operand == "x"]
    assert not step.local_derivative.in_table and step.contribution.shape == (3,)


def test_upstream_gradient_can_be_given():
    x, given = array(3), array(3, seed=4)
    result = backward(trace("tanh(x)", x=x), given)
    np.testing.assert_allclose(result.gradients["x"], given * (1 - np.tanh(x) ** 2), rtol=1e-5)


@pytest.mark.parametrize(
    ("graph", "upstream", "message"),
    [
        (lambda: trace("x*2", x=[1.0, 2.0]), None, r"shape \(2,\).*sum"),
        (lambda: trace("x*2", x=[1.0, 2.0]), [1.0], r"output's shape \(2,\)\. Got \(1,\)"),
        (lambda: trace(lambda x: x * x, 3), None, "floating-point"),
        (lambda: trace(lambda x: 2.0 * x, 3), None, r"2\.0 instead of 2"),
        (lambda: trace(lambda x: jax.lax.while_loop(lambda v: v < 5, lambda v: v + 1, x), 1.0), None, "while"),
    ],
)
def test_what_cannot_be_differentiated(graph, upstream, message):
    with pytest.raises(InputError, match=message):
        backward(graph(), upstream)


def test_three_hundred_nodes_within_a_second():
    def long(x, w):
        h = x
        for _ in range(50):
            h = jnp.tanh(h * w + x) * 0.5 + h * 0.9
        return h

    backward(trace(long, 0.3, 0.7))
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        graph = trace(long, 0.3, 0.7)
        result = backward(graph)
        assert len(result.steps) > 300
        seconds.append(time.perf_counter() - start)
    assert len(graph.nodes) >= 300
    print(f"seconds for 300 nodes: {min(seconds):.3f}")
    np.testing.assert_array_equal(result.gradients["w"], jax.grad(long, argnums=1)(0.3, 0.7))


def test_hundred_layers():
    weights = np.stack([np.eye(4, dtype=np.float32) + 0.1 * array(4, 4, seed=i) for i in range(100)])

    def deep(x, weights):
        for layer, weight in enumerate(weights):
            with jax.named_scope(f"layer{layer + 1}"):
                x = checkpoint_name(jax.nn.relu(x @ weight), f"a{layer + 1}")
        return jnp.sum(x)

    graph = trace(deep, array(2, 4), list(weights))
    assert graph["a100"].kind == "call" and len(graph.view().nodes) < 320
    expected = jax.grad(deep, argnums=1)(array(2, 4), list(weights))
    for got, wanted in zip(backward(graph).gradients["weights"], expected, strict=True):
        np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize(
    ("text", "x", "kind", "percent"),
    [
        ("sum(relu(x)*w)", [-1.0, 2.0, 3.0, -4.0], "closed", 67),  # two of the three to which a gradient comes
        ("sum(clip(x, -2, 2)*w)", [3.0, -3.0, 1.0, 5.0], "clipped", 67),
        ("sum(tanh(x)*w)", [-1.0, 1.5, 3.0, -4.5], "saturated", 50),  # 1 − tanh² is under 0.05 at 3 and −4.5
        ("sum(sigmoid(x)*w)", [-1.0, 2.0, 4.3, -4.5], "saturated", 25),  # σ(1 − σ) is under 0.0125 at −4.5 alone
    ],
)
def test_at_how_many_entries_a_gradient_ends(text, x, kind, percent):
    result = backward(trace(text, x=np.array(x), w=np.array([1.0, 0.0, 1.0, 1.0])))
    step = next(step for step in result.steps if step.operand == "x")
    assert step.stop is not None and step.stop.kind == kind
    (note,) = [note for note in card(result, step, "en").notes if "% of the entries" in note]
    assert f"({percent} % of the entries)" in note


def test_a_number_that_meets_an_array_has_a_slope_at_every_entry():
    x = np.array([1.0, 2.0, 4.0], np.float32)
    for function, slopes in ((jnp.multiply, x), (jnp.maximum, [1.0, 1.0, 0.0])):
        result = backward(trace(lambda x, s, function=function: jnp.sum(function(x, s)), x, np.float32(3.0)))
        step = next(step for step in result.steps if step.operand == "s")
        np.testing.assert_array_equal(step.local_derivative.value, slopes)
        assert step.contribution == np.sum(slopes)


def test_the_shapes_of_a_matrix_product_stand_in_the_order_of_its_factors():
    result = backward(trace("sum((x@W)**2)", x=np.ones((2, 3)), W=np.ones((3, 4))))
    shapes = {step.operand: card(result, step, "en").shapes for step in result.steps}
    assert shapes["x"] == r"(2, 4)\cdot(4, 3) \to (2, 3)"
    assert shapes["W"] == r"(3, 2)\cdot(2, 4) \to (3, 4)"


def test_only_a_maximum_with_zero_is_a_gate():
    """max(0, x) closes; of any other two the one that is not chosen gets nothing."""
    for source, x, kind in (
        ("maximum(x, 0)*3", -1.0, "closed"),
        ("maximum(0, x)*3", -1.0, "closed"),
        ("maximum(x, 2)*3", -1.0, "not_chosen"),
        ("maximum(x, y)*3", -1.0, "not_chosen"),
        ("minimum(x, 0)*3", 1.0, "not_chosen"),
        ("minimum(x, y)*3", 1.0, "not_chosen"),
    ):
        graph = trace(source, x=x, y=0.0) if "y" in source else trace(source, x=x)
        stop = next(step.stop for step in backward(graph).steps if step.operand == "x")
        assert stop is not None and (stop.kind, stop.fraction) == (kind, 1.0), source


def test_a_jacobian_is_written_out_up_to_eight_rows_and_64_entries():
    """The largest entries of descending numbers are the first ones: their Jacobian is the identity's first rows."""
    for entries, kept, rows in ((2, 2, 2), (8, 8, 8), (9, 9, 0), (16, 4, 4), (17, 4, 0), (65, 1, 1)):
        x = np.arange(entries, 0, -1).astype(np.float32)
        result = backward(trace(lambda x, kept=kept: jnp.sum(jax.lax.top_k(x, kept)[0]), x))
        local = next(step for step in result.steps if step.operand == "x").local_derivative
        assert local.kind == "jacobian" and (local.value is None) == (rows == 0), (entries, kept)
        if local.value is not None:
            np.testing.assert_array_equal(local.value, np.eye(kept, entries) if kept > 1 else np.eye(1, entries)[0])


def test_a_node_gives_its_gradient_to_whom_it_is_not_zero_for():
    """Of either sign; an operand whose factor is 0 gets nothing."""
    for source, numbers, expected in (
        ("x*y", {"x": 2.0, "y": -3.0}, {"x", "y"}),
        ("x*y", {"x": 2.0, "y": 0.0}, {"y"}),
        ("x - y", {"x": 2.0, "y": 5.0}, {"x", "y"}),
        ("relu(x)", {"x": -2.0}, set()),
    ):
        result = backward(trace(source, **numbers))
        assert set(result.receivers(result.graph.output)) == expected, source
