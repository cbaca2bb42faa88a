"""The predicted and the actual change of the loss over the learning rate, both axes in powers of ten."""

import numpy as np

from simulator.drawing.layers import layer, rule, words
from simulator.drawing.marks import chart, log_encoding, log_range
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.chain_rule import LossChanges
from simulator.texts import text

DECADES = 10
"""At most this many powers of ten below the largest change are drawn."""


def update_curve(changes: LossChanges, rate: float, actual: float, language: str, narration: str) -> Picture:
    """Draw how much the loss falls after one step, as predicted and in fact; a rise is a line of its own.

    Args:
      changes: for many learning rates.
      rate: the chosen learning rate.
      actual: what the loss changes by there.
      language: of the words.
      narration: a sentence about the same numbers, for the alternative text.
    """
    size = np.abs(changes.actual)
    sizes = np.concatenate([size, np.abs(changes.predicted), [abs(actual)]])
    ends, ticks = log_range(sizes[sizes > sizes[np.isfinite(sizes)].max(initial=0.0) * 10.0**-DECADES], decades=2)
    low = ends[0]
    rates, rate_ticks = log_range(changes.rate)
    x = log_encoding("rate", text(language, "chain_rule.update.axis_rate"), domain="x_domain", ticks="x_ticks")
    y = log_encoding("change", text(language, "chain_rule.update.axis_change"))
    lines = {
        "predicted": (changes.rate, -changes.predicted),
        "fall": _part(changes.rate, size, changes.actual < 0),
        "rise": _part(changes.rate, size, changes.actual > 0),
    }
    marks = [("mark_now", rate), ("mark_fails", changes.failing_rate), ("mark_rises", changes.rising_rate)]
    found = [(name, place) for name, place in marks if place is not None]
    spec = chart(
        [
            layer("predicted", _line("@muted", [8, 6]), x=x, y=y),
            layer("fall", _line("@forward", []), x=x, y=y),
            layer("rise", _line("@bad", [3, 3]), x=x, y=y),
            rule("marks", x=x, dash=True, color="@ink"),
            *(_mark_names(x, side) for side in ("left", "right")),
            layer("now", {"type": "point", "filled": True, "size": 150, "opacity": 1, "color": "@ink"}, x=x, y=y),
            *(words(f"{name}_name", "name", x=x, y=y, **place) for name, place in _LABELS.items()),
        ],
        ["x_domain", "x_ticks", "log_domain", "log_ticks"],
    )
    tables = {name: {"rate": at, "change": np.clip(change, low, None)} for name, (at, change) in lines.items()}
    named = {name: _label(name, at, change, low, language) for name, (at, change) in lines.items()}
    return Picture(
        title=text(language, "chain_rule.update.question"),
        alt=text(
            language,
            "chain_rule.narration.alt",
            low=f"{changes.rate[0]:g}",
            high=f"{changes.rate[-1]:g}",
            words=narration,
        ),
        specs={"update": spec},
        signals={"x_domain": rates, "x_ticks": rate_ticks, "log_domain": ends, "log_ticks": ticks},
        tables={
            **tables,
            **{f"{name}_name": table for name, table in named.items()},
            "marks": {
                "rate": np.array([place for _, place in found]),
                "name": [text(language, f"chain_rule.update.{name}") for name, _ in found],
                "line": list(range(len(found))),
                "side": ["right" if place > changes.rate[-1] / 10.0 else "left" for _, place in found],
            },
            "now": {"rate": np.array([rate]), "change": np.array([max(abs(actual), low)])},
            "table": {"rate": changes.rate, "predicted": changes.predicted, "actual": changes.actual},
        },
        reading=Reading(
            "table",
            {name: text(language, f"chain_rule.update.column_{name}") for name in ("rate", "predicted", "actual")},
        ),
    )


_LABELS = {
    "predicted": {"dx": -10, "dy": -10, "align": "right"},
    "fall": {"dx": 4, "dy": 18, "align": "left"},
    "rise": {"dx": 10, "dy": 24, "align": "left"},
}
_LABEL_PLACES = {"predicted": 0.45, "fall": 0.3, "rise": 0.25}


def _mark_names(x: dict, side: str) -> dict:
    """Name the marked learning rates above the plot, one line each, so that close ones stay readable."""
    names = words("marks", "name", x=x, align=side, dx={"left": 4, "right": -4}[side])
    heights = {"calculate": "(-12 - 20 * datum.line) * scale", "as": "height"}
    names["transform"] = [{"filter": f"datum.side === '{side}'"}, heights]
    names["encoding"]["y"] = {"field": "height", "type": "quantitative", "scale": None}
    return names


def _line(color: str, dash: list[int]) -> dict:
    return {"type": "line", "color": color, "strokeWidth": "@px 3.5", "strokeDash": dash}


def _part(rate: np.ndarray, size: np.ndarray, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    where = where & np.isfinite(size)
    return rate[where], size[where]


def _label(name: str, rate: np.ndarray, change: np.ndarray, low: float, language: str) -> dict:
    """Put a line's name beside one of its points."""
    if not len(rate) or not np.any(change > 0):
        return {"rate": np.zeros(0), "change": np.zeros(0), "name": []}
    place = min(int(_LABEL_PLACES[name] * len(rate)), len(rate) - 1)
    words_of = text(language, f"chain_rule.update.line_{name}")
    return {"rate": rate[[place]], "change": np.clip(change[[place]], low, None), "name": [words_of]}
