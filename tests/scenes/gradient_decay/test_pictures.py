"""Pictures of depth, activations and initialization: what each promises, and the numbers it stands on."""

import json
import math
from functools import cache
from typing import Any, cast

import numpy as np
import pytest
import vl_convert

from simulator.core.propagation.batch import first_batch
from simulator.core.propagation.learning import Learning, clipping
from simulator.core.propagation.microscope import Profile, microscope, profile_of
from simulator.core.propagation.signal import Signal, start_signal
from simulator.drawing.picture import Picture
from simulator.drawing.steps import Curve, steps_picture
from simulator.drawing.theme import THEMES
from simulator.scenes.activations.cost import Cost
from simulator.scenes.activations.curves import curves_picture
from simulator.scenes.activations.dead import Dead
from simulator.scenes.activations.numbers import Curves, curve
from simulator.scenes.activations.pictures import cost_picture, dead_picture, zigzag_picture
from simulator.scenes.activations.settings import Activations
from simulator.scenes.activations.zigzag import zigzag
from simulator.scenes.gradient_decay.factors import products, sigmoid_bound
from simulator.scenes.gradient_decay.learned import Learned, learning_picture, training_picture
from simulator.scenes.gradient_decay.pictures import (
    Named,
    clipping_picture,
    decay_picture,
    factors_picture,
    named,
    split_picture,
    underflow_picture,
)
from simulator.scenes.gradient_decay.settings import GradientDecay
from simulator.scenes.gradient_decay.underflow import underflow
from simulator.scenes.initialization.numbers import Symmetry, histograms
from simulator.scenes.initialization.pictures import histograms_picture, signal_picture, symmetry_picture
from simulator.texts import LANGUAGES, catalogue

MAX_ROWS = 2000
NO_RUN = cast(Any, None)


@cache
def starts(depth: int, width: int = 8) -> tuple[tuple[Named, Signal], ...]:
    settings = GradientDecay(depth=depth, width=width)
    batch = first_batch(settings.network(), settings.training(), settings.dataset())
    found = []
    for variant in settings.variants():
        signal = start_signal(variant.network, batch, range(8))
        scope = microscope(variant.network, batch, signal)
        found.append((named(variant.code, scope, signal.weight_grad_norm), signal))
    return tuple(found)


def learned(title: str, signal: Signal) -> Learned:
    """Stand in for three runs: the seeds as steps; in most of them one change exactly 0, one not finite."""
    layers = signal.grad_norm.shape[1]
    changes = [factor * np.geomspace(1e-9, 1.0, 8 * layers).reshape(8, layers) for factor in (1.0, 3.0, 2.0)]
    for change in changes[:2]:
        change[:, 0], change[-1, 1] = 0.0, np.nan
    return Learned(title, [NO_RUN] * 3, [Learning(np.arange(0, 80, 10), change, signal) for change in changes])


