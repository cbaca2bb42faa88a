"""Order to chaos: the scales of first weights and biases at which deep networks train, measured and foretold."""

from urllib.parse import quote

import numpy as np

from simulator.scenes.chaos.numbers import CORRELATION, MAP, OPENED, OWN, Atlas, Correlation, Opened
from simulator.scenes.chaos.pictures import (
    correlation_picture,
    depth_picture,
    gradient_picture,
    layers_picture,
    own_picture,
)
from simulator.scenes.chaos.settings import DEPTHS, ROWS, TARGET, Chaos
from simulator.scenes.chaos.words import (
    correlation_words,
    depth_words,
    edge_words,
    gradient_words,
    multiple_words,
    own_words,
    phase_words,
    place_text,
)
from simulator.scenes.gradient_decay.pictures import Named, named, split_picture
from simulator.scenes.gradient_decay.words import split_words
from simulator.scenes.panel import Panel
from simulator.scenes.scene import Preset, Scene, View
from simulator.texts import text
from simulator.texts.numbers import number_text


def draw_map(atlas: Atlas, settings: Chaos, language: str) -> Panel:
    """Draw the trainable depths, and say how far theory and measurement are apart."""
    picture = depth_picture(atlas, settings, language)
    rule = {"width": settings.width, "rows": ROWS, "updates": settings.updates, "rate": number_text(settings.rate)}
    depths = ", ".join(map(str, DEPTHS))
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(
            depth_words(language, atlas),
            edge_words(language, atlas),
            multiple_words(language, atlas),
            text(language, "chaos.says.assumes"),
        ),
        notes=(text(language, "chaos.rule", **rule, depths=depths, target=number_text(TARGET)),),
    )


def draw_correlation(found: Correlation, settings: Chaos, language: str) -> Panel:
    """Draw the correlation map of the reader's own network."""
    picture = correlation_picture(found, settings, language)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(phase_words(language, found, settings), correlation_words(language, found)),
        notes=(text(language, "chaos.correlation.how", rows=ROWS),),
    )


def draw_own(losses: np.ndarray, settings: Chaos, language: str) -> Panel:
    """Draw the loss of the reader's own network, with the way to all its records."""
    picture = own_picture(losses, settings, language)
    of_run = f"training?{settings.run().to_text()}&lang={quote(language)}"
    of_layers = f"chaos?{settings.to_text()}&view=microscope&lang={quote(language)}"
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(own_words(language, losses, settings),),
        words=(
            ("", f"[{text(language, 'chaos.open')}]({of_run})"),
            ("", f"[{text(language, 'chaos.look_into')}]({of_layers})"),
        ),
    )


def draw_place(atlas: Atlas, settings: Chaos, language: str) -> Panel:
    """Draw the map small, to choose the network that is under the microscope."""
    picture = depth_picture(atlas, settings, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=(depth_words(language, atlas),))


def draw_layers(opened: Opened, settings: Chaos, language: str) -> Panel:
    """Draw the correlation of two inputs, layer by layer."""
    found = opened.correlation
    picture = layers_picture(found, settings, language)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(phase_words(language, found, settings), correlation_words(language, found)),
        notes=(text(language, "chaos.layers.how", rows=ROWS, seed=settings.seed),),
    )


def draw_gradient(opened: Opened, settings: Chaos, language: str) -> Panel:
    """Draw the gradient norm, layer by layer."""
    one, chi = _named(opened, settings), float(opened.correlation.phase.chi)
    picture = gradient_picture(one, chi, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=tuple(gradient_words(language, one, chi)))


def draw_split(opened: Opened, settings: Chaos, language: str) -> Panel:
    """Draw by which factor each layer changes the gradient, and what of it φ′ and the weights do."""
    one = _named(opened, settings)
    picture = split_picture([one], language)
    sentences = (split_words(language, one.title, one.microscope),)
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences)


def _named(opened: Opened, settings: Chaos) -> Named:
    return named(place_text(settings), opened.microscope, opened.weight_grad_norm)


_FIRST = ("side", "activation", "depth")
_MORE = ("width", "updates", "rate", "seed", "x_low", "x_high", "y_low", "y_high")

SCENE = Scene(
    name="chaos",
    settings=Chaos,
    presets={
        "tanh": Preset(Chaos(), "map"),
        "relu": Preset(Chaos(activation="relu"), "map"),
    },
    views={
        "map": View(draw=draw_map, numbers=MAP, controls=_FIRST, more=_MORE, height=440),
        "correlation": View(draw=draw_correlation, numbers=CORRELATION, controls=_FIRST, more=_MORE, height=300),
        "own": View(draw=draw_own, numbers=OWN, controls=_FIRST, more=_MORE, height=300),
        "place": View(draw=draw_place, numbers=MAP, controls=_FIRST, more=_MORE, height=400),
        "layers": View(draw=draw_layers, numbers=OPENED, controls=_FIRST, more=_MORE, height=400),
        "gradient": View(draw=draw_gradient, numbers=OPENED, controls=_FIRST, more=_MORE, height=400),
        "split": View(draw=draw_split, numbers=OPENED, controls=_FIRST, more=_MORE, height=400),
    },
    looks=("at_x", "at_y", "side", "depth"),
    kept=("side",),
)
