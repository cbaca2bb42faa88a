"""Runs that the tests of sentences share, and the numbers of a sentence."""

import re
from functools import cache

from simulator.core.run import Run, train
from simulator.scenes.training.settings import Training

NUMBER = re.compile(r"[−-]?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?%?")


@cache
def run_of(**changes) -> Run:
    settings = Training(**changes)
    dataset = settings.dataset()
    return train(settings.network(dataset), settings.training(), dataset)


def moons() -> Run:
    return run_of(epochs=40)


def sine() -> Run:
    return run_of(data="sine", loss="mse_mean", rate=0.05, epochs=40)


def broken() -> Run:
    return run_of(data="sine", loss="mse_mean", rate=50.0, epochs=40)


def without_hidden() -> Run:
    return run_of(hidden=(), epochs=40)


def dead() -> Run:
    return run_of(rate=20.0, epochs=40)


def numbers(sentence: str) -> list[str]:
    """Return the numbers of a sentence as they are written."""
    return NUMBER.findall(sentence)
