"""Where a gradient becomes exactly 0: the same network with every stored number in float32, bfloat16 or float16."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from simulator.core.activations import ACTIVATIONS_TABLE
from simulator.core.initializers import initialize
from simulator.core.network import NetworkConfig
from simulator.core.propagation.batch import Batch
from simulator.core.propagation.padding import check_uniform
from simulator.errors import InputError

FORMATS: dict[str, Any] = {name: np.dtype(getattr(jnp, name)) for name in ("float32", "bfloat16", "float16")}


class Underflow(NamedTuple):
    """Gradient norms of one network in one number format."""

    format: str
    grad_norm: np.ndarray  # (layers + 1,) ‖∂L/∂z‖, the logits last; the norm itself is taken in float64
    zero_layers: int  # hidden layers, counted from the input, whose gradient is exactly 0 for every node and example
    smallest_normal: float
    smallest: float  # smallest positive number: subnormal, with fewer digits

    @property
    def reach(self) -> int | None:
        """Hidden layers that the gradient gets to, counted from the output; ``None`` where it arrives at the first."""
        return len(self.grad_norm) - 1 - self.zero_layers if self.zero_layers else None


def underflow(network: NetworkConfig, batch: Batch, seed: int) -> tuple[Underflow, ...]:
    """Compute one plain network forward and backward in each number format, its weights included.

    Sums inside a matrix product run in float32, as on accelerators; every value that is stored is rounded to the
    format. Numbers below the smallest normal one are kept while the format has them; XLA on a CPU and some
    accelerators take them for 0, so that a float32 gradient ends at 1.2e-38 there.

    Raises:
      InputError: for normalization or residual connections, which this small computation leaves out.
    """
    check_uniform(network)
    if network.normalizations[0] != "none" or any(network.residuals):
        raise InputError("depth:plain_only")
    results = []
    for name, kind in FORMATS.items():
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            norm = _grad_norms(network, batch, seed, kind)
        info = jnp.finfo(kind)
        zero = int(np.argmax(norm[:-1] != 0)) if norm[:-1].any() else len(norm) - 1
        results.append(Underflow(name, norm, zero, float(info.smallest_normal), float(info.smallest_subnormal)))
    return tuple(results)


def _grad_norms(network: NetworkConfig, batch: Batch, seed: int, kind: Any) -> np.ndarray:
    """Return ‖∂L/∂z‖ of every layer with all stored numbers of one format."""

    def stored(values: Any) -> np.ndarray:
        return np.asarray(values, np.float32).astype(kind).astype(np.float32)

    entry = ACTIVATIONS_TABLE[network.activation]
    weights = [stored(layer.weight) for layer in initialize(network, seed)]
    value, pre_activations = stored(batch.inputs), []
    for weight in weights[:-1]:
        z = stored(value @ weight)
        value = stored(entry.function(z, network.negative_slope))
        pre_activations.append(z)
    logits = stored(value @ weights[-1])
    exponential = np.exp(logits - logits.max(axis=1, keepdims=True))
    probability = stored(exponential / exponential.sum(axis=1, keepdims=True))
    grad = stored((probability - batch.targets) / len(logits))
    norms = [np.linalg.norm(grad.astype(np.float64))]
    for weight, z in zip(reversed(weights[1:]), reversed(pre_activations), strict=True):
        arriving = stored(grad @ weight.T)
        grad = stored(arriving * stored(entry.derivative(z, network.negative_slope)))
        norms.append(np.linalg.norm(grad.astype(np.float64)))
    return np.array(norms[::-1])


class Repeated(NamedTuple):
    """What becomes of a 1 that is multiplied by the same factor again and again, rounded each time."""

    zero_after: int | None  # multiplications until it is exactly 0; None where it never is, or not within MOST_LAYERS
    stays: bool  # rounding holds it: no further multiplication changes it
    value: float  # that is left


MOST_LAYERS = 100_000


def repeated(factor: float, kind: str) -> Repeated:
    """Multiply a 1 of a format by ``factor`` until it is 0, or no longer changes, or ``MOST_LAYERS`` are done.

    With a factor above ½ the smallest number of a format rounds back to itself: it is never 0.

    Args:
      factor: between 0 and 1, without 1 itself.
      kind: a key of ``FORMATS``.

    >>> repeated(0.01, "float32").zero_after, repeated(0.01, "float16").zero_after
    (23, 4)
    >>> repeated(0.9, "float32")
    Repeated(zero_after=None, stays=True, value=5.605193857299268e-45)
    """
    number = FORMATS[kind].type
    value, step = number(1.0), number(factor)
    with np.errstate(under="ignore"):
        for count in range(1, MOST_LAYERS + 1):
            before, value = value, number(value * step)
            if value in (0, before):
                return Repeated(count if value == 0 else None, bool(value != 0), float(value))
    return Repeated(None, False, float(value))
