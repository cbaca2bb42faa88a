"""The network as a diagram: layers as columns, weights or their gradients or updates as lines."""

from itertools import pairwise

import numpy as np

from simulator.core.engine.passes import NUM_PASSES
from simulator.core.network import NetworkConfig
from simulator.core.records import Frames, Records
from simulator.core.training import TrainingConfig
from simulator.drawing.picture import Picture
from simulator.drawing.thinning import evenly
from simulator.scenes.training.pictures.backward import backward_content
from simulator.texts import text
from simulator.texts.numbers import number_text

MAX_UNITS = 16
MAX_EXAMPLES = 8
MAX_NUMBERS = 800_000
"""Numbers of one diagram over all its frames (3.2 MB): deep networks show fewer units a layer."""
LOG_DECADES = 4
"""A gradient this many powers of ten under the largest of the run has no line any more."""


def network_diagram(
    frames: Frames,
    records: Records,
    network: NetworkConfig,
    training: TrainingConfig,
    language: str,
    *,
    num_steps: int,
    output_activation: str = "softmax",
    feature_names: tuple[str, ...] = (),
    class_names: tuple[str, ...] = (),
) -> Picture:
    """Draw the network at the player's step; lines are weights, their gradients or their next updates.

    Thickness stands for size on a scale that is fixed over all frames: linear for weights, logarithmic (one power of
    ten is a quarter of the width) for gradients and updates. A click on a node shows its formula with the numbers of
    one example in it; where lines are gradients or updates, backpropagation of an example of the step's mini-batch.

    Args:
      network: whose ``output_activation`` may still be ``auto``.
      num_steps: updates the run made.
      output_activation: what it became.
      feature_names: of the inputs; numbered when left out.
      class_names: of the outputs; numbered when left out.

    Returns:
      A picture with at most ``MAX_UNITS`` units a layer, fewer in deep networks so that it stays under
      ``MAX_NUMBERS`` numbers; it says how many of how many are shown.
    """
    num_layers = network.num_layers
    examples = evenly(len(frames.example_row), MAX_EXAMPLES)
    kept = drawn_units(frames)
    content = {
        "sizes": list(network.layer_sizes),
        "kept": kept,
        "columns": _column_names(language, num_layers),
        "features": _names(feature_names, network.layer_sizes[0], "x"),
        "classes": _names(class_names, network.layer_sizes[-1], "y"),
        "lines": {
            name: _lines(getattr(frames, f"weight{suffix}"), getattr(frames, f"bias{suffix}"), kept, log=log)
            for name, suffix, log in (
                ("weight", "", False),
                ("gradient", "_gradient", True),
                ("update", "_update", True),
            )
        },
        "decades": LOG_DECADES,
        "inputs": np.asarray(frames.example_input)[examples, : kept[0]],
        "pre_activation": [
            np.asarray(values)[:, examples, : kept[layer + 1]] for layer, values in enumerate(frames.pre_activation)
        ],
        "activation": [
            np.asarray(values)[:, examples, : kept[layer + 1]] for layer, values in enumerate(frames.activation)
        ],
        "largest_activation": [_largest(values) for values in frames.activation],
        "passes": backward_content(frames, records, network, training, kept, num_steps=num_steps),
        "formula": [_formula(network, layer, output_activation) for layer in range(num_layers)],
        "examples": _example_names(frames, examples, class_names, language),
    }
    largest = max(float(line) for line in content["lines"]["weight"]["largest"])
    alt = text(
        language,
        "figures.network.alt",
        sizes="-".join(map(str, network.layer_sizes)),
        parameters=network.num_parameters,
        largest=number_text(largest),
    )
    return Picture(
        kind="network",
        title=text(language, "figures.network.title"),
        alt=alt,
        step=frames.step,
        content=content,
        words=_words(language),
    )


def drawn_units(frames: Frames) -> list[int]:
    """Return how many units of the inputs and of each layer are drawn."""
    num_examples = min(len(frames.example_row), MAX_EXAMPLES)
    for most in range(MAX_UNITS, 1, -1):
        kept = [min(units, most) for units in frames.num_units]
        numbers = sum(3 * (fan_in + 1) * units for fan_in, units in pairwise(kept))
        numbers += (2 * num_examples + 5 * NUM_PASSES) * sum(kept[1:])
        if numbers * len(frames.step) <= MAX_NUMBERS:
            return kept
    return [min(units, 2) for units in frames.num_units]


def _lines(weights: tuple[np.ndarray, ...], biases: tuple[np.ndarray, ...], kept: list[int], *, log: bool) -> dict:
    values = [np.asarray(weight)[:, : kept[layer], : kept[layer + 1]] for layer, weight in enumerate(weights)]
    largest = max(_largest(value) for value in values)
    return {
        "values": values,
        "bias": [np.asarray(bias)[:, : kept[layer + 1]] for layer, bias in enumerate(biases)],
        "largest": [largest],
        "log": log,
    }


def _largest(values: np.ndarray) -> float:
    finite = np.abs(values)[np.isfinite(values)]
    return float(finite.max()) if finite.size and finite.max() > 0 else 1.0


def _column_names(language: str, num_layers: int) -> list[str]:
    hidden = [text(language, "figures.layer.hidden", number=layer + 1) for layer in range(num_layers - 1)]
    return [text(language, "figures.layer.input"), *hidden, text(language, "figures.layer.output")]


def _names(names: tuple[str, ...], count: int, letter: str) -> list[str]:
    return list(names[:64]) if len(names) == count else [f"{letter}{index + 1}" for index in range(min(count, 64))]


def _formula(network: NetworkConfig, layer: int, output_activation: str) -> dict:
    last = layer == network.num_layers - 1
    name = output_activation if last else network.activation
    return {
        "name": name,
        "slope": network.negative_slope,
        "normalized": not last and network.normalizations[layer] != "none",
        "residual": not last and network.residuals[layer],
    }


def _example_names(frames: Frames, examples: np.ndarray, class_names: tuple[str, ...], language: str) -> list[str]:
    target = np.asarray(frames.example_target)[examples]
    if target.shape[1] == len(class_names) > 1:
        truth = [class_names[index] for index in target.argmax(1)]
    else:
        truth = [number_text(float(value)) for value in target[:, 0]]
    return [
        text(language, "figures.network.example", number=index + 1, target=target) for index, target in enumerate(truth)
    ]


WORDS = (
    *("weight", "gradient", "update", "lines", "layer", "node", "none", "example_label", "widest", "positive"),
    *("negative", "bias", "rest", "shown", "full_node", "weights_of", "input_value", "nonfinite", "normalized"),
    *("residual", "each_tenth", "click", "click_backward", "title_gradient", "title_update", "of_batch", "truth"),
    *("mean", "sum", "here", "penalty", "after", "more_terms", "more_weights", "skip", "dropout", "batch_norm"),
    *("through_softmax", "clipped", "optimizer", "not_made", "lost", "batch_label", "not_drawn", "by_hand"),
)


def _words(language: str) -> dict[str, str]:
    places = {name: f"{{{name}}}" for name in ("shown", "total", "number", "target", "sum", "name")}
    return {name: text(language, f"figures.network.words.{name}", **places) for name in WORDS}
