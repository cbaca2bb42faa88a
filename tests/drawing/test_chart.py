"""Specifications built with Altair: checked, small, without data, and the same object for every run."""

import json
import re
from itertools import pairwise

import altair as alt
import numpy as np
import pytest
import vl_convert
from altair.utils.schemapi import SchemaValidationError

from simulator.drawing.annotations import cursor, events, heading, live, rule, tooltip, words
from simulator.drawing.axes import x_category, x_linear, x_log, x_steps, x_temperature, y_category, y_linear, y_log
from simulator.drawing.chart import ONCE, SCHEMA, chart, over
from simulator.drawing.expressions import NUMBER, SUPERSCRIPT, area, px
from simulator.drawing.panels import Panel, panels_picture
from simulator.drawing.panels_spec import Line
from simulator.drawing.picture import Picture
from simulator.drawing.steps import Curve, steps_picture
from simulator.drawing.symbols import SHAPES
from simulator.drawing.theme import THEMES, palette, resolve, vega_config
from simulator.errors import InputError
from simulator.texts import LANGUAGES

AXES = {
    "linear": (x_linear("step", "x"), y_linear("value", "y", labelExpr=NUMBER)),
    "log": (x_log("step", "x"), y_log("value", "y")),
    "steps": (x_steps("ko"), y_linear("value", "y")),
    "temperature": (x_temperature("x"), y_linear("value", "y")),
    "category": (x_category("name", "x", "order"), y_category("name", None, "order")),
}
PARAMETERS = {"x_domain": [0.1, 10], "y_domain": [0, 8], "log_domain": [0.1, 10], "x_ticks": [0.1, 1], "log_ticks": [1]}


def a_picture(layers: list[alt.Chart]) -> Picture:
    rows = {"step": [1, 2], "value": [3.0, 4.0], "name": ["a", "b"], "kind": ["a", "b"]}
    return Picture(
        title="Which?",
        alt="Two points.",
        specs={"points": chart(layers, [*PARAMETERS, "order"])},
        signals={**PARAMETERS, "order": ["a", "b"]},
        tables={"now": rows, "events": rows | {"label": ["c", "d"], "line": [0, 1], "side": ["left", "right"]}},
    )


def curves(seed: int, count: int, steps: int) -> list[Curve]:
    values = np.random.default_rng(seed).uniform(1, 2, (count, steps))
    return [Curve(title=f"{seed} {k}", step=np.arange(steps), values=value) for k, value in enumerate(values)]


def panels(seed: int, count: int, layers: int) -> list[Panel]:
    values = np.random.default_rng(seed).uniform(1, 2, (count, layers))
    return [Panel(title=f"{seed} {k}", values={"measured": value}) for k, value in enumerate(values)]


@pytest.mark.parametrize("kind", AXES)
def test_every_axis_is_drawn_between_its_parameters(kind):
    picture = a_picture([over("now").mark_point(size=area(40)).encode(*AXES[kind])])
    drawn = vl_convert.vegalite_to_vega(picture.to_dict())
    scales = {scale["name"]: scale["domain"] for scale in drawn["scales"]}
    names = {"category": ("order", "order"), "log": ("x_domain", "log_domain")}.get(kind, ("x_domain", "y_domain"))
    assert [scales["x"], scales["y"]] == [{"signal": name} for name in names]


def test_an_axis_said_once_holds_for_all_layers():
    """A count, such as Vega-Lite adds to the layers that name a field alone, would thin out the values given."""
    x = x_linear("step", "title", grid=False, values=alt.expr("x_ticks"))
    said = over("now").mark_point().encode(x, y="value:Q")
    layers = [said, over("now").mark_rule(strokeWidth=px(2)).encode(x="step:Q")]
    picture = a_picture(layers)
    axes = [axis for axis in vl_convert.vegalite_to_vega(picture.to_dict())["axes"] if axis["scale"] == "x"]
    assert [axis.get("title") for axis in axes] == ["title"] and not axes[0]["grid"]
    assert axes[0]["values"] == {"signal": "x_ticks"} and axes[0]["tickCount"] >= 20


