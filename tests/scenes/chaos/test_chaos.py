"""Order and chaos: every sentence recomputed from the arrays, zooming, and a pixel that opens exactly its run."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from simulator.core.engine.compilation import num_compilations
from simulator.core.initializers import initialize
from simulator.core.propagation.phases import phase
from simulator.core.run import train
from simulator.core.sweep.depths import DepthMap, updates_to_target
from simulator.scenes.chaos.numbers import CORRELATION, MAP, OPENED, OWN, Atlas, warm_up, with_theory
from simulator.scenes.chaos.pictures import depth_picture
from simulator.scenes.chaos.scene import SCENE, draw_correlation, draw_gradient, draw_layers, draw_map, draw_own
from simulator.scenes.chaos.settings import DEPTHS, SHORTEST, SIDES, TARGET, UPDATES, WIDTHS, Chaos
from simulator.scenes.maps import CONVERGED, LEFT, UNKNOWN
from simulator.scenes.training.settings import Training
from simulator.ui.components.atlas.component import followed
from tests.scenes.claims import read

SMALL = Chaos(side=16, width=16, depth=4, updates=20, rate=0.3)
COUNTS = [[0, 1, 2, 1], [1, 2, 2, 0]]
"""How many depths are trained, row by row from below; columns are σ_w."""


def by_hand(counts: list[list[int]] = COUNTS, activation: str = "tanh") -> Atlas:
    count = np.array(counts, np.int32).T
    axes = {"weight_std": (0.7, 1.1, 1.5, 1.9), "bias_std": (0.05, 0.3)}
    updates = np.full((*count.shape, 3), -1, np.int32)
    return with_theory(DepthMap(axes=axes, depths=(2, 8, 24), count=count, updates=updates, stride=1), activation)


def test_sentences_say_what_the_arrays_hold():
    english = draw_map(by_hand(), SMALL, "en").sentences
    assert read("Of # starts, # let # hidden layers learn", english[0]) == (8, 3, 8)
    edges = [_edge(0.05), _edge(0.3)]
    differences = [1.5 - edges[0], (1.1 + 1.5) / 2 - edges[1]]
    mean, largest = np.mean(differences), np.max(np.abs(differences))
    assert mean > 0
    rows, said_mean, said_largest, pixel = read(
        "In each of # rows we compare the middle of the deepest networks with the line χ₁ = 1: on average it stands # "
        "to the right of the line, at most # away. A pixel is # wide.",
        english[1],
    )
    assert rows == 2 and pixel == 0.4
    assert said_mean == pytest.approx(mean, rel=0.06) and said_largest == pytest.approx(largest, rel=0.06)
    depths = np.array([[0, 2, 8, 2], [2, 8, 8, 0]]).T
    scales = phase("tanh", np.array([[0.7], [1.1], [1.5], [1.9]]), np.array([[0.05, 0.3]])).depth
    multiple = np.median((depths / scales)[depths > 0])
    said = read("about # times the depth scale", english[2])[0]
    assert said == pytest.approx(multiple, rel=0.06)
    korean = draw_map(by_hand(), SMALL, "ko").sentences
    assert read("#가지 시작 가운데 #가지에서 은닉층 #개까지", korean[0]) == (8, 3, 8)
    assert read("평균 #만큼 선의 오른쪽에 있고 가장 멀게는 # 떨어져", korean[1]) == (said_mean, said_largest)
    assert read("깊이 척도 ξ_c의 약 #배까지", korean[2]) == (said,)


def _edge(bias_std: float) -> float:
    """Return σ_w of the line χ₁ = 1 by bisection over the phase of single pixels."""
    low, high = 0.9, 3.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if phase("tanh", middle, bias_std).chi < 1 else (low, middle)
    return low


def test_maps_without_a_learning_network_or_without_all_pixels():
    nothing = draw_map(by_hand([[0] * 4] * 2), SMALL, "en").sentences
    assert nothing[0] == "None of 8 starts lets even 2 hidden layers learn." and "no edge" in nothing[1]
    assert "cannot be compared" in nothing[2]
    found = by_hand().found
    part = replace(found, stride=2, count=np.where(np.indices((4, 2)).sum(axis=0) % 2, -1, found.count))
    said = draw_map(with_theory(part, "tanh"), SMALL, "en").sentences[0]
    assert said.startswith("So far 4 starts") and said.endswith("The map becomes finer.")


def test_the_edge_may_stand_on_either_side():
    left = draw_map(by_hand([[2, 0, 0, 0]] * 2), SMALL, "en").sentences[1]
    assert "to the left of the line" in left
    # ReLU's line stands at √2 = 1.414: columns 2 and 3 have their middle at 1.3, columns 2 to 4 at 1.5
    relu = by_hand([[0, 2, 2, 0], [0, 2, 2, 2]], "relu")
    assert read("at most # away", draw_map(relu, SMALL, "en").sentences[1])[0] == pytest.approx(0.114, rel=0.06)


def test_the_picture_stands_as_the_axes_say():
    settings = SMALL.change(x_low=0.5, x_high=2.1, y_low=0.0, y_high=0.5)
    content = depth_picture(by_hand(), settings, "en").content
    assert content["loss"].tolist() == [[0, 2, 8, 2], [2, 8, 8, 0]]
    assert content["state"].tolist() == [[LEFT, *[CONVERGED] * 3], [*[CONVERGED] * 3, LEFT]]
    edge = next(line for line in content["lines"] if line["kind"] == "edge")
    points = np.array(edge["points"]) * [1.6, 0.5] + [0.5, 0.0]
    assert edge["text"] == "χ₁ = 1"
    for weight_std, bias_std in points[:20]:
        assert phase("tanh", weight_std, bias_std).chi == pytest.approx(1.0, abs=2e-3)
    unknown = replace(by_hand().found, stride=2, count=np.full((4, 2), -1, np.int32))
    assert (depth_picture(with_theory(unknown, "tanh"), settings, "en").content["state"] == UNKNOWN).all()


@pytest.mark.parametrize(("weight_std", "bias_std", "words"), [(0.8, 0.4, "order"), (2.5, 0.2, "chaos")])
def test_the_phase_of_the_chosen_network_is_said(weight_std, bias_std, words):
    settings = SMALL.change(at_x=weight_std, at_y=bias_std, depth=8)
    found = CORRELATION.of(settings)
    panel = draw_correlation(found, settings, "en")
    theory = phase("tanh", weight_std, bias_std)
    (chi,) = read("χ₁ = #", panel.sentences[0])
    assert chi == pytest.approx(float(theory.chi), rel=6e-3) and words in panel.sentences[0]
    (c,), (depth,) = read("c* = #", panel.sentences[0]), read("ξ_c = # layers", panel.sentences[0])
    assert c == pytest.approx(float(theory.correlation), rel=6e-3)
    assert depth == pytest.approx(float(theory.depth), rel=6e-3)
    first, _, last, layers, _ = read(
        "goes from # in layer # to # in layer #; theory leads from the same start to #", panel.sentences[1]
    )
    z = _pre_activations(settings)
    assert layers == 8
    assert (first, last) == (pytest.approx(_mean_cosine(z[0]), abs=6e-4), pytest.approx(_mean_cosine(z[-1]), abs=6e-3))


def _pre_activations(settings: Chaos) -> list[np.ndarray]:
    value, found = settings.descent().batch.inputs, []
    run = settings.run()
    for entry in initialize(run.network(run.dataset()), settings.seed)[:-1]:
        found.append(value @ entry.weight + entry.bias)
        value = np.tanh(found[-1])
    return found


def _mean_cosine(z: np.ndarray) -> float:
    pairs = [(a, b) for a in range(len(z)) for b in range(a)]
    return float(np.mean([z[a] @ z[b] / (np.linalg.norm(z[a]) * np.linalg.norm(z[b])) for a, b in pairs]))


@pytest.mark.parametrize(
    ("weight_std", "activation", "words"), [(2.6, "tanh", "grows to"), (0.7, "tanh", "shrinks to"), (1.0, "relu", None)]
)
def test_the_microscope_shows_the_very_network_of_the_pixel(weight_std, activation, words):
    settings = SMALL.change(at_x=weight_std, at_y=0.2, depth=20, activation=activation, seed=3)
    link = draw_own(OWN.of(settings), settings, "en").words[1][1].split("](")[1].rstrip(")")
    assert link.startswith("chaos?") and "view=microscope" in link
    opened, errors = SCENE.read({k: v for k, v in parse_qsl(urlsplit(link).query) if k not in ("view", "lang")})
    assert (opened, errors) == (settings, ())
    found = OPENED.of(opened)
    z, norms = _forward_and_back(settings)
    picture = draw_layers(found, settings, "ko").pictures[0]
    columns = picture.tables["value"]
    np.testing.assert_allclose(columns["measured"], [_mean_cosine(one) for one in z], atol=1e-5)
    assert (np.array(columns["fixed"]) == phase(activation, weight_std, 0.2).correlation).all()
    panel = draw_gradient(found, settings, "en")
    # float32 against float64: chaos magnifies roundings from layer to layer, too
    np.testing.assert_allclose(panel.pictures[0].tables["value"]["measured"], norms, rtol=2e-3)
    (root,) = read("×√χ₁ = #", panel.sentences[-1])
    assert root == pytest.approx(float(np.sqrt(phase(activation, weight_std, 0.2).chi)), rel=6e-3)
    if words is not None:
        (share,) = read(f"{words} #", panel.sentences[0])
        assert share == pytest.approx(norms[0] / norms[-2], rel=6e-3)


def _forward_and_back(settings: Chaos) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the pre-activations of every hidden layer, and ‖∂L/∂z‖ of every layer: the formulas in NumPy."""
    run, value, z = settings.run(), settings.descent().batch.inputs.astype(float), []
    params = initialize(run.network(run.dataset()), settings.seed)
    for entry in params:
        z.append(value @ entry.weight.astype(float) + entry.bias)
        value = np.tanh(z[-1]) if settings.activation == "tanh" else np.maximum(z[-1], 0.0)
    exponentials = np.exp(z[-1] - z[-1].max(axis=1, keepdims=True))
    upstream = (exponentials / exponentials.sum(axis=1, keepdims=True) - settings.descent().batch.targets) / len(value)
    norms = [np.linalg.norm(upstream)]
    for entry, before in zip(params[:0:-1], z[-2::-1], strict=True):
        slope = 1 / np.cosh(before) ** 2 if settings.activation == "tanh" else before > 0
        upstream = upstream @ entry.weight.T * slope
        norms.insert(0, np.linalg.norm(upstream))
    return z[:-1], np.array(norms)


