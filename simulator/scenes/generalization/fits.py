"""Polynomials and networks over their points, side by side on the same axes."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol, runtime_checkable

import altair as alt
import numpy as np

from simulator.core.generalization.points import CURVES, Points
from simulator.drawing.annotations import tooltip, words
from simulator.drawing.axes import linear_range, y_linear
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import NUMBER, area, px
from simulator.drawing.panels import GAP, panel_signals, panel_tables
from simulator.drawing.panels_spec import panel_axis, panel_frames
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.generalization.words import all_verdicts, error_text
from simulator.texts import text

LINE_POINTS = 121
MARGIN = 0.25
"""Room above and below the points, as a share of their height: a curve that swings out of them is seen to."""


@runtime_checkable
class Drawn(Protocol):
    """A model of the points: a polynomial, or a network."""

    @property
    def points(self) -> Points: ...  # what it learned from, and what it is tested on

    @property
    def train(self) -> float: ...  # mean squared error on the training points

    @property
    def test(self) -> float: ...

    def values(self, x: np.ndarray) -> np.ndarray: ...  # (points,) what it says at places


def fits_picture(
    titles: Sequence[str], fits: Sequence[Drawn], curve: str, language: str, title: str, verdicts: Sequence[str] = ()
) -> Picture:
    """Draw each model with the true curve, the training points and the test points.

    Args:
      titles: of the panels.
      fits: one a panel.
      curve: name of the true curve.
      language: of the words.
      title: the question.
      verdicts: what to say of each in a word; empty for nothing.
    """
    # Closer together at both ends, where a polynomial of high degree swings fastest.
    x = -np.cos(np.pi * np.arange(LINE_POINTS) / (LINE_POINTS - 1))
    heights = [CURVES[curve](x), *(np.concatenate([one.points.y, one.points.test_y]) for one in fits)]
    errors = [written_errors(one, language) for one in fits]
    ends = [(k * (1 + GAP) + (1 + end) / 2, end) for k in range(len(fits)) for end in (-0.94, 0.0, 0.94)]
    ticks = [place for place, _ in ends]
    names = ["0" if end == 0 else "1" if end > 0 else "−1" for _, end in ends]
    count = len(fits)
    return Picture(
        title=title,
        alt=text(language, "generalization.fits.alt", panels=_told(titles, errors, verdicts)),
        specs={"fits": _fits_spec(language, all_verdicts(language) if verdicts else ())},
        signals={
            **panel_signals(ticks, names, count),
            "y_domain": linear_range(*heights, zero=False, margin=MARGIN),
        },
        tables={
            "line": {
                "panel": np.repeat(np.arange(count), LINE_POINTS),
                "place": np.concatenate([_place(k, x) for k in range(count)]),
                "y": np.concatenate([one.values(x) for one in fits]),
                "truth": np.tile(CURVES[curve](x), count),
            },
            "training": _points([(one.points.x, one.points.y) for one in fits]),
            "testing": _points([(one.points.test_x, one.points.test_y) for one in fits]),
            "errors": {
                "place": [k * (1.0 + GAP) for k in range(count)],
                "verdict": list(verdicts) or [""] * count,
                "train": [train for train, _ in errors],
                "test": [test for _, test in errors],
            },
            "reading": {
                "panel": list(titles),
                "train": [one.train for one in fits],
                "test": [one.test for one in fits],
            },
            **panel_tables(titles),
        },
        reading=Reading("reading", _headings(language)),
    )


def written_errors(one: Drawn, language: str) -> tuple[str, str]:
    """Return training and test error as they are written above a panel."""
    values = ((name, error_text(getattr(one, name))) for name in ("train", "test"))
    train, test = (text(language, f"generalization.fits.{name}", error=error) for name, error in values)
    return train, test


def _told(titles: Sequence[str], errors: Sequence[tuple[str, str]], verdicts: Sequence[str]) -> str:
    said = [[verdict, *both] for verdict, both in zip(verdicts or [""] * len(errors), errors, strict=True)]
    return "; ".join(f"{title} ({', '.join(filter(None, words))})" for title, words in zip(titles, said, strict=True))


def _place(panel: int, x: np.ndarray) -> np.ndarray:
    return panel * (1 + GAP) + (x + 1) / 2


def _points(panels: Sequence[tuple[np.ndarray, np.ndarray]]) -> dict[str, np.ndarray]:
    return {
        "place": np.concatenate([_place(k, x) for k, (x, _) in enumerate(panels)]),
        "x": np.concatenate([x for x, _ in panels]),
        "y": np.concatenate([y for _, y in panels]),
    }


def _headings(language: str) -> dict[str, str]:
    return {
        "panel": text(language, "generalization.fits.panel"),
        "train": text(language, "generalization.errors.train"),
        "test": text(language, "generalization.errors.test"),
    }


@cache
def _fits_spec(language: str, judged: tuple[str, ...]) -> dict[str, Any]:
    y = y_linear("y", "y", labelExpr=NUMBER)
    here = {"x": alt.X("place:Q"), "y": alt.Y("y:Q")}
    exact = tooltip({"x": "x", "y": "y"}, digits=4)
    truth = over("line").mark_line(color="@muted", strokeWidth=px(9), opacity=0.4, clip=True)  # what fits lies in it
    line = over("line").mark_line(color="@forward", strokeWidth=px(3.5), clip=True)
    tested = over("testing").mark_point(shape="diamond", color="@muted", opacity=0.6, size=area(24), clip=True)
    trained = over("training").mark_point(filled=True, color="@ink", opacity=1, size=area(48), clip=True)
    room = alt.expr("width / length(data('titles')) - 6 * scale")
    style = {"align": "left", "baseline": "bottom", "limit": room}
    head = words("titles", "name", dy=-68 if judged else -46, fontWeight=700, fontSize=px(17), **style)
    verdict = words("errors", "verdict", dy=-46, fontWeight=600, **style)
    shade = alt.Color("verdict:N", legend=None).scale(domain=list(judged), range=["@bad", "@bad", "@good", "@good"])
    train = words("errors", "train", dy=-26, **style)
    test = words("errors", "test", dy=-6, **style)
    layers = [
        panel_frames(panel_axis("x")),
        tested.encode(alt.X("place:Q"), y, tooltip=exact),
        truth.encode(alt.X("place:Q"), alt.Y("truth:Q"), alt.Detail("panel:N")),
        line.encode(**here, detail=alt.Detail("panel:N"), order=alt.Order("place:Q")),
        trained.encode(**here, tooltip=exact),
        head.encode(alt.X("place:Q"), alt.YValue(0)),
        *([verdict.encode(alt.X("place:Q"), alt.YValue(0), shade)] if judged else []),
        train.encode(alt.X("place:Q"), alt.YValue(0)),
        test.encode(alt.X("place:Q"), alt.YValue(0)),
    ]
    return chart(layers, ["x_domain", "x_ticks", "x_names", "y_domain"], right=16)
