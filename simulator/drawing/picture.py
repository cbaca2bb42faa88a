"""What a figure function returns: everything a picture needs to be drawn at any step, and nothing else."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from altair import LayerChart

from simulator.drawing.theme import resolve, vega_config
from simulator.errors import InputError

Column = np.ndarray | Sequence[Any]
"""Values of one field: (rows,), or (frames, rows) as an array where they change with the step."""

NO_STEPS = np.zeros(0, np.int32)


class Reading(NamedTuple):
    """Which numbers a reader may see as a table: a data set and its fields, each with its heading."""

    table: str
    headings: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture, drawable at any of its steps.

    Args:
      title: the question that the picture answers.
      alt: what it shows, for a reader who does not see it.
      kind: ``vega``, or the name of a drawing of our own: ``network``, ``map``.
      step: (frames,) the steps it can be drawn at; empty when it shows no particular step.
      opens: index of the step that it shows where no player says which; by default the last one.
      specs: Vega-Lite specifications without data (see ``drawing.chart``), by the name a reader chooses them by; the
        first is shown first. Colours are names (see ``theme``); everything that belongs to one run is in ``signals`` or
        data, so that a new run patches the picture in place of rebuilding it.
      signals: values of the specifications' parameters.
      tables: data sets that stay, as columns.
      frames: data sets that change with the step, as columns of (rows,) or (frames, rows).
      reading: the table of numbers behind the picture.
      hover: data set and fields to show for the step nearest to the pointer; its first field is the horizontal axis.
      content: numbers of a drawing of our own; arrays of any shape.
      words: labels of a drawing of our own, in the reader's language.
      sentences: what the picture shows, one for each of its steps: written under it, and part of its description. Of a
        drawing with a choice, by the name of what is chosen; the first is chosen at first.
    """

    title: str
    alt: str
    kind: str = "vega"
    step: np.ndarray = field(default_factory=lambda: NO_STEPS)
    opens: int = -1
    specs: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    signals: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Column]] = field(default_factory=dict)
    frames: Mapping[str, Mapping[str, Column]] = field(default_factory=dict)
    reading: Reading | None = None
    hover: Reading | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    sentences: Sequence[str] | Mapping[str, Sequence[str]] = ()

    @property
    def spec(self) -> dict[str, Any]:
        """The specification shown first, without data; empty for a drawing of our own."""
        return next(iter(self.specs.values()), {})

    @property
    def sentence(self) -> str:
        """What the picture shows at the step that it opens at, and of what is chosen first; empty for nothing."""
        said = self.sentences
        chosen = next(iter(said.values()), ()) if isinstance(said, Mapping) else said
        return chosen[self.opens] if chosen else ""

    def to_pandas(self, frame: int | None = None) -> pd.DataFrame:
        """Return the numbers that a reader may see, under their headings; ``frame`` as for ``to_dict``."""
        if self.reading is None:
            return pd.DataFrame()
        frame = self.opens if frame is None else frame
        columns = self.tables.get(self.reading.table) or self.frames[self.reading.table]
        shown = {
            heading: column[frame] if isinstance(column, np.ndarray) and column.ndim == 2 else column
            for heading, column in ((heading, columns[name]) for name, heading in self.reading.headings.items())
        }
        return pd.DataFrame(shown)

    def rows(self, table: str, frame: int = -1) -> list[dict[str, Any]]:
        """Return a data set as records at one frame."""
        return table_rows(self.tables[table] if table in self.tables else self.frames[table], frame)

    def to_dict(
        self, frame: int | None = None, *, theme: str = "light", scale: float = 1.0, spec: str = ""
    ) -> dict[str, Any]:
        """Return the complete Vega-Lite specification at one frame: for a notebook, a file or a test.

        Args:
          frame: index into ``step``; by default the one that the picture opens at.
          theme: one of ``theme.THEMES``.
          scale: factor on every size.
          spec: name of the specification; the first by default.
        """
        frame = self.opens if frame is None else frame
        shown = resolve({**(self.specs[spec] if spec else self.spec), "config": vega_config()}, theme, scale)
        signals = {**self.signals, "scale": scale, "frame": frame % max(len(self.step), 1)}
        if len(self.step):
            signals["step"] = int(self.step[frame])
        for parameter in shown["params"]:
            parameter["value"] = to_json(signals.get(parameter["name"], parameter.get("value")))
        shown["title"] = self.title
        shown["description"] = self.alt
        shown["datasets"] = {name: self.rows(name, frame) for name in (*self.tables, *self.frames)}
        return shown

    def chart(self, frame: int | None = None, theme: str = "light") -> LayerChart:
        """Return the picture at one frame as an Altair chart with its data, which a notebook displays.

        Args:
          frame: index into ``step``; by default the one that the picture opens at.
          theme: one of ``theme.THEMES``.

        Raises:
          InputError: for a drawing of our own, which is no chart.
        """
        if not self.specs:
            raise InputError("drawing:no_chart", title=self.title, kind=self.kind)
        shown = self.to_dict(frame, theme=theme)
        rows = shown.pop("datasets")  # apart: reading a thousand rows against the schema would take most of the time
        return LayerChart.from_dict(shown).properties(datasets=rows)


