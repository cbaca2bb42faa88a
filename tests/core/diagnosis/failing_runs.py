"""Runs that fail, one way each, with what the card advises (cause: remedy) for the first seed; ``None``: nothing.

``test_advice.py`` tries it. Most share one shape (two features, two hidden layers of 8, mini-batches of 32), because
shapes cost compilations.
"""

from typing import Any

DEEP = {"hidden": (8,) * 6, "epochs": 30}
NOISY = {"noise": 0.5, "rows": 120, "hidden": (32, 32), "optimizer": "adam", "rate": 0.02, "epochs": 150}
WINE = {"data": "wine", "scaling": "none", "hidden": (8, 8), "epochs": 30}
SINE = {"data": "sine", "hidden": (8, 8), "loss": "mse_mean", "epochs": 40}
OR = {
    **{"data": "or_table", "hidden": (), "outputs": "single", "output": "tanh", "loss": "mse_mean", "rate": 0.1},
    **{"initializer": "normal", "batch": None, "epochs": 200, "validation": 0.0, "test": 0.0},
}
XOR = {"data": "xor", "hidden": (8,), "activation": "tanh", "initializer": "xavier_normal", "rate": 0.3}
FOOD = {"data": "food", "hidden": (32, 32), "scaling": "max", "batch": 256, "epochs": 200, "rate": 0.01}
DIGITS = {
    **{"data": "digits", "hidden": (64,), "activation": "tanh", "output": "tanh", "loss": "mse_batch_mean"},
    **{"initializer": "xavier_normal", "scaling": "max", "rate": 0.05, "epochs": 10},
}
DECAY = {"schedule": "exponential"}
LINEAR = {"activation": "identity", "initializer": "xavier_normal"}
RELU = {"activation": "relu", "initializer": "he_normal"}
LARGE, SMALL = {"initializer": "normal", "init_std": 10.0}, {"initializer": "normal", "init_std": 0.1}
IRIS = {"data": "iris", "hidden": (32, 32), "optimizer": "adam", "rate": 0.03, "epochs": 150}

