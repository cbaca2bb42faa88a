"""Sentences for the histograms of activations and gradients of a layer at a step."""

import numpy as np

from simulator.core.run import Run
from simulator.scenes.training.words.common import frame_at, layer_name, row_at
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text


def narrate_activation_histogram(language: str, run: Run, step: int | None = None, layer: int = 0) -> str:
    """Say between which edges most activations of a layer lie."""
    frames, frame = run.frames, frame_at(run, step)
    name = layer_name(language, layer, run.network.num_layers)
    counts, edges = frames.activation_histogram[frame, layer], frames.histogram_edges[layer]
    step_text = number_text(int(frames.step[frame]))
    if counts.sum() == 0:
        return text(language, "narration.histogram.empty", step=step_text, layer=name)
    fullest = int(np.argmax(counts))
    row = row_at(run, int(frames.step[frame]))
    return text(
        language,
        "narration.histogram.activations",
        step=step_text,
        layer=name,
        low=number_text(edges[fullest]),
        high=number_text(edges[fullest + 1]),
        share=percent_text(counts[fullest] / counts.sum()),
        zero=percent_text(run.records.zero_fraction[row, layer]),
    )


def narrate_gradient_histogram(language: str, run: Run, step: int | None = None, layer: int = 0) -> str:
    """Say between which sizes most gradients ∂L/∂z of a layer lie; the edges are powers of ten."""
    frames, frame = run.frames, frame_at(run, step)
    name = layer_name(language, layer, run.network.num_layers)
    counts, zeros = frames.gradient_histogram[frame, layer], int(frames.gradient_zero_count[frame, layer])
    step_text = number_text(int(frames.step[frame]))
    if counts.sum() == 0:
        entry = "narration.histogram.gradients_none" if zeros else "narration.histogram.empty"
        return text(language, entry, step=step_text, layer=name)
    fullest = int(np.argmax(counts))
    low, high = 10.0 ** frames.gradient_histogram_edges[fullest : fullest + 2].astype(np.float64)
    return text(
        language,
        "narration.histogram.gradients_zero" if zeros >= counts.max() else "narration.histogram.gradients",
        step=step_text,
        layer=name,
        low=number_text(low),
        high=number_text(high),
        share=percent_text(counts[fullest] / (counts.sum() + zeros)),
        zeros=number_text(zeros),
        zero=percent_text(zeros / (counts.sum() + zeros)),
    )
