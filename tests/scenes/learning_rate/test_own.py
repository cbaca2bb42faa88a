"""The reader's own surface: what follows when it is typed, what is said of it, what the browser gets."""

import numpy as np
import pytest

from simulator.core.trajectories.hollows import typed_place
from simulator.drawing.picture import pack
from simulator.scenes.learning_rate.numbers import FOUND
from simulator.scenes.learning_rate.own import FIRST
from simulator.scenes.learning_rate.presets import PRESETS
from simulator.scenes.learning_rate.scene import SCENE
from simulator.scenes.learning_rate.settings import LearningRate
from simulator.texts import LANGUAGES
from tests.benchmarks.controls import counted_compilations


def own(expression: str, **more) -> LearningRate:
    return LearningRate().change(surface="own").change(expression=expression, **more)


def test_a_typed_surface_brings_its_rate_its_window_and_its_start():
    chosen = own("(1 - x)**2 + 100*(y - x**2)**2")
    low, high = chosen.rate_range("a")
    assert low <= chosen.rate <= high < 0.01
    assert chosen.start == chosen.window == () and chosen.origin == typed_place(chosen.expression).start
    again = chosen.change(start=(1.0, 1.0), window=(-2.0, 2.0, -1.0, 3.0)).change(expression="x**2 + y**2")
    assert (again.start, again.window) == ((1.0, 1.0), (-2.0, 2.0, -1.0, 3.0))
    assert again.change(expression="x**2").start == again.change(surface="beale").window == ()


@pytest.mark.parametrize(
    ("link", "field", "kept"),
    [
        ({"expr": "x +"}, None, FIRST),
        ({"expr": "__import__('os').system('true')"}, None, FIRST),
        ({"expr": "x" * 5000}, "expression", FIRST),
        ({"expr": ""}, None, FIRST),
        ({"expr": "x + w"}, None, FIRST),
        ({"expr": "x**2 + y**2", "window": "3,-3"}, "window", "x**2 + y**2"),
        ({"expr": "x**2", "window": "1"}, "window", "x**2"),
        ({"expr": "log(x)", "window": "-3,-1"}, "window", "log(x)"),
        ({"expr": "log(x)", "window": "-2,2", "start": "-1"}, "start", "log(x)"),
        ({"expr": "x**2", "start": "50"}, "start", "x**2"),
    ],
)
def test_hostile_links_are_mended_and_said(link, field, kept):
    found, errors = LearningRate.read({"surface": "own", **link})
    assert found.expression == kept and len(errors) == 1
    assert errors[0].details.get("field") == field
    assert len({errors[0].in_language(language) for language in LANGUAGES}) == 2
    assert np.isfinite(FOUND.of(found).runs[0].path.loss[0])


def test_an_expression_that_is_refused_changes_nothing():
    kind = LearningRate.controls()["expression"].kind
    for refused in ("", "x +", "y", "[x, y]"):
        assert not kind.holds(refused)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("expression", "window", "gaps"),
    [("log(x)", (-1.0, 1.0), (True, True)), ("1/x**2 + y**2", (), (False, True)), ("x**2", (), (False, False))],
)
def test_gaps_are_drawn_and_said_with_their_share(language, expression, window, gaps):
    chosen = own(expression, window=window)
    found, panel = FOUND.of(chosen), SCENE.panel("path", chosen, language)
    words = {"ko": ("값이 없습니다", "1/0처럼"), "en": ("has no value", "as with 1/0")}[language]
    said = " ".join(panel.sentences)
    assert tuple(word in said for word in words) == gaps
    assert chosen.expression in said and chosen.expression in panel.pictures[0].alt
    field = panel.pictures[0].content["field"]
    if not chosen.place.one_dimensional:
        np.testing.assert_array_equal(np.isnan(field), ~np.isfinite(found.field.loss))
    if gaps[0]:
        share = 100 * np.isnan(found.field.loss).mean()
        assert f"{share:.3g}%" in said
    assert pack(panel.pictures[0].content)


