"""The entries of one gradient, each found in several ways: where the marks lie on each other, the ways agree."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from simulator.core.checks import Comparison, relative_error
from simulator.drawing.annotations import rule
from simulator.drawing.axes import linear_range, x_category, y_linear
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import NUMBER, area, px
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.trust_lab.numbers import Puzzle
from simulator.texts import text
from simulator.texts.numbers import number_text


class Mark(NamedTuple):
    """How the entries of one way are drawn: small marks fit into larger ones."""

    shape: str
    size: float  # square pixels at 1080p
    color: str


MARKS = {
    "by_hand": Mark("circle", 60, "@gradient"),
    "autodiff": Mark("square", 420, "@muted"),
    "finite": Mark("cross", 170, "@ink"),
}
PROGRAM = {"program": Mark("circle", 90, "@gradient"), "right": Mark("square", 420, "@ink")}


def entry_names(shape: tuple[int, ...]) -> list[str]:
    """Return the names of an array's entries, counted from 1.

    >>> entry_names((2, 2))
    ['1,1', '1,2', '2,1', '2,2']
    """
    return [",".join(str(place + 1) for place in entry) for entry in np.ndindex(shape)]


def three_ways(comparison: Comparison, language: str) -> Picture:
    """Draw every entry of a gradient as found by hand, by autodiff and by finite differences."""
    described = text(
        language,
        "trust_lab.rules.alt",
        count=comparison.autodiff.size,
        hand=number_text(comparison.hand_error),
        finite=number_text(comparison.finite_error),
    )
    return _entries(
        {way: getattr(comparison, way) for way in MARKS},
        [text(language, f"trust_lab.way.{way}") for way in MARKS],
        language,
        title=text(language, "trust_lab.rules.title"),
        described=described,
    )


def program_against_differences(puzzle: Puzzle, name: str, language: str) -> Picture:
    """Draw every entry of a parameter's gradient as the program of the hunt computes it, and as it should be."""
    program, right = puzzle.program[name], puzzle.differences[name]
    error = number_text(relative_error(program, right))
    return _entries(
        {"program": program, "right": right},
        [text(language, f"trust_lab.hunt.{way}") for way in PROGRAM],
        language,
        title=text(language, "trust_lab.numbers.title", name=name),
        described=text(language, "trust_lab.numbers.alt", name=name, count=right.size, error=error),
    )


def _entries(
    arrays: Mapping[str, np.ndarray], labels: Sequence[str], language: str, *, title: str, described: str
) -> Picture:
    names = entry_names(next(iter(arrays.values())).shape)
    flat = [np.ravel(array) for array in arrays.values()]
    headings = {name: text(language, f"trust_lab.axis.{name}") for name in ("entry", "way", "gradient")}
    return Picture(
        title=title,
        alt=described,
        specs={"ways": _entries_spec(tuple(arrays), language)},
        signals={"y_domain": linear_range(*flat, margin=0.1), "entries": names, "ways": list(labels)},
        tables={
            "entries_found": {
                "entry": names * len(flat),
                "way": np.repeat(labels, len(names)).tolist(),
                "gradient": np.concatenate(flat),
            },
            "zero": {"gradient": np.array([0.0])},
        },
        reading=Reading("entries_found", headings),
    )


@cache
def _entries_spec(ways: tuple[str, ...], language: str) -> dict[str, Any]:
    marks = [(MARKS | PROGRAM)[way] for way in ways]
    x = x_category("entry", text(language, "trust_lab.axis.entry"), "entries").axis(
        title=text(language, "trust_lab.axis.entry"), labelAngle=0, grid=True, labelOverlap="parity", labelSeparation=8
    )
    y = y_linear("gradient", text(language, "trust_lab.axis.gradient"), labelExpr=NUMBER)
    domain = alt.expr("ways")
    found = (
        over("entries_found")
        .mark_point(filled=False, strokeWidth=px(2.5), opacity=1)
        .encode(
            x,
            y,
            shape=alt.Shape("way:N").scale(domain=domain, range=[mark.shape for mark in marks]),
            color=alt.Color("way:N").scale(domain=domain, range=[mark.color for mark in marks]).legend(
                title=None, orient="top", labelLimit=400, columns=2
            ),
            size=alt.Size("way:N").scale(domain=domain, range=[area(mark.size) for mark in marks]),
        )
    )  # fmt: skip
    zero = rule("zero", color="@muted").encode(y="gradient:Q")
    return chart([zero, found], ["y_domain", "entries", "ways"])
