"""Which sentence of gradient decay is said on either side of each border, and with which numbers: made-up norms."""

from typing import Any

import numpy as np
import pytest

from simulator.core.network import NetworkConfig
from simulator.core.propagation.kernel import LayerNumbers
from simulator.core.propagation.learning import Clipping, Learning
from simulator.core.propagation.meanfield import MeanField
from simulator.core.propagation.microscope import Fit, Microscope, Profile, Split
from simulator.core.propagation.signal import Signal
from simulator.core.run import NonFinite, Run
from simulator.scenes.gradient_decay import learned, words
from simulator.scenes.gradient_decay.pictures import Named
from simulator.scenes.gradient_decay.underflow import Underflow
from tests.core.diagnosis.made_up import made_up
from tests.scenes.claims import entries_of

DEEP = NetworkConfig(layer_sizes=(2, 13, 13, 13, 2), activation="tanh")


@pytest.fixture
def said(monkeypatch):
    return entries_of(monkeypatch, words)


def profile(middle: Any, zero: Any = 0.0, broken: Any = 0.0) -> Profile:
    norms = np.asarray(middle, float)
    shares = (np.full(len(norms), 0.0) + share for share in (zero, broken))
    return Profile(norms, norms, norms, *shares)


def fit(factor: float = 0.5, r2: float = 0.9, *, level: bool = False, worst: tuple[int, float] = (-1, np.nan)) -> Fit:
    return Fit(np.zeros(4), factor, r2, level, *worst)


def microscope(norms: Profile, split: Fit | None = None, theory: Fit | None = None) -> Microscope:
    parts = Split(*(np.full(3, value) for value in (0.5, 0.8, 0.4, 0.25, 0.7, 0.6, 0.5, 1.0, 0.45)))
    return Microscope(norms, parts, 0.55, split or fit(), None, theory)


def named(norms: Profile, weights: Profile | None = None, seeds: int = 10) -> Named:
    return Named("N", microscope(norms), weights or profile([1.0] * 4), seeds)


@pytest.mark.parametrize(
    ("norms", "entry", "values"),
    [
        (profile([0.01, 0.1, 1.0, 9.0]), "loses", {"share": "0.01", "factor": "0.1"}),
        (profile([0.32, 0.5, 1.0, 1.0]), "loses", {"share": "0.32"}),
        (profile([0.34, 0.5, 1.0, 9.0]), "level", {"share": "0.34"}),
        (profile([2.9, 1.5, 1.0, 0.1]), "level", {"share": "2.9"}),
        (profile([3.1, 1.5, 1.0, 9.0]), "grows", {"share": "3.1"}),
        (profile([400.0, 20.0, 1.0, 9.0]), "grows", {"share": "400", "factor": "20"}),
        (profile([0.1, 1.0, 1.0, 1.0], broken=[0.1, 0.0, 0.2, 1.0]), "broken", {"count": 2}),
        (profile([0.1, 1.0, 1.0, 1.0], broken=[0.0, 0.0, 0.0, 1.0], zero=[0, 0, 0, 1]), "loses", {"share": "0.1"}),
        (profile([np.nan] * 3 + [1.0], zero=[1.0, 1.0, 1.0, 0.0]), "nothing", {}),
        (profile([np.nan, 0.9e-30, 1.0, 1.0], zero=[1.0, 0.0, 0.0, 0.0]), "zero", {"count": 1}),
        (profile([np.nan, np.nan, 0.9e-30, 1.0], zero=[1.0, 1.0, 0.0, 0.0]), "zero", {"count": 2}),
        (profile([np.nan, 1.1e-30, 1.0, 1.0], zero=[1.0, 0.0, 0.0, 0.0]), "mostly_zero", {"zero": 10, "seeds": 10}),
        (profile([0.1, 0.1, 1.0, 1e-31], zero=[0.6, 0.0, 0.0, 0.0]), "mostly_zero", {"zero": 6, "seeds": 10}),
    ],
)
def test_what_arrives_at_the_first_layer(said, norms, entry, values):
    words.decay_words("en", named(norms))
    assert said[0].name == f"decay.{entry}" and said[0].values["quantity"] == "∂L/∂z"
    assert {name: said[0].values[name] for name in values} == values
    said.clear()
    words.decay_words("en", named(profile([1.0] * 4), norms), "weight")
    assert said[0].name == f"decay.{entry}" and said[0].values["quantity"] == "∂L/∂W"


