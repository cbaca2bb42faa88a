"""Every topic with its generator; a topic and a seed make the same exercise everywhere."""

import re
from collections.abc import Callable
from dataclasses import replace

from simulator.course.exercises import backward, depth, information, layers, optimizers, softmax, wrong_step
from simulator.course.exercises.exercise import Coincidence, Draw, Exercise
from simulator.course.grading import Verdict, grade
from simulator.errors import InputError
from simulator.texts import has_text, text

Generator = Callable[[Draw], Exercise]
GROUPS: dict[str, dict[str, Generator]] = {
    "layers": {"forward": layers.forward, "collapse": layers.collapse, "parameters": layers.parameters},
    "softmax": {
        "softmax": softmax.softmax,
        "temperature": softmax.temperature,
        "cross_entropy_gradient": softmax.cross_entropy_gradient,
        "saturated": softmax.saturated,
    },
    "information": {
        "entropy": information.entropy,
        "huffman": information.huffman,
        "code_cost": information.code_cost,
    },
    "backward": {
        "slope": backward.slope,
        "weight_chain": backward.weight_chain,
        "paths": backward.paths,
        "shapes": backward.shapes,
        "affine": backward.affine,
        "wrong_step": wrong_step.wrong_step,
    },
    "depth": {
        "sigmoid_bound": depth.sigmoid_bound,
        "init_deviation": depth.init_deviation,
        "init_signal": depth.init_signal,
    },
    "optimizers": {
        "rate_bound": optimizers.rate_bound,
        "descent": optimizers.descent,
        "momentum": optimizers.momentum,
        "adam": optimizers.adam,
    },
}
"""Topics by what they belong to, in the order of the course."""
TOPICS: dict[str, Generator] = {topic: make for group in GROUPS.values() for topic, make in group.items()}
LARGEST_SEED = 99_999
ATTEMPTS = 2_000
"""Drawings after which there is something wrong with a generator."""
LAZY = ("0", "1", "2", "1/2", "4", "1/4")
"""What anyone may try, and the numbers in the words of the problems."""
_FRACTION = re.compile(r"\\t?frac\{(-?[\d.]+)\}\{(-?[\d.]+)\}")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:/\d+)?")


def exercise(topic: str, seed: int) -> Exercise:
    """Return the exercise of a topic and a seed: the first drawing in which nothing coincides.

    >>> made = exercise("rate_bound", 1)
    >>> made == exercise("rate_bound", 1), made.question.kind
    (True, 'number')

    Raises:
      InputError: when there is no such topic, or the seed is not a whole number from 0 to ``LARGEST_SEED``.
    """
    if topic not in TOPICS:
        raise InputError("exercises:topic", value=topic, choices=list(TOPICS))
    if not 0 <= seed <= LARGEST_SEED:
        raise InputError("exercises:seed", value=seed, largest=LARGEST_SEED)
    for attempt in range(ATTEMPTS):
        try:
            made = TOPICS[topic](Draw(topic, seed, attempt))
        except Coincidence:
            continue
        if not any(grade(made.question, given).correct for given in (*LAZY, *printed(made))):
            return replace(made, topic=topic, seed=seed)
    raise AssertionError(f"{topic} {seed}: nothing but coincidences")


def printed(made: Exercise) -> tuple[str, ...]:
    """Return every number that a problem shows, as anyone might type it without thinking."""
    if made.question.kind == "choice":
        return ()
    shown = [line.formula for line in made.given]
    shown += [str(value) for line in made.given for value in line.words.values.values()]
    shown += [str(value) for value in made.question.details.values()]
    found = [number for one in shown for number in _NUMBER.findall(_FRACTION.sub(r" \1/\2 ", one))]
    return tuple(dict.fromkeys(number for one in found for number in (one, one.lstrip("-"), *one.split("/"))))


def said(made: Exercise, verdict: Verdict, language: str) -> str:
    """Return what is said to an answer: to a wrong one what went wrong, or what to look at."""
    if verdict.correct or verdict.code == "unreadable":
        return verdict.text(language)
    own = f"exercises.explain.{verdict.misconception}"
    if verdict.misconception is None:
        return text(language, f"exercises.wrong.{made.topic}")
    return text(language, own) if has_text(language, own) else verdict.text(language)


def title(topic: str, language: str) -> str:
    """Return the name of a topic."""
    return text(language, f"exercises.{topic}.title")


def group_title(group: str, language: str) -> str:
    """Return what a group of topics is about."""
    return text(language, f"exercises.group.{group}")
