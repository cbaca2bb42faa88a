"""Reader of a table of one's own: a class name, then numbers, in every row.

Every complaint names the row as a spreadsheet counts it (from 1, the header and empty lines included) and the column.
"""

import csv
import io
import math
import unicodedata
from typing import Any, NamedTuple

import numpy as np

from simulator.core.datasets.dataset import MAX_CLASSES, MAX_FEATURES, MAX_MAGNITUDE, MAX_ROWS, Dataset
from simulator.core.datasets.source import MEBIBYTE, read_bytes, shorten
from simulator.errors import InputError

MAX_CSV_BYTES = 20 * MEBIBYTE
MIN_CSV_ROWS = 4
MAX_NAME_LENGTH = 80
ENCODINGS = ("utf-8-sig", "cp949")
"""Tried in this order; Korean Excel writes cp949 unless asked for UTF-8. UTF-16 is told by its first bytes."""
DELIMITERS = ("\t", ";", ",")
SAMPLE_LENGTH = 10_000
"""Characters in which the delimiter is looked for."""
MISSING = frozenset({"", "-", "?", "na", "n/a", "nan", "null", "none", "#n/a", "#value!", "#div/0!"})
HEADER_WORDS = frozenset(
    {"class", "label", "target", "category", "name", "y", "클래스", "분류", "범주", "종류", "이름", "레이블", "라벨"}
)
"""Names of a first column that make a header even where every other name is a number."""


class Record(NamedTuple):
    """One row of the file and where it stands."""

    row: int
    cells: list[str]


def read_csv(source: Any, *, label: str = "csv") -> Dataset:
    """Read a table with the class name in the first column and numbers in all others.

    The delimiter (comma, semicolon or tab), the header (there or not), the encoding (UTF-8, UTF-16 or Korean cp949)
    and, where the delimiter is no comma, decimal commas are recognised. Empty lines and empty last columns are skipped.

    Args:
      source: path, bytes, or an open file.
      label: name of the data set.

    Returns:
      The data set; class names are sorted.

    Raises:
      InputError: naming what is wrong, with its row and column.

    >>> read_csv(b"kind,height,width\\ncat,25,40\\ndog,60,90\\ncat,24,45\\ndog,55,80\\n").feature_names
    ('height', 'width')
    """
    text = _decode(read_bytes(source, MAX_CSV_BYTES))
    records, delimiter = _parse(text)
    header = records[0] if _is_header(records[0].cells, delimiter) else None
    records = records[1:] if header else records
    if not records:
        raise InputError("data:header_only")
    num_columns = len((header or records[0]).cells)
    _check_shape(records, num_columns)
    columns = _column_names(header) if header else [""] * num_columns
    classes = [_class_name(record) for record in records]
    numbers = _numbers(records, columns, delimiter)
    if len(records) < MIN_CSV_ROWS:
        raise InputError("data:too_few_rows", value=len(records), minimum=MIN_CSV_ROWS)
    class_names = sorted(set(classes), key=_class_order)
    if len(class_names) < 2:
        raise InputError("data:one_class", value=shorten(class_names[0]))
    if len(class_names) > MAX_CLASSES:
        raise InputError("data:too_many_classes", value=len(class_names), maximum=MAX_CLASSES)
    index = {name: position for position, name in enumerate(class_names)}
    return Dataset(
        name=label,
        inputs=numbers,
        labels=np.array([index[name] for name in classes], dtype=np.int32),
        targets=None,
        feature_names=tuple(name or f"x{column}" for column, name in enumerate(columns[1:], start=1)),
        class_names=tuple(class_names),
    )


def _decode(content: bytes) -> str:
    if not content.strip():
        raise InputError("data:empty_file")
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
    places = []
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            places.append(error.start + 1)
            continue
        if "\0" in text:
            raise InputError("data:not_text")
        if not text.strip():
            raise InputError("data:empty_file")
        return unicodedata.normalize("NFC", text)  # files from macOS may spell Hangul in separate letters
    raise InputError("data:undecodable", byte=max(places))