@pytest.mark.parametrize(
    ("zero", "out"),
    [([0.1, 0.3, 0.2, 0.9], 3), ([0.1, 0.2, 0.4, 0.9], 4), ([0.0, 0.0, 0.0, 0.9], None), ([0.0, 1.0, 0, 0], None)],
)
def test_starts_that_are_left_out_are_counted(said, zero, out):
    words.survivor_words("en", named(profile([1.0] * 4, zero=zero)))
    assert [one.values for one in said] == ([{"name": "N", "zero": out, "seeds": 10, "left": 10 - out}] if out else [])


PLAIN = profile([1.0] * 4)
DEAD = profile([1.0] * 4, zero=[0.0, 0.1, 0.0, 0.0])
RELU_RESIDUAL = NetworkConfig(layer_sizes=(2, 13, 13, 13, 2), residual=True)
FAR = fit(worst=(2, 2.1))
FITS: dict[str, tuple[NetworkConfig, Microscope, list[str]]] = {
    "no theory": (DEEP, microscope(PLAIN), ["fit_no_theory"]),
    "theory": (DEEP, microscope(PLAIN, fit(), fit()), ["fit"]),
    "level": (DEEP, microscope(PLAIN, fit(level=True), fit()), ["fit_level"]),
    "off by less than 2": (DEEP, microscope(PLAIN, fit(worst=(2, 1.9))), ["fit_no_theory"]),
    "off by more than 2": (DEEP, microscope(PLAIN, FAR), ["fit_no_theory", "worst"]),
    "off by less than half": (DEEP, microscope(PLAIN, fit(worst=(0, 0.49))), ["fit_no_theory", "worst"]),
    "nothing to compare": (DEEP, microscope(PLAIN, fit(worst=(-1, 9.0))), ["fit_no_theory"]),
    "the better of two is off": (DEEP, microscope(PLAIN, FAR, fit(r2=0.8)), ["fit"]),
    "the weaker of two is off": (DEEP, microscope(PLAIN, fit(), fit(r2=0.8, worst=(0, 9.0))), ["fit", "worst"]),
    "a theory as good": (DEEP, microscope(PLAIN, FAR, fit(r2=0.9)), ["fit", "worst"]),
    "a better theory": (DEEP, microscope(PLAIN, FAR, fit(r2=0.95)), ["fit", "worst"]),
    "a better theory that is off": (DEEP, microscope(PLAIN, fit(), fit(r2=0.95, worst=(0, 9.0))), ["fit"]),
    "12 nodes": (
        NetworkConfig(layer_sizes=(2, 12, 12, 2), activation="tanh"),
        microscope(PLAIN, FAR),
        ["fit_no_theory", "worst", "why_narrow"],
    ),
    "12 nodes that fit": (NetworkConfig(layer_sizes=(2, 12, 12, 2)), microscope(PLAIN), ["fit_no_theory"]),
    "residual": (RELU_RESIDUAL, microscope(PLAIN, FAR), ["fit_no_theory", "worst", "why_residual"]),
    "residual and normalized": (
        NetworkConfig(layer_sizes=(2, 13, 13, 2), residual=True, normalization="layer"),
        microscope(PLAIN, FAR),
        ["fit_no_theory", "worst"],
    ),
    "residual, leaky": (
        NetworkConfig(layer_sizes=(2, 13, 13, 2), residual=True, activation="leaky_relu"),
        microscope(DEAD, FAR),
        ["fit_no_theory", "worst", "why_residual"],
    ),
    "residual, tanh": (
        NetworkConfig(layer_sizes=(2, 13, 13, 2), residual=True, activation="tanh"),
        microscope(DEAD, FAR),
        ["fit_no_theory", "worst"],
    ),
    "dead": (NetworkConfig(layer_sizes=(2, 13, 13, 2)), microscope(DEAD, FAR), ["fit_no_theory", "worst", "why_dead"]),
    "dead and fits": (NetworkConfig(layer_sizes=(2, 13, 13, 2)), microscope(DEAD), ["fit_no_theory"]),
    "sigmoid": (
        NetworkConfig(layer_sizes=(2, 13, 13, 2), activation="sigmoid"),
        microscope(PLAIN),
        ["fit_no_theory", "bound"],
    ),
    "sigmoid, normalized": (
        NetworkConfig(layer_sizes=(2, 13, 13, 2), activation="sigmoid", normalization="batch"),
        microscope(PLAIN),
        ["fit_no_theory"],
    ),
    "sigmoid, residual": (
        NetworkConfig(layer_sizes=(2, 13, 13, 2), activation="sigmoid", residual=True),
        microscope(PLAIN),
        ["fit_no_theory"],
    ),
}


