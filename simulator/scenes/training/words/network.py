"""Sentences for the network diagram: its size, and the largest line in it."""

import numpy as np

from simulator.core.run import Run
from simulator.scenes.training.pictures.diagram import drawn_units
from simulator.scenes.training.words.common import frame_at, not_finite, unit_name
from simulator.texts import text
from simulator.texts.numbers import number_text

QUANTITIES = ("weight", "weight_gradient", "weight_update")


def narrate_network(language: str, run: Run, step: int | None = None, quantity: str = "weight") -> str:
    """Say how large the network is and which line is the largest among the nodes that are drawn.

    Args:
      language: ``"ko"`` or ``"en"``.
      run: what ``train`` returned.
      step: a step of the run; the last frame by default.
      quantity: what the lines stand for, one of ``QUANTITIES``.

    Returns:
      Two sentences, or three for a network of which a part is drawn.
    """
    frames, frame = run.frames, frame_at(run, step)
    num_layers = run.network.num_layers
    sizes = "-".join(map(str, run.network.layer_sizes))
    size = text(language, "narration.network.sentence", sizes=sizes, num_parameters=f"{run.network.num_parameters:,}")
    step_text = number_text(int(frames.step[frame]))
    drawn = drawn_units(frames)
    lines = [
        values[frame][: drawn[layer], : drawn[layer + 1]] for layer, values in enumerate(getattr(frames, quantity))
    ]
    layer = int(np.argmax([np.max(np.abs(_finite(values))) for values in lines]))
    values = lines[layer]
    if not np.isfinite(values).any():
        return f"{size} {not_finite(language, step_text)}"
    source_unit, target_unit = np.unravel_index(int(np.argmax(np.abs(_finite(values)))), values.shape)
    line = text(
        language,
        f"narration.network.{quantity}",
        step=step_text,
        value=number_text(values[source_unit, target_unit]),
        source=unit_name(language, layer - 1, num_layers),
        source_unit=number_text(int(source_unit) + 1),
        target=unit_name(language, layer, num_layers),
        target_unit=number_text(int(target_unit) + 1),
    )
    return " ".join([size, line, *_among(language, run)])


def _among(language: str, run: Run) -> tuple[str, ...]:
    """Say among which nodes the largest was looked for, where not all of them are drawn."""
    kept = drawn_units(run.frames)
    cut = any(units < size for units, size in zip(kept, run.network.layer_sizes, strict=True))
    return (text(language, "narration.network.among", units=max(kept)),) if cut else ()


def _finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, -0.0)
