"""Random expressions of the typed language: mostly ones that a learner could type, some that fit nowhere."""

import random

from simulator.graph.functions import FUNCTIONS

NAMES = ("x", "y", "w", "m", "pi")
NUMBERS = ("0", "1", "2", "0.5", "-1.5", "1e-3", "3e38", "[1, 2]", "[[1, 2], [3, 4]]")
OPERATORS = ("+", "-", "*", "/", "@", "**", ">", ">=", "<", "<=", "==", "!=")
WHOLE = ("0", "1", "-1", "2", "3", "64", "512", "4096", "99999")
VALUES = ("0", "0.5", "-2", "1e30", "1/3", "[1, 2, 3]", "[[1, 2], [3, 4]]", "one_hot(1, 512)", "outer([1, 2], [3, 4])")


def random_expression(choose: random.Random, depth: int = 3) -> str:
    """Return one expression; equal generators give equal texts."""
    kind = choose.random()
    if depth == 0 or kind < 0.2:
        return choose.choice(NAMES if choose.random() < 0.7 else NUMBERS)
    if kind < 0.5:
        left, right = (random_expression(choose, depth - 1) for _ in range(2))
        return f"({left}{choose.choice(OPERATORS)}{right})"
    if kind < 0.6:
        return f"-{random_expression(choose, depth - 1)}"
    name = choose.choice(tuple(FUNCTIONS))
    function = FUNCTIONS[name]
    count = choose.randint(function.min_arguments, min(function.max_arguments, 4))
    given = [
        choose.choice(WHOLE) if place in function.literal else random_expression(choose, depth - 1)
        for place in range(count)
    ]
    if function.axis and choose.random() < 0.1:
        given.append(f"axis={choose.choice(WHOLE[:4])}")
    return f"{name}({', '.join(given)})"


def random_link(choose: random.Random) -> dict[str, str]:
    """Return the query of a link to the graph page."""
    expression = random_expression(choose)
    if choose.random() < 0.9:
        expression = f"sum({expression})"
    inputs = [f"{name}={choose.choice(VALUES)}" for name in NAMES if choose.random() < 0.4]
    return {"expr": expression} | ({"inputs": ";".join(inputs)} if inputs else {})
