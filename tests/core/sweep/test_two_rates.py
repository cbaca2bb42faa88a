"""Training with two rates in float64: against a loop of its own in NumPy, deep zooms, and nothing else in float64."""

import threading

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.core.sweep.map import STAYED
from simulator.core.sweep.two_rates import MAX_STEPS, descend, problem, rounding, sweep_rates, tanh_and_slope

DEEP = (31264.250276603, 31264.250301744), (19.316993263871, 19.316993271638)


def by_numpy(
    width: int, rate_one: float, rate_two: float, num_steps: int, dtype: type = np.float64, order: int = 1
) -> np.ndarray:
    """Train one network, example by example in the formulas; return the loss before every step.

    ``order`` −1 adds up the examples from the last to the first.
    """
    inputs, targets, first, second = (array.astype(dtype) for array in problem(width, 0))
    inputs, targets = inputs[::order], targets[::order]
    count, losses = len(inputs), []
    rate_one, rate_two = dtype(rate_one), dtype(rate_two)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(num_steps):
            z = dtype(np.sqrt(2.0 / width)) * np.einsum("ai,ik->ak", inputs, first)
            a = np.tanh(z)
            y = np.einsum("ak,k->a", a, second) / dtype(width)
            losses.append(np.mean((y - targets) ** 2))
            dy = dtype(2) * (y - targets) / dtype(count)
            dv = np.einsum("a,ak->k", dy, a) / dtype(width)
            dz = np.einsum("a,k,ak->ak", dy, second, 1 / np.cosh(z) ** 2) / dtype(width)
            dw = dtype(np.sqrt(2.0 / width)) * np.einsum("ai,ak->ik", inputs, dz)
            first, second = first - rate_one * dw, second - rate_two * dv
    return np.array(losses)


def spread(low: float, high: float, count: int) -> tuple[float, ...]:
    return tuple(np.linspace(low, high, count).tolist())


def test_losses_are_those_of_numpy():
    rates = np.array([[1.0, 1.0], [300.0, 20.0], [2e3, 5.0], [10.0, 9.0]])
    found = descend(problem(4, 0), rates, 120)
    assert found.dtype == np.float64 and found.shape == (4, 120)
    for one, (rate_one, rate_two) in zip(found, rates, strict=True):
        np.testing.assert_allclose(one[:40], by_numpy(4, rate_one, rate_two, 40), rtol=1e-7)


def test_the_gradient_is_that_of_autodiff():
    given = problem(4, 3)
    inputs, targets, first, second = given

    def loss(first, second):
        return jnp.mean((jnp.tanh(inputs @ first * np.sqrt(0.5)) @ second / 4 - targets) ** 2)

    with jax.enable_x64(True):
        values = [np.asarray(gradient) for gradient in jax.grad(loss, argnums=(0, 1))(first, second)]
        after = float(loss(first - 0.5 * values[0], second - 0.25 * values[1]))
    assert descend(given, np.array([[0.5, 0.25]]), 2)[0, 1] == pytest.approx(after, rel=1e-13)


def test_a_billionth_of_the_map_is_real():
    assert all(high / low - 1 < 1e-9 for low, high in DEEP)
    xs, ys = (spread(low, high, 8) for low, high in DEEP)
    found = sweep_rates(8, 0, 100, xs, ys)
    forward, backward = (
        np.array([[_converges(by_numpy(8, x, y, 100, order=order)) for y in ys] for x in xs]) for order in (1, -1)
    )
    assert (forward == found.converged).mean() >= 0.85  # rounding decides some, and each program rounds in its own way:
    assert (forward == backward).mean() < 1.0  # in another order, NumPy does not agree with itself either
    assert 5 < found.converged.sum() < 59  # neighbours end differently
    assert len({np.float32(x) for x in xs}) == len({np.float32(y) for y in ys}) == 1
    alike = {by_numpy(8, x, y, 100, np.float32).tobytes() for x, y in ((xs[0], ys[0]), (xs[-1], ys[-1]))}
    assert len(alike) == 1  # in float32 it is one and the same run


def _converges(losses: np.ndarray) -> bool:
    final = losses[-20:].mean()
    return bool(np.isfinite(final) and final < losses[0])


def test_tanh_and_its_slope_are_right_to_the_last_digits():
    z = np.concatenate([np.linspace(-40, 40, 4001), [0.0, -1e-9, 1e-9]])
    with jax.enable_x64(True):
        tanh, slope = (np.asarray(one) for one in jax.jit(tanh_and_slope)(z))
    exact = z.astype(np.longdouble)
    np.testing.assert_allclose(tanh, np.tanh(exact).astype(float), rtol=0, atol=3e-16)
    np.testing.assert_allclose(slope, (1 / np.cosh(exact) ** 2).astype(float), rtol=1e-15)


def test_what_rounding_decides_is_counted():
    xs, ys = (spread(low, high, 16) for low, high in DEEP)
    found, told = sweep_rates(8, 0, 100, xs, ys), []
    counted = rounding(8, 0, 100, found, lambda *at: told.append(at))
    given = problem(8, 0)
    turned = given._replace(inputs=given.inputs[::-1].copy(), targets=given.targets[::-1].copy())
    again = [_converges(losses) for losses in descend(turned, np.array([(x, y) for x in xs for y in ys]), 100)]
    changed = int((np.array(again) != found.converged.ravel()).sum())
    assert counted == (256, changed) and told[-1] == (256, 256)
    assert 0 < changed <= 26
    smooth = sweep_rates(4, 0, 50, spread(1, 2, 40), spread(1, 2, 3))
    assert rounding(4, 0, 50, smooth, lambda _done, _total: None) == (48, 0)
    assert rounding(4, 0, 50, smooth, lambda _done, _total: False) is None


def test_pixels_are_single_runs_and_come_coarse_first():
    xs, ys = tuple(np.geomspace(1e3, 1e5, 24)), tuple(np.geomspace(5.0, 50.0, 24))
    shown, told = [], []
    found = sweep_rates(4, 1, 60, xs, ys, progress=lambda done, total: told.append((done, total)), show=shown.append)
    assert [one.stride for one in shown] == [2, 1] and shown[0].known.sum() == 144
    assert told[0] == (64, 576) and told[-1] == (576, 576)
    assert 0 < found.converged.sum() < 576
    for column, row in ((0, 0), (23, 23), (11, 17), (18, 3)):
        losses = descend(problem(4, 1), np.array([[xs[column], ys[row]]]), 60)[0]
        final = losses[-20:].mean()
        assert found.start_loss[column, row] == losses[0]
        np.testing.assert_equal(found.final_loss[column, row], final)
        below = [step for step, loss in enumerate(losses) if loss < losses[0]]
        left = STAYED if np.isfinite(final) and final < losses[0] else max(below, default=0) + 1
        assert found.left_step[column, row] == left


def test_a_stopped_map_keeps_what_it_has():
    found = sweep_rates(4, 0, 50, spread(1, 2, 20), spread(1, 2, 20), progress=lambda _done, _total: False)
    assert found.known.sum() == 64 and np.isnan(found.final_loss[~found.known]).all()


def test_everything_else_stays_in_float32():
    seen, done = [], threading.Event()

    def others() -> None:
        while not done.is_set():
            seen.append(jnp.ones(3).dtype)

    other = threading.Thread(target=others)
    other.start()
    rates = np.full((64, 2), 1.0)
    inside = descend(problem(8, 0), rates, MAX_STEPS)
    done.set()
    other.join()
    assert inside.dtype == np.float64 and jnp.ones(3).dtype == np.float32
    assert seen and set(seen) == {np.dtype(np.float32)}
