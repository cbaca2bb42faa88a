"""What all sentences share: names of layers, and which row or frame a step stands for."""

import numpy as np

from simulator.core.run import Run
from simulator.texts import text


def layer_name(language: str, layer: int, num_layers: int) -> str:
    """Name a layer with weights: the hidden layers count from 1, the last one is the output layer.

    >>> layer_name("en", 0, 3), layer_name("ko", 2, 3)
    ('layer 1', '출력층')
    """
    if layer == num_layers - 1:
        return text(language, "narration.layer.output")
    return text(language, "narration.layer.hidden", number=layer + 1)


def unit_name(language: str, layer: int, num_layers: int) -> str:
    """Name a unit's place, to be followed by its number; layer −1 holds the inputs."""
    if layer < 0:
        return text(language, "narration.network.node.inputs")
    if layer == num_layers - 1:
        return text(language, "narration.network.node.output")
    return text(language, "narration.network.node.hidden", number=layer + 1)


def row_at(run: Run, step: int | None) -> int:
    """Return the row of the records that a step stands for: the last one not after it, the very last for ``None``."""
    if step is None:
        return len(run.records.step) - 1
    return max(int(np.searchsorted(run.records.step, step, side="right")) - 1, 0)


def frame_at(run: Run, step: int | None) -> int:
    """Return the index of the frame that a step stands for: the last one not after it."""
    if step is None:
        return len(run.frames.step) - 1
    return max(int(np.searchsorted(run.frames.step, step, side="right")) - 1, 0)


def evaluated_row(run: Run, row: int) -> int | None:
    """Return the last row up to ``row`` at which the validation columns were measured."""
    rows = np.flatnonzero(np.asarray(run.records.evaluated)[: row + 1])
    return int(rows[-1]) if len(rows) else None


def not_finite(language: str, step: str) -> str:
    """Say that there is nothing to describe: the numbers of this step are infinite or undefined."""
    return text(language, "narration.broken", step=step)


def capitalised(sentence: str) -> str:
    """Return a sentence whose first letter is a capital: it may begin with the name of a layer."""
    return sentence[:1].upper() + sentence[1:]
