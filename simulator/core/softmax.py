"""Softmax with a temperature: probabilities, entropy, loss, gradient and Jacobian of one vector of logits.

Everything here is float64 NumPy on a handful of numbers. The page's browser code computes the same equations while a
bar is dragged; a test holds the two together. What happens in float16 and float32 is in
``simulator.scenes.softmax.precision``.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

MIN_TEMPERATURE = 0.05
MAX_TEMPERATURE = 20.0
SWEEP_POINTS = 121


class Examination(NamedTuple):
    """What softmax makes of one vector of logits."""

    probabilities: Float[np.ndarray, " classes"]
    entropy: float  # nats, from 0 (one class is certain) to ln(classes) (all equal)
    largest: int  # index of the largest probability, the first of equals
    loss: float  # −log p[target], nats
    gradient: Float[np.ndarray, " classes"]  # ∂loss/∂logits = (p − t)/T


class Sweep(NamedTuple):
    """The same logits at many temperatures."""

    temperature: Float[np.ndarray, " points"]
    probabilities: Float[np.ndarray, "points classes"]
    entropy: Float[np.ndarray, " points"]  # nats


def softmax(logits: Float[np.ndarray, " classes"], temperature: float = 1.0) -> Float[np.ndarray, " classes"]:
    """Turn logits into probabilities, pₖ = exp(zₖ/T) / Σⱼ exp(zⱼ/T).

    The largest logit is subtracted first, which changes nothing in p and keeps every exponential at 1 or below.

    Args:
      logits: z, any finite numbers.
      temperature: T > 0. T → 0 gives all to the largest logit, T → ∞ gives every class the same.

    Returns:
      Probabilities that sum to 1.

    >>> softmax(np.array([1.54, 2.90, -0.26])).round(3).tolist()
    [0.198, 0.77, 0.033]
    """
    return np.exp(log_softmax(logits, temperature))


def log_softmax(logits: Float[np.ndarray, " classes"], temperature: float = 1.0) -> Float[np.ndarray, " classes"]:
    """Return log p in nats, finite even where p itself underflows to 0."""
    shifted = (logits - logits.max()) / temperature
    return shifted - np.log(np.exp(shifted).sum())


def examine(logits: Float[np.ndarray, " classes"], temperature: float, target: int) -> Examination:
    """Compute everything that the picture of one softmax shows.

    Args:
      logits: z.
      temperature: T > 0.
      target: index of the right class; the target vector t is one-hot there.

    Returns:
      Probabilities, entropy −Σ p log p, the largest class, the cross-entropy −log p[target], and its gradient
      (p − t)/T with respect to the logits.

    >>> examine(np.array([1.54, 2.90, -0.26]), 1.0, 1).gradient.round(3).tolist()
    [0.198, -0.23, 0.033]
    """
    log_probabilities = log_softmax(logits, temperature)
    probabilities = np.exp(log_probabilities)
    one_hot = np.zeros_like(probabilities)
    one_hot[target] = 1.0
    return Examination(
        probabilities=probabilities,
        entropy=float(-(probabilities * log_probabilities).sum()),
        largest=int(probabilities.argmax()),
        loss=float(-log_probabilities[target]),
        gradient=(probabilities - one_hot) / temperature,
    )


def jacobian(logits: Float[np.ndarray, " classes"], temperature: float = 1.0) -> Float[np.ndarray, "classes classes"]:
    """Return ∂p/∂z = (diag(p) − p pᵀ)/T; row k holds ∂pₖ/∂z.

    Every column sums to 0, as the probabilities share a fixed sum; every row does, as a shift of all logits changes
    nothing. The rank is one less than the number of classes.
    """
    probabilities = softmax(logits, temperature)
    return (np.diag(probabilities) - np.outer(probabilities, probabilities)) / temperature


def sweep(logits: Float[np.ndarray, " classes"], temperatures: Float[np.ndarray, " points"] | None = None) -> Sweep:
    """Compute the probabilities and their entropy over a range of temperatures.

    Args:
      logits: z.
      temperatures: where to compute; by default evenly on a log scale over the range of the page's slider.
    """
    if temperatures is None:
        temperatures = np.geomspace(MIN_TEMPERATURE, MAX_TEMPERATURE, SWEEP_POINTS)
    logs = np.stack([log_softmax(logits, float(temperature)) for temperature in temperatures])
    probabilities = np.exp(logs)
    return Sweep(temperatures, probabilities, -(probabilities * logs).sum(axis=1))


def draw_classes(probabilities: Float[np.ndarray, " classes"], num_draws: int, seed: int) -> Int[np.ndarray, " draws"]:
    """Draw classes at random with the given probabilities, as a language model draws its next word.

    The same seed draws the same uniform numbers for every temperature, so that a change in the counts comes from the
    temperature alone.

    >>> draw_classes(np.array([0.0, 1.0]), 3, seed=0).tolist()
    [1, 1, 1]
    """
    uniform = np.random.Generator(np.random.Philox(key=[seed, 0])).random(num_draws)
    edges = np.cumsum(probabilities)
    # The last edge is 1 up to rounding; a uniform number beyond it belongs to the last class that can occur.
    last = int(np.flatnonzero(probabilities)[-1])
    return np.minimum(np.searchsorted(edges, uniform, side="right"), last).astype(np.int64)


def sigmoid(logits: Float[np.ndarray, " points"]) -> Float[np.ndarray, " points"]:
    """Return 1/(1 + exp(−z)), without overflow for any z.

    >>> float(sigmoid(np.array([0.0]))[0])
    0.5
    """
    return np.exp(-np.logaddexp(0.0, -logits))
