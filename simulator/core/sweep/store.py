"""A folder in which finished chunks are kept, so that a map goes on where it was interrupted."""

import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from simulator.core.datasets import Dataset
from simulator.core.network import NetworkConfig
from simulator.core.sweep.chunk import Losses
from simulator.core.sweep.plan import Pixel, Work
from simulator.core.training import TrainingConfig
from simulator.errors import InputError

_DESCRIPTION = "map.json"


class Store:
    """The chunks of one map in a folder; each is a file that is there as a whole or not at all.

    Args:
      folder: made where it does not exist.
      network, training, dataset, axes: of the map.

    Raises:
      InputError: for a folder that holds another map.
    """

    def __init__(
        self,
        folder: str | os.PathLike,
        network: NetworkConfig,
        training: TrainingConfig,
        dataset: Dataset,
        axes: Mapping[str, tuple[Any, ...]],
    ):
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        described = {
            "network": asdict(network),
            "training": asdict(training),
            "dataset": {"name": dataset.name, "content": _digest(dataset)},
            "axes": {name: list(values) for name, values in axes.items()},
        }
        written = json.dumps(described, indent=1)
        there = self._folder / _DESCRIPTION
        if not there.exists():
            self._write(there, written.encode())
        elif there.read_text(encoding="utf-8") != written:
            raise InputError("engine:other_map", value=str(folder))

    def put(self, work: Work, losses: Losses) -> None:
        """Keep a finished chunk."""
        buffer = io.BytesIO()
        np.savez(buffer, pixels=np.array(work.pixels, np.int32), **losses._asdict())
        row, column = work.pixels[0]
        self._write(self._folder / f"chunk-{work.stride}-{row}-{column}-{len(work.pixels)}.npz", buffer.getvalue())

    def chunks(self) -> Iterator[tuple[tuple[Pixel, ...], Losses]]:
        """Yield what is kept: pixels and their losses."""
        for file in sorted(self._folder.glob("chunk-*.npz")):
            with np.load(file) as found:
                pixels = tuple((int(row), int(column)) for row, column in found["pixels"])
                yield pixels, Losses(found["start"], found["final"], found["last_below"])

    def _write(self, file: Path, content: bytes) -> None:
        """Write a file so that whoever is interrupted leaves none, not a part of one."""
        part = file.with_name(f".{file.name}.{os.getpid()}")
        with part.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(file)


def _digest(dataset: Dataset) -> str:
    answers = dataset.labels if dataset.labels is not None else dataset.targets
    content = b"".join(np.ascontiguousarray(array).tobytes() for array in (dataset.inputs, answers))
    return hashlib.blake2b(content, digest_size=16).hexdigest()