@pytest.mark.parametrize("name", FITS)
def test_how_well_the_decay_was_foretold_and_why_not(said, name):
    network, found, expected = FITS[name]
    words.fit_words("en", "N", network, found)
    assert [one.name for one in said] == [f"microscope.{entry}" for entry in expected]
    for entry in said:
        if entry.name.endswith("worst"):
            weaker = found.theory_fit if found.theory_fit and name == "the weaker of two is off" else found.split_fit
            assert entry.values["layer"] == weaker.worst_layer + 1
            assert entry.values["ratio"] == f"{weaker.worst_ratio:g}"


def test_the_numbers_of_a_fit_and_of_a_split(said):
    words.fit_words("en", "N", DEEP, microscope(PLAIN, fit(0.25, 0.98765), fit(0.75, -0.5)))
    values = {"name": "N", "measured": "0.55", "split": "0.25", "theory": "0.75", "r2": "0.988", "r2_theory": "−0.500"}
    assert said[0].values == values
    words.split_words("en", "N", microscope(PLAIN))
    assert said[-1].values == {"name": "N", "activation": "0.1", "weights": "0.8", "product": "0.08"}


def moved(change: Any, gradient: Any, steps: tuple[int, ...] = (0, 30)) -> Learning:
    changed = np.array([np.zeros(len(change)), change])[-len(steps) :]
    norms = np.array([np.ones(len(change)), gradient])[-len(steps) :]
    layers = LayerNumbers(**{**dict.fromkeys(LayerNumbers._fields, np.ones(1)), "weight_grad_norm": norms[:, :-1]})
    blank = dict.fromkeys(Signal._fields, np.ones(1))
    signal = Signal(**{**blank, "layers": layers, "output_weight_grad_norm": norms[:, -1]})
    return Learning(np.array(steps), changed, signal)


def start(accuracy: float = 0.5, loss: float = 1.0, lost: int | None = None) -> Run:
    """Return a run whose loss falls by an eighth of 8 · ``loss`` each 10 updates; it is not evaluated at update 30."""
    return made_up(
        columns={
            "loss": loss * np.arange(8.0, 0.0, -1.0),
            "validation_accuracy": np.array([0.1, 0.2, accuracy, 0.3, 0.4, 1.0, 1.0, 1.0]),
            "evaluated": np.arange(8) != 3,
        },
        nonfinite=None if lost is None else NonFinite(lost, 0, "loss"),
    )


@pytest.fixture
def told(monkeypatch):
    return entries_of(monkeypatch, learned)


