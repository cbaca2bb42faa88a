"""The nudge of a weight: every node and the loss against the same network in JAX's float64, and finite differences."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.graph.nudge import SHARE
from simulator.scenes.chain_rule.nudge import MOST_NODES, run_nudge
from simulator.scenes.chain_rule.numbers import pass_of
from simulator.scenes.chain_rule.scene import SCENE
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.texts import LANGUAGES, text
from simulator.texts.numbers import number_text

CASES = [
    ChainRule(),
    ChainRule(weight=(2, 2, 3), example=4),
    ChainRule(net="1-1-1-1", loss="mse_half_sum", output="sigmoid", rows=1, seed=3, weight=(2, 1, 1)),
    ChainRule(net="2-3-2-2", activation="tanh", rows=4, loss="mse_mean", weight=(1, 2, 3), example=2),
    ChainRule(net="2-3-1", activation="gelu", rows=3, loss="binary_cross_entropy", weight=(1, 1, 2)),
    ChainRule(net="3-4-4-3", activation="sigmoid", rows=2, loss="mse_batch_mean", output="tanh", weight=(2, 4, 1)),
]
IDS = [settings.to_text() or "default" for settings in CASES]


FUNCTIONS = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "gelu": lambda z: jax.nn.gelu(z, approximate=False),
    "softmax": jax.nn.softmax,
    "identity": lambda z: z,
}


def network(settings: ChainRule, weight) -> dict:
    """Return what the settings compute, written anew in JAX, with the chosen weight as given."""
    made, (layer, source, unit) = pass_of(settings), settings.weight
    weights = [jnp.asarray(one) for one in made.parameters.weight]
    weights[layer - 1] = weights[layer - 1].at[source - 1, unit - 1].set(weight)
    activation = FUNCTIONS[settings.activation]
    value, found = jnp.asarray(made.inputs), {}
    for place, one in enumerate(weights, 1):
        logits = found["z", place] = value @ one + made.parameters.bias[place - 1][None]
        value = found["a", place] = activation(logits) if place < len(weights) else logits
    targets, rows = jnp.asarray(made.targets), made.num_rows
    y = found["a", len(weights)] = FUNCTIONS[settings.output_activation](logits)
    squares = jnp.sum((y - targets) ** 2)
    loss = {
        "cross_entropy": lambda: -jnp.sum(targets * jnp.log(y)) / rows,
        "binary_cross_entropy": lambda: -jnp.sum(targets * jnp.log(y) + (1 - targets) * jnp.log(1 - y)) / rows,
        "mse_half_sum": lambda: squares / 2,
        "mse_mean": lambda: squares / targets.size,
        "mse_batch_mean": lambda: squares / rows,
    }[settings.loss]()
    return found | {("L", 0): loss}


@pytest.mark.parametrize("settings", CASES, ids=IDS)
def test_every_node_changes_as_in_float64_of_jax(settings):
    found, row = run_nudge(settings), settings.example - 1
    stops = (0, 7, 23, len(found.deltas) - 1)
    with jax.enable_x64(True):
        base = network(settings, found.value)
        ends = [network(settings, found.value + found.deltas[stop]) for stop in stops]
        slopes = jax.jvp(lambda weight: network(settings, weight), (found.value,), (1.0,))[1]
    assert [(column.letter, column.layer) for column in found.columns] == [
        name for name in base if name[1] >= settings.weight[0] or name[0] == "L"
    ]
    for column in found.columns:
        name = (column.letter, column.layer)
        before, slope, after = (
            np.atleast_1d(one[name] if name[0] == "L" else one[name][row]) for one in (base, slopes, ends[0])
        )
        assert len(column.moves) == len(before) == column.count
        for unit, move in enumerate(column.moves):
            assert move.slope[0] == pytest.approx(slope[unit], rel=1e-9, abs=1e-12)
            assert move.change[0, 0] == pytest.approx(after[unit] - before[unit], rel=1e-9, abs=1e-12)
            for stop, end in zip(stops, ends, strict=True):
                one = np.atleast_1d(end[name] if name[0] == "L" else end[name][row])[unit]
                line = slope[unit] * found.deltas[stop]
                far = abs(one - before[unit] - line) - SHARE * abs(one - before[unit])
                assert abs(far) < 1e-9 or bool(move.bent[stop]) == (far > 0)


@pytest.mark.parametrize("settings", CASES, ids=IDS)
def test_the_slope_of_the_loss_is_the_gradient_of_the_page_and_of_finite_differences(settings):
    found, (layer, source, unit) = run_nudge(settings), settings.weight
    slope = found.output.slope[0]
    assert slope == pytest.approx(pass_of(settings).grad_weight[layer - 1][source - 1, unit - 1], rel=1e-9)
    step = 1e-5
    with jax.enable_x64(True):
        high, low = (network(settings, found.value + sign * step)["L", 0] for sign in (1, -1))
    assert slope == pytest.approx(float(high - low) / (2 * step), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_and_the_picture_show_these_numbers(language):
    settings = ChainRule(weight=(2, 2, 3), delta=-0.3)
    found = run_nudge(settings)
    picture = SCENE.panel("nudge", settings, language).pictures[0]
    assert found.deltas[picture.opens] == -0.3
    slope, change = found.output.slope[0], found.output.change[picture.opens, 0]
    values = {"name": "W⁽²⁾[2,3]", "delta": "−0.3", "output": "L", "factor": "(−0.3)", "slope": number_text(slope)}
    values |= {name: f"+{number_text(one)}" for name, one in (("change", change), ("line", -0.3 * slope)) if one > 0}
    values |= {name: number_text(one) for name, one in (("change", change), ("line", -0.3 * slope)) if one <= 0}
    assert picture.sentence.replace("\u2060", "").startswith(text(language, "nudge.line", **values))
    drawn = picture.content["nodes"]
    assert drawn["n0"]["true"][picture.opens] == drawn["n0"]["line"][picture.opens] == ["−0.3"]
    last = max(drawn, key=lambda name: int(name[1:]))
    assert drawn[last]["true"][picture.opens] == [values["change"]]
    # of its own layer only unit 3 moves, and x or a, the weight's factor, does not
    assert [picture.content["names"][name] for name in drawn][:2] == ["w⁽²⁾", "z⁽²⁾₃"]
    assert "n1" not in drawn


def test_wide_layers_are_one_node_each():
    found = run_nudge(ChainRule(net="4-32-32-4", activation="relu", rows=4, weight=(1, 1, 2)))
    assert [len(column.moves) for column in found.columns] == [1, 1, 1, 1, 4, 4, 1]
    assert [column.count > MOST_NODES for column in found.columns] == [True] * 4 + [False] * 3
    assert not found.columns[0].moves[0].few and found.columns[-1].moves[0].few


def test_a_weight_is_chosen_by_layer_and_place():
    settings = ChainRule()
    assert settings.change(**settings.nudging("2", (1, 4))).weight == (2, 1, 4)
    assert settings.change(**settings.nudging("2", ())).weight == (2, 1, 1)
    assert settings.change(**settings.nudging("nonsense", (9, 9))).weight == (1, 3, 2)


def test_a_prediction_hides_the_nudge():
    for panel in ("nudge", "tangent"):
        assert SCENE.view(panel).exists(ChainRule()) and not SCENE.view(panel).exists(ChainRule(ask=True))
