"""Small grey pictures as data addresses, for handwritten digits and the like."""

import base64
import struct
import zlib

import numpy as np

SIDES = {64: 8, 784: 28}
"""Numbers of inputs that are the pixels of a square picture."""


def image_address(values: np.ndarray, magnify: int = 4) -> str:
    """Return one square picture as a PNG data address; the largest value is dark ink on white paper.

    Args:
      values: (64,) or (784,) pixel values; anything that is not finite is drawn as 0.
      magnify: width of a pixel, so that no browser blurs it.

    >>> image_address(np.zeros(64))[:22]
    'data:image/png;base64,'
    """
    side = SIDES[len(values)]
    grid = np.nan_to_num(np.asarray(values, float), posinf=0, neginf=0).reshape(side, side)
    low, high = float(grid.min()), float(grid.max())
    shade = 255 - np.round(255 * (grid - low) / (high - low if high > low else 1.0)).astype(np.uint8)
    enlarged = np.kron(shade, np.ones((magnify, magnify), np.uint8))
    return f"data:image/png;base64,{base64.b64encode(_png(enlarged)).decode()}"


def _png(grey: np.ndarray) -> bytes:
    """Return an 8-bit grey picture as PNG. Source: PNG specification, chunks IHDR, IDAT, IEND."""
    height, width = grey.shape
    lines = b"".join(b"\0" + row.astype(np.uint8).tobytes() for row in grey)  # each line: filter 0, then its pixels
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
