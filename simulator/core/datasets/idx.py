"""Reader of IDX files, the format of MNIST: a magic number, sizes, then bytes.

Source: LeCun, Cortes, Burges, The MNIST database, section "File formats".
"""

import gzip
import math
import zlib
from io import BytesIO
from typing import Any

import numpy as np

from simulator.core.datasets.dataset import MAX_CELLS, MAX_ROWS, Dataset
from simulator.core.datasets.source import MEBIBYTE, read_bytes
from simulator.errors import InputError

MAX_IDX_BYTES = MAX_CELLS + MEBIBYTE
"""Of the content, after decompression too: a small file can decompress into a huge one."""
IMAGES_MAGIC = 0x00000803  # unsigned bytes in 3 dimensions: images, rows, columns
LABELS_MAGIC = 0x00000801  # unsigned bytes in 1 dimension
LARGEST_PIXEL = 255
_KINDS = {IMAGES_MAGIC: "images", LABELS_MAGIC: "labels"}


def read_idx(images: Any, labels: Any) -> Dataset:
    """Read images and their labels from two files in the format of MNIST, gzipped or not.

    Args:
      images: path, bytes, or an open file with magic number 2051.
      labels: the same with magic number 2049.

    Returns:
      The data set: one feature a pixel, divided by 255 so that it goes from 0 to 1; each label that occurs is a class.

    Raises:
      InputError: for a wrong magic number, files the wrong way round, a truncated file, or numbers of images and
        labels that disagree.
    """
    (num_images, height, width), pixels = _read(images, IMAGES_MAGIC)
    (num_labels,), classes = _read(labels, LABELS_MAGIC)
    if num_images != num_labels:
        raise InputError("data:idx_lengths", images=num_images, labels=num_labels)
    inputs = pixels.reshape(num_images, height * width).astype(np.float32) / np.float32(LARGEST_PIXEL)
    names = tuple(f"pixel_{row}_{column}" for row in range(height) for column in range(width))
    return Dataset.from_arrays(inputs, classes, name="idx", feature_names=names, image_shape=(height, width))


def _read(source: Any, magic: int) -> tuple[tuple[int, ...], np.ndarray]:
    kind = _KINDS[magic]
    content = _decompress(read_bytes(source, MAX_IDX_BYTES), kind)
    if not content:
        raise InputError("data:idx_empty", field=kind)
    found = int.from_bytes(content[:4], "big")
    if len(content) >= 4 and found != magic:
        code = "data:idx_swapped" if found in _KINDS else "data:idx_magic"
        raise InputError(code, field=kind, value=found, expected=magic)
    num_dimensions = magic & 0xFF
    start = 4 + 4 * num_dimensions
    if len(content) < start:
        raise InputError("data:idx_truncated", field=kind, value=len(content), expected=start)
    shape = tuple(int(size) for size in np.frombuffer(content, ">u4", num_dimensions, offset=4))
    if 0 in shape:
        raise InputError("data:idx_empty", field=kind)
    if shape[0] > MAX_ROWS or math.prod(shape) > MAX_CELLS:
        raise InputError("data:idx_too_large", field=kind, value=" × ".join(map(str, shape)), maximum=MAX_ROWS)
    expected = start + math.prod(shape)
    if len(content) != expected:
        code = "data:idx_truncated" if len(content) < expected else "data:idx_too_long"
        raise InputError(code, field=kind, value=len(content), expected=expected)
    return shape, np.frombuffer(content, np.uint8, offset=start)


def _decompress(content: bytes, kind: str) -> bytes:
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as file:
            content = file.read(MAX_IDX_BYTES + 1)
    except EOFError as error:  # the archive stops before its end
        raise InputError("data:idx_gzip_truncated", field=kind) from error
    except (OSError, zlib.error) as error:
        raise InputError("data:idx_gzip", field=kind) from error
    if len(content) > MAX_IDX_BYTES:
        raise InputError("data:file_too_large", maximum=MAX_IDX_BYTES // MEBIBYTE)
    return content