@cache
def every_picture(language: str, depth: int = 6) -> dict[str, Picture]:
    found = starts(depth)
    names = [entry for entry, _ in found]
    weight = np.linspace(0, 1, 20 * 2 * 4).reshape(20, 2, 4)
    runs = [learned(entry.title, signal) for entry, signal in found]
    settings = GradientDecay(depth=depth, width=8)
    plain = settings.network(activation="sigmoid")
    batch = first_batch(plain, settings.training(), settings.dataset())
    profiles = [(name, profile_of(signal.layers.activation_std)) for name, (_, signal) in zip("ab", found, strict=True)]
    gap = np.full(depth, np.nan)
    nothing = Profile(middle=gap, low=gap, high=gap, zero_share=np.ones(depth), broken_share=np.zeros(depth))
    scopes = [(entry.title, entry.microscope.profile) for entry in names]
    spreads = [
        (name, histograms(signal, np.linspace(-1.0, 1.0, 12))) for name, (_, signal) in zip("ab", found, strict=True)
    ]
    together = Symmetry(np.arange(0, 100, 5), np.broadcast_to(weight[:, :, :1], weight.shape), 0.0)
    paths = [zigzag(positive=positive, learning_rate=0.5, num_steps=30, seed=0) for positive in (True, False)]
    step = np.arange(0, 100, 5)
    return {
        "decay": decay_picture(names, language),
        "weight_decay": decay_picture(names, language, norm="weight"),
        "foretold": decay_picture(names, language, foretold=True),
        "split": split_picture(names, language),
        "training": training_picture(runs, names, language),
        "learning": learning_picture(runs, language),
        "factors": factors_picture(products([0.01] * 10), sigmoid_bound(10, 1.0), language),
        "underflow": underflow_picture(underflow(plain, batch, 0), language),
        "clipping": clipping_picture(clipping(found[1][1].weight_grad_norm[0], 0.1), names[1].weight_profile, language),
        "steps": steps_picture(
            language,
            [
                Curve(title="a", step=np.arange(3000), values=np.random.default_rng(0).random(3000)),
                Curve(title="b", step=np.arange(30), values=np.where(np.arange(30) < 9, 1.0, np.nan)),
            ],
            title="a?",
            alt="b",
            axis="c",
            log=True,
        ),
        "forward": signal_picture([*profiles, ("c", nothing)], language, backward=False),
        "backward": signal_picture(scopes, language, backward=True),
        "histograms": histograms_picture(spreads, language),
        "equal": symmetry_picture(together, language, equal=True),
        "random": symmetry_picture(Symmetry(step, weight, 0.5), language, equal=False),
        "zigzag": zigzag_picture(paths[0], language, positive=True),
        "straight": zigzag_picture(paths[1], language, positive=False),
        "dead": dead_picture(
            [Dead(name, 9, step, np.full((20, 3), share), 0.5) for name, share in (("relu", 0.5), ("leaky_relu", 0.0))],
            language,
        ),
        "cost": cost_picture([Cost("relu", 0.001, 1.0), Cost("gelu", 0.003, 3.0)], ["ReLU", "GELU"], language),
    }  # fmt: skip


NAMES = [
    "decay", "weight_decay", "foretold", "split", "training", "learning", "factors", "underflow", "clipping", "steps",
    "forward", "backward", "histograms", "equal", "random", "zigzag", "straight", "dead", "cost",
]  # fmt: skip


@pytest.fixture(params=NAMES)
def name(request) -> str:
    return request.param


