"""Code as readers see it: the rule that is checked, and the backward pass of the hunt with what its checks say."""

import re
from collections.abc import Collection

import numpy as np
import pandas as pd

from simulator.core.checks import backward_listing, rule_name, rule_source
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.trust_lab.numbers import Puzzle
from simulator.texts import text
from simulator.texts.numbers import number_text

RESULTS = {None: "unchecked", True: "passes", False: "fails"}
"""Whether a check passes, where it has been made → its word."""


def rule_listing(rule: str, language: str) -> Picture:
    """Show the code of a hand-written rule, forward and backward, as it runs."""
    return _listing(
        rule_source(rule).rstrip().splitlines(),
        {},
        language,
        title=text(language, "trust_lab.code.title"),
        described=text(language, "trust_lab.code.alt", rule=rule_name(language, rule)),
    )


def hunt_listing(puzzle: Puzzle, checked: Collection[str], language: str) -> Picture:
    """Show the backward pass as it should be; the lines that make a gradient say what its check said."""
    lines = backward_listing().splitlines()
    results = {}
    for place, name in checked_lines(lines).items():
        check = puzzle.checks[name]
        passes = check.passes if name in checked else None
        word = text(language, f"trust_lab.hunt.{RESULTS[passes]}")
        said = word if passes is None else f"{word} {number_text(check.error)}"
        results[place] = (RESULTS[passes], f"{name} {said}")
    return _listing(
        lines,
        results,
        language,
        title=text(language, "trust_lab.hunt.title"),
        described=text(language, "trust_lab.hunt.alt", said="; ".join(said for _, said in results.values())),
    )


def checked_lines(lines: Collection[str]) -> dict[int, str]:
    """Return the places of the lines that compute a gradient, and whose it is.

    >>> checked_lines(["dW = x.T @ d_out", "db = d_out.sum(axis=0)", 'gradients["W3"], gradients["b3"] = dW, db'])
    {0: 'W3', 1: 'b3'}
    """
    found: dict[int, str] = {}
    made: dict[str, int] = {}
    for place, line in enumerate(lines):
        target = line.partition(" = ")[0]
        if target in ("dW", "db"):
            made[target] = place
        elif target.startswith("gradients"):
            found |= dict(zip((made["dW"], made["db"]), re.findall(r'"(\w+)"', target), strict=True))
    return found


def checks_table(puzzle: Puzzle, checked: Collection[str], language: str) -> pd.DataFrame:
    """Return the parameters with what their checks have said; an unchecked one has no error."""
    columns = [text(language, f"trust_lab.hunt.{name}") for name in ("parameter", "error", "result")]
    rows = []
    for name, check in puzzle.checks.items():
        done = name in checked
        result = text(language, f"trust_lab.hunt.{RESULTS[check.passes if done else None]}")
        rows.append((name, check.error if done else np.nan, result))
    return pd.DataFrame(rows, columns=columns)


def _listing(
    lines: list[str], results: dict[int, tuple[str, str]], language: str, *, title: str, described: str
) -> Picture:
    said = [results.get(place, ("", "")) for place in range(len(lines))]
    headings = {name: text(language, f"trust_lab.axis.{name}") for name in ("line", "code", "said")}
    return Picture(
        title=title,
        alt=described,
        kind="listing",
        content={"lines": lines, "results": [result for result, _ in said]},
        words={str(place): words for place, (_, words) in results.items()},
        tables={
            "lines": {
                "line": list(range(1, len(lines) + 1)),
                "code": lines,
                "said": [words for _, words in said],
            }
        },
        reading=Reading("lines", headings),
    )
