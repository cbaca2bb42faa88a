"""The pictures of order and chaos: the measured depths under the theory's lines, and the correlation map."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import tooltip, words
from simulator.drawing.axes import linear_range, x_linear, y_linear
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.panels import Panel, panels_picture
from simulator.drawing.panels_spec import Line
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.steps import Curve, steps_picture
from simulator.scenes.atlas.scales import TICKS
from simulator.scenes.chaos.numbers import CONTOUR, Atlas, Correlation
from simulator.scenes.chaos.settings import DEPTHS, TARGET, Chaos
from simulator.scenes.chaos.words import (
    correlation_words,
    depth_words,
    edge_words,
    gradient_words,
    own_words,
    phase_words,
    place_text,
)
from simulator.scenes.gradient_decay.pictures import NORM_AXES, Named
from simulator.scenes.loss_curves import EXPLODED
from simulator.scenes.maps import CONVERGED, LEFT, UNKNOWN, WORDS, MapAxis, coarse
from simulator.texts import text
from simulator.texts.numbers import number_text

SYMBOLS = {"x": "σ_w", "y": "σ_b"}


def depth_picture(atlas: Atlas, settings: Chaos, language: str) -> Picture:
    """Draw the trainable depth of every pixel, with the line χ₁ = 1 and one depth of the theory."""
    found = atlas.found
    known = coarse(found.known, found.known, found.stride)
    depth = np.where(known, coarse(found.depth, found.known, found.stride), 0)
    state = np.where(known, np.where(depth > 0, CONVERGED, LEFT), UNKNOWN)
    titles = {axis: text(language, f"chaos.axis.{axis}") for axis in "xy"}
    columns, rows = np.meshgrid(*found.axes.values(), indexing="ij")
    heading = text(language, "chaos.map.loss")
    at = found.known
    said = f"{depth_words(language, atlas)} {edge_words(language, atlas)}"
    return Picture(
        title=text(language, "chaos.title_map"),
        alt=text(language, "chaos.alt_map", says=said),
        kind="atlas",
        tables={"runs": {"x": columns[at], "y": rows[at], "depth": found.depth[at], "scale": atlas.phase.depth[at]}},
        reading=Reading(
            "runs", {"x": titles["x"], "y": titles["y"], "depth": heading, "scale": text(language, "chaos.map.scale")}
        ),
        content={
            "loss": depth.T.astype(np.float32),
            "left": np.zeros(depth.T.shape, np.int32),
            "state": state.T.astype(np.uint8),
            "drawn": settings.drawn,
            "range": [float(DEPTHS[-1]), float(DEPTHS[0])],  # dark is deep
            "ends": [number_text(DEPTHS[-1]), number_text(DEPTHS[0])],
            "x": _axis(settings, "x", titles["x"]).content,
            "y": _axis(settings, "y", titles["y"]).content,
            "lines": _lines(atlas, settings),
        },
        words={name: text(language, _word(name)) for name in WORDS},
    )


def correlation_picture(found: Correlation, settings: Chaos, language: str) -> Picture:
    """Draw the correlation one layer on against the correlation, with the diagonal, and the way of two inputs."""
    low = min(0.0, float(found.measured.min()), float(found.theory.min()))
    headings = {name: text(language, f"chaos.correlation.{name}") for name in ("now", "next")}
    steps = np.repeat(found.theory, 2)
    fixed = float(found.phase.correlation)
    ends = linear_range(np.array([low, 1.0]))
    inside = found.curve[:, found.curve[0] >= ends[0]]
    return Picture(
        title=text(language, "chaos.correlation.title"),
        alt=text(
            language,
            "chaos.correlation.alt",
            says=f"{phase_words(language, found, settings)} {correlation_words(language, found)}",
        ),
        specs={"correlation": _correlation_spec(language)},
        signals={"x_domain": ends, "y_domain": ends},
        tables={
            "curve": {"now": inside[0], "next": inside[1]},
            "diagonal": {"now": ends, "next": ends},
            "way": {"at": np.arange(len(steps) - 2), "now": steps[:-2], "next": steps[1:-1]},
            "measured": {
                "layer": np.arange(1, len(found.measured)),
                "now": found.measured[:-1],
                "next": found.measured[1:],
            },
            "fixed": {"now": [fixed], "next": [fixed], "name": [f"c* = {number_text(fixed)}"]},
        },
        reading=Reading("measured", {"layer": text(language, "chaos.correlation.layer"), **headings}),
    )


def layers_picture(found: Correlation, settings: Chaos, language: str) -> Picture:
    """Draw the correlation of two inputs from layer to layer, as it is in the reader's own network and in theory."""
    lines = [
        _measured_line(language, "ink"),
        Line(name="theory", label=text(language, "gradient_decay.line.theory"), color="forward", symbol="triangle-up"),
        Line(name="fixed", label=text(language, "chaos.layers.fixed"), color="muted", symbol="diamond"),
    ]
    values = {"measured": found.measured, "theory": found.theory}
    values["fixed"] = np.full(len(found.measured), float(found.phase.correlation))
    return panels_picture(
        language,
        [Panel(title=place_text(settings), values=values, last_is_output=False)],
        lines,
        title=text(language, "chaos.layers.title"),
        alt=text(language, "chaos.layers.alt", says=correlation_words(language, found)),
        axis=text(language, "chaos.layers.axis"),
        log=False,
        domain=linear_range(np.append(found.measured, [0.0, 1.0])),
    )