def _parse(text: str) -> tuple[list[Record], str]:
    delimiter = _delimiter(text)
    records = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    row = 1
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if any(cells):
                records.append(Record(row, cells))
            if len(records) > MAX_ROWS + 1:
                raise InputError("data:csv_too_many_rows", maximum=MAX_ROWS)
            row = reader.line_num + 1
    except csv.Error as error:
        raise InputError("data:bad_quotes", row=row) from error
    if not records:
        raise InputError("data:empty_file")
    num_columns = max(len(record.cells) for record in records)
    used = max(column for record in records for column, cell in enumerate(record.cells, start=1) if cell)
    if used < num_columns:  # spreadsheets save columns that once held something
        records = [Record(record.row, record.cells[:used]) for record in records]
    return records, delimiter


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first rows into the most even pieces; of equals, the rarest in numbers."""
    lines = [line for line in text[:SAMPLE_LENGTH].splitlines() if line.strip()][:20]
    if len(text) > SAMPLE_LENGTH and len(lines) > 1:
        lines.pop()  # cut in the middle
    counts = {delimiter: [line.count(delimiter) for line in lines] for delimiter in DELIMITERS}
    everywhere = [delimiter for delimiter in DELIMITERS if min(counts[delimiter], default=0) > 0]
    even = [delimiter for delimiter in everywhere if len(set(counts[delimiter])) == 1]
    candidates = even or everywhere or [delimiter for delimiter in DELIMITERS if sum(counts[delimiter])]
    return candidates[0] if candidates else ","


def _is_header(cells: list[str], delimiter: str) -> bool:
    rest = [cell for cell in cells[1:] if cell.lower() not in MISSING]
    if cells[0].lower() in HEADER_WORDS:
        return True
    return bool(rest) and all(math.isnan(_number(cell, delimiter)) for cell in rest)


def _check_shape(records: list[Record], num_columns: int) -> None:
    if num_columns < 2:
        raise InputError("data:one_column", row=records[0].row)
    if num_columns - 1 > MAX_FEATURES:
        raise InputError("data:too_many_features", value=num_columns - 1, maximum=MAX_FEATURES)
    for record in records:
        if len(record.cells) != num_columns:
            raise InputError("data:unequal_lengths", row=record.row, value=len(record.cells), expected=num_columns)


def _column_names(header: Record) -> list[str]:
    names = header.cells
    for column, name in enumerate(names, start=1):
        if len(name) > MAX_NAME_LENGTH:
            raise InputError("data:long_name", row=header.row, column=column, value=len(name), maximum=MAX_NAME_LENGTH)
        if name and name in names[: column - 1]:
            raise InputError("data:repeated_name", value=shorten(name), column=column, first=names.index(name) + 1)
    return names


def _class_name(record: Record) -> str:
    name = record.cells[0]
    if not name:
        raise InputError("data:no_class", row=record.row)
    if len(name) > MAX_NAME_LENGTH:
        raise InputError("data:long_name", row=record.row, column=1, value=len(name), maximum=MAX_NAME_LENGTH)
    return name


def _class_order(name: str) -> tuple[int, int, str]:
    """Order whole numbers by value and before words."""
    return (0, int(name), "") if name.isascii() and name.isdigit() else (1, 0, name)


def _numbers(records: list[Record], columns: list[str], delimiter: str) -> np.ndarray:
    numbers = np.array([_row_numbers(record.cells[1:], delimiter) for record in records])
    # Written so that NaN, which compares false to everything, counts as wrong.
    wrong = np.argwhere(~(np.abs(numbers) <= MAX_MAGNITUDE))
    if len(wrong):
        record, column = records[wrong[0, 0]], int(wrong[0, 1]) + 2
        _complain(record, column, columns, delimiter)
    return numbers.astype(np.float32)


def _complain(record: Record, column: int, columns: list[str], delimiter: str) -> None:
    cell = record.cells[column - 1]
    name = f" ({shorten(columns[column - 1])})" if columns[column - 1] else ""
    details = {"row": record.row, "column": column, "name": name}
    if cell.lower() in MISSING:
        if cell.strip():
            raise InputError("data:missing_cell", value=shorten(cell), **details)
        raise InputError("data:empty_cell", **details)
    number = _number(cell, delimiter)
    if not math.isnan(number):
        raise InputError("data:infinite_cell", value=shorten(cell), maximum=MAX_MAGNITUDE, **details)
    words_last = column == len(record.cells) and column > 2 and not math.isnan(_number(record.cells[0], delimiter))
    raise InputError("data:class_last" if words_last else "data:not_a_number", value=shorten(cell), **details)


def _row_numbers(cells: list[str], delimiter: str) -> list[float]:
    if "_" not in ",".join(cells):
        try:
            return list(map(float, cells))
        except ValueError:
            pass
    return [_number(cell, delimiter) for cell in cells]


def _number(cell: str, delimiter: str) -> float:
    """Return the number of a cell, NaN where it is not one."""
    if delimiter != "," and cell.count(",") == 1 and "." not in cell:
        cell = cell.replace(",", ".")
    if "_" in cell:  # Python would read 1_000 as a thousand
        return math.nan
    try:
        return float(cell)
    except ValueError:
        return math.nan
