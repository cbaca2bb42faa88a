"""What a node's panel is written from: δ and its terms, and the update that the optimizer makes of the gradient."""

import numpy as np
import pytest

from simulator.scenes.training.pictures.of_run import run_picture
from tests.scenes.training.runs import run_of


def content_of(**changes):
    run = run_of(rows=60, epochs=4, **changes)
    return run, run_picture(run, "network", "en").content


@pytest.mark.parametrize("clip", [None, 0.05])
def test_the_written_update_of_gradient_descent_is_the_one_that_is_made(clip):
    run, content = content_of(clip=clip)
    passes, lines = content["passes"], content["lines"]
    assert (passes["clip"] < 1).all() == (clip is not None)
    for layer in range(3):
        gradient = lines["gradient"]["values"][layer]
        step = -(passes["rate"] * passes["clip"])[:, None, None] * gradient
        np.testing.assert_allclose(lines["update"]["values"][layer], step, rtol=1e-4, atol=1e-8)
    assert passes["made"].tolist() == [True] * (len(passes["made"]) - 1) + [False]
    first, second = (run.params_at(int(step)) for step in run.frames.step[:2])
    after = content["lines"]["weight"]["values"][1][0] + content["lines"]["update"]["values"][1][0]
    assert run.frames.step[1] == 1
    np.testing.assert_array_equal(after, second[1].weight)
    assert not np.array_equal(first[1].weight, second[1].weight)


@pytest.mark.parametrize(
    ("loss", "output", "expected"),
    [
        ("cross_entropy", "auto", lambda y, t: y - t),
        ("mse_mean", "tanh", lambda y, t: (y - t) * (1 - y**2)),  # over two outputs
        ("mse_batch_mean", "identity", lambda y, t: 2 * (y - t)),
        ("mse_half_sum", "sigmoid", lambda y, t: (y - t) * y * (1 - y)),
    ],
)
def test_the_outputs_delta_is_the_product_that_is_written(loss, output, expected):
    _, content = content_of(loss=loss, output=output, rate=0.01)
    passes = content["passes"]
    y, target, delta = passes["activation"][-1], passes["target"], passes["delta"][-1]
    np.testing.assert_allclose(delta, expected(y, target), rtol=2e-4, atol=1e-6)
    written = y - target if passes["natural"] else passes["factor"] * (y - target) * passes["derivative"][-1]
    np.testing.assert_allclose(delta, written, rtol=2e-4, atol=1e-6)
    assert passes["summed"] == (loss == "mse_half_sum")


def test_with_a_penalty_its_part_of_the_gradient_is_told_apart():
    _, content = content_of(l1=0.001, l2=0.01)
    weight, gradient = (content["lines"][name]["values"][1] for name in ("weight", "gradient"))
    part = gradient - content["passes"]["data_gradient"][1]
    np.testing.assert_allclose(part, 0.001 * np.sign(weight) + 0.02 * weight, rtol=1e-3, atol=1e-6)
    assert content_of()[1]["passes"]["data_gradient"] is None
