"""Runs and loss curves whose numbers are written down instead of computed: a rule sees just what a test wants it to."""

from typing import Any

import numpy as np

from simulator.core.datasets import Dataset, Scaler, Split
from simulator.core.diagnosis.curve import Curve
from simulator.core.engine.evaluation import Evaluation
from simulator.core.network import LayerParams, NetworkConfig
from simulator.core.records import Records
from simulator.core.run import NonFinite, Run
from simulator.core.training import TrainingConfig

STEPS_PER_EPOCH = 10
NETWORK: dict[str, Any] = {"layer_sizes": (2, 4, 4, 2)}
INPUTS = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [-1.0, 0.5]])
LABELS = np.array([0, 1, 1, 0])
ROWS = np.arange(4)
NONE = np.arange(0)


class MadeUp(Run):
    """A run without a training; ``losses`` holds the loss of all rows at some steps."""

    params: dict[int, tuple[LayerParams, ...]]
    losses: dict[int, float]
    right: float

    def __init__(self, **values: Any):
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def params_at(self, step: int):
        return self.params[step]

    def evaluate_rows(self, rows: np.ndarray, step: int) -> Evaluation:
        return Evaluation(np.zeros((len(rows), self.network.layer_sizes[-1])), self.losses[step], self.right)


def records(num: int, layers: int, **columns: Any) -> Records:
    """Return records, one an epoch; a column is 1 everywhere unless it is given."""
    plain = dict.fromkeys(Records._fields[:10], np.ones(num)) | dict.fromkeys(
        Records._fields[10:], np.ones((num, layers))
    )
    step = STEPS_PER_EPOCH * np.arange(num)
    known = {"step": step, "epoch": step / STEPS_PER_EPOCH, "penalty": np.zeros(num), "evaluated": np.ones(num, bool)}
    return Records(**{**plain, **known, **{name: np.asarray(value) for name, value in columns.items()}})


def made_up(
    num: int = 8,
    *,
    network: dict[str, Any] | None = None,
    training: dict[str, Any] | None = None,
    columns: dict[str, Any] | None = None,
    inputs: np.ndarray = INPUTS,
    nonfinite: NonFinite | None = None,
    **values: Any,
) -> MadeUp:
    """Return a run of ``num`` records; what is not given is unremarkable."""
    config = NetworkConfig(**{**NETWORK, **(network or {})})
    names = tuple(f"x{number}" for number in range(inputs.shape[1]))
    labels = np.resize(LABELS, len(inputs))
    data = Dataset(
        name="arrays", inputs=inputs, labels=labels, targets=None, feature_names=names, class_names=("a", "b")
    )
    whole = Split(np.arange(len(inputs)), NONE, NONE)
    usual: dict[str, Any] = {
        "network": config,
        "training": TrainingConfig(**(training or {})),
        "dataset": data,
        "split": whole,
        "scaler": Scaler(np.zeros(inputs.shape[1], np.float32), np.ones(inputs.shape[1], np.float32)),
        "records": records(num, config.num_layers, **(columns or {})),
        "steps_per_epoch": STEPS_PER_EPOCH,
        "num_steps": STEPS_PER_EPOCH * (num - 1),
        "stopped_early": False,
        "best_step": None,
        "cancelled": False,
        "first_nonfinite": nonfinite,
        "losses": {},
        "right": 0.5,
        "params": {},
    }
    return MadeUp(**{**usual, **values})


def curve(**values: Any) -> Curve:
    """Return the numbers of a loss curve; what is not given is 1, without noise."""
    usual = dict.fromkeys(Curve._fields, 1.0) | {"noise": 0.0, "window": 2, "values": np.ones(8)}
    return Curve(**{**usual, **values})