def test_annotations_are_drawn_with_their_words():
    x, y = AXES["linear"]
    layers = [
        over("now").mark_line().encode(x, y),
        rule("now", thin=True).encode(x=x),
        words("now", "name", dx=4, align="left").encode(x, y),
        heading("now", "a", 1),
        cursor(),
        live("0.5", "'live ' + datum.name", "@gradient_text"),
        *events(),
        alt.Chart(ONCE).mark_text(text=alt.expr("order[1] + ' once'")).encode(y=alt.value(px(20))),
    ]
    drawn = vl_convert.vegalite_to_svg(a_picture(layers).to_dict())
    assert all(f">{written}<" in drawn for written in ("a", "b", "live a", "c", "d", "b once"))
    assert THEMES["light"]["gradient_text"] in drawn


def test_a_specification_has_neither_data_nor_a_configuration_of_its_own():
    spec = a_picture([over("now").mark_point().encode(*AXES["linear"])]).spec
    assert spec["$schema"] == SCHEMA and not {"config", "datasets"} & set(spec)
    assert [parameter["name"] for parameter in spec["params"]][:4] == ["scale", "superscript", "step", "frame"]
    assert spec["params"][1]["value"] == SUPERSCRIPT and all(p["value"] is None for p in spec["params"][2:])


def test_a_wrong_specification_is_refused_when_it_is_built():
    with pytest.raises(SchemaValidationError, match="sideways"):
        chart([over("now").mark_text(align="sideways").encode(*AXES["linear"])])  # pyright: ignore[reportArgumentType]