@pytest.mark.parametrize("weight_std", [1.5, 0.6])
def test_a_pixel_opens_exactly_its_run(weight_std):
    settings = SMALL.change(at_x=weight_std, at_y=0.2)
    panel = draw_own(OWN.of(settings), settings, "ko")
    link = panel.words[0][1].split("](")[1].rstrip(")")
    opened, errors = Training.read(dict(parse_qsl(urlsplit(link).query)))
    assert (opened, errors) == (settings.run(), ())
    network = opened.network(opened.dataset())
    assert network.bias_std == 0.2 and network.initializer_std == pytest.approx(weight_std / 4, rel=1e-5)
    loss = train(network, opened.training(), opened.dataset()).records.loss
    assert settings.descent().network_at(weight_std, 0.2, 4) == network
    np.testing.assert_allclose(OWN.of(settings), loss, rtol=2e-3)
    below = np.flatnonzero(loss < TARGET)
    expected = int(below[0]) if len(below) else -1
    assert updates_to_target(settings.descent(), weight_std, 0.2, 4, 8) == expected
    said = draw_own(OWN.of(settings), settings, "en").sentences[0]
    if expected > 0:
        assert read(f"below {TARGET} within # updates", said) == (expected,)
    else:
        assert read("starts at # and is # at best", said) == (float(f"{loss[0]:.3g}"), float(f"{loss.min():.3g}"))


