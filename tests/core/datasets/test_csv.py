"""Tables of a reader's own: what is understood, and what is refused with its row and column."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.core.datasets import Dataset, read_csv, table_reader
from simulator.errors import InputError
from simulator.texts import LANGUAGES

TABLE = "snacks,8.3,62.5\nmeats,20,0.5\nsnacks,5.9,61\nmeats,24.5,1e0\n"
FOOD = Path(__file__).parents[4] / "shared" / "data" / "food.csv"


def _assert_is_table(dataset: Dataset):
    assert dataset.class_names == ("meats", "snacks")
    assert dataset.labels is not None
    assert dataset.labels.tolist() == [1, 0, 1, 0]
    np.testing.assert_array_equal(dataset.inputs, np.array([[8.3, 62.5], [20, 0.5], [5.9, 61], [24.5, 1]], np.float32))


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        TABLE.replace("\n", "\r\n"),
        TABLE.replace("\n", "\r"),
        TABLE.replace("\n", "\n\n , ,\n"),
        TABLE.replace("\n", ",,\n"),
        TABLE.replace(",", ", "),
        TABLE.replace("snacks", '"snacks"'),
        TABLE.replace(",", ";"),
        TABLE.replace(",", ";").replace(".", ","),
        TABLE.replace(",", "\t"),
        TABLE.replace(",", "\t").replace(".", ","),
        TABLE.removesuffix("\n"),
    ],
    ids=["plain", "crlf", "cr", "blank", "trailing", "spaces", "quotes", "semi", "comma", "tab", "tabcomma", "no_end"],
)
@pytest.mark.parametrize("header", [False, True])
def test_ways_to_write_a_table(text, header):
    if header:
        delimiter = ";" if ";" in text else "\t" if "\t" in text else ","
        text = delimiter.join(("kind", "protein", "carbohydrate")) + "\n" + text
    dataset = read_csv(text.encode())
    _assert_is_table(dataset)
    assert dataset.feature_names == (("protein", "carbohydrate") if header else ("x1", "x2"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_korean_files(encoding):
    text = "분류,단백질,지방\n과자,8.3,19.5\n육류,20,12\n과자,5.9,26\n육류,24,9\n"
    dataset = read_csv(text.encode(encoding))
    assert dataset.class_names == ("과자", "육류")
    assert dataset.feature_names == ("단백질", "지방")


def test_header_of_numbers_is_told_by_its_first_word():
    dataset = read_csv(b"label,0,1\n7,1,2\n3,3,4\n7,5,6\n10,7,8\n")
    assert dataset.feature_names == ("0", "1")
    assert dataset.class_names == ("3", "7", "10")


def test_ways_to_hand_in_a_file(tmp_path):
    path = tmp_path / "표.csv"
    path.write_text(TABLE, encoding="utf-8")
    spent = io.BytesIO(TABLE.encode())
    spent.read()
    with path.open("rb") as binary, path.open(encoding="utf-8") as text:
        for source in (path, str(path), TABLE.encode(), bytearray(TABLE.encode()), binary, text, spent):
            _assert_is_table(read_csv(source))


WRONG = {
    "empty": ("", "The file is empty"),
    "blank": (" \n\n", "The file is empty"),
    "only delimiters": (",,\n,,\n", "The file is empty"),
    "header only": ("kind,a,b\n", "no rows below"),
    "one column": ("a\nb\na\nb\n", "Row 1 has only one column"),
    "short row": ("a,1,2\nb,3,4\na,5\nb,7,8\n", "Row 3 has 2 columns, the rows before it have 3"),
    "long row": ("kind,x,y\na,1,2\n\nb,3,4,5\na,5,6\nb,7,8\n", "Row 4 has 4 columns"),
    "word": ("a,1,2\nb,3,four\na,5,6\nb,7,8\n", "Row 2, column 3 holds “four”, which is not a number"),
    "word under a header": ("k,x,y\na,1,2\nb,3,four\na,5,6\nb,7,8\n", r"Row 3, column 3 \(y\) holds “four”"),
    "word in row 1": ("a,1,two\nb,3,4\na,5,6\nb,7,8\n", "Row 1, column 3 holds “two”"),
    "underscore": ("a,1,2\nb,3,1_000\na,5,6\nb,7,8\n", "“1_000”, which is not a number"),
    "thousands": ('a,1,2\nb,3,"1,000"\na,5,6\nb,7,8\n', "“1,000”, which is not a number"),
    "NaN": ("a,1,2\nb,NaN,4\na,5,6\nb,7,8\n", "Row 2, column 2 says NaN"),
    "empty cell": ("a,1,2\nb,,4\na,5,6\nb,7,8\n", "Row 2, column 2 has no value"),
    "infinity": ("a,1,2\nb,3,-inf\na,5,6\nb,7,8\n", "Row 2, column 3 holds -inf"),
    "too large": ("a,1,2\nb,3,1e99\na,5,6\nb,7,8\n", "Row 2, column 3 holds 1e99"),
    "no class": ("a,1,2\n,3,4\na,5,6\nb,7,8\n", "Row 2, column 1 is empty"),
    "one class": ("a,1,2\na,3,4\na,5,6\na,7,8\n", "Every row belongs to the class “a”"),
    "too few": ("a,1,2\nb,3,4\na,5,6\n", "only 3 rows"),
    "class last": ("1,2,a\n3,4,b\n5,6,a\n7,8,b\n", "column 3 holds the word “a”. If it is the class name"),
    "class per row": ("".join(f"{row},1\n" for row in range(101)), "101 classes.*first column"),
    "open quote": ('a,1\n"b,2\na,3\nb,4\n', "quotation marks in row 2"),
    "repeated": ("k,x,x\na,1,2\nb,3,4\na,5,6\nb,7,8\n", "Columns 2 and 3 have the same name, “x”"),
    "long name": (f"{'a' * 81},1\nb,2\na,3\nb,4\n", "row 1, column 1 has 81 characters"),
    "binary": ("a,1\0\nb,2\n", "not a text file"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_tables_are_refused_with_their_place(name):
    text, sentence = WRONG[name]
    with pytest.raises(InputError, match=sentence) as caught:
        read_csv(text.encode())
    assert any("가" <= letter <= "힣" for letter in caught.value.in_language("ko"))


def test_undecodable_bytes_name_their_place():
    with pytest.raises(InputError, match=r"byte 3 fits neither"):
        read_csv(b"a,\xff\xff,1\n")


def test_limits(monkeypatch):
    monkeypatch.setattr(table_reader, "MAX_CSV_BYTES", 2**20)
    with pytest.raises(InputError, match="At most 1 MiB"):
        read_csv(TABLE.encode() * 30_000)
    monkeypatch.setattr(table_reader, "MAX_ROWS", 7)
    with pytest.raises(InputError, match="more than 7 rows"):
        read_csv(TABLE.encode() * 3)
    with pytest.raises(InputError, match="4097 features"):
        read_csv(("a" + ",1" * 4097 + "\n").encode() * 4)


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(InputError, match="There is no file"):
        read_csv(tmp_path / "missing.csv")
    for source in (tmp_path, "a\0b"):
        with pytest.raises(InputError, match="cannot be read"):
            read_csv(source)
    with pytest.raises(InputError, match="Got int"):
        read_csv(3)
    closed = io.BytesIO(b"")
    closed.close()
    with pytest.raises(InputError, match="cannot be read"):
        read_csv(closed)
    wrong = tmp_path / "latin.csv"
    wrong.write_bytes(b"a,\xff\n")
    with wrong.open(encoding="utf-8") as file, pytest.raises(InputError, match="neither UTF-8 nor"):
        read_csv(file)


@given(st.one_of(st.binary(max_size=300), st.text('ab1.,;\t\n"\r -e\0\ufeff가', max_size=200).map(str.encode)))
@example(b"\xff\xfe\x00")
@example(b"\xef\xbb\xbf")
@example(b"a,1\n" * 3 + b"b," + b"9" * 5000)
@example(b"9" * 80 + b",1\n8,2\n9,3\n7,4")
def test_any_bytes_give_a_data_set_or_a_sentence(content):
    try:
        dataset = read_csv(content)
    except InputError as error:
        assert all(error.in_language(language) for language in LANGUAGES)
    else:
        assert dataset.num_classes >= 2 and np.isfinite(dataset.inputs).all()


FLOATS = st.floats(-(2.0**99), 2.0**99, width=32)
NAMES = st.text("abc가나 ;", min_size=1, max_size=5).map(str.strip).filter(lambda name: name and name.lower() != "na")


@given(
    rows=st.lists(st.tuples(NAMES, FLOATS, FLOATS), min_size=4, max_size=20).filter(
        lambda rows: len({row[0] for row in rows}) > 1
    )
)
def test_what_is_written_is_what_is_read(rows):
    text = "kind,x,y\n" + "".join(f"{name},{x!r},{y!r}\n" for name, x, y in rows)
    dataset = read_csv(text.encode())
    assert dataset.labels is not None
    assert [dataset.class_names[label] for label in dataset.labels] == [row[0] for row in rows]
    np.testing.assert_array_equal(dataset.inputs, np.array([row[1:] for row in rows], np.float32))


@pytest.mark.skipif(not os.path.exists(FOOD), reason="the real table is not here")
def test_the_real_food_table():
    dataset = read_csv(FOOD)
    assert (dataset.num_rows, dataset.num_features) == (446, 4)
    assert dataset.class_names == ("beverages", "desserts", "meats", "snacks")
    assert dataset.labels is not None
    assert np.bincount(dataset.labels).tolist() == [56, 135, 138, 117]
    assert dataset.inputs[0].tolist() == pytest.approx([8.3, 62.5, 19.5, 2.0])
