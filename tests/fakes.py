"""A run for the figures' tests: a small network really trained, in NumPy alone, with every number kept.

Not the engine: plain loops, one hidden activation (tanh), softmax cross-entropy, full batch.
"""

from itertools import pairwise

import numpy as np

from simulator.core.network import NetworkConfig
from simulator.core.records import Frames, Passes, Records
from simulator.core.training import TrainingConfig
from simulator.drawing.picture import Picture
from simulator.scenes.training.pictures.diagram import network_diagram

CLASS_NAMES = ("음료", "디저트", "간식")
SIDE = 24
BINS = 30


def blobs(num_rows: int = 120, num_features: int = 2, num_classes: int = 3, seed: int = 0):
    """Return inputs and labels: one cloud a class."""
    rng = np.random.default_rng(seed)
    labels = np.arange(num_rows) % num_classes
    centres = rng.normal(size=(num_classes, num_features)) * 1.5
    return (centres[labels] + rng.normal(size=(num_rows, num_features)) * 0.6).astype(np.float32), labels


def trained(
    hidden: tuple[int, ...] = (8, 8),
    *,
    num_steps: int = 120,
    num_frames: int = 60,
    num_features: int = 2,
    num_classes: int = 3,
    rate: float = 0.5,
    gain: float = 1.0,
    seed: int = 0,
    keep: int = 16,
) -> tuple[Records, Frames, NetworkConfig, np.ndarray, np.ndarray]:
    """Train and return records, frames, the network's configuration, inputs and labels."""
    inputs, labels = blobs(num_features=num_features, num_classes=num_classes, seed=seed)
    sizes = (num_features, *hidden, num_classes)
    rng = np.random.default_rng(seed + 1)
    weights = [rng.normal(size=(a, b)) * gain / np.sqrt(a) for a, b in pairwise(sizes)]
    biases = [np.zeros(b) for b in sizes[1:]]
    target = np.eye(num_classes)[labels]
    axis = np.linspace(-4, 4, SIDE)
    grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2) if num_features == 2 else np.zeros((0, num_features))
    shown = set(np.unique(np.linspace(0, num_steps, num_frames).round().astype(int)).tolist())
    rows: list[dict] = []
    heavy: list[dict] = []
    for step in range(num_steps + 1):
        zs, activations = _forward(inputs, weights, biases)
        output = activations[-1]
        loss = -np.log(np.maximum(output[np.arange(len(labels)), labels], 1e-30)).mean()
        grad_z, grad_a, grad_w, grad_b = _backward(activations, weights, (output - target) / len(labels))
        update = [-rate * gradient for gradient in grad_w]
        accuracy = (output.argmax(1) == labels).mean()
        rows.append(
            {
                "step": step, "epoch": float(step), "loss": loss, "accuracy": accuracy,
                "validation_loss": loss * 1.1 if step % 10 == 0 else np.nan, "evaluated": step % 10 == 0,
                "validation_accuracy": accuracy if step % 10 == 0 else np.nan,
                "activation_mean": [a.mean() for a in activations[1:]],
                "activation_std": [a.std() for a in activations[1:]],
                "pre_activation_grad_norm": [np.linalg.norm(g) for g in grad_z],
                "activation_grad_norm": [np.linalg.norm(g) for g in grad_a],
                "weight_grad_norm": [np.linalg.norm(g) for g in grad_w],
                "bias_grad_norm": [np.linalg.norm(g) for g in grad_b],
                "weight_norm": [np.linalg.norm(w) for w in weights],
                "update_ratio": [np.linalg.norm(u) / np.linalg.norm(w) for u, w in zip(update, weights, strict=True)],
                "saturated_fraction": [(np.abs(a) > 0.97).mean() for a in activations[1:]],
            }
        )  # fmt: skip
        if step in shown:
            maps = _forward(grid, weights, biases)[1] if len(grid) else []
            heavy.append(
                {
                    "weight": weights, "weight_gradient": grad_w, "weight_update": update,
                    "bias": biases, "bias_gradient": grad_b, "bias_update": [-rate * g for g in grad_b],
                    "pre_activation": [z[:6] for z in zs], "activation": [a[:6] for a in activations[1:]],
                    "output": output[:6], "grad_z": grad_z, "all": activations[1:], "all_z": zs, "grad_a": grad_a,
                    "confusion": _confusion(labels, output.argmax(1), num_classes),
                    "grid": [m.reshape(SIDE, SIDE, -1) for m in maps[1:]],
                }
            )  # fmt: skip
        weights = [w + u for w, u in zip(weights, update, strict=True)]
        biases = [b - rate * g for b, g in zip(biases, grad_b, strict=True)]
    return (
        _records(rows),
        _frames(sorted(shown), heavy, sizes, inputs, target, axis, keep),
        _config(sizes),
        inputs,
        labels,
    )


