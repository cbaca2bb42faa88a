"""The weights of a polynomial as bars: without a penalty, small with L2, sparse with L1."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import tooltip, words
from simulator.drawing.axes import linear_range, y_linear
from simulator.drawing.chart import ONCE, chart, over
from simulator.drawing.expressions import NUMBER, area, px
from simulator.drawing.panels import panel_signals, panel_tables, place
from simulator.drawing.panels_spec import panel_axis, panel_frames
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.generalization.penalties import KINDS, Penalized
from simulator.texts import text

FARTHEST = 2.5
"""A bar may be this many times as long as the longest of the penalised and the true weights; longer ones are cut off,
so that the others can be compared."""


def weights_picture(found: Penalized, titles: Sequence[str], counts: Sequence[str], language: str) -> Picture:
    """Draw the weights side by side, with the true curve's own.

    Args:
      found: the weights.
      titles: of the panels.
      counts: what to say of each: how many weights are 0.
      language: of the words.
    """
    degree = len(found.truth)
    weights = [found.weights(kind) for kind in KINDS]
    reach = FARTHEST * max(np.abs(np.concatenate([*weights[1:], found.truth])).max(), 1e-9)
    shown = [np.clip(one, -reach, reach) for one in weights]
    domain = linear_range(np.concatenate([*shown, found.truth]), margin=0.08)
    layers = np.arange(degree)
    stride = 1 if degree <= 6 else 3 if degree <= 12 else 5
    marked = [(k, number) for k in range(len(KINDS)) for number in range(stride - 1, degree, stride)]
    ticks = [float(np.round(place(k, np.array([number]), degree)[0], 6)) for k, number in marked]
    table = {
        "panel": [title for title in titles for _ in layers],
        "number": np.tile(layers + 1, len(KINDS)),
        "left": np.concatenate([place(k, layers - 0.38, degree) for k in range(len(KINDS))]),
        "right": np.concatenate([place(k, layers + 0.38, degree) for k in range(len(KINDS))]),
        "place": np.concatenate([place(k, layers, degree) for k in range(len(KINDS))]),
        "weight": np.concatenate(weights),
        "shown": np.concatenate(shown),
        "truth": np.tile(found.truth, len(KINDS)),
    }
    return Picture(
        title=text(language, "generalization.weights.title"),
        alt=text(
            language,
            "generalization.weights.alt",
            weights=degree,
            panels="; ".join(f"{title}: {count}" for title, count in zip(titles, counts, strict=True)),
        ),
        specs={"weights": _weights_spec(language)},
        signals={
            **panel_signals(ticks, [str(number + 1) for _, number in marked], len(KINDS)),
            "y_domain": domain,
        },
        tables={
            "bars": table,
            "counts": {"place": panel_tables(titles)["titles"]["place"], "name": list(counts)},
            **panel_tables(titles),
        },
        reading=Reading("bars", _headings(language)),
    )


def _headings(language: str) -> dict[str, str]:
    return {
        "panel": text(language, "generalization.fits.panel"),
        "number": text(language, "generalization.weights.axis"),
        "weight": text(language, "generalization.weights.height"),
        "truth": text(language, "generalization.weights.truth"),
    }


@cache
def _weights_spec(language: str) -> dict[str, Any]:
    headings = _headings(language)
    exact = tooltip(headings, "panel", digits=4)
    y = y_linear("shown", headings["weight"], labelExpr=NUMBER)
    bars = over("bars").transform_filter("datum.weight !== 0").mark_rect(color="@forward", clip=True)
    zeros = over("bars").transform_filter("datum.weight === 0")
    zeros = zeros.mark_point(shape="circle", color="@forward", filled=False, strokeWidth=px(2), size=area(28))
    truth = over("bars").mark_point(shape="diamond", color="@ink", strokeWidth=px(1.5), size=area(40), clip=True)
    cut = [
        over("bars")
        .transform_filter(f"datum.weight {sign} datum.shown")
        .mark_point(shape=shape, filled=True, opacity=1, color="@bad", size=area(50))
        .encode(alt.X("place:Q"), alt.YValue(alt.expr(height)))
        for sign, shape, height in ((">", "triangle-up", "5 * scale"), ("<", "triangle-down", "height - 5 * scale"))
    ]
    level = alt.Chart(ONCE).mark_rule(color="@muted", strokeWidth=px(1.5)).encode(alt.YDatum(0, type="quantitative"))
    room = alt.expr("width / length(data('titles')) - 6 * scale")
    style = {"align": "left", "baseline": "bottom", "limit": room}
    head = words("titles", "name", dy=-26, fontWeight=700, fontSize=px(17), **style)
    count = words("counts", "name", dy=-6, **style)
    layers = [
        panel_frames(panel_axis(headings["number"])),
        bars.encode(alt.X("left:Q"), alt.X2("right"), y, alt.Y2Datum(0), tooltip=exact),
        level,
        zeros.encode(alt.X("place:Q"), alt.Y("shown:Q"), tooltip=exact),
        truth.encode(alt.X("place:Q"), alt.Y("truth:Q"), tooltip=exact),
        *cut,
        head.encode(alt.X("place:Q"), alt.YValue(0)),
        count.encode(alt.X("place:Q"), alt.YValue(0)),
    ]
    return chart(layers, ["x_domain", "x_ticks", "x_names", "y_domain"], right=16)