@given(st.lists(st.tuples(*[st.floats(-0.5, 1.5)] * 4), min_size=1, max_size=20))
@hypothesis_settings(max_examples=40, deadline=None)
def test_however_one_zooms_the_map_stays_one(boxes):
    settings = SMALL
    for box in boxes:
        settings = settings.zoomed(*box)
        for axis in "xy":
            low, high = settings.ends(axis)
            values = np.array(settings.values(axis))
            assert high >= low + SHORTEST and (np.diff(values) > 0).all() and low <= values[0] and values[-1] <= high
        assert Chaos.read(settings.to_link()) == (settings, ())
    assert settings.whole() == SMALL


def test_what_the_browser_says_moves_the_controls():
    chosen = followed(SMALL, {"pixel": [3, 5], "drawn": SMALL.drawn})
    assert chosen is not None
    assert (chosen.at_x, chosen.at_y) == (SMALL.values("x")[3], SMALL.values("y")[5])
    assert MAP.key(chosen) == MAP.key(SMALL) and CORRELATION.key(chosen) != CORRELATION.key(SMALL)
    assert followed(chosen, {"whole": True, "drawn": [0]}) is None


def test_wrong_axes_are_mended_and_the_largest_map_is_refused_in_words():
    read_back, errors = Chaos.read({"x_low": "2", "x_high": "1"})
    assert (read_back.x_low, read_back.x_high) == (0.5, 3.0) and len(errors) == 2
    with pytest.raises(ValueError, match="minutes"):
        MAP.seconds(Chaos(side=max(SIDES), width=max(WIDTHS), updates=max(UPDATES)))
    assert MAP.seconds(Chaos()) < 60 and DEPTHS[0] == 2


def test_after_warming_up_a_click_on_the_map_compiles_nothing():
    warm_up()
    before = num_compilations()
    for changes in ({"at_x": 2.2, "at_y": 0.7}, {"at_x": 0.6, "depth": 48}, {"seed": 5, "rate": 0.03, "updates": 20}):
        for work in (CORRELATION, OWN, OPENED):
            work.of(Chaos().change(**changes))
    assert num_compilations() == before