def test_what_several_starts_did_up_to_the_last_step_that_is_shown(told):
    runs = start(0.25, 1.0), start(0.9, 4.0), start(0.5, 2.0)
    changes = [0.9, 0.2, 0.1], [0.5, 0.2, 0.7], [0.3, 0.2, 0.125]
    found = learned.Learned("N", runs, [moved(change, [1.0, 1.0, 1.0]) for change in changes])
    learned.learned_words("en", found)
    says, known = told
    assert says.name == "learning.says" and known.name == "learning.accuracies"
    values = {"name": "N", "steps": 30, "seeds": 3, "start": "16", "end": "10", "first": "0.5", "last": "0.125"}
    assert says.values == values
    assert known.values == {"name": "N", "step": 20, "seeds": 3, "accuracy": "50%", "low": "25%", "high": "90%"}
    told.clear()
    learned.learned_words("en", found._replace(runs=(start(),) * 3))
    assert [one.name for one in told] == ["learning.says", "learning.accuracy"]


@pytest.mark.parametrize(
    ("firsts", "entry", "still"),
    [
        ([0.0], "still_one", 1),
        ([0.0, 0.0, 0.0], "still_all", 3),
        ([0.0, 0.0, 0.1], "still", 2),
        ([0.0, 0.1, 0.1], "says", None),
    ],
)
def test_a_first_layer_that_has_not_moved(told, firsts, entry, still):
    learning = [moved([first, 0.2, 0.1], [0.0, 1.0, 1.0]) for first in firsts]
    learned.learned_words("en", learned.Learned("N", (start(),) * len(firsts), learning))
    assert (told[0].name, told[0].values.get("still")) == (f"learning.{entry}", still)


@pytest.mark.parametrize(
    ("lost", "entries"),
    [
        ([17], [("learning.lost_one", 1, 17)]),
        (
            [30, None, None],
            [("learning.lost", 1, 30), ("learning.says", None, None), ("learning.accuracy", None, None)],
        ),
        ([31, None, None], [("learning.says", None, None), ("learning.accuracy", None, None)]),
        ([29, 17, None], [("learning.lost", 2, 17)]),
        ([17, None], [("learning.lost", 1, 17)]),
    ],
)
def test_starts_that_have_left_the_numbers(told, lost, entries):
    learning = [moved([0.5, 0.2, 0.1], [1.0, 1.0, 1.0]) for _ in lost]
    learned.learned_words("en", learned.Learned("N", [start(lost=step) for step in lost], learning))
    assert [
        (one.name, one.values.get("lost"), one.values.get("step") if "lost" in one.name else None) for one in told
    ] == entries


def test_weights_that_a_small_gradient_did_not_move(told):
    def found(*starts: Learning) -> learned.Learned:
        return learned.Learned("N", (start(),) * len(starts), starts)

    first, second = (
        moved([0.0, 0.0, 0.0, 0.1], [0.0, 1e-9, 3e-9, 5.0]),
        moved([0.0, 0.0, 0.0, 0.1], [1e-12, 2e-9, 4e-9, 5.0]),
    )
    learned.rounded_words("en", found(first))
    assert told[0].values == {"name": "N", "count": 2, "gradient": "3×10⁻⁹"}
    told.clear()
    learned.rounded_words("en", found(first, second))
    assert told[0].values == {"name": "N", "count": 2, "gradient": "4×10⁻⁹"}
    told.clear()
    learned.rounded_words("en", found(moved([0.0, 0.1], [0.0, 1.0])))
    learned.rounded_words("en", found(first, moved([0.1, 0.1, 0.1, 0.1], [1.0, 1.0, 1.0, 1.0])))
    learned.rounded_words("en", found(moved([0.0, 0.0], [1.0, 1.0], (0,))))
    assert not told


def test_where_a_loss_ends(said):
    words.end_words("en", "N", made_up(columns={"loss": [4.0, 3, 2, np.nan, 2, 2, 2, 2]}))
    words.end_words("en", "N", made_up(columns={"loss": [4.0, 3, 2, np.nan, 2, np.inf, 2, np.inf]}))
    words.end_words("en", "N", made_up(columns={"loss": np.full(8, 0.25)}))
    lost = {"name": "N", "step": 30}
    assert [one.values for one in said[1:]] == [lost, {"name": "N", "end": "0.25"}]