def _config(sizes) -> NetworkConfig:
    return NetworkConfig(layer_sizes=tuple(sizes), activation="tanh")


def _forward(inputs, weights, biases):
    activations, zs = [inputs.astype(float)], []
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        z = activations[-1] @ weight + bias
        zs.append(z)
        if layer < len(weights) - 1:
            activations.append(np.tanh(z))
        else:
            e = np.exp(z - z.max(1, keepdims=True, initial=-1e30))
            activations.append(e / e.sum(1, keepdims=True))
    return zs, activations


def _backward(activations, weights, grad_z_last):
    grad_z, grad_a = [grad_z_last], [np.zeros_like(grad_z_last)]
    for layer in range(len(weights) - 1, 0, -1):
        upstream = grad_z[0] @ weights[layer].T
        grad_a.insert(0, upstream)
        grad_z.insert(0, upstream * (1 - activations[layer] ** 2))
    grad_w = [activations[layer].T @ g for layer, g in enumerate(grad_z)]
    return grad_z, grad_a, grad_w, [g.sum(0) for g in grad_z]


def _confusion(labels, answers, num_classes):
    table = np.zeros((num_classes, num_classes), int)
    np.add.at(table, (labels, answers), 1)
    return table


def _records(rows) -> Records:
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    nothing = np.zeros_like(columns["activation_mean"])
    flat = np.full(len(rows), 0.5)
    return Records(
        **columns,
        penalty=flat * 0,
        learning_rate=flat,
        grad_norm=np.sqrt((columns["weight_grad_norm"] ** 2).sum(1)),
        zero_fraction=nothing,
        dead_fraction=nothing,
    )


def _frames(steps, heavy, sizes, inputs, target, axis, keep) -> Frames:
    def stack(name, layer, units=keep):
        cut = [np.asarray(frame[name][layer]) for frame in heavy]
        cut = [value[:units, :units] if name.startswith("weight") else value[..., :units] for value in cut]
        return np.stack(cut).astype(np.float32)

    layers = range(len(sizes) - 1)
    edges = np.stack([np.linspace(*_ends([f["all"][layer] for f in heavy]), BINS + 1) for layer in layers])
    grad_edges = np.linspace(-12, 1, BINS + 1)
    histogram = [[np.histogram(f["all"][layer], edges[layer])[0] for layer in layers] for f in heavy]
    sizes_of = [[np.log10(np.maximum(np.abs(f["grad_z"][layer]), 1e-30)) for layer in layers] for f in heavy]
    gradients = [[np.histogram(np.maximum(value, -11.99), grad_edges)[0] for value in frame] for frame in sizes_of]
    planar = sizes[0] == 2
    empty = np.zeros((len(heavy), 0, 0, 0))
    return Frames(
        step=np.array(steps),
        record=np.array(steps),
        num_units=tuple(min(size, keep) for size in sizes),
        **{name: tuple(stack(name, layer) for layer in layers) for name in (
            "weight", "weight_gradient", "weight_update", "bias", "bias_gradient", "bias_update",
            "pre_activation", "activation")},
        example_row=np.arange(6),
        example_input=inputs[:6, :max(keep, 784)],
        example_target=target[:6],
        output=np.stack([f["output"] for f in heavy]).astype(np.float32),
        confusion=np.stack([f["confusion"] for f in heavy]),
        histogram_edges=edges,
        activation_histogram=np.array(histogram),
        gradient_histogram_edges=grad_edges,
        gradient_histogram=np.array(gradients),
        gradient_zero_count=np.array([[(f["grad_z"][layer] == 0).sum() for layer in layers] for f in heavy]),
        grid=np.stack([axis, axis]) if planar else np.zeros((2, 0)),
        grid_output=np.stack([f["grid"][-1] for f in heavy]) if planar else empty,
        grid_activation=tuple(np.stack([f["grid"][layer][..., :keep] for f in heavy]) for layer in layers[:-1])
        if planar
        else (),
        passes=_passes(heavy, inputs, target, keep),
    )  # fmt: skip


