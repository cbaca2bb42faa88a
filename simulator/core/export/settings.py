"""What a run's configuration means for its script: which pieces, which flags, which values and constants."""

import math
from typing import Any

import numpy as np

from simulator.core.datasets.randomness import STREAMS as DATA_STREAMS
from simulator.core.losses import decision_threshold, encode_targets
from simulator.core.network import NORMALIZATION_EPSILON
from simulator.core.run import Run
from simulator.core.training import STREAMS
from simulator.texts import text

RUNNING_DECAY = 0.9
"""Of batch normalization's running statistics, as in the engine."""
NUM_REPORTED = 20
"""Losses printed beside the simulator's; more than a screenful is not compared by eye."""
NORM_AXES = {"none": None, "batch": 0, "layer": 1}
USES_VELOCITY = ("momentum", "nesterov", "adam", "adamw")
USES_SQUARES = ("adagrad", "rmsprop", "adam", "adamw")


def is_full_batch(run: Run) -> bool:
    """Say whether an update uses all training rows, in their own order."""
    size = run.training.batch_size
    return size is None or size >= len(run.split.train)


def planned_steps(run: Run) -> int:
    """Return the updates of the whole run as configured, even where it ended earlier."""
    return run.training.num_epochs * run.steps_per_epoch


def flags_of(run: Run) -> frozenset[str]:
    """Return the features that are on; lines of the templates are kept or dropped by them."""
    network, training, dataset = run.network, run.training, run.dataset
    norms = set(network.normalizations)
    single = network.layer_sizes[-1] == 1
    on = {
        "batch_norm": "batch" in norms,
        "norm": bool(norms - {"none"}),
        "mixed": len(norms) > 1,
        "biases": network.bias_std > 0,
        "slope": network.activation == "prelu" and network.num_hidden_layers > 0,
        "residual": any(network.residuals),
        "dropout": any(network.dropouts),
        "penalty": training.l1 > 0 or training.l2 > 0,
        "l1": training.l1 > 0,
        "l2": training.l2 > 0,
        "clip": training.clip_norm is not None,
        "patience": training.patience is not None and len(run.split.validation) > 0,
        "velocity": training.optimizer in USES_VELOCITY,
        "squares": training.optimizer in USES_SQUARES,
        "classes": dataset.task == "classification",
        "single": dataset.task == "classification" and single,
        "many_outputs": not single,
    }
    on |= {name: True for name in dataset.extra_inputs}
    on["slope_or_norm"] = on["slope"] or on["norm"]
    return frozenset(name for name, value in on.items() if value)


def values_of(run: Run, framework: str, language: str) -> dict[str, str]:
    """Return the code that stands for each ``<<name>>`` of the templates."""
    network, training, flags = run.network, run.training, flags_of(run)
    targets = encode_targets(run.dataset, network, training)
    modes = flags & {"batch_norm", "dropout"}
    factors = {
        "mse_half_sum": "0.5",
        "mse_mean": "(1 / (len(targets) * LAYER_SIZES[-1]))",
        "mse_batch_mean": "(1 / len(targets))",
    }
    period = max(1.0, training.schedule_epochs * run.steps_per_epoch)
    statistics = ["statistics"] if "batch_norm" in flags else []
    # NumPy draws its masks from a generator, JAX from a key; PyTorch keeps its own.
    source = {"numpy": ["dropout_random"], "jax": ["key"], "torch": []}[framework] if "dropout" in flags else []
    return {
        "inputs": 'add_inputs(data["inputs"])' if run.dataset.extra_inputs else 'data["inputs"]',
        "answers": "labels" if "classes" in flags else "targets",
        "split_stream": str(DATA_STREAMS["split"]),
        "initializer_stream": str(STREAMS["initializer"]),
        "biases_stream": str(STREAMS["biases"]),
        "batches_stream": str(STREAMS["batches"]),
        "dropout_stream": str(STREAMS["dropout"]),
        "low_target": repr(float(targets.min())),
        "threshold": repr(decision_threshold(targets)),
        "initializer_std": number(network.initializer_std),
        "bias_std": number(network.bias_std),
        "initializer_value": number(network.initializer_value),
        "negative_slope": number(network.negative_slope),
        "schedule_factor": number(training.schedule_factor),
        "schedule_period": number(period),
        "planned_steps": str(planned_steps(run)),
        "loss": training.loss,
        "loss_factor": factors.get(training.loss, ""),
        "slope_arg": ', layer["slope"]' if "slope" in flags else "",
        "plus_penalty": " + penalty(params)" if "penalty" in flags else "",
        "running_var": f"z.var({'dim=0, correction' if framework == 'torch' else 'axis=0, ddof'}=min(1, len(z) - 1))",
        "forward_args": _arguments(statistics, source, ["training"] if modes else []),
        "training_args": _arguments(statistics, source, ["True"] if modes else []),
        "evaluation_args": _arguments(statistics, ["None"] * len(source), ["False"] if modes else []),
        "evaluation_main_args": _arguments(statistics, ["None"] * len(source), ["False"] if modes else []),
        "training_keyword": ", training=True" if modes else "",
        "train_results": _arguments(statistics),
        "statistics_result": _arguments(statistics),
        "statistics_new": ", new_statistics" if statistics else "",
        "key_arg": _arguments(source),
        "step_args": _arguments(statistics, source),
        "call_args": _arguments(statistics, ["step_key"] * len(source)),
        "first": "[0]" if statistics else "",
        "missing_data": text(language, "export.header.data_file"),
        "heading": text(language, "export.print.heading"),
        "test_loss": text(language, "export.print.test_loss"),
        "test_accuracy": text(language, "export.print.test_accuracy"),
    }  # fmt: skip