@pytest.mark.parametrize(("expression", "log"), [("(x - 1)**2 + y**4", True), ("x**2 + 3*sin(3*x)", False)])
def test_a_loss_that_can_be_negative_has_a_linear_axis_everywhere(expression, log):
    chosen = own(expression)
    assert FOUND.of(chosen).log == log
    path, loss, scan, tested = (
        SCENE.panel(name, chosen, "en").pictures[0] for name in ("path", "loss", "scan", "surface_range")
    )
    assert path.content["log"] == log
    for picture in (loss, scan, tested):
        scales = [layer["encoding"].get("y", {}).get("scale") or {} for layer in picture.to_dict()["layer"]]
        assert any(scale.get("type") == "log" for scale in scales) == log
        low, high = picture.signals["y_domain"]
        assert low < high and (low > 0 or not log)
    low, high = path.content["loss_ends"]
    first = float(FOUND.of(chosen).runs[0].path.loss[0])
    assert low < (np.log10(first) if log else first) < high


def test_theory_shows_itself_on_a_typed_quadratic_alone():
    bowl = own("2*x**2 + x*y + y**2")
    assert SCENE.view("theory").exists(bowl) and not SCENE.view("theory").exists(own("x**4 + y**2"))
    curvatures = np.linalg.eigvalsh([[4.0, 1.0], [1.0, 2.0]])
    assert bowl.marks("a") == pytest.approx({"best": 2 / curvatures.sum(), "bound": 2 / curvatures.max()}, rel=1e-6)
    found = FOUND.of(bowl)
    mark = found.marks["bound"]
    assert all(one.kind in ("shrinks", "swings", "crawls", "edge") for one in found.outcomes[:mark])
    assert all(one.kind == "grows" for one in found.outcomes[mark + 1 :])
    curve = SCENE.panel("theory", own("3*x**2"), "en")
    assert "2/L″ = 0.333" in curve.sentences[0]


def test_the_presets_show_their_idea():
    deep, flat = (run.outcome for run in FOUND.of(PRESETS["ripples"].settings).runs)
    assert (deep.kind, flat.kind) == ("arrives", "local")
    deep, wide = (run.outcome for run in FOUND.of(PRESETS["sharp"].settings).runs)
    assert (deep.kind, wide.kind) == ("arrives", "local") and wide.last_loss > deep.last_loss + 0.5
    shown = PRESETS["sharp"].settings.place
    hessian = {}
    for index, (x, y) in enumerate(shown.minima):  # of the expression, by differences of its values
        step, value = (
            1e-4,
            lambda u, v: (
                (u**2 + v**2) / 20 - 2 * np.exp(-10 * ((u - 1) ** 2 + v**2)) - np.exp(-((u + 1) ** 2 + v**2) / 2)
            ),
        )
        hessian[index] = (value(x + step, y) - 2 * value(x, y) + value(x - step, y)) / step**2
    assert PRESETS["sharp"].settings.rate < 2 / hessian[0] < PRESETS["sharp"].settings.rate_b < 2 / hessian[1]


def test_where_no_rate_stays_nothing_is_called_the_lowest():
    chosen = own("exp(20*x)", start=(2.5,), rate=100.0, steps=5)
    found = FOUND.of(chosen)
    assert not any(one.left is None and one.lost is None for one in found.outcomes)
    for language in LANGUAGES:
        panel = SCENE.panel("scan", chosen, language)
        assert len(panel.sentences) == 1
        assert {"ko": "어느 학습률에서도", "en": "With no rate"}[language] in panel.pictures[0].alt


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_nothing_compiles_once_an_expression_has_been_drawn(optimizer):
    chosen = own("x**2/3 + cos(2*x) + y**2").change(optimizer=optimizer)
    FOUND.of(own("x**2 + y**2").change(optimizer=optimizer))  # the optimizer's own program
    FOUND.of(chosen)
    with counted_compilations() as programs:
        for moved in ({"rate": 0.031}, {"start": (1.0, 0.5)}, {"window": (-2.0, 2.0, -1.0, 1.0)}, {"steps": 75}):
            chosen = chosen.change(**moved)
            FOUND.of(chosen)
        FOUND.of(chosen.change(schedule="cosine", runs=2, optimizer_b=optimizer))
    assert not programs
