"""Which sentence on order and chaos is said on either side of each border, and with which numbers."""

import numpy as np
import pytest

from simulator.core.propagation.phases import Phase
from simulator.core.sweep.depths import DepthMap
from simulator.scenes.chaos import words
from simulator.scenes.chaos.numbers import Atlas, Correlation
from simulator.scenes.chaos.settings import TARGET, Chaos
from tests.scenes.claims import entries_of

SETTINGS = Chaos(at_x=1.25, at_y=0.5, depth=6, updates=40)


@pytest.fixture
def said(monkeypatch):
    return entries_of(monkeypatch, words)


def atlas(counts: list[list[int]], edges: list[float], *, stride: int = 1) -> Atlas:
    """Return a map of four starts a row with the line at given places."""
    count = np.array(counts, np.int32).T
    axes = {"weight_std": (1.0, 1.2, 1.4, 1.6), "bias_std": tuple(0.1 * (row + 1) for row in range(len(counts)))}
    updates = np.full((*count.shape, 3), -1, np.int32)
    found = DepthMap(axes=axes, depths=(2, 8, 24), count=count, updates=updates, stride=stride)
    nothing = Phase(*(np.zeros(count.shape) for _ in Phase._fields))
    return Atlas(found, nothing, np.zeros((2, 2)), np.array(edges), float("nan"), ())


@pytest.mark.parametrize(
    ("edge", "side", "mean"),
    [(1.1955, "at", "0.0045"), (1.1945, "right", "0.0055"), (1.2045, "at", "0.0045"), (1.2055, "left", "0.0055")],
)
def test_on_which_side_of_the_line_the_deepest_networks_stand(said, edge, side, mean):
    words.edge_words("en", atlas([[0, 3, 0, 0]], [edge]))
    assert said[0].name == f"says.edge_{side}"
    assert said[0].values == {"mean": mean, "largest": mean, "rows": 1, "pixel": "0.2"}


def test_the_middle_of_the_deepest_and_the_largest_difference(said):
    words.edge_words("en", atlas([[0, 3, 1, 3], [0, 0, 0, 0], [2, 1, 1, 0], [0, 1, 1, 1]], [1.2, 9.0, 1.3, 1.4]))
    differences = [1.4 - 1.2, 1.0 - 1.3, 1.4 - 1.4]
    assert said[0].values["rows"] == 3 and said[0].values["largest"] == "0.3"
    assert (
        said[0].values["mean"] == words.number_text(abs(np.mean(differences)), 2) and said[0].name == "says.edge_left"
    )
    words.edge_words("en", atlas([[0, 0, 0, 0]], [1.2]))
    assert said[1].name == "says.no_edge"


@pytest.mark.parametrize(
    ("counts", "stride", "entry", "values"),
    [
        ([[0, 3, 1, 3]], 1, "depth", {"count": 4, "deepest": 24, "number": 2}),
        ([[0, 2, 1, 2]], 2, "depth_so_far", {"count": 4, "deepest": 8, "number": 2}),
        ([[-1, 2, 1, 2]], 1, "depth_so_far", {"count": 3, "deepest": 8, "number": 2}),
        ([[0, 0, -1, 0]], 1, "none", {"count": 3, "shallowest": 2}),
    ],
)
def test_how_deep_the_deepest_are(said, counts, stride, entry, values):
    words.depth_words("en", atlas(counts, [1.2], stride=stride))
    assert (said[0].name, said[0].values) == (f"says.{entry}", values)


@pytest.mark.parametrize(
    ("chi", "correlation", "kind"),
    [
        (1.0009, 0.5, "edge"),
        (0.9991, 1.0, "edge"),
        (1.0011, 0.5, "chaos"),
        (0.9989, 1.0, "order"),
        (1.5, 1.0, "growth"),
        (1.5, 0.999, "chaos"),
    ],
)
def test_in_which_phase_a_network_is(said, chi, correlation, kind):
    numbers = (2.0, chi, correlation, np.exp(-1 / 8), 0.5)
    phase = Phase(*(np.array(value) for value in numbers))
    found = Correlation(phase, np.zeros((2, 3)), np.array([0.75, 0.625, 0.5]), np.array([0.25, 0.375, 0.125]))
    words.phase_words("en", found, SETTINGS)
    words.correlation_words("en", found)
    assert said[0].name == f"says.{kind}"
    where = {"where": "σ_w = 1.25, σ_b = 0.5", "chi": words.number_text(chi), "depth": "8", "variance": "2"}
    assert said[0].values == {**where, "c": words.number_text(correlation)}
    assert said[1].values == {"first": "0.25", "last": "0.125", "theory": "0.5", "layers": 3}


def test_what_became_of_the_readers_own_network(said):
    words.own_words("en", TARGET * np.array([2.0, 1.5, 1.0, 0.9, 9.0, 0.0]), SETTINGS)
    words.own_words("en", TARGET * np.array([2.0, 1.25, np.inf, np.nan]), SETTINGS)
    words.own_words("en", np.array([np.nan, np.nan]), SETTINGS)
    trained, failed, lost = said
    assert (trained.name, trained.values["updates"], trained.values["layers"]) == ("says.own_trained", 3, 6)
    assert (failed.name, failed.values["updates"]) == ("says.own_failed", 40)
    assert failed.values["lowest"] == words.number_text(1.25 * TARGET)
    assert failed.values["start"] == words.number_text(2 * TARGET)
    assert lost.values["lowest"] == "∞" and trained.values["target"] == words.number_text(TARGET)


def test_how_many_depth_scales_deep(said):
    found = atlas([[0, 1, 0, 0]], [1.2])
    words.multiple_words("en", found._replace(multiple=4.26))
    words.multiple_words("en", found._replace(multiple=float("nan")))
    assert said[0].values["multiple"] == "4.3" and said[0].values["paper"] == 6 and said[0].values["contour"] == 32
    assert said[1].name == "says.no_multiple"
