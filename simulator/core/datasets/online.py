"""Data sets that are fetched from OpenML when a reader asks for them, and kept on disk by scikit-learn."""

import http.client
import socket
import threading
import zlib

import numpy as np
from sklearn.datasets import fetch_openml

from simulator.errors import InputError

SOCKET_TIMEOUT_SECONDS = 10.0
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
_timeout_lock = threading.Lock()


def fetch_images(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Fetch the 70,000 images of MNIST or Fashion-MNIST.

    Args:
      name: ``"mnist"`` or ``"fashion_mnist"``.

    Returns:
      (70000, 784) float32 from 0 to 1, (70000,) int32.

    Raises:
      InputError: when OpenML cannot be reached or what came back is not the data set.
    """
    # scikit-learn opens its connections without a timeout of their own, so the default of new sockets is set for the
    # time of the call; without it, a network that swallows packets would keep a page waiting for minutes.
    with _timeout_lock:
        before = socket.getdefaulttimeout()
        socket.setdefaulttimeout(SOCKET_TIMEOUT_SECONDS)
        try:
            images, labels = fetch_openml(
                OPENML_NAMES[name],
                version=1,
                return_X_y=True,
                as_frame=False,
                parser="liac-arff",
                n_retries=1,
                delay=0.0,
            )
            return np.asarray(images, np.float32) / np.float32(LARGEST_PIXEL), np.asarray(labels).astype(np.int32)
        except (OSError, http.client.HTTPException) as error:  # no route, no name, refused, timed out, HTTP status
            raise InputError("data:no_network", name=name) from error
        except (ValueError, EOFError, zlib.error) as error:  # an answer that is not the data set
            raise InputError("data:bad_download", name=name) from error
        finally:
            socket.setdefaulttimeout(before)
