"""Every step of a small run as vectors: parameters, gradient and what the optimizer remembers; and losses anywhere.

A vector holds all numbers of a network in the order of its layers: W (fan_in, fan_out) row by row, then b.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Float, Int

from simulator.core.engine.execution import EVERY_STEP_UP_TO, Execution
from simulator.core.engine.frames import moment_at
from simulator.core.engine.inspection import Moment
from simulator.core.engine.job import Job
from simulator.core.engine.program import Data, evaluate_rows, forward_backward, gather
from simulator.core.engine.programs import Programs
from simulator.core.engine.settings import Settings
from simulator.core.engine.shapes import Shape
from simulator.core.engine.weights import unpack, unpad_params
from simulator.errors import check_integer

MAX_STEPS = EVERY_STEP_UP_TO
"""Updates of a run up to which all of this is there."""
_POINTS = 64
"""Networks evaluated in one call."""
_FIRST = ("momentum", "nesterov", "adam", "adamw")
_SECOND = {"adagrad": 0, "rmsprop": 0, "adam": 1, "adamw": 1}
"""Optimizer → slot of the engine's state that holds its squared gradients."""


class History(NamedTuple):
    """Every step of a run; row k belongs to the parameters before update k, the last row to the end of training.

    What is remembered in row k is what the optimizer knew before update k; 0 where it keeps no such thing.
    """

    theta: Float[np.ndarray, "steps parameters"]
    gradient: Float[np.ndarray, "steps parameters"]  # of the mini-batch of update k
    first: Float[np.ndarray, "steps parameters"]  # velocity v, or mean of the gradients m
    second: Float[np.ndarray, "steps parameters"]  # sum or mean of the squared gradients s


class Measured(NamedTuple):
    """What networks are worth."""

    loss: Float[np.ndarray, " points"]  # of all training rows, without penalty
    accuracy: Float[np.ndarray, " points"]  # of the validation rows


def parameter_index(layer_sizes: tuple[int, ...], layer: int, source: int, unit: int) -> int:
    """Return where the weight from ``source`` to ``unit`` of a layer stands in a vector; all count from 0.

    >>> parameter_index((2, 3, 1), 1, 2, 0)
    11
    """
    before = sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(layer_sizes[: layer + 1]))
    return before + source * layer_sizes[layer + 1] + unit


def history(execution: Execution) -> History:
    """Return every step of a run of at most ``MAX_STEPS`` updates of a network that the engine keeps as one vector."""
    check_integer("step", execution.num_steps, 1, MAX_STEPS)
    job = execution.job
    moments = [moment_at(execution, step) for step in range(execution.num_steps + 1)]
    own = _columns(job)
    filled = moments + [moments[-1]] * (MAX_STEPS + 1 - len(moments))
    stacked = jax.tree.map(lambda *leaves: np.stack(leaves), *filled)
    gradient = np.asarray(_gradients(stacked, job.data, job.settings, shape=job.shape))[: len(moments), own]
    theta = np.stack([moment.packed for moment in moments])[:, own]
    name, slots = job.training.optimizer, [moment.moments.slots for moment in moments]

    def remembered(slot: int | None) -> np.ndarray:
        return np.zeros_like(theta) if slot is None else np.stack([one[slot] for one in slots])[:, own]

    return History(theta, gradient, remembered(0 if name in _FIRST else None), remembered(_SECOND.get(name)))


def theta_at(execution: Execution, steps: Int[np.ndarray, " points"]) -> Float[np.ndarray, "points parameters"]:
    """Return the parameters of some steps, one vector a step."""
    return np.stack([execution.state_at(int(step)).packed for step in steps])[:, _columns(execution.job)]


def measured_at(job: Job, theta: Float[np.ndarray, "points parameters"]) -> Measured:
    """Return loss and accuracy of networks that need not be those of a step.

    Args:
      job: whose data are used; it has validation rows.
      theta: one vector a network.
    """
    packed = np.zeros((-(-len(theta) // _POINTS) * _POINTS, job.start().packed.size), np.float32)
    packed[: len(theta), _columns(job)] = theta
    parts = [
        _measure(packed[start : start + _POINTS], job.data, np.int32(job.num_train), job.settings, shape=job.shape)
        for start in range(0, len(packed), _POINTS)
    ]
    loss, accuracy = (np.concatenate([np.asarray(part[k]) for part in parts])[: len(theta)] for k in range(2))
    return Measured(loss, accuracy)


def _columns(job: Job) -> Int[np.ndarray, " parameters"]:
    """Return where the numbers of a network stand in the engine's padded vector."""
    places = np.arange(job.start().packed.size)
    layers = unpad_params(unpack(places, job.shape), None, job.network)
    return np.concatenate([part.reshape(-1) for layer in layers for part in (layer.weight, layer.bias)]).astype(int)


@Programs
def _gradients(moments: Moment, data: Data, settings: Settings, *, shape: Shape) -> Any:
    """Return the gradient of every moment."""

    def gradient(moment: Moment):
        inputs, targets, present = gather(data, moment.indices)
        return forward_backward(
            moment.packed, moment.running, inputs, targets, present, moment.step, settings, shape
        ).gradients

    return lax.map(gradient, moments)


@Programs
def _measure(packed, data: Data, num_train, settings: Settings, *, shape: Shape) -> Any:
    """Return the loss of all training rows and the accuracy of all validation rows, for each network."""

    def measure(one):
        weights = unpack(one, shape)
        trained = (jnp.arange(data.inputs.shape[0]) < num_train).astype(jnp.float32)
        loss, _ = evaluate_rows(weights, None, data.inputs, data.targets, trained, settings, shape)
        held = (jnp.arange(data.validation_inputs.shape[0]) < data.num_validation).astype(jnp.float32)
        _, right = evaluate_rows(weights, None, data.validation_inputs, data.validation_targets, held, settings, shape)
        scale = settings.loss_scale * jnp.where(settings.loss_per_example, 1.0 / num_train, 1.0)
        return loss * scale, right / data.num_validation

    return lax.map(measure, packed)