def test_the_list_is_complete():
    assert sorted(every_picture("en")) == sorted(NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_asks_a_question_and_says_what_it_shows(name, language):
    picture = every_picture(language)[name]
    assert picture.title.endswith("?")
    assert picture.alt and "{" not in picture.alt
    assert picture.reading is not None and picture.reading.headings
    assert len(json.dumps(picture.to_dict(), ensure_ascii=False, allow_nan=False)) > 500


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_compiles_to_vega(name, theme):
    picture = every_picture("ko")[name]
    compiled = vl_convert.vegalite_to_vega(
        picture.to_dict(theme=theme), vl_version=vl_convert.get_vegalite_versions()[-1]
    )
    assert "@" not in json.dumps([mark.get("encode") for mark in compiled["marks"]])


def test_tables_are_small_and_complete(name):
    picture = every_picture("en")[name]
    for table in (*picture.tables, *picture.frames):
        assert len(picture.rows(table)) <= MAX_ROWS
    assert picture.reading is not None
    assert set(picture.reading.headings) <= set(picture.rows(picture.reading.table)[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_depth_patches_the_picture(name, language):
    """The very same specification: it is built once, and in the browser it is patched, not built again."""
    first, second = (every_picture(language, depth)[name] for depth in (6, 9))
    assert first is not second and first.spec is second.spec


def test_the_picture_shows_the_profile():
    picture = every_picture("en")["decay"]
    rows = picture.rows("value")
    profile = starts(6)[0][0].microscope.profile
    assert [row["layer"] for row in rows[:7]] == ["1", "2", "3", "4", "5", "6", "output"]
    np.testing.assert_allclose([row["measured"] for row in rows[:7]], profile.middle)
    np.testing.assert_allclose([row["high"] for row in rows[:7]], profile.high)
    places = [row["place"] for row in rows]
    assert places == sorted(places) and max(places[:7]) < 1.0 < 1.1 < min(places[7:])


def test_exact_zeros_stay_in_the_table_and_leave_the_axis_alone():
    picture = every_picture("en")["underflow"]
    assert any(row["measured"] == 0 for row in every_picture("en", 60)["underflow"].rows("value"))
    assert picture.signals["y_domain"][0] >= 1e-46


def test_bars_follow_the_player():
    picture = every_picture("en")["learning"]
    assert picture.step.tolist() == list(range(0, 80, 10))
    first, last = picture.rows("now", 0), picture.rows("now", -1)
    assert first[0]["middle"] == 0.0 and last[1]["middle"] is None and last[1]["middle_note"] == "NaN"
    assert first[2]["middle"] < last[2]["middle"]


@pytest.mark.parametrize("name", ["learning", "training"])
def test_every_start_is_a_thin_line_and_their_median_the_strong_one(name):
    picture = every_picture("en")[name]
    for frame in (0, -1):
        for row in picture.rows("now", frame)[2:]:
            drawn = [row[name] for name in ("start_1", "start_2", "start_3", "middle")]
            *starts, middle = [math.inf if value is None else value for value in drawn]
            assert middle == pytest.approx(sorted(starts)[1])
    assert [row["label"] for row in picture.rows("key")][1] == catalogue("en")["gradient_decay.line.each_start"]
    assert len(picture.rows("key")) == 3  # the median, each start, exactly 0


def test_the_loss_of_every_seed_stands_behind_their_middle():
    step, seeds = np.arange(9), tuple(np.geomspace(1, 0.1 * seed, 9) for seed in (1, 2, 3))
    curves = [
        Curve(title="a", step=step, values=seeds[1], seeds=seeds),
        Curve(title="b", step=step, values=np.full(9, 0.5)),
    ]
    picture = steps_picture("en", curves, title="a?", alt="b", axis="c", log=True)
    rows = picture.rows("seeds")
    for number, values in enumerate(seeds):
        drawn = [row["value"] for row in rows if row["seed"] == number]
        np.testing.assert_allclose(drawn, values)
    assert {row["series"] for row in rows} == {0}
    low, high = picture.signals["y_domain"]
    assert low <= 0.1 and high >= 1.0


def test_source_es_table_is_what_is_drawn():
    rows = every_picture("en")["factors"].rows("value")
    np.testing.assert_allclose([row["left"] for row in rows], 10.0 ** (-2.0 * np.arange(10, 0, -1)))
    assert rows[-1]["bound"] == 0.25


def test_the_break_of_a_line_is_marked():
    picture = every_picture("en")["steps"]
    assert picture.rows("breaks") == [{"step": 9}]


def test_a_layer_without_spread_is_an_exact_zero_not_a_gap():
    rows = [row for row in every_picture("en")["forward"].rows("value") if row["panel"] == "c"]
    assert [row["measured"] for row in rows] == [0.0] * 6


def test_positive_inputs_shade_the_two_quarters_within_reach():
    pictures = every_picture("en")
    assert len(pictures["zigzag"].rows("quarters")) == 2 and pictures["straight"].rows("quarters") == []


def test_the_component_gets_numbers_from_the_table_of_functions():
    drawn = {name: curve(name, 0.1) for name in ("relu", "gelu")}
    picture = curves_picture(Curves(drawn, {}), Activations(functions=("relu", "gelu")), "en")
    relu, gelu = picture.content["functions"]
    np.testing.assert_allclose(relu["derivative"], drawn["relu"].derivative)
    assert relu["saturated"] == [[-10.0, 0.0]]
    assert gelu["value_range"][1] < 5
    numbers = picture.to_pandas()
    np.testing.assert_allclose(numbers["ReLU: φ(z)"], np.maximum(numbers["z"], 0))


def test_korean_texts_are_korean():
    for entry, sentence in catalogue("ko").items():
        if entry.startswith(("gradient_decay.", "initialization.", "activations.")) and entry.endswith(
            ("title", "says", "alt")
        ):
            assert any("가" <= letter <= "힣" for letter in sentence), entry
