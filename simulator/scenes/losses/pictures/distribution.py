"""Distributions to load by hand: what their draggable drawing needs; the drawing itself is a component."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from simulator.drawing.picture import Picture, Reading
from simulator.texts import templates, text
from simulator.texts.numbers import number_text

Row = tuple[float, ...]


class Kind(NamedTuple):
    """What one picture of distributions is about.

    Its words are the table ``words`` of the catalogue: ``title`` and ``alt``, and in its own table ``words`` what the
    browser writes: ``row_0`` and ``row_1``, ``unit``, ``preset_<name>``, ``size``, ``fewer`` and ``more`` where it can
    grow, and what is said of its numbers as ``narration_same``, ``_wrong`` and ``_impossible``.
    """

    words: str
    fields: tuple[str, ...]  # controls that the rows are
    names: tuple[str, ...]  # of the outcomes; more of them than there are, where it can grow
    presets: Mapping[str, tuple[Row, ...]]
    base: float = math.e  # of the logarithm: e for nats, 2 for bits
    symbols: tuple[str, ...] = ("p", "q")  # of the rows
    measures: tuple[str, ...] = ("entropy", "cross_entropy", "kl")  # numbers under the bars
    resizable: bool = False


def distribution_picture(kind: Kind, rows: Sequence[Row], language: str, *, sentence: str = "") -> Picture:
    """Return one or two distributions whose bars can be dragged.

    Args:
      kind: what it is about.
      rows: P, and Q where there are two.
      language: of the words.
      sentence: what it shows; while a bar is dragged, the browser says it anew.
    """
    names = kind.names[: len(rows[0])]
    columns = {f"row_{index}": list(row) for index, row in enumerate(rows)}
    headings = {name: text(language, f"{kind.words}.words.{name}") for name in columns}
    listed = {name: _listed(names, row) for name, row in zip(columns, rows, strict=True)}
    return Picture(
        kind="distribution",
        title=text(language, f"{kind.words}.title"),
        alt=text(language, f"{kind.words}.alt", **listed),
        content={
            "rows": [list(row) for row in rows],
            "fields": list(kind.fields),
            "names": list(kind.names),
            "presets": {name: [list(row) for row in preset] for name, preset in kind.presets.items()},
            "base": kind.base,
            "symbols": list(kind.symbols),
            "measures": list(kind.measures),
            "resizable": kind.resizable,
        },
        words=templates(language, f"{kind.words}.words"),
        tables={"rows": {"outcome": list(names), **columns}},
        reading=Reading("rows", {"outcome": text(language, "losses.component.outcome"), **headings}),
        sentences=(sentence,) if sentence else (),
    )


def _listed(names: Sequence[str], row: Row) -> str:
    return ", ".join(f"{name} = {number_text(share)}" for name, share in zip(names, row, strict=True))
