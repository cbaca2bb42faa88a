"""Files in the format of MNIST, whole and broken."""

import gzip
import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.core.datasets import idx, read_idx
from simulator.errors import InputError
from simulator.texts import LANGUAGES

PIXELS = np.arange(5 * 4 * 3, dtype=np.uint8).reshape(5, 4, 3) * 4
LABELS = np.array([7, 2, 7, 2, 1], dtype=np.uint8)


def _images(pixels: np.ndarray = PIXELS) -> bytes:
    return struct.pack(">4I", 2051, *pixels.shape) + pixels.tobytes()


def _labels(labels: np.ndarray = LABELS) -> bytes:
    return struct.pack(">2I", 2049, len(labels)) + labels.tobytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, io.BytesIO])
def test_images_and_labels_come_back(pack):
    dataset = read_idx(pack(_images()), pack(_labels()))
    np.testing.assert_array_equal(dataset.inputs, PIXELS.reshape(5, 12).astype(np.float32) / np.float32(255))
    assert dataset.class_names == ("1", "2", "7")
    assert dataset.labels is not None
    assert dataset.labels.tolist() == [2, 1, 2, 1, 0]
    assert dataset.image_shape == (4, 3)
    assert dataset.feature_names[4] == "pixel_1_1"


def test_files_on_disk(tmp_path):
    (tmp_path / "images.gz").write_bytes(gzip.compress(_images()))
    (tmp_path / "labels").write_bytes(_labels())
    assert read_idx(tmp_path / "images.gz", str(tmp_path / "labels")).num_rows == 5
    with pytest.raises(InputError, match="There is no file"):
        read_idx(tmp_path / "images", tmp_path / "labels")


FLOATS = struct.pack(">4I", 0x0D03, 5, 4, 3) + bytes(240)
WRONG = {
    "magic": (b"\x89PNG" + _images(), _labels(), "images starts with 2303741511 instead of the magic number 2051"),
    "kind of number": (FLOATS, _labels(), "instead of the magic number 2051"),
    "swapped": (_labels(), _images(), "wrong way round"),
    "twice": (_images(), _images(), "labels has the magic number 2051 instead of 2049"),
    "empty": (b"", _labels(), "images is empty"),
    "stub": (_images()[:3], _labels(), "cut short: 3 bytes"),
    "header cut": (_images()[:10], _labels(), "cut short: 10 bytes where its header announces 16"),
    "pixels cut": (_images()[:-1], _labels(), "cut short: 75 bytes where its header announces 76"),
    "labels cut": (_images(), _labels()[:-2], "labels is cut short: 11 bytes where its header announces 13"),
    "too long": (_images() + b"!", _labels(), "too long: 77 bytes"),
    "lengths": (_images(), _labels(LABELS[:4]), "Images: 5, labels: 4"),
    "no images": (_images(PIXELS[:0]), _labels(LABELS[:0]), "images is empty"),
    "too large": (struct.pack(">4I", 2051, 60_000, 2_000, 2_000), _labels(), "60000 × 2000 × 2000 numbers"),
    "too many": (struct.pack(">4I", 2051, 100_001, 1, 1), _labels(), "At most 100000 rows"),
    "one class": (_images(), _labels(LABELS * 0), "At least two classes"),
    "gzip cut": (gzip.compress(_images())[:-9], _labels(), "gzip archive that is cut short"),
    "gzip damaged": (b"\x1f\x8b" + bytes(20), _labels(), "damaged gzip"),
    "gzip garbage": (gzip.compress(_images())[:10] + b"\xff" * 40, _labels(), "damaged gzip"),
}


@pytest.mark.parametrize("name", WRONG)
def test_broken_files_are_refused_in_a_sentence(name):
    images, labels, sentence = WRONG[name]
    with pytest.raises(InputError, match=sentence) as caught:
        read_idx(images, labels)
    assert any("가" <= letter <= "힣" for letter in caught.value.in_language("ko"))


def test_a_small_archive_cannot_fill_the_memory(monkeypatch):
    monkeypatch.setattr(idx, "MAX_IDX_BYTES", 2**20)
    bomb = gzip.compress(bytes(2**22))
    assert len(bomb) < 2**20
    with pytest.raises(InputError, match="At most 1 MiB"):
        read_idx(bomb, _labels())


@given(
    images=st.one_of(st.binary(max_size=100), st.binary(max_size=60).map(lambda tail: _images()[:4] + tail)),
    labels=st.one_of(st.binary(max_size=100), st.binary(max_size=20).map(lambda tail: _labels()[:4] + tail)),
    position=st.integers(0, 75),
    byte=st.integers(0, 255),
)
def test_any_bytes_give_a_data_set_or_a_sentence(images, labels, position, byte):
    flipped = bytearray(_images())
    flipped[position] = byte
    for pair in ((images, labels), (_images(), labels), (bytes(flipped), _labels()), (gzip.compress(images), labels)):
        try:
            assert read_idx(*pair).num_classes >= 2
        except InputError as error:
            assert all(error.in_language(language) for language in LANGUAGES)
