"""A network over two inputs: which answer it gives where, and what each hidden neuron computes there."""

import numpy as np

from simulator.core.records import Frames
from simulator.drawing.picture import Picture
from simulator.drawing.thinning import evenly
from simulator.texts import text

MAX_LAYERS = 4
MAX_NEURONS = 8
NEURON_SIDE = 16
MAX_POINTS = 1500
SATURATED = 0.97
"""Share of a layer's activations that lie within the scale of its maps; the rest has the full colour."""
LEVELS = 254
"""Steps of a byte between the smallest and the largest value; 255 stands for a value that is not finite."""


def decision_map(
    frames: Frames,
    inputs: np.ndarray,
    labels: np.ndarray,
    language: str,
    *,
    held_out: np.ndarray | None = None,
    feature_names: tuple[str, ...] = ("x₁", "x₂"),
    class_names: tuple[str, ...] = (),
    threshold: float = 0.5,
) -> Picture:
    """Draw the output over the plane of two inputs with the examples on it, and small maps of the hidden neurons.

    Classes differ in colour and in the shape of their points; examples that are not trained on are hollow. Neuron maps
    are olive below 0 and blue above, on a scale that is fixed for each layer over all frames. Values travel as
    bytes (one part in ``LEVELS`` of the range), enough for a picture and a tenth of the size.

    Args:
      frames: with a ``grid``.
      inputs: (n, 2) in the data's own units.
      labels: (n,) int classes, or float targets of a regression.
      held_out: (n,) bool, examples that are not trained on.
      threshold: of a single output between two classes: 0.5, or 0 for targets −1 and 1.

    Returns:
      A picture of at most ``MAX_LAYERS`` hidden layers with ``MAX_NEURONS`` neurons each.
    """
    regression = len(class_names) < 2
    output = np.asarray(frames.grid_output, np.float32)
    low, high = _range(output)
    if not regression and output.shape[-1] == 1:
        reach = max(abs(high - threshold), abs(low - threshold))
        low, high = threshold - reach, threshold + reach
    rows = evenly(len(inputs), MAX_POINTS)
    held = np.zeros(len(inputs), bool) if held_out is None else np.asarray(held_out, bool)
    hidden = frames.grid_activation
    layers = evenly(len(hidden), MAX_LAYERS) if hidden else []
    content = {
        "mode": "regression" if regression else "single" if output.shape[-1] == 1 else "classes",
        "axes": np.asarray(frames.grid, float),
        "output": _bytes(output, low, high),
        "output_range": [low, high],
        "x": np.asarray(inputs, float)[rows, 0],
        "y": np.asarray(inputs, float)[rows, 1],
        "label": np.asarray(labels)[rows],
        "held": held[rows],
        "features": list(feature_names),
        "classes": list(class_names),
        "neurons": [_neurons(frames, layer) for layer in layers],
        "layer_names": [text(language, "figures.layer.hidden", number=layer + 1) for layer in layers],
    }
    return Picture(
        kind="map",
        title=text(language, "figures.map.title_regression" if regression else "figures.map.title"),
        alt=text(language, "figures.map.alt", points=len(inputs), first=feature_names[0], second=feature_names[1]),
        step=frames.step,
        content=content,
        words=_words(language),
    )


def _neurons(frames: Frames, layer: int | np.integer) -> dict:
    kept = frames.grid_activation[layer]
    stride = max(1, -(-kept.shape[1] // NEURON_SIDE))
    values = np.asarray(kept[:, ::stride, ::stride, :MAX_NEURONS], np.float32)
    finite = np.abs(values[np.isfinite(values)])
    # Not the largest: a single corner late in the run would leave every other map white.
    limit = float(np.quantile(finite, SATURATED)) if finite.size else 0.0
    limit = limit or 1.0
    # (frames, units, side, side): one neuron's map lies in one piece.
    return {"values": _bytes(values.transpose(0, 3, 1, 2), -limit, limit), "limit": limit, "layer": int(layer) + 1}


def _range(values: np.ndarray) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return low, high if high > low else low + 1.0


def _bytes(values: np.ndarray, low: float, high: float) -> np.ndarray:
    with np.errstate(invalid="ignore", over="ignore"):
        level = np.clip(np.round((values - low) / (high - low) * LEVELS), 0, LEVELS)
    return np.where(np.isfinite(values), np.nan_to_num(level), 255).astype(np.uint8)


def _words(language: str) -> dict[str, str]:
    names = ("training", "held_out", "shown", "answer", "neuron", "nonfinite", "class", "flat")
    return {name: text(language, f"figures.map.words.{name}", number="{number}") for name in names}
