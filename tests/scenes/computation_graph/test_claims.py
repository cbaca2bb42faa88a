"""What is said at every step of a graph, read back: values, products and sums, for many typed expressions."""

import random

import jax
import numpy as np

from simulator.errors import InputError
from simulator.graph import backward, trace
from simulator.graph.expression import parse
from simulator.scenes.computation_graph.words import backward_words, forward_words
from tests.scenes.claims import for_each, near, read

FUNCTIONS = ("sin", "tanh", "sigmoid", "exp", "relu", "abs", "softplus", "gelu", "square")


def expression(choose: random.Random, depth: int = 3) -> str:
    if depth == 0 or choose.random() < 0.15:
        return choose.choice("xyz")
    if choose.random() < 0.4:
        return f"{choose.choice(FUNCTIONS)}({expression(choose, depth - 1)})"
    return f"({expression(choose, depth - 1)}{choose.choice('+-*/')}{expression(choose, depth - 1)})"


def cases() -> list[tuple[str, dict[str, float]]]:
    choose, found = random.Random(4), {}
    while len(found) < 100:
        text = expression(choose)
        names = parse(text).names
        if names and text not in names:
            found[text] = {name: round(choose.uniform(-2, 2), 2) for name in names}
    return list(found.items())


@for_each(cases())
def test_every_step_says_what_flows(case):
    source, inputs = case
    try:
        graph = trace(source, **inputs)
        result = backward(graph)
    except InputError:
        return
    typed = parse(source)
    exact = jax.grad(lambda values: typed(**values))({name: np.float32(value) for name, value in inputs.items()})
    totals: dict[str, float] = {}
    for node in graph.view().nodes:
        if not graph[node].operands:
            continue
        for language in ("ko", "en"):
            said = forward_words(graph, node, language).sentence
            value = read("값은 #입니다" if language == "ko" else " is #", said)[0]
            assert not np.isfinite(graph[node].value) or value == near(graph[node].value)
    for step in result.steps:
        totals[step.operand] = totals.get(step.operand, 0.0) + float(step.contribution)
        if not np.isfinite(float(step.total)):
            return
        for language in ("ko", "en"):
            ko = language == "ko"
            said = backward_words(result, step, result.steps, language).sentence
            (upstream,) = read("온 #에" if ko else "Back: # arrives", said)
            (local,) = read("국소 미분 #" if ko else "local derivative # this", said)
            (received,) = read("받는 값은 #입니다" if ko else "this gives # for", said)
            assert (upstream, received) == (near(step.upstream_gradient), near(step.contribution))
            assert np.isclose(upstream * local, received, rtol=2e-2, atol=1e-30)
            if step.num_branches > 1:
                whole = step.branch == step.num_branches
                endings = ("받은 합은 #", "모두 더하면 #") if ko else (" has #", "together give #")
                assert np.isclose(read(endings[whole], said)[-1], totals[step.operand], rtol=6e-3, atol=1e-6)
    for name, gradient in exact.items():
        assert np.isclose(totals.get(name, 0.0), float(gradient), rtol=1e-4, atol=1e-6)