def _arguments(*groups: list[str]) -> str:
    return "".join(f", {name}" for group in groups for name in group)


def constants_of(run: Run) -> list[tuple[str, str | list[str]]]:
    """Return the constants at the top of the script: name and literal, or the literals of a tuple.

    Every string is escaped: names from a reader's file are data in it, never code.
    """
    network, training, flags = run.network, run.training, flags_of(run)
    found: list[tuple[str, Any]] = [("LAYER_SIZES", tuple(network.layer_sizes))]
    if network.activation == "leaky_relu":
        found.append(("SLOPE", network.negative_slope))
    if "norm" in flags:
        found += [("NORM_AXIS", tuple(NORM_AXES[name] for name in network.normalizations))]
        found += [("NORM_EPSILON", NORMALIZATION_EPSILON)]
    if "batch_norm" in flags:
        found.append(("RUNNING_DECAY", RUNNING_DECAY))
    if "residual" in flags:
        found.append(("RESIDUAL", tuple(network.residuals)))
    if "dropout" in flags:
        found.append(("DROPOUT", tuple(network.dropouts)))
    found.append(("LEARNING_RATE", training.learning_rate))
    by_optimizer = {
        "momentum": ("momentum",), "nesterov": ("momentum",), "adagrad": ("epsilon",), "rmsprop": ("decay", "epsilon"),
        "adam": ("beta1", "beta2", "epsilon"), "adamw": ("beta1", "beta2", "epsilon", "weight_decay"),
    }  # fmt: skip
    found += [(name.upper(), getattr(training, name)) for name in by_optimizer.get(training.optimizer, ())]
    found += [(name.upper(), getattr(training, name)) for name in ("l1", "l2") if name in flags]
    if "clip" in flags:
        found.append(("CLIP_NORM", training.clip_norm))
    if not is_full_batch(run):
        found.append(("BATCH_SIZE", training.batch_size))
    found.append(("STEPS_PER_EPOCH", run.steps_per_epoch))
    found.append(("NUM_STEPS", run.num_steps if run.cancelled else planned_steps(run)))
    if "patience" in flags:
        found.append(("PATIENCE", training.patience))
    if run.dataset.splittable:
        found.append(("VALIDATION_FRACTION", training.validation_fraction))
        found.append(("TEST_FRACTION", training.test_fraction))
    found.append(("SEED", training.seed))
    if "classes" in flags:
        found.append(("CLASS_NAMES", tuple(str(name) for name in run.dataset.class_names)))
    return [
        (name, [_literal(item) for item in value] if isinstance(value, tuple) else _literal(value))
        for name, value in found
    ]


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return string_literal(value)
    return number(float(value)) if isinstance(value, (float, np.floating)) else repr(value)


def string_literal(word: str) -> str:
    """Return a string literal in which no invisible or right-to-left character can change how the file reads.

    >>> print(string_literal("음료 1"), string_literal('"; x\\u202e'))
    '음료 1' '"; x\\u202e'
    """
    return repr(word) if all(item in " _.,-" or item.isalnum() for item in word) else ascii(word)


def number(value: float) -> str:
    """Return a number as Python code; what is not finite needs a call."""
    return repr(value) if math.isfinite(value) else f'float("{value}")'


def reported_losses(run: Run) -> dict[int, str]:
    """Return some recorded steps, evenly spaced and with both ends, and the loss there as code."""
    count = len(run.records.step)
    rows = np.unique(np.linspace(0, count - 1, min(NUM_REPORTED + 1, count)).round().astype(int))
    return {int(run.records.step[row]): number(float(f"{float(run.records.loss[row]):.7g}")) for row in rows}
