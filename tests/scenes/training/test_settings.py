"""An experiment survives its link, and whatever a link says becomes a valid experiment."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.core.datasets import DATASET_NAMES, dataset_info
from simulator.errors import InputError
from simulator.scenes.training.settings import ALLOWED_OUTPUTS, CONTROLS, UPLOADED, Experiment, parse_widths

OFFLINE = [name for name in DATASET_NAMES if not dataset_info(name).needs_network]


def values_of(control):
    if control.kind == "choice":
        values = st.sampled_from(control.choices)
    elif control.kind == "flag":
        values = st.booleans()
    elif control.kind == "widths":
        values = st.lists(st.integers(1, 1024), max_size=100).map(tuple)
    elif control.kind == "integer":
        values = st.integers(int(control.minimum), int(control.maximum))
    else:
        values = st.floats(control.minimum, control.maximum)
    return values | st.none() if control.optional else values


any_values = st.fixed_dictionaries({}, optional={name: values_of(control) for name, control in CONTROLS.items()})


def test_every_field_of_an_experiment_is_a_control():
    assert [field.name for field in fields(Experiment)] == list(CONTROLS)


@given(any_values)
def test_a_link_brings_back_the_same_experiment(values):
    experiment = Experiment(**values).consistent()
    again, mended = Experiment.from_link(experiment.to_link())
    assert again == experiment
    assert not mended


@given(st.dictionaries(st.sampled_from(sorted(CONTROLS)), st.text(max_size=12) | st.floats().map(str), max_size=6))
def test_any_link_becomes_a_valid_experiment(parameters):
    experiment, mended = Experiment.from_link(parameters)
    again, mended_again = Experiment.from_link(experiment.to_link())
    assert again == experiment
    assert not mended_again
    for error in mended:
        assert error.in_language("ko") and error.in_language("en")
    experiment.training()


@pytest.mark.parametrize("name", OFFLINE)
def test_every_data_set_gives_a_network_that_fits_it(name):
    experiment = Experiment(data=name).consistent()
    dataset = experiment.dataset()
    network = experiment.network(dataset)
    assert network.layer_sizes == (dataset.num_features, 8, 8, dataset.num_outputs)
    assert (experiment.loss == "cross_entropy") == (dataset.task == "classification")


def test_loss_and_output_are_made_to_fit():
    assert Experiment(loss="cross_entropy", output="tanh").consistent().output == "auto"
    assert Experiment(loss="mse_mean", output="tanh").consistent().output == "tanh"
    assert Experiment(data="sine", loss="cross_entropy").consistent().loss == "mse_mean"
    assert Experiment(data="iris", outputs="single", loss="mse_mean").consistent().outputs == "classes"
    single = Experiment(data="or_table", outputs="single", loss="mse_mean", output="tanh").consistent()
    assert single.network(single.dataset()).layer_sizes[-1] == 1
    assert ("cross_entropy", "sigmoid") not in ALLOWED_OUTPUTS


def test_the_default_noise_is_not_in_the_link():
    noise = dataset_info("moons").default_noise
    assert Experiment(noise=noise).consistent().to_link() == {}
    assert noise != 0.25
    assert Experiment(noise=0.25).consistent().to_link() == {"noise": "0.25"}


def test_repairs_say_what_was_wrong():
    experiment, mended = Experiment.from_link({"rate": "0", "hidden": "32-0", "epochs": "many", "lang": "ko"})
    assert experiment == replace(Experiment(), rate=CONTROLS["rate"].minimum)
    assert [error.details.get("value") for error in mended] == ["32-0", "0", "many"]


def test_an_uploaded_file_is_not_in_a_link():
    with pytest.raises(InputError, match="Upload the file again"):
        Experiment(data=UPLOADED).dataset()


@pytest.mark.parametrize("written", ["a", "32;;", "0", "1025", "101x4", "4x", "x4", "-", "３２", "1e2", "9" * 50])
def test_widths_that_cannot_be_read_are_refused_or_empty(written):
    if written == "-":
        assert parse_widths(written) == ()
        return
    with pytest.raises(InputError, match=r"[Hh]idden layers"):
        parse_widths(written)
