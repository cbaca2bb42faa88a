"""A configuration as traced values, its program's options, and the machine it runs on: numbers written down by hand."""

import os
import threading

import numpy as np
import pytest

from simulator.core.datasets import load_dataset
from simulator.core.engine.chunk import compiler_options, num_segments
from simulator.core.engine.compilation import add_waiting, compilation_seconds
from simulator.core.engine.cost import estimated_cost, seconds_per_step
from simulator.core.engine.devices import device_for, single_core_device
from simulator.core.engine.memory import check_memory
from simulator.core.engine.settings import FAMILIES, OUTPUT_KINDS, network_settings
from simulator.core.engine.shapes import Shape, shape_for
from simulator.core.network import NetworkConfig
from simulator.core.prepared import prepared
from simulator.core.training import TrainingConfig
from simulator.errors import InputError

COUNTS = {"num_steps": 70, "record_every": 2, "evaluate_every": 5, "steps_per_epoch": 7}


def settings_of(network: NetworkConfig, **training):
    config = TrainingConfig(**training)
    shape = shape_for(network, config, batch=16, rows=100, validation_rows=10)
    return network_settings(network, config, shape, threshold=0.25, **COUNTS), shape


def test_layers_that_exist_and_what_each_of_them_does():
    network = NetworkConfig(
        layer_sizes=(2, 9, 9, 4, 2),
        normalization=("batch", "none", "layer"),
        dropout=(0.5, 0.0, 0.25),
        residual=(False, True, False),
        output_activation="softmax",
    )
    settings, shape = settings_of(network)
    layers = settings.layers
    assert (shape.depth, shape.width, shape.outputs, settings.depth) == (4, 16, 8, 3)
    np.testing.assert_array_equal(layers.mask, np.arange(16) < np.array([[9], [9], [4], [0]]))
    assert layers.active.tolist() == [True, True, True, False]
    assert layers.normalization.tolist() == [1, 0, 2, 0]
    assert layers.dropout.tolist() == [0.5, 0.0, 0.25, 0.0]
    assert layers.residual.tolist() == [False, True, False, False]
    assert settings.output_mask.tolist() == [True] * 2 + [False] * 6
    assert {name: int(getattr(settings, name)) for name in COUNTS} == COUNTS
    assert settings.threshold == 0.25


@pytest.mark.parametrize(
    ("activation", "slope", "largest"),
    [
        ("relu", 0.0, 1.0),
        ("leaky_relu", 0.2, 1.0),
        ("prelu", 0.2, 1.0),
        ("identity", 1.0, 1.0),
        ("sigmoid", 0.0, 0.25),
        ("tanh", 0.0, 1.0),
    ],
)
def test_activation_functions_by_family_and_slope(activation, slope, largest):
    network = NetworkConfig(
        layer_sizes=(2, 3, 2), activation=activation, negative_slope=0.2, output_activation="identity"
    )
    settings, _ = settings_of(network, loss="mse_mean")
    assert FAMILIES[settings.family] == ("piecewise" if activation not in ("sigmoid", "tanh") else activation)
    assert settings.slope == np.float32(slope) and bool(settings.learn_slope) == (activation == "prelu")
    assert settings.saturated_below == pytest.approx(0.05 * largest)


@pytest.mark.parametrize(
    ("loss", "output", "kind", "scale", "each", "saturated"),
    [
        ("cross_entropy", "softmax", "cross_entropy", 1.0, True, 0.0125),
        ("binary_cross_entropy", "sigmoid", "binary_cross_entropy", 1.0, True, 0.0125),
        ("mse_half_sum", "tanh", "tanh", 0.5, False, 0.05),
        ("mse_mean", "identity", "identity", 0.25, True, 0.05),
        ("mse_batch_mean", "sigmoid", "sigmoid", 1.0, True, 0.0125),
    ],
)
def test_losses_by_kind_and_scale(loss, output, kind, scale, each, saturated):
    """The squared error of four outputs, and how an output counts as saturated."""
    network = NetworkConfig(layer_sizes=(2, 4), output_activation=output)
    settings, _ = settings_of(network, loss="".join(loss))
    assert OUTPUT_KINDS[settings.output_kind] == kind
    assert (settings.loss_scale, bool(settings.loss_per_example)) == (scale, each)
    assert settings.output_saturated_below == pytest.approx(saturated)


def test_what_is_not_asked_for_is_off():
    network = NetworkConfig(layer_sizes=(2, 4), output_activation="softmax")
    plain, _ = settings_of(network)
    assert plain.clip_norm == np.inf and plain.patience == 0 and not plain.evaluate_epochs
    other, _ = settings_of(network, clip_norm=0.5, patience=4, seed=9)
    assert other.clip_norm == 0.5 and other.patience == 4 and other.evaluate_epochs and other.dropout_seed == 9


