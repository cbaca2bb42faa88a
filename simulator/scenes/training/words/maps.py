"""Sentences for the maps over the input: decision boundary, what single neurons see, the curve of a regression."""

import numpy as np

from simulator.core.datasets import class_labels
from simulator.core.run import Run
from simulator.scenes.training.pictures.fit import curve_of
from simulator.scenes.training.words.common import frame_at, layer_name, not_finite, row_at
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text


def narrate_boundary(language: str, run: Run, step: int | None = None) -> str:
    """Say which class has the largest and the smallest part of the plane (of a regression: the range)."""
    frames, frame = run.frames, frame_at(run, step)
    output, step_text = frames.grid_output[frame], number_text(int(frames.step[frame]))
    finite = np.isfinite(output).all(axis=-1)
    if not finite.any():
        return not_finite(language, step_text)
    if run.dataset.task == "regression":
        low, high = number_text(output[finite].min()), number_text(output[finite].max())
        return text(language, "narration.boundary.regression", step=step_text, low=low, high=high)
    names = class_labels(language, run.dataset)
    answers = predicted_classes(run, output[finite])
    shares = np.bincount(answers, minlength=len(names)) / finite.size
    largest = int(np.argmax(shares))
    smallest = len(shares) - 1 - int(np.argmin(shares[::-1]))  # of equal parts another one than the first
    if shares[largest] == 1.0:
        return text(language, "narration.boundary.one_class", step=step_text, only=names[largest])
    return text(
        language,
        "narration.boundary.classes",
        step=step_text,
        largest_class=names[largest],
        largest=percent_text(shares[largest]),
        smallest_class=names[smallest],
        smallest=percent_text(shares[smallest]),
    )


def predicted_classes(run: Run, output: np.ndarray) -> np.ndarray:
    """Return the class that each output vector stands for.

    One output decides between two classes: at 0 for a tanh output, whose targets are −1 and 1, else at one half.
    """
    if output.shape[-1] > 1:
        return np.argmax(output, axis=-1)
    threshold = 0.0 if run.network.output_activation == "tanh" else 0.5
    return (output[..., 0] > threshold).astype(np.int64)


def narrate_neurons(language: str, run: Run, step: int | None = None, layer: int = 0) -> str:
    """Say which neuron of a hidden layer changes most over the plane."""
    frames, frame = run.frames, frame_at(run, step)
    maps, step_text = frames.grid_activation[layer][frame], number_text(int(frames.step[frame]))
    name = layer_name(language, layer, run.network.num_layers)
    low, high = maps.min(axis=(0, 1)), maps.max(axis=(0, 1))
    if not (np.isfinite(low) & np.isfinite(high)).any():
        return not_finite(language, step_text)
    unit = int(np.nanargmax(np.where(np.isfinite(high) & np.isfinite(low), high - low, np.nan)))
    return text(
        language,
        "narration.neurons.sentence",
        step=step_text,
        layer=name,
        unit=number_text(unit + 1),
        low=number_text(low[unit]),
        high=number_text(high[unit]),
    )


def narrate_curve_fit(language: str, run: Run, step: int | None = None) -> str:
    """Describe the curve that is drawn for a regression over one input, at a step (the last by default)."""
    frames, frame = run.frames, frame_at(run, step)
    output = curve_of(run)[1][frame]
    if not np.isfinite(output).all():
        return not_finite(language, number_text(int(frames.step[frame])))
    row = row_at(run, int(frames.step[frame]))
    low, high = number_text(output.min()), number_text(output.max())
    return text(
        language,
        f"narration.curve_fit.{'flat' if low == high else 'sentence'}",
        step=number_text(int(frames.step[frame])),
        low=low,
        high=high,
        loss=number_text(run.records.loss[row]),
    )