def test_exact_values_are_numbers_and_words():
    named, measured = tooltip({"name": "layer", "value": "norm"}, "name", digits=4)
    assert named.to_dict() == {"field": "name", "type": "nominal", "title": "layer"}
    assert measured.to_dict() == {"field": "value", "type": "quantitative", "title": "norm", "format": ".4~g"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("options", [{}, {"log": True}, {"percent": True}, {"nested": True, "color": "forward"}])
def test_other_curves_have_the_same_specification(language, options):
    first = steps_picture(language, curves(0, 2, 30), title="a?", alt="b", axis="c", **options)
    second = steps_picture(language, curves(1, 7, 90), title="d?", alt="e", axis="c", **options)
    assert first.spec is second.spec and len(first.rows("curve")) < len(second.rows("curve"))
    alt.LayerChart.from_dict(first.to_dict())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("options", [{}, {"log": False}, {"level": 1.0}, {"step": np.arange(3)}])
def test_other_panels_have_the_same_specification(language, options):
    line = [Line(name="measured", label="measured", color="gradient")]
    first, second = (
        panels_picture(language, panels(seed, count, layers), line, title="a?", alt="b", axis="c", **options)
        for seed, count, layers in ((0, 2, 6), (1, 4, 60))
    )
    assert first.spec is second.spec and first.signals != second.signals
    alt.LayerChart.from_dict(first.to_dict())


@pytest.mark.parametrize("width", [300, 500, 700, 1400])
def test_the_key_of_panels_has_as_many_rows_as_its_labels_need(width):
    labels = ["measured", "foretold from the weights", "theory of wide networks", "exactly 0"]
    lines = [
        Line(name=name, label=label, color="ink")
        for name, label in zip(("measured", "b", "c"), labels[:3], strict=True)
    ]
    picture = panels_picture("en", panels(0, 2, 6), lines, title="a?", alt="b", axis="c", zero=labels[-1])
    drawn = vl_convert.vegalite_to_svg(picture.to_dict() | {"width": width})
    found = {label: re.search(rf"translate\(([\d.-]+),([\d.-]+)\)[^<>]*>{label}<", drawn) for label in labels}
    places = [(float(at[2]), float(at[1]), label) for label, at in found.items() if at]
    assert len(places) == len(labels)
    for (row, left, label), (next_row, right, _) in pairwise(sorted(places)):
        assert row < next_row or left + 7 * len(label) < right
    assert (len({row for row, *_ in places}) == 1) == (width == 1400)


def test_another_language_or_structure_has_its_own_specification():
    drawn = [
        steps_picture(language, curves(0, 2, 30), title="a?", alt="b", axis="c", log=log).spec
        for language in LANGUAGES
        for log in (False, True)
    ]
    assert len({json.dumps(spec) for spec in drawn}) == 4


def test_drawing_leaves_the_shared_specification_alone():
    picture = steps_picture("en", curves(0, 2, 30), title="a?", alt="b", axis="c")
    before = json.dumps(picture.spec)
    picture.to_dict(theme="dark", scale=2.0)
    picture.chart(theme="dark")
    assert json.dumps(picture.spec) == before


def test_lines_that_follow_each_other_differ_in_colour_and_symbol():
    drawn = vl_convert.vegalite_to_vega(steps_picture("en", curves(0, 4, 30), title="a?", alt="b", axis="c").to_dict())
    scales = {scale["name"]: scale for scale in drawn["scales"]}
    assert scales["color"]["range"] == THEMES["light"]["classes"]
    assert scales["shape"]["range"] == list(SHAPES)


def test_every_line_carries_its_own_symbol_at_places_of_its_own():
    drawn = steps_picture("en", curves(0, 3, 30), title="a?", alt="b", axis="c").to_dict()["datasets"]
    line = {(row["series"], row["step"]): row["value"] for row in drawn["curve"]}
    marked = [(row["series"], row["step"]) for row in drawn["symbols"]]
    assert all(line[place] == row["value"] for place, row in zip(marked, drawn["symbols"], strict=True))
    assert {series for series, _ in marked} == {0, 1, 2}
    assert len({step for _, step in marked}) == len(marked)


def test_every_theme_has_the_same_colours():
    light = {name: np.shape(value) for name, value in THEMES["light"].items()}
    for theme, colours in THEMES.items():
        assert {name: np.shape(value) for name, value in colours.items()} == light, theme
        assert resolve(palette("diverging"), theme) == colours["diverging"]


@pytest.mark.parametrize("theme", THEMES)
def test_a_picture_is_an_altair_chart_for_a_notebook(theme):
    picture = steps_picture("ko", curves(0, 2, 30), title="제목?", alt="설명", axis="c")
    drawn = picture.chart(theme=theme)
    assert isinstance(drawn, alt.LayerChart)
    shown = drawn.properties(width=300).to_dict()
    assert shown["title"] == "제목?" and shown["width"] == 300
    assert shown["datasets"] == picture.to_dict()["datasets"]
    assert shown["config"]["background"] == THEMES[theme]["surface"]
    assert '"@' not in json.dumps(shown)
    with alt.renderers.enable("mimetype"):
        bundle = drawn._repr_mimebundle_()
    assert "vegalite" in str(bundle)[:80]


def test_a_chart_shows_the_frame_asked_for():
    line = [Line(name="measured", label="measured", color="gradient")]
    moving = [Panel(title="a", values={"measured": np.array([[1.0, 2.0], [3.0, 4.0]])})]
    picture = panels_picture("en", moving, line, title="a?", alt="b", axis="c", step=np.array([0, 10]))
    rows = [[row["measured"] for row in picture.chart(frame).to_dict()["datasets"]["now"]] for frame in (0, -1)]
    assert rows == [[1.0, 2.0], [3.0, 4.0]]


def test_a_drawing_of_our_own_says_that_it_is_no_chart():
    drawing = Picture(title="What does each neuron see?", alt="Small maps.", kind="map")
    with pytest.raises(InputError, match=r"What does each neuron see\?.*no Altair chart") as caught:
        drawing.chart()
    assert "Altair 차트" in caught.value.in_language("ko")


def test_the_configuration_has_only_known_colours():
    for theme in THEMES:
        assert '"@' not in json.dumps(resolve(vega_config(), theme))
