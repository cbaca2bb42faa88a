"""Activation functions: what they let through forward and back, where they saturate, die or zig-zag."""

from collections.abc import Mapping, Sequence

import pandas as pd

from simulator.scenes.activations import numbers
from simulator.scenes.activations.cost import NUM_VALUES, REPEATS, Cost
from simulator.scenes.activations.curves import curves_picture, function_title
from simulator.scenes.activations.dead import Dead
from simulator.scenes.activations.numbers import QUOTED_POINTS, Curve, Curves, Zero, place_of
from simulator.scenes.activations.pictures import cost_picture, dead_picture, zigzag_picture
from simulator.scenes.activations.settings import DEAD_CLIP, Activations
from simulator.scenes.activations.words import (
    dead_words,
    erratum_words,
    numbers_words,
    path_words,
    point_words,
    spread_words,
    zero_words,
)
from simulator.scenes.activations.zigzag import Path
from simulator.scenes.panel import Panel
from simulator.scenes.scene import NOTHING, Preset, Scene, View
from simulator.texts import text
from simulator.texts.numbers import number_text


def curves(found: Curves, settings: Activations, language: str) -> Panel:
    """Draw functions and derivatives with a point to move."""
    picture = curves_picture(found, settings, language)
    layer = settings.shown_layer + 1
    sentences: list[str] = []
    for name, drawn in found.drawn.items():
        sentences.append(point_words(language, name, drawn, settings.z))
        sentences += spread_words(language, name, found.spreads.get(name), layer)
    how = text(language, "activations.curves_how", layer=layer, depth=settings.depth)
    return Panel(question=picture.title, pictures=(picture,), sentences=tuple(sentences), notes=(how,))


def points(found: Mapping[str, Curve], _settings: Activations, language: str) -> Panel:
    """Write formulas, and derivatives at a few points."""
    data = {text(language, "activations.point"): list(QUOTED_POINTS)}
    for name, drawn in found.items():
        heading = text(language, "activations.plot_derivative", name=function_title(language, name))
        data[heading] = [float(drawn.derivative[place_of(point)]) for point in QUOTED_POINTS]
    question = text(language, "activations.numbers")
    return Panel(question=question, words=(("", numbers_words(language, found)),), data=pd.DataFrame(data))


def zero(found: Zero, _settings: Activations, language: str) -> Panel:
    """Say what the derivative of ReLU is at exactly 0."""
    question = text(language, "activations.zero.heading")
    data = pd.DataFrame({text(language, "activations.function"): list(found.derivatives)})
    data[text(language, "activations.derivative_formula")] = list(found.derivatives.values())
    return Panel(question=question, words=tuple(("", words) for words in zero_words(language, found)), data=data)


def erratum(_found: None, _settings: Activations, language: str) -> Panel:
    """Say where source E is not exact."""
    question = text(language, "activations.erratum.heading")
    return Panel(question=question, words=(("", erratum_words(language)),))


def zigzag(found: tuple[Path, Path], _settings: Activations, language: str) -> Panel:
    """Draw the way of two weights with positive inputs beside that with centred ones."""
    signs = (True, False)
    pictures = tuple(zigzag_picture(path, language, positive=sign) for path, sign in zip(found, signs, strict=True))
    said = tuple(path_words(language, path, positive=sign) for path, sign in zip(found, signs, strict=True))
    why = text(language, "activations.zigzag_why")
    question = text(language, "activations.zigzag_title")
    return Panel(question=question, pictures=pictures, sentences=(*said, why))


def dead(found: Sequence[Dead], settings: Activations, language: str) -> Panel:
    """Draw how many units die."""
    picture = dead_picture(found, language)
    values = {"slope": settings.slope, "rate": settings.dead_rate, "clip": DEAD_CLIP}
    written = {name: number_text(value) for name, value in values.items()}
    kept = text(language, f"activations.dead_{'slope' if settings.slope else 'no_slope'}", **written)
    sentences = (*(dead_words(language, one) for one in found), text(language, "activations.dead_why"), kept)
    how = text(language, "activations.dead_how", **written)
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences, notes=(how,))


def cost(found: Sequence[Cost], _settings: Activations, language: str) -> Panel:
    """Draw what each function costs on this machine."""
    names = [function_title(language, one.name) for one in found]
    picture = cost_picture(found, names, language)
    table = pd.DataFrame(
        {
            text(language, "activations.function"): names,
            text(language, "activations.cost_axis"): [number_text(one.ratio) for one in found],
            text(language, "activations.cost_time"): [number_text(1000 * one.seconds) for one in found],
        }
    )
    how = text(language, "activations.cost_how", count=f"{NUM_VALUES:,}", repeats=REPEATS)
    return Panel(question=picture.title, pictures=(picture,), tables=(("", table),), notes=(how,))


_NETWORK = ("depth", "layer", "when")
_MORE = ("initializer", "std", "width", "seed")

SCENE = Scene(
    name="activations",
    settings=Activations,
    presets={
        "sigmoid_saturates": Preset(Activations(initializer="normal"), "curves"),
        "sigmoid_he": Preset(Activations(), "curves"),
        "tanh_five": Preset(Activations(functions=("tanh",)), "curves"),
        "tanh_eight": Preset(Activations(functions=("tanh",), z=8.0), "curves"),
        "relu_zero": Preset(Activations(functions=("relu", "leaky_relu"), z=0.0), "curves"),
        "three": Preset(Activations(functions=("sigmoid", "tanh", "relu"), z=1.0), "curves"),
        "smooth": Preset(Activations(functions=("elu", "gelu"), z=-1.0), "curves"),
        "zigzag": Preset(Activations(), "zigzag"),
        "dead": Preset(Activations(), "dead"),
    },
    views={
        "curves": View(
            draw=curves, numbers=numbers.CURVES, controls=("functions", "z", "slope", *_NETWORK), more=_MORE, height=330
        ),
        "points": View(draw=points, numbers=numbers.PLAIN, controls=("functions", "slope"), stage=False),
        "zero": View(draw=zero, numbers=numbers.ZERO, controls=("depth", "layer"), more=_MORE, stage=False),
        "erratum": View(draw=erratum, numbers=NOTHING, stage=False),
        "zigzag": View(draw=zigzag, numbers=numbers.WAYS, controls=("rate", "steps", "seed"), height=420),
        "dead": View(
            draw=dead,
            numbers=numbers.DEAD,
            controls=("slope", "dead_rate", "seed"),
            applies=lambda _settings, _name: True,
            height=380,
        ),
        "cost": View(draw=cost, numbers=numbers.COSTS, height=380),
    },
)