def _passes(heavy, inputs, target, keep) -> Passes:
    """Every mini-batch holds all examples; the derivatives are those of each example's own loss."""
    num_frames, layers = len(heavy), range(len(heavy[0]["all"]))

    def first(name, factor=1.0):
        return tuple(
            np.stack([factor * f[name][layer][:4, :keep] for f in heavy]).astype(np.float32) for layer in layers
        )

    activation = first("all")
    last = layers[-1]
    return Passes(
        count=np.full(num_frames, len(inputs)),
        input=np.broadcast_to(inputs[:4, :keep], (num_frames, 4, min(inputs.shape[1], keep))).astype(np.float32),
        target=np.broadcast_to(target[:4], (num_frames, *target[:4].shape)).astype(np.float32),
        pre_activation=first("all_z"),
        activation=activation,
        derivative=tuple(a * (1 - a) if layer == last else 1 - a**2 for layer, a in enumerate(activation)),
        activation_gradient=first("grad_a", len(inputs)),
        pre_activation_gradient=first("grad_z", len(inputs)),
        weight_gradient=tuple(
            np.stack([f["weight_gradient"][layer][:keep, :keep] for f in heavy]).astype(np.float32) for layer in layers
        ),
    )


def _ends(values) -> tuple[float, float]:
    return float(min(v.min() for v in values)), float(max(v.max() for v in values)) + 1e-6


def broken(records: Records, frames: Frames, step: int) -> tuple[Records, Frames]:
    """Return the same run with nothing finite from a step on, as after a learning rate that is far too large."""
    late = records.step >= step
    changed = {}
    for name, value in records._asdict().items():
        if value.dtype.kind == "f" and name not in ("epoch", "learning_rate"):
            value = value.copy()
            value[late] = np.nan
            changed[name] = value
    late_frames = frames.step >= step
    heavy = {}
    for name in (
        "weight",
        "weight_gradient",
        "weight_update",
        "bias",
        "pre_activation",
        "activation",
        "grid_activation",
    ):
        heavy[name] = tuple(
            np.where(late_frames.reshape(-1, *[1] * (v.ndim - 1)), np.nan, v) for v in getattr(frames, name)
        )
    for name in ("output", "grid_output"):
        value = getattr(frames, name)
        heavy[name] = np.where(late_frames.reshape(-1, *[1] * (value.ndim - 1)), np.nan, value)
    return records._replace(**changed), frames._replace(**heavy)


def diagram(records: Records, frames: Frames, network: NetworkConfig, language: str, **options) -> Picture:
    """Draw the network of a run from ``trained``."""
    training = TrainingConfig(learning_rate=0.5, batch_size=None)
    last = int(records.step[-1])
    return network_diagram(frames, records, network, training, language, num_steps=last, **options)
