"""The fractal edge: two learning rates of one small network, in float64, so that every zoom is real."""

import numpy as np

from simulator.core.sweep.boxes import Boxes, boundary, count_boxes
from simulator.core.sweep.map import Map
from simulator.core.sweep.two_rates import LAST_STEPS
from simulator.scenes.atlas.words import share_words
from simulator.scenes.fractal.numbers import MAP, OWN, Edge
from simulator.scenes.fractal.pictures import boxes_picture, fractal_picture, own_picture
from simulator.scenes.fractal.settings import Fractal
from simulator.scenes.fractal.words import (
    boxes_words,
    dimension_words,
    own_words,
    rounding_words,
    zoom_words,
)
from simulator.scenes.panel import Panel
from simulator.scenes.scene import Preset, Scene, View
from simulator.texts import text


def draw_map(edge: Edge, settings: Fractal, language: str) -> Panel:
    """Draw the map of final losses, and say how rough its edge is."""
    found = edge.found
    picture = fractal_picture(found, settings, language)
    sizes = {"width": settings.width, "rows": settings.width**2 + settings.width}
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(
            share_words(language, found),
            dimension_words(language, found, edge_boxes(found)),
            zoom_words(language, settings),
            *rounding_words(language, edge.rounding),
        ),
        notes=(text(language, "fractal.rule", steps=settings.steps, last=LAST_STEPS, **sizes),),
    )


def draw_boxes(edge: Edge, _settings: Fractal, language: str) -> Panel:
    """Draw how many boxes the edge needs."""
    boxes = edge_boxes(edge.found)
    picture = boxes_picture(boxes, language)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(boxes_words(language, boxes),),
        notes=(text(language, "fractal.boxes.how"),),
    )


def draw_own(losses: np.ndarray, settings: Fractal, language: str) -> Panel:
    """Draw the loss of the reader's own run."""
    picture = own_picture(losses, settings, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=(own_words(language, losses, settings),))


def edge_boxes(found: Map) -> Boxes | None:
    """Return the boxes along the edge between runs that converge and that do not; ``None`` before the map is whole."""
    return count_boxes(boundary(found.converged)) if found.stride == 1 and found.known.all() else None


_FIRST = ("side", "width", "steps")
_MORE = ("seed",)
_ROUGH = Fractal(x_low=35227.0, x_high=83536.0, y_low=16.548, y_high=25.483)
_DEEP = Fractal(steps=100, x_low=31264.250276603, x_high=31264.250301744, y_low=19.316993263871, y_high=19.316993271638)

SCENE = Scene(
    name="fractal",
    settings=Fractal,
    presets={
        "whole": Preset(Fractal(), "map"),
        "rough": Preset(_ROUGH, "map"),
        "deep": Preset(_DEEP, "map"),
        "paper": Preset(Fractal(width=16, side=32), "map"),
    },
    views={
        "map": View(draw=draw_map, numbers=MAP, controls=_FIRST, more=_MORE, height=440),
        "boxes": View(draw=draw_boxes, numbers=MAP, controls=_FIRST, more=_MORE, height=260),
        "own": View(draw=draw_own, numbers=OWN, controls=_FIRST, more=_MORE, height=260),
    },
    looks=("at_x", "at_y", "side"),
)
