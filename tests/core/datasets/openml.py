"""A server on this machine that speaks OpenML's interface, for what would otherwise come from the network."""

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from sklearn.datasets import _openml

NUM_PIXELS = 784
ADDRESSES = {
    "_SEARCH_NAME": "/api/v1/json/data/list/data_name/{}/limit/2",
    "_DATA_INFO": "/api/v1/json/data/{}",
    "_DATA_FEATURES": "/api/v1/json/data/features/{}",
    "_DATA_QUALITIES": "/api/v1/json/data/qualities/{}",
}


def images(num_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return pixels (n, 784) from 0 to 255 and labels (n,), each label in every tenth row."""
    pixels = np.random.default_rng(0).integers(0, 256, (num_rows, NUM_PIXELS))
    return pixels, np.arange(num_rows) % 10


def answers(name: str, pixels: np.ndarray, labels: np.ndarray, base: str) -> dict[str, bytes]:
    """Return what OpenML answers for a data set, by path."""
    columns = [f"pixel{number + 1}" for number in range(pixels.shape[1])]
    head = [f"@RELATION {name}", *(f"@ATTRIBUTE {column} real" for column in columns)]
    head += [f"@ATTRIBUTE class {{{','.join('0123456789')}}}", "@DATA"]
    rows = (",".join(map(str, row)) for row in np.column_stack([pixels, labels]).tolist())
    arff = "\n".join([*head, *rows, ""]).encode()
    described = {
        "id": "1",
        "name": name,
        "version": "1",
        "format": "ARFF",
        "status": "active",
        "url": f"{base}/data/v1/download/1/{name}.arff",
        "md5_checksum": hashlib.md5(arff).hexdigest(),
        "description": "",
    }
    plain = {"is_ignore": "false", "is_row_identifier": "false", "number_of_missing_values": "0"}
    features = [
        {"index": str(index), "name": column, "data_type": "numeric", "is_target": "false", **plain}
        for index, column in enumerate(columns)
    ]
    target = {"index": str(len(columns)), "name": "class", "data_type": "nominal", "is_target": "true", **plain}
    found = {"did": 1, "name": name, "version": 1, "status": "active"}
    documents = {
        f"/api/v1/json/data/list/data_name/{name.lower()}/limit/2/data_version/1": {"data": {"dataset": [found]}},
        "/api/v1/json/data/1": {"data_set_description": described},
        "/api/v1/json/data/features/1": {"data_features": {"feature": [*features, target]}},
        "/api/v1/json/data/qualities/1": {
            "data_qualities": {"quality": [{"name": "NumberOfInstances", "value": str(len(labels))}]}
        },
    }
    return {path: json.dumps(document).encode() for path, document in documents.items()} | {
        f"/data/v1/download/1/{name}.arff": arff
    }


class OpenML:
    """The server: ``answers`` by path, and the ``status`` of every answer. ``asked`` are the paths asked for."""

    def __init__(self, base: str):
        self.base = base
        self.answers: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.status = 200

    def offer(self, name: str, num_rows: int) -> tuple[np.ndarray, np.ndarray]:
        """Serve a data set of random images; return its pixels and labels."""
        pixels, labels = images(num_rows)
        self.answers = answers(name, pixels, labels, self.base)
        return pixels, labels


@contextmanager
def openml(monkeypatch) -> Iterator[OpenML]:
    """Serve on this machine in place of openml.org until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            site.asked.append(self.path)
            body = site.answers.get(self.path)
            self.send_response(404 if body is None else site.status)
            packed = gzip.compress(body or b"", 1)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(packed)))
            self.end_headers()
            self.wfile.write(packed)

        def log_message(self, format: str, *args):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site = OpenML(f"http://127.0.0.1:{server.server_port}")
        for constant, address in ADDRESSES.items():
            monkeypatch.setattr(_openml, constant, site.base + address)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