def table_rows(columns: Mapping[str, Column], frame: int = -1) -> list[dict[str, Any]]:
    """Return columns as records, the changing ones at one frame.

    JSON has no NaN and no infinity: such a value becomes ``None``, and the field ``<name>_note`` says which it was.

    >>> table_rows({"layer": ["1", "2"], "norm": np.array([[0.5, np.inf]])})
    [{'layer': '1', 'norm': 0.5}, {'layer': '2', 'norm': None, 'norm_note': '∞'}]
    """
    shown = {
        name: column[frame] if isinstance(column, np.ndarray) and column.ndim == 2 else column
        for name, column in columns.items()
    }
    length = len(next(iter(shown.values()), ()))
    rows: list[dict[str, Any]] = [{} for _ in range(length)]
    for name, column in shown.items():
        for row, value in zip(rows, column, strict=True):
            plain = value.item() if isinstance(value, np.generic) else value
            if isinstance(plain, float) and not math.isfinite(plain):
                row[name], row[f"{name}_note"] = None, note(plain)
            else:
                row[name] = plain
    return rows


def note(value: float) -> str:
    """Return the text that stands for a value without a place on an axis."""
    return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"


def to_json(value: Any) -> Any:
    """Return arrays as lists and NumPy numbers as plain ones, so that JSON takes them."""
    if isinstance(value, np.ndarray):
        return to_json(value.tolist())
    if isinstance(value, np.generic):
        return to_json(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(name): to_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return value


def pack(content: Mapping[str, Any], *, identified: bool = False) -> bytes:
    """Return a nesting of dicts, lists, texts, numbers and arrays as bytes that the browser unpacks without parsing.

    A JSON header, then every array's numbers as they lie in memory: floats as float32 (which carries NaN and
    infinity), ``uint8`` as it is, other integers as int32. Each array starts at a multiple of 8 bytes.

    Args:
      content: with names that are texts.
      identified: put in an ``id`` made from all the rest, by which the browser sees whether anything has changed.
    """
    blocks: list[bytes] = []

    def array(value: Any) -> Any:
        """Return what stands in the header for a value that JSON does not know."""
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
            return dict(value) if isinstance(value, Mapping) else to_json(value)
        kind = "u1" if value.dtype.kind == "b" or value.dtype == np.uint8 else value.dtype.kind.replace("u", "i") + "4"
        block = np.ascontiguousarray(value, f"<{kind}" if kind != "u1" else np.uint8).tobytes()
        place = sum(map(len, blocks))
        blocks.append(block + b"\0" * (-len(block) % 8))
        return {"$array": kind, "at": place, "shape": list(value.shape)}

    try:
        header = _json(content, array)
    except ValueError:  # a NaN or an infinity among plain numbers: rare, and the way round it is slow
        blocks.clear()
        header = _json(_finite(content), array)
    if identified:
        identity = hashlib.blake2b(b"".join((header, *blocks)), digest_size=12).hexdigest()
        header = f'{{"id":"{identity}",'.encode() + header[1:]
    header += b" " * (-(len(header) + 8) % 8)
    return len(header).to_bytes(8, "little") + header + b"".join(blocks)


def _json(content: Mapping[str, Any], default: Callable[[Any], Any]) -> bytes:
    return json.dumps(content, default=default, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _finite(value: Any) -> Any:
    """Return a nesting with ``None`` for numbers that JSON does not have; arrays stay."""
    if isinstance(value, Mapping):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
