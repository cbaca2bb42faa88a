"""Bytes of a file that a reader hands in, whatever form it comes in, up to a limit."""

import os
from pathlib import Path
from typing import Any

from simulator.errors import InputError

MEBIBYTE = 2**20


def read_bytes(source: Any, max_bytes: int) -> bytes:
    """Return the content of a path, of bytes, or of an open file (read from its beginning where it can be).

    Args:
      source: ``str`` or ``Path`` of a file, ``bytes``, or an object with ``read``.
      max_bytes: largest size accepted.

    Returns:
      The content; text of a file opened in text mode is encoded as UTF-8.

    Raises:
      InputError: when there is no such file, it cannot be read, or it is over the limit.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        content = bytes(source[: max_bytes + 1])
    elif isinstance(source, str | os.PathLike):
        content = _read_path(source, max_bytes)
    elif hasattr(source, "read"):
        content = _read_open(source, max_bytes)
    else:
        raise InputError("data:not_a_file", value=type(source).__name__)
    if len(content) > max_bytes:
        raise InputError("data:file_too_large", maximum=max_bytes // MEBIBYTE)
    return content


def _read_path(path: str | os.PathLike, max_bytes: int) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise InputError("data:no_such_file", value=shorten(os.fspath(path))) from error
    except (OSError, ValueError) as error:  # a folder, no permission, a name that cannot exist
        raise InputError("data:unreadable_file", value=shorten(os.fspath(path))) from error


def _read_open(file: Any, max_bytes: int) -> bytes:
    try:
        if hasattr(file, "seekable") and file.seekable():
            file.seek(0)
        content = file.read(max_bytes + 1)
    except UnicodeDecodeError as error:
        raise InputError("data:undecodable", byte=error.start + 1) from error
    except (OSError, ValueError) as error:  # closed, or not opened for reading
        raise InputError("data:unreadable_file", value=shorten(getattr(file, "name", type(file).__name__))) from error
    return content.encode("utf-8", "surrogatepass") if isinstance(content, str) else bytes(content)


def shorten(value: object, length: int = 40) -> str:
    """Return a value as one short printable line, for use within a sentence."""
    line = "".join(character if character.isprintable() else "�" for character in str(value))
    return line if len(line) <= length else f"{line[:length]}…"
