"""The trust lab in sentences: what errors, step sizes and passes say, and what a guess would have done."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from simulator.core.checks import (
    Comparison,
    HandNetwork,
    PassCount,
    PlantedBug,
    Sweep,
    agreement,
    bug_name,
    failing_checks,
    layers_of,
    rule_name,
)
from simulator.scenes.trust_lab.numbers import Puzzle
from simulator.scenes.trust_lab.pictures.passes import large_text, times_written
from simulator.scenes.trust_lab.pictures.step_size import error_at
from simulator.scenes.trust_lab.pictures.ways import MARKS, entry_names
from simulator.scenes.trust_lab.settings import PARAMETERS
from simulator.texts import text
from simulator.texts.numbers import number_text

FLAT = 1e-9
"""Central differences in float64 that err less at ε = 0.01 have no truncation error."""
ONE_FACTOR = 1e-3
"""Ratios that differ by less than this share are one factor: differences are not exact."""


def narrate_comparison(language: str, comparisons: tuple[Comparison, ...]) -> str:
    """Return what the errors of all operands of a rule say."""
    worst_hand = max(check.hand_error for check in comparisons)
    worst_finite = max(check.finite_error for check in comparisons)
    return text(
        language,
        f"trust_lab.says.{agreement(worst_hand) if worst_hand else 'same'}",
        rule=rule_name(language, comparisons[0].rule),
        hand=number_text(worst_hand),
        finite=number_text(worst_finite),
    )


def narrate_step_size(language: str, sweep: Sweep, epsilon: float) -> str:
    """Return what makes the error of central differences (float64) at a step size, and where it is least."""
    errors = sweep.central64
    least = int(np.argmin(errors))
    if truncation_free(sweep):
        side = "flat"
    elif abs(np.log10(epsilon / sweep.epsilon[least])) < 1.0:
        side = "best"
    else:
        side = "rounding" if epsilon < sweep.epsilon[least] else "truncation"
    return text(
        language,
        f"trust_lab.step_size.{side}",
        epsilon=number_text(epsilon),
        error=number_text(error_at(sweep.epsilon, errors, epsilon)),
        best=number_text(float(sweep.epsilon[least])),
        least=number_text(float(errors[least])),
    )


def truncation_free(sweep: Sweep) -> bool:
    """Say whether central differences have no truncation error: the loss is at most quadratic in what is changed."""
    return bool(sweep.central64[np.argmin(np.abs(sweep.epsilon - 1e-2))] < FLAT)


def narrate_passes(language: str, layer_sizes: tuple[int, ...], counts: PassCount) -> str:
    """Return what the counts and times of a network say."""
    return text(
        language,
        "trust_lab.passes.says",
        sizes="–".join(map(str, layer_sizes)),
        parameters=f"{counts.num_parameters:,}",
        one_sided=f"{counts.one_sided:,}",
        central=f"{counts.central:,}",
        ratio=large_text(counts.central_seconds / counts.backpropagation_seconds, language),
        **{f"{way}_time": words for way, words in times_written(counts, language).items()},
    )


def narrate_guess(language: str, network: HandNetwork, bug: PlantedBug, guess: PlantedBug) -> str:
    """Return what a wrong guess would have done, beside what the checks really say."""
    name = bug_name(language, guess.kind)
    if guess.layer not in layers_of(guess.kind):
        return text(language, "trust_lab.guess.impossible", name=name, layer=guess.layer)
    would, does = failing_checks(network, guess), failing_checks(network, bug)
    entry = "same" if would == does else "other"
    nothing = text(language, "trust_lab.guess.none")
    return text(
        language,
        f"trust_lab.guess.{entry}",
        name=name,
        layer=guess.layer,
        would=", ".join(would) or nothing,
        does=", ".join(does) or nothing,
    )


def narrate_failing(language: str, network: HandNetwork, bug: PlantedBug) -> str:
    """Return why just these checks fail, once the bug is found."""
    names = failing_checks(network, bug)
    passing = [name for name in PARAMETERS if name not in names]
    below = all(int(name[1:]) <= bug.layer for name in names) and len(names) > 1
    entry = "alone" if len(names) == 1 else "all" if not passing else "below" if below else "some"
    return text(language, f"trust_lab.why.{entry}", names=", ".join(names), passing=", ".join(passing), layer=bug.layer)


def narrate_distances(language: str, comparisons: tuple[Comparison, ...]) -> str:
    """Return which gradient is furthest from autodiff, and by how much."""
    found = [(check.hand_error, "by_hand", check) for check in comparisons]
    found += [(check.finite_error, "finite", check) for check in comparisons]
    error, way, check = max(found, key=lambda one: one[0])
    return text(
        language,
        "trust_lab.errors.says",
        operand=text(language, f"trust_lab.operand.{check.operand}"),
        way=text(language, f"trust_lab.way.{way}"),
        error=number_text(error),
    )


def narrate_checks(language: str, puzzle: Puzzle, checked: Collection[str]) -> str:
    """Return which of the gradients checked so far fail and which pass."""
    failing = [name for name, check in puzzle.checks.items() if name in checked and not check.passes]
    passing = [name for name, check in puzzle.checks.items() if name in checked and check.passes]
    entry = "none" if not checked else "fail" if not passing else "pass" if not failing else "both"
    return text(language, f"trust_lab.checked.{entry}", failing=", ".join(failing), passing=", ".join(passing))


def narrate_numbers(language: str, puzzle: Puzzle, name: str) -> tuple[str, ...]:
    """Return whether a parameter's gradient passes its check; where it fails, by which factor its entries are off."""
    check = puzzle.checks[name]
    entry = "passes" if check.passes else "fails"
    verdict = text(language, f"trust_lab.numbers.{entry}", name=name, error=number_text(check.error))
    ratio = _ratio(puzzle, name)
    if check.passes or np.isnan(ratio).all():
        return (verdict,)
    low, high = float(np.nanmin(ratio)), float(np.nanmax(ratio))
    if high - low <= ONE_FACTOR * abs(high):
        return (verdict, text(language, "trust_lab.numbers.one_factor", ratio=number_text(high)))
    values = {"low": number_text(low), "high": number_text(high)}
    return (verdict, text(language, "trust_lab.numbers.factors", **values))