CASES: dict[str, tuple[str | None, dict[str, Any]]] = {
    # Too large a rate.
    "dying relu": ("lower_rate", {"data": "circles", "hidden": (16, 16), "rate": 3.0, "epochs": 40}),
    "dying relu, 8 nodes": ("lower_rate", {"data": "circles", "rate": 5.0}),
    "dying relu, moons": ("lower_rate", {"rate": 20.0}),
    "dying relu, momentum": ("lower_rate", {"optimizer": "momentum", "rate": 1.0}),
    "dying relu, nesterov": ("lower_rate", {"optimizer": "nesterov", "rate": 2.0}),
    "dying relu, small batch": ("lower_rate", {"rate": 1.0, "batch": 4, "epochs": 20}),
    "dying relu, xor": ("lower_rate", {"data": "xor", "rate": 10.0}),
    "adam too fast": ("lower_rate", {"optimizer": "adam", "rate": 1.0}),
    "adam far too fast": ("lower_rate", {"optimizer": "adam", "rate": 10.0}),
    "adam jumps, tanh": ("lower_rate", {"optimizer": "adam", "activation": "tanh", "rate": 1.0}),
    "rmsprop too fast": ("lower_rate", {"optimizer": "rmsprop", "rate": 1.0}),
    "adagrad too fast": ("lower_rate", {"optimizer": "adagrad", "rate": 30.0}),
    "tanh, momentum too fast": ("lower_rate", {"optimizer": "momentum", "activation": "tanh", "rate": 3.0}),
    "sigmoid too fast": ("lower_rate", {"activation": "sigmoid", "initializer": "xavier_normal", "rate": 100.0}),
    "diverging rate": ("lower_rate", {**SINE, "hidden": (16, 16), "rate": 2.0}),
    "diverging rate, 8 nodes": ("lower_rate", {**SINE, "rate": 5.0}),
    "far too large a rate": ("lower_rate", {**SINE, "rate": 50.0}),
    "diverging, summed error": ("lower_rate", {**SINE, "loss": "mse_half_sum", "rate": 0.3}),
    "diverging, momentum": ("lower_rate", {**SINE, "optimizer": "momentum", "rate": 1.0}),
    # Too small a rate, or too short.
    "small rate": ("raise_rate", {"rate": 1e-4}),
    "tiny rate": ("raise_rate", {"rate": 1e-6}),
    "small rate, tanh": ("more_epochs", {"rate": 1e-3, "activation": "tanh", "initializer": "xavier_normal"}),
    "small rate, adam": ("raise_rate", {"optimizer": "adam", "rate": 1e-5}),
    "small rate, sine": ("raise_rate", {**SINE, "rate": 1e-4}),
    "too short": ("more_epochs", {"epochs": 5}),
    "too short, xor": ("more_epochs", {"data": "xor", "epochs": 10}),
    "too short, adam": ("more_epochs", {"optimizer": "adam", "rate": 0.003, "epochs": 10}),
    # Inputs.
    "wine unscaled": ("scaling: scale", WINE),
    "wine unscaled, small rate": ("scaling: scale_and_rate", {**WINE, "rate": 1e-3}),
    "wine unscaled, tanh": ("scaling: scale", {**WINE, "activation": "tanh", "initializer": "xavier_normal"}),
    "wine unscaled, adam": ("scaling: scale", {**WINE, "optimizer": "adam", "rate": 0.01}),
    "wine unscaled, leaky": ("scaling: scale", {**WINE, "activation": "leaky_relu"}),
    "cancer unscaled": ("scaling: scale", {"data": "breast_cancer", "scaling": "none", "epochs": 10}),
    # Penalties, dropout, clip, schedule.
    "l2 0.1": ("penalty: no_penalty", {"l2": 0.1}),
    "l2 1": ("penalty: no_penalty", {"l2": 1.0}),
    "l1 0.1": ("penalty: no_penalty", {"l1": 0.1}),
    "l2 0.1, tanh": ("penalty: no_penalty", {"l2": 0.1, "activation": "tanh", "initializer": "xavier_normal"}),
    "weight decay": ("weight_decay: no_weight_decay", {"optimizer": "adamw", "rate": 0.01, "weight_decay": 5.0}),
    "dropout 0.9": ("dropout: no_dropout", {"dropout": 0.9}),
    "dropout 0.8": ("dropout: no_dropout", {"data": "xor", "dropout": 0.8}),
    "tight clip": ("clip: no_clip", {"clip": 1e-3}),
    "schedule": (
        "schedule: constant_rate",
        {"schedule": "exponential", "schedule_factor": 0.1, "schedule_epochs": 1.0},
    ),
    # What the network cannot do.
    "xor without hidden": ("hidden_layer", {"data": "xor", "hidden": (), "rate": 0.3}),
    "circles without hidden": ("hidden_layer", {"data": "circles", "hidden": (), "rate": 0.3}),
    "identity on xor": ("identity: relu_he", {"data": "xor", **LINEAR}),
    "identity on circles": (
        "identity: relu_he",
        {"data": "circles", **LINEAR},
    ),
    "leaky with slope 1": ("identity: relu_he", {"data": "xor", "activation": "leaky_relu", "slope": 1.0}),
    # The start.
    "zeros": ("initializer", {"initializer": "zeros"}),
    "equal weights": ("initializer", {"initializer": "constant", "init_value": 0.3}),
    "equal weights, tanh": ("initializer", {"initializer": "constant", "init_value": 0.5, "activation": "tanh"}),
    "tiny weights": ("start: initializer", {"initializer": "normal", "init_std": 0.001}),
    "no deviation": ("initializer", {"initializer": "normal", "init_std": 0.0}),
    "large weights, tanh": (
        "start: initializer",
        {**LARGE, "activation": "tanh", "rate": 0.01},
    ),
    "large weights": ("start: initializer", LARGE),
    # Depth.
    "vanishing sigmoid": ("relu_he", {**DEEP, "activation": "sigmoid", "initializer": "xavier_normal"}),
    "vanishing sigmoid, He": ("relu_he", {**DEEP, "activation": "sigmoid", "initializer": "he_normal"}),
    "vanishing sigmoid, adam": ("relu_he", {**DEEP, "activation": "sigmoid", "optimizer": "adam", "rate": 0.003}),
    "deep, small weights": (
        "start: initializer",
        {**DEEP, **SMALL, "activation": "tanh"},
    ),
    "deep, large weights": ("start: initializer", {**DEEP, "initializer": "normal", "init_std": 2.0, "rate": 0.03}),
    "deep, large weights, sine": (
        "lower_rate",
        {**SINE, **DEEP, **LARGE, "init_std": 1.0, "rate": 0.01},
    ),
    # Presets made worse.
    "or perceptron, tiny rate": (None, {**OR, "rate": 1e-4}),
    "or perceptron, huge rate": (None, {**OR, "rate": 30.0}),
    "or perceptron, sgd penalty": (None, {**OR, "l2": 1.0}),
    "xor preset, too fast": ("lower_rate", {**XOR, "rate": 30.0}),
    "xor preset, equal weights": ("initializer", {**XOR, "initializer": "constant", "init_value": 0.1}),
    "xor preset, sigmoid": (None, {**XOR, "activation": "sigmoid", "epochs": 30}),
    "food unscaled": ("scaling: scale_and_rate", {**FOOD, "scaling": "none"}),
    "food, too fast": ("lower_rate", {**FOOD, "rate": 30.0}),
    "food, too slow": ("raise_rate", {**FOOD, "rate": 1e-5}),
    "food, penalty": ("penalty: no_penalty", {**FOOD, "l1": 0.1, "rate": 0.1}),
    "digits, too fast": ("lower_rate", {**DIGITS, "rate": 3.0}),
    "digits, too slow": ("raise_rate", {**DIGITS, "rate": 1e-5}),
    "digits, small inputs": (
        "lower_rate",
        {**DIGITS, **RELU, "scaling": "none", "rate": 1.0},
    ),
    # Learned by heart.
    "overfitting": ("early_stopping", {**NOISY, "validation": 0.3}),
    "overfitting, unseen": ("hold_back", {**NOISY, "validation": 0.0, "test": 0.3}),
    "overfitting, stopped": (None, {**NOISY, "validation": 0.3, "patience": 5}),
    "overfitting, iris": (
        None,
        {**IRIS, "validation": 0.0, "test": 0.4},
    ),
}
