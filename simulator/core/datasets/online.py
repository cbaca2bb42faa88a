"""Data sets that are fetched from OpenML when a reader asks for them, and kept on disk from then on."""

import errno
import http.client
import os
import tempfile
import threading
import urllib.error
import urllib.request
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import _openml, fetch_openml, get_data_home

from simulator.errors import InputError

SOCKET_TIMEOUT_SECONDS = 10.0
RETRY_SECONDS = 0.5
NUM_PIXELS = 784
NUM_CLASSES = 10
LARGEST_PIXEL = 255.0
OPENML_NAMES = {"mnist": "mnist_784", "fashion_mnist": "Fashion-MNIST"}
FASHION_CLASSES = (
    "t_shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle_boot",
)
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}
_NO_WAY_TO_WRITE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.EIO}
_lock = threading.Lock()


def fetch_images(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the 70,000 images of MNIST or Fashion-MNIST; they are fetched once, which takes up to some minutes.

    Args:
      name: ``"mnist"`` or ``"fashion_mnist"``.

    Returns:
      (70000, 784) float32 from 0 to 1, (70000,) int32.

    Raises:
      InputError: when OpenML cannot be reached or hands nothing out, when what came back is not the data set, or when
        it cannot be kept on this machine.
    """
    with _lock:  # the second reader finds what the first has fetched
        found = _kept(name)
        if found is None:
            found = _fetched(name)
            _keep(name, *found)
    pixels, labels = found
    return pixels.astype(np.float32) / np.float32(LARGEST_PIXEL), labels.astype(np.int32)


def _fetched(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return pixels (n, 784) and labels (n,), both uint8, from OpenML."""
    try:
        images, labels = fetch_openml(
            OPENML_NAMES[name],
            version=1,
            return_X_y=True,
            as_frame=False,
            parser="liac-arff",  # the pandas parser trips over classes that are written without quotation marks
            n_retries=1,
            delay=RETRY_SECONDS,
        )
        return _checked(np.asarray(images, np.float64), np.asarray(labels).astype(np.int64))
    except urllib.error.HTTPError as error:  # it was reached, and said no
        with error:
            raise InputError("data:refused_download", name=name, value=error.code) from error
    except (OSError, http.client.HTTPException) as error:
        raise InputError(f"data:{_reason(error)}", name=name) from error
    except (ValueError, LookupError, TypeError, EOFError, zlib.error) as error:  # an answer that is not the data set
        raise InputError("data:bad_download", name=name) from error


def _open(request: urllib.request.Request) -> Any:
    return urllib.request.urlopen(request, timeout=SOCKET_TIMEOUT_SECONDS)


# scikit-learn opens its connections without a timeout and has no argument for one: a network that swallows packets
# would keep a page waiting for minutes. A default timeout of sockets would hold for all of the server's.
_openml.urlopen = _open


def _checked(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if images.ndim != 2 or images.shape != (len(labels), NUM_PIXELS) or not len(labels):
        raise ValueError(f"Images of shape {images.shape} for {len(labels)} labels.")
    if not ((images >= 0) & (images <= LARGEST_PIXEL)).all() or not ((labels >= 0) & (labels < NUM_CLASSES)).all():
        raise ValueError("Pixels or labels are out of range.")
    return images.astype(np.uint8), labels.astype(np.uint8)


def _reason(error: Exception) -> str:
    """Return which sentence tells the reader why there are no images: the disk, or else the network."""
    number = error.errno if isinstance(error, OSError) else None
    if number in _NO_ROOM:
        return "disk_full"
    return "unwritable" if number in _NO_WAY_TO_WRITE else "no_network"


def _file(name: str) -> Path:
    return Path(get_data_home()) / f"{OPENML_NAMES[name]}.npz"


def _kept(name: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what was fetched before, within a second: reading OpenML's text file takes a minute."""
    with (
        suppress(OSError, ValueError, LookupError, EOFError, zlib.error, zipfile.BadZipFile),
        _file(name).open("rb") as file,
        np.load(file) as arrays,
    ):
        return _checked(arrays["pixels"], arrays["labels"])
    return None


def _keep(name: str, pixels: np.ndarray, labels: np.ndarray) -> None:
    """Keep the images for the next start; without room for them they are read from OpenML's file again."""
    with suppress(OSError):
        file = _file(name)
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            part = Path(folder) / file.name
            np.savez_compressed(part, pixels=pixels, labels=labels)
            os.replace(part, file)  # another process never sees half a file
