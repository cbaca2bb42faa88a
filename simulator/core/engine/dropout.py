"""Dropout's random choices: which values of a mini-batch are let through at a step."""

import jax


def dropout_keys(seed, step, num_layers: int):
    """Return the random keys of the hidden layers at one step: (num_layers,)."""
    return jax.random.split(jax.random.fold_in(jax.random.key(seed), step), num_layers)


def let_through(key, dropout, shape: tuple[int, ...]):
    """Return which values pass, each with probability 1 − ``dropout``: bool of a shape (batch, units)."""
    return jax.random.bernoulli(key, 1.0 - dropout, shape)