def gradient_picture(one: Named, chi: float, language: str) -> Picture:
    """Draw the gradient norm of every layer in the reader's own network, and what theory foretells."""
    scope = one.microscope
    values = {"measured": scope.profile.drawn}
    if scope.theory_fit is not None:
        values["theory"] = 10.0**scope.theory_fit.log_norm
    theory = Line(
        name="theory", label=text(language, "gradient_decay.line.theory"), color="forward", symbol="triangle-up"
    )
    return panels_picture(
        language,
        [Panel(title=one.title, values=values)],
        [_measured_line(language, "gradient"), theory],
        title=text(language, "gradient_decay.decay.title"),
        alt=text(language, "chaos.gradient.alt", says=" ".join(gradient_words(language, one, chi))),
        axis=text(language, NORM_AXES["pre_activation"]),
        zero=text(language, "figures.exactly_zero"),
    )


def _measured_line(language: str, color: str) -> Line:
    return Line(name="measured", label=text(language, "chaos.layers.measured"), color=color)


def own_picture(losses: np.ndarray, settings: Chaos, language: str) -> Picture:
    """Draw the loss of the reader's own network, with the target; a loss that explodes leaves the picture."""
    shown = losses[np.isfinite(losses) & (losses <= EXPLODED * losses[0])]
    step = np.arange(len(losses))
    target = Curve(title=text(language, "chaos.own.target"), step=step, values=np.full(len(losses), TARGET))
    return steps_picture(
        language,
        [Curve(title=text(language, "chaos.map.own"), step=step, values=losses), target],
        title=text(language, "chaos.title_own"),
        alt=text(language, "chaos.own.alt", says=own_words(language, losses, settings)),
        axis=text(language, "chaos.own.loss"),
        domain=linear_range(np.append(shown, TARGET)),
    )


def _word(name: str) -> str:
    own = ("diverged", "loss", "own", "left", "drag", "keys")
    return f"chaos.map.{name}" if name in own else f"atlas.words.{name}"


def _axis(settings: Chaos, axis: str, title: str) -> MapAxis:
    low, high = settings.ends(axis)
    own = settings.own(axis)
    values = [number_text(value) for value in settings.values(axis)]
    place = settings.share_of(axis, own) if low <= own <= high else None
    return MapAxis(title, SYMBOLS[axis], values, _marks(settings, axis), place)


def _marks(settings: Chaos, axis: str) -> list[tuple[float, str]]:
    low, high = settings.ends(axis)
    step = 10.0 ** np.floor(np.log10((high - low) / TICKS))
    step = next(step * factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= TICKS)
    counts = range(int(np.ceil(low / step - 1e-9)), int(high / step + 1e-9) + 1)
    return [(settings.share_of(axis, count * step), number_text(round(count * step, 6))) for count in counts]


def _lines(atlas: Atlas, settings: Chaos) -> list[dict[str, Any]]:
    """Return the theory's lines as shares of the axes, each with what stands for it in the key."""
    found = [{"points": _shares(atlas.edge, settings), "kind": "edge", "text": "χ₁ = 1"}]
    written = f"{number_text(atlas.multiple, 2)} ξ_c = {CONTOUR}"
    return found + [{"points": _shares(line, settings), "kind": "scale", "text": written} for line in atlas.contours]


def _shares(line: np.ndarray, settings: Chaos) -> list[list[float]]:
    shares = [(settings.share_of("x", x), settings.share_of("y", y)) for x, y in line.tolist()]
    return [[round(x, 5), round(y, 5)] for x, y in shares]


@cache
def _correlation_spec(language: str) -> dict[str, Any]:
    headings = {name: text(language, f"chaos.correlation.{name}") for name in ("now", "next")}
    x = x_linear("now", headings["now"])
    y = y_linear("next", headings["next"])
    place = [alt.X("now:Q"), alt.Y("next:Q")]
    diagonal = over("diagonal").mark_line(color="@muted", strokeWidth=px(2)).encode(*place)
    curve = over("curve").mark_line(color="@forward", strokeWidth=px(4), clip=True).encode(x, y)
    way = over("way").mark_line(color="@forward", strokeWidth=px(1.5), clip=True)
    points = over("measured").mark_point(filled=True, opacity=1, size=area(70), color="@ink", clip=True)
    fixed = over("fixed").mark_point(shape="diamond", filled=True, opacity=1, size=area(220), color="@forward")
    name = words("fixed", "name", dx=-12, dy=-10, align="right", baseline="bottom", fontWeight=600, color="@forward")
    shown = {"layer": text(language, "chaos.correlation.layer"), **headings}
    layers = [
        diagonal,
        curve,
        way.encode(*place, alt.Order("at:Q")),
        points.encode(*place, tooltip=tooltip(shown)),
        fixed.encode(*place),
        name.encode(*place),
    ]
    return chart(layers, ["x_domain", "y_domain"], right=16, top=8)