SMALL = Shape(8, 8, 8, 2, 16, 2048, 64, False, None)


def test_only_large_networks_use_several_cores_and_nan_keeps_its_meaning():
    small, large = compiler_options(SMALL), compiler_options(SMALL._replace(slots=2))
    assert small is not None and large is not None
    assert [name for name, on in small.items() if not on] == ["xla_cpu_multi_thread_eigen"]
    assert all(large.values()) and sum("honor" in name for name in large) == 4


def test_as_many_states_are_kept_as_there_is_room_for():
    assert num_segments(SMALL) == 32
    middle = SMALL._replace(width=128)  # 8·128 + 128·128 + 128·8 weights, 2·128 + 8 biases, 2 slopes; three times
    assert num_segments(middle) == 2**19 // (3 * 18_698) == 9
    assert num_segments(SMALL._replace(width=1024, depth=30)) == 1
    assert num_segments(SMALL._replace(slots=2)) == 1


@pytest.mark.parametrize("before", [None, "7"])
def test_the_device_of_one_core_leaves_the_environment_alone(before, monkeypatch):
    monkeypatch.delenv("NPROC", raising=False)
    if before is not None:
        monkeypatch.setenv("NPROC", before)
    assert single_core_device.__wrapped__() is not None
    assert os.environ.get("NPROC") == before
    assert device_for(large=True) is None and device_for(large=False) is single_core_device() is not None


def test_a_thread_that_compiled_nothing_has_not_waited():
    found = []

    def look():
        found.append(compilation_seconds())
        add_waiting(2.5)
        found.append(compilation_seconds())

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [0.0, 2.5]


@pytest.mark.parametrize(
    ("batch_size", "parts", "steps"),
    [(32, (0.1, 0.2), 9 * 7), (None, (0.1, 0.1), 9), (4000, (0.0, 0.0), 9), (1, (0.25, 0.25), 9 * 150)],
)
def test_what_is_estimated_beforehand_is_what_is_run(batch_size, parts, steps):
    network = NetworkConfig(layer_sizes=(2, 9, 9, 9, 2))
    training = TrainingConfig(batch_size=batch_size, num_epochs=9, validation_fraction=parts[0], test_fraction=parts[1])
    job = prepared(network, training, load_dataset("moons", num_rows=300)).job
    cost = estimated_cost(network, training, 300)
    assert job.num_steps == steps and job.steps_per_epoch * 9 == steps
    assert cost.seconds == pytest.approx(steps * seconds_per_step(job.shape))
    assert cost.megabytes == check_memory(job.shape, training)


@pytest.mark.parametrize(
    ("num_rows", "batch_size", "epochs", "records", "every"),
    [
        (40, 16, 300, 2000, 2),  # a look at 4 rows takes 0.38 steps: 15 % of 600 steps are 235 looks
        (1000, 16, 10, 2000, 15),  # at 100 rows 2.4 steps: 15 % of 500 steps are 31 looks
        (1000, 16, 2, 2000, 5),  # 15 % of 100 steps would be 6 looks, but there are 20
        (1000, None, 3, 2000, 1),  # as many as there are steps
        (40, 16, 300, 100, 1),  # as many as there are records
    ],
)
def test_validation_takes_its_share_of_the_time(num_rows, batch_size, epochs, records, every):
    training = TrainingConfig(batch_size=batch_size, num_epochs=epochs, max_records=records)
    job = prepared(NetworkConfig(layer_sizes=(2, 2)), training, load_dataset("moons", num_rows=num_rows)).job
    assert job.settings.evaluate_every == every


def test_a_run_without_validation_rows_never_looks():
    training = TrainingConfig(validation_fraction=0.0, num_epochs=1)
    job = prepared(NetworkConfig(layer_sizes=(2, 2)), training, load_dataset("moons", num_rows=40)).job
    assert job.settings.evaluate_every == 0


def test_too_much_memory_is_refused_at_its_border():
    """4,000 MB of the rows of a data set alone: 62.5 million rows of 8 inputs and 8 outputs."""
    shape = SMALL._replace(rows=4000 * 2**20 // 4 // 16)
    slack = 2**20 // 8 // 16  # an eighth of a megabyte
    assert check_memory(shape._replace(rows=shape.rows - slack), TrainingConfig()) == 4000
    with pytest.raises(InputError, match="4001"):
        check_memory(shape._replace(rows=shape.rows + 2**20 // 4 // 16), TrainingConfig())
