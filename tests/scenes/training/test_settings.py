"""Settings survive their link, whatever a link says becomes valid settings, and what goes together fits."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from simulator.core.datasets import DATASET_NAMES, Dataset, dataset_info
from simulator.core.training import LOSSES
from simulator.errors import InputError
from simulator.scenes.kinds import Choice, Flag, Kind, Number, Several, Whole
from simulator.scenes.training import uploads
from simulator.scenes.training.fitting import ALLOWED_OUTPUTS, OUTPUTS, UPLOADED
from simulator.scenes.training.fork_weight import ForkWeight
from simulator.scenes.training.numbers import RUN
from simulator.scenes.training.settings import NORMS, Training
from simulator.scenes.training.widths import Widths, parse_widths, typed_widths
from simulator.texts import LANGUAGES

OFFLINE = [name for name in DATASET_NAMES if not dataset_info(name).needs_network]
CONTROLS = Training.controls()


def values_of(kind: Kind) -> st.SearchStrategy:
    if isinstance(kind, Choice):
        return st.sampled_from(kind.choices)
    if isinstance(kind, Flag):
        return st.booleans()
    if isinstance(kind, Widths):
        return st.lists(st.integers(1, 1024), max_size=100).map(tuple)
    if isinstance(kind, ForkWeight):
        return st.just(()) | st.tuples(st.integers(1, 9999), st.integers(0, 9999), st.integers(1, 9999))
    if isinstance(kind, Several):
        return st.lists(st.sampled_from(kind.choices), unique=True).map(tuple)
    if isinstance(kind, Whole):
        numbers = st.integers(int(kind.minimum), int(kind.maximum))
    else:
        assert isinstance(kind, Number)
        numbers = st.floats(kind.minimum, kind.maximum)
    return numbers | st.none() if kind.optional else numbers


any_values = st.fixed_dictionaries(
    {}, optional={name: values_of(control.kind) for name, control in CONTROLS.items() if control.link}
)


def table(num_classes: int = 2, name: str = "own") -> Dataset:
    inputs = np.random.default_rng(0).normal(size=(12, 3))
    return Dataset.from_arrays(inputs, np.arange(12) % num_classes, name=name)


@rules(deadline=None)
@given(any_values)
def test_a_link_brings_back_the_same_settings(values):
    settings = Training().change(**values)
    assert Training.read(settings.to_link()) == (settings, ())


@rules(deadline=None)
@given(any_values)
def test_what_fits_together_fits_when_it_is_asked_again(values):
    start = {**Training().as_dict(), **values}
    fitted, _ = Training.fit(start)
    assert Training.fit(fitted) == (fitted, ())
    assert Training(**fitted).as_dict() == fitted


@rules(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(CONTROLS)), st.text(max_size=12) | st.floats().map(str), max_size=6))
def test_any_link_becomes_valid_settings(parameters):
    settings, mended = Training.read(parameters)
    assert Training.read(settings.to_link()) == (settings, ())
    for error in mended:
        assert error.in_language("ko") and error.in_language("en")
    settings.training()


@pytest.mark.parametrize("name", OFFLINE)
def test_every_data_set_gives_a_network_that_fits_it(name):
    settings = Training().change(data=name)
    dataset = settings.dataset()
    network = settings.network(dataset)
    assert network.layer_sizes == (dataset.num_features, 8, 8, dataset.num_outputs)
    assert (settings.loss == "cross_entropy") == (dataset.task == "classification")


def test_loss_and_output_are_made_to_fit():
    assert Training().change(loss="cross_entropy", output="tanh").output == "auto"
    assert Training().change(loss="mse_mean", output="tanh").output == "tanh"
    assert Training().change(data="sine", loss="cross_entropy").loss == "mse_mean"
    assert Training().change(data="iris", outputs="single", loss="mse_mean").outputs == "classes"
    single = Training().change(data="or_table", outputs="single", loss="mse_mean", output="tanh")
    assert single.network(single.dataset()).layer_sizes[-1] == 1
    assert single.change(loss="cross_entropy").outputs == "classes"
    assert ("cross_entropy", "sigmoid") not in ALLOWED_OUTPUTS


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"output": "tanh"}, "output"),
        ({"data": "sine", "loss": "binary_cross_entropy"}, "loss"),
        ({"data": "iris", "outputs": "single", "loss": "mse_mean"}, "outputs"),
        ({"data": "iris", "rows": 1000}, "rows"),
        ({"noise": 1.5}, "noise"),
        ({"fork_weight": (2, 9, 1)}, "fork_weight"),
        ({"hidden": (), "fork_weight": (2, 1, 1)}, "fork_weight"),
    ],
)
def test_a_value_that_does_not_fit_is_said_with_its_rule(values, field):
    link = {name: CONTROLS[name].kind.write(value) for name, value in values.items()}
    (error,) = Training.read(link).errors
    assert error.details["field"] == field
    for language in LANGUAGES:
        assert link[field] in error.in_language(language)
    with pytest.raises(InputError, match=re.escape(link[field])):
        Training(**values)


def test_what_nobody_asked_for_is_mended_without_a_word():
    assert Training.read({"data": "sine"}).errors == ()
    assert Training.read({"data": "sine"}).settings.loss == "mse_mean"


def test_another_data_set_starts_with_its_own_rows_noise_and_scaling():
    noisy = Training().change(rows=100, noise=0.3)
    assert (noisy.rows, noisy.noise) == (100, 0.3)
    wine = noisy.change(data="wine")
    assert (wine.rows, wine.noise, wine.scaling) == (None, None, "standard")
    assert wine.change(data="food").scaling == "max"
    assert noisy.change(data="circles", noise=0.2) == Training(data="circles", noise=0.2)
    assert noisy.change(data="moons") == noisy
    assert Training.read({"data": "wine"}).settings.scaling == "none"


def test_the_default_noise_is_not_in_the_link():
    noise = dataset_info("moons").default_noise
    assert Training().change(noise=noise).to_link() == {}
    assert Training().change(noise=noise) == Training()
    assert noise != 0.25
    assert Training(noise=0.25).to_link() == {"noise": "0.25"}


def test_a_widget_shows_the_rows_and_the_noise_of_the_data_set():
    assert (Training().shown("rows"), Training().shown("noise")) == (300, 0.1)
    assert Training(data="gaussians_4", rows=50).shown("rows") == 50
    assert Training(data="gaussians_4", rows=50).shown("noise") == 0.35
    assert Training().shown("rate") == 0.1


def test_repairs_say_what_was_wrong():
    settings, mended = Training.read({"rate": "0", "hidden": "32-0", "epochs": "many", "lang": "ko"})
    assert settings == Training(rate=1e-6)
    assert [error.details.get("value") for error in mended] == ["0", "32-0", "many"]


@pytest.mark.parametrize(
    ("name", "without", "within"),
    [
        ("slope", {}, {"activation": "leaky_relu"}),
        ("init_std", {}, {"initializer": "normal"}),
        ("init_value", {"initializer": "normal"}, {"initializer": "constant"}),
        ("momentum", {"optimizer": "adam"}, {"optimizer": "nesterov"}),
        ("decay", {}, {"optimizer": "rmsprop"}),
        ("beta1", {}, {"optimizer": "adam"}),
        ("beta2", {"optimizer": "rmsprop"}, {"optimizer": "adamw"}),
        ("weight_decay", {"optimizer": "adam"}, {"optimizer": "adamw"}),
        ("schedule_factor", {}, {"schedule": "cosine"}),
        ("schedule_epochs", {"schedule": "cosine"}, {"schedule": "cyclic"}),
        ("activation", {"hidden": ()}, {"hidden": (4,)}),
        ("patience", {"validation": 0.0}, {}),
        ("noise", {"data": "food"}, {"data": "moons"}),
        ("rows", {"data": "xor_table"}, {"data": "iris"}),
        ("data_seed", {"data": "xor_table"}, {"data": "iris"}),
        ("outputs", {}, {"loss": "mse_mean"}),
        ("outputs", {"data": "iris", "loss": "mse_mean"}, {"loss": "binary_cross_entropy"}),
    ],
)
def test_a_control_that_changes_nothing_does_not_apply(name, without, within):
    assert not Training().change(**without).applies(name)
    assert Training().change(**within).applies(name)


@pytest.mark.parametrize(
    ("name", "value", "start"),
    [
        ("slope", 0.5, {}),
        ("init_std", 3.0, {}),
        ("init_value", 3.0, {}),
        ("momentum", 0.1, {}),
        ("decay", 0.1, {}),
        ("beta1", 0.1, {}),
        ("beta2", 0.1, {}),
        ("weight_decay", 9.0, {}),
        ("schedule_factor", 0.9, {}),
        ("schedule_epochs", 0.1, {}),
        ("activation", "sigmoid", {"hidden": ()}),
        ("normalization", "layer", {"hidden": ()}),
        ("dropout", 0.5, {"hidden": ()}),
        ("residual", True, {"hidden": ()}),
        ("patience", 1, {"validation": 0.0}),
    ],
)
def test_a_control_that_does_not_apply_changes_no_number(name, value, start):
    settings = Training().change(epochs=2, rows=40, **start)
    assert not settings.applies(name)
    changed = settings.change(**{name: value})
    assert changed != settings
    first, second = (RUN.of(one).records for one in (settings, changed))
    np.testing.assert_array_equal(first.loss, second.loss)
    np.testing.assert_array_equal(first.weight_grad_norm, second.weight_grad_norm)


def choices(settings: Training, name: str) -> tuple:
    kind = settings.kind(name)
    assert isinstance(kind, Choice)
    return kind.choices


def test_choices_follow_the_data_and_the_loss():
    assert choices(Training(), "loss") == LOSSES
    assert all(loss.startswith("mse") for loss in choices(Training().change(data="sine"), "loss"))
    assert choices(Training(), "output") == ("auto", "softmax")
    assert UPLOADED not in choices(Training(), "data")
    assert UPLOADED in choices(Training(data=UPLOADED), "data")
    rows = Training(data="iris").kind("rows")
    assert isinstance(rows, Whole) and (rows.minimum, rows.maximum) == (8, 150)
    for outputs in OUTPUTS:
        assert Training(loss="mse_mean", outputs=outputs).outputs == outputs


def test_an_uploaded_file_is_not_in_a_link():
    with pytest.raises(InputError, match="Upload the file again"):
        Training(data=UPLOADED).dataset()
    settings = Training().change(data=UPLOADED, table=uploads.keep(table()))
    assert settings.to_link() == {"data": UPLOADED}
    assert Training.read(settings.to_link()).settings.table == ""


def test_equal_tables_mean_equal_settings_and_others_do_not():
    same, again, other = uploads.keep(table()), uploads.keep(table()), uploads.keep(table(name="other"))
    assert same == again != other
    settings = Training().change(data=UPLOADED, table=same, scaling="max")
    assert RUN.key(settings) == RUN.key(settings.change(table=again)) != RUN.key(settings.change(table=other))
    np.testing.assert_array_equal(settings.dataset().inputs, table().inputs)


def test_another_data_set_forgets_the_table_so_that_equal_runs_stay_equal():
    settings = Training().change(data=UPLOADED, table=uploads.keep(table()), scaling="max")
    assert settings.change(data="moons") == Training()


def test_only_the_latest_tables_are_kept():
    first = uploads.keep(table(name="first"))
    kept = [uploads.keep(table(name=f"table {number}")) for number in range(uploads.MAX_KEPT - 1)]
    assert uploads.find(first) is not None  # and so it is the latest now
    uploads.keep(table(name="one more"))
    assert uploads.find(kept[0]) is None and uploads.find(first) is not None
    with pytest.raises(InputError, match="Upload the file again"):
        Training(data=UPLOADED, table=kept[0]).dataset()


def test_a_single_output_fits_an_uploaded_table_of_two_classes_only():
    two, three = (
        Training().change(data=UPLOADED, table=uploads.keep(table(count)), loss="mse_mean", outputs="single")
        for count in (2, 3)
    )
    assert (two.outputs, three.outputs) == ("single", "classes")
    assert two.applies("outputs") and not three.applies("outputs")


def test_the_norm_that_is_shown_changes_no_run():
    assert {RUN.key(Training(norm=norm)) for norm in NORMS} == {RUN.key(Training())}


@pytest.mark.parametrize("written", ["a", "32;;", "0", "1025", "101x4", "4x", "x4", "-", "３２", "1e2", "9" * 50])
def test_widths_that_cannot_be_read_are_refused_or_empty(written):
    if written == "-":
        assert parse_widths(written) == ()
        return
    with pytest.raises(InputError, match=r"[Hh]idden layers"):
        parse_widths(written)
    assert Training.read({"hidden": written}).settings.hidden == (8, 8)


@given(st.lists(st.integers(1, 1024), max_size=100).map(tuple))
def test_widths_read_back_as_they_were_written(widths):
    assert parse_widths(typed_widths(widths)) == widths
    assert CONTROLS["hidden"].kind.read(CONTROLS["hidden"].kind.write(widths), None) == (widths, True, None)


def test_more_inputs_belong_to_two_and_are_part_of_the_link_and_of_the_network():
    chosen = Training().change(extra=("sin_x2", "x1_squared"))
    assert chosen.extra == ("x1_squared", "sin_x2") and chosen.to_link() == {"extra": "x1_squared.sin_x2"}
    assert Training.read({"extra": "sin_x2.x1_squared"}) == (chosen, ())
    dataset = chosen.dataset()
    assert chosen.network(dataset).layer_sizes[0] == dataset.num_features == 4
    assert chosen.applies("extra")
    line = chosen.change(data="sine", loss="mse_mean")
    assert line.extra == () and not line.applies("extra") and line.dataset().num_features == 1


@pytest.mark.parametrize(
    ("written", "meant", "as_asked"),
    [
        ("1.2.8", (1, 2, 8), True),
        ("3.0.2", (3, 0, 2), True),  # a bias
        ("off", (), True),
        ("", (), True),
        ("9.9.9", (3, 8, 2), False),
        ("1.8.9", (1, 2, 8), False),
        ("0.1.0", (1, 1, 1), False),
        ("1.2", (), False),
        ("1.2.3.4", (1, 2, 3), False),
        ("one", (), False),
    ],
)
def test_a_weight_that_the_network_does_not_have_becomes_the_nearest_one(written, meant, as_asked):
    settings, errors = Training.read({"fork_weight": written})  # the network is 2-8-8-2
    assert settings.fork_weight == meant
    assert (errors == ()) == as_asked
    for error in errors:
        assert written in error.in_language("ko") and written in error.in_language("en")


def test_a_smaller_network_keeps_a_weight_that_it_has():
    wide = Training(hidden=(8, 8), fork_weight=(2, 8, 8), fork_value=1.5)
    assert wide.change(hidden=(8, 3)).fork_weight == (2, 8, 3)
    assert wide.change(hidden=(3,)).fork_weight == (2, 3, 2)
    assert wide.change(data="iris", extra=()).fork_weight == (2, 8, 8)
    assert Training(extra=("product",), fork_weight=(1, 3, 1)).change(extra=()).fork_weight == (1, 2, 1)
    assert wide.applies("fork_value") and not Training().applies("fork_value")