@pytest.mark.parametrize(
    ("first", "normalization", "grows"), [(3.1, "batch", True), (2.9, "batch", False), (3.1, "layer", False)]
)
def test_batch_normalization_makes_a_gradient_grow(said, first, normalization, grows):
    normalized = NetworkConfig(layer_sizes=(2, 4, 4, 4, 2), normalization=normalization)
    rising = named(profile([first, 2.0, 1.5, 1.0, 9.0]))
    words.batch_words("en", [(rising, DEEP), (rising, normalized)])
    assert [one.values for one in said] == ([{"name": "N", "share": "3.1"}] if grows else [])


def test_what_factors_leave(said):
    words.factors_words("en", [0.5, 0.25, 0.1], 2.0)
    assert [one.name for one in said] == ["factors.says", "factors.bound_says"]
    assert said[0].values["last"] == 3 and said[1].values["bound"] == "0.5"
    for factors, entries in (([1.0, 1.0], 2), ([0.5, 0.5], 6), ([0.0, 0.0], 2)):
        said.clear()
        words.factors_words("en", factors, 1.0)
        assert len(said) == entries


def underflow(norm: Any, zero: int) -> Underflow:
    return Underflow("float16", np.asarray(norm, float), zero, 6.1e-5, 6e-8)


@pytest.mark.parametrize(
    ("found", "entry", "values"),
    [
        (underflow([0, 0, 1, 1, 1], 2), "says", {"reach": 2, "zero": 2}),
        (underflow([1, 1, 1], 0), "arrives", {}),
        (underflow([1, np.inf, 1], 0), "broken", {}),
    ],
)
def test_how_far_the_gradient_of_a_format_reaches(said, found, entry, values):
    words.underflow_words("en", found)
    assert said[0].name == f"underflow.{entry}" and {name: said[0].values[name] for name in values} == values


def clipped(first: float, last: float, factor: float = 0.5) -> Clipping:
    before = np.array([first, 2.0, 1.5, last, 9.0])
    return Clipping(8.0, factor, before, before * factor)


@pytest.mark.parametrize(
    ("first", "grown", "level"),
    [(2.9, 3.1, True), (0.34, 3.1, True), (3.1, 3.1, False), (0.32, 3.1, False), (1, 2.9, False)],
)
def test_weight_gradients_stay_level_while_the_others_grow(said, first, grown, level):
    words.weight_words("en", clipped(first, 1.0), named(profile([grown, 2.0, 1.5, 1.0, 9.0])))
    assert said[0].values == {"share": f"{first:g}"} and (len(said) == 2) == level


def test_clipping_is_said_where_it_does_something(said):
    words.clipping_words("en", clipped(1, 1), 4.0)
    words.clipping_words("en", clipped(1, 1, 1.0), 10.0)
    words.weight_words("en", clipped(1.0, 0.0), named(PLAIN))
    assert [one.name for one in said] == ["clip.says", "clip.says_none", "clip.weights"]
    assert said[0].values == {"total": "8", "clip": "4", "factor": "0.5"}
    assert said[1].values == {"total": "8", "clip": "10"}


def test_the_table_holds_what_the_fits_rest_on(said):
    theory = MeanField(**{**dict.fromkeys(MeanField._fields, np.ones(3)), "chi": 0.9, "fixed_point": 0.3})
    scope = microscope(PLAIN, fit(0.25, 0.75), fit(0.5, 0.625))._replace(theory=theory)
    bare = microscope(PLAIN, fit(np.nan, 0.75))
    parts = bare.split._replace(derivative_mean=np.array([np.nan, 0.5, 0.25]), weights_foretold=np.full(3, np.nan))
    table = words.microscope_table("en", [("a", scope), ("b", bare._replace(split=parts))])
    assert table["a"] == ["0.55", "0.25", "0.75", "0.5", "0.625", "0.5", "0.6", "0.7", "0.9", "0.3"]
    assert table["b"] == ["0.55", "–", "0.75", "–", "–", "0.375", "0.6", "–", "–", "–"]