def _ratio(puzzle: Puzzle, name: str) -> np.ndarray:
    """Return what the program computes, divided by the right numbers; NaN where those are 0."""
    program, right = np.ravel(puzzle.program[name]), np.ravel(puzzle.differences[name])
    return np.divide(program, right, out=np.full_like(right, np.nan), where=right != 0)


def errors_table(language: str, comparisons: tuple[Comparison, ...]) -> pd.DataFrame:
    """Return the relative errors of every operand's gradient and what they say, one row an operand."""
    names = ("operand", "hand_error", "finite_error", "verdict")
    rows = [
        (
            text(language, f"trust_lab.operand.{check.operand}"),
            number_text(check.hand_error),
            number_text(check.finite_error),
            text(language, f"trust_lab.verdict.{agreement(max(check.hand_error, check.finite_error))}"),
        )
        for check in comparisons
    ]
    return pd.DataFrame(rows, columns=[text(language, f"trust_lab.errors.{name}") for name in names])


def digits_table(language: str, comparison: Comparison) -> pd.DataFrame:
    """Return every entry of a gradient in three ways with all its digits."""
    columns = {text(language, "trust_lab.axis.entry"): entry_names(comparison.autodiff.shape)}
    for way in MARKS:
        values = np.ravel(getattr(comparison, way))
        columns[text(language, f"trust_lab.way.{way}")] = [f"{value:.15f}".replace("-", "−") for value in values]
    return pd.DataFrame(columns)


def program_table(language: str, puzzle: Puzzle, name: str) -> pd.DataFrame:
    """Return every entry of a parameter's gradient as the program computes it, as it should be, and their ratio."""
    values = {"program": puzzle.program[name], "right": puzzle.differences[name], "ratio": _ratio(puzzle, name)}
    columns = {text(language, "trust_lab.axis.entry"): entry_names(puzzle.differences[name].shape)}
    for column, array in values.items():
        written = ["–" if np.isnan(value) else number_text(value) for value in np.ravel(array)]
        columns[text(language, f"trust_lab.hunt.{column}")] = written
    return pd.DataFrame(columns)


def markdown(table: pd.DataFrame) -> str:
    """Return a table of words as Markdown.

    >>> print(markdown(pd.DataFrame({"a": ["1"], "b": ["2"]})))
    | a | b |
    | --- | --- |
    | 1 | 2 |
    """
    rows = [list(map(str, table.columns)), ["---"] * len(table.columns), *table.to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def passes_table(language: str, counts: PassCount) -> pd.DataFrame:
    """Return how many passes each way needs, and how long they take."""
    times = times_written(counts, language)
    passes = {way: text(language, "trust_lab.passes.forward", number=f"{getattr(counts, way):,}") for way in times}
    passes["backpropagation"] = text(language, "trust_lab.passes.one")
    return pd.DataFrame(
        {
            text(language, "trust_lab.passes.way"): [text(language, f"trust_lab.pass.{way}") for way in times],
            text(language, "trust_lab.passes.passes"): list(passes.values()),
            text(language, "trust_lab.passes.time"): list(times.values()),
        }
    )
