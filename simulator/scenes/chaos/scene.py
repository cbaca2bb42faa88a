"""Order to chaos: the scales of first weights and biases at which deep networks train, measured and foretold."""

from urllib.parse import quote

import numpy as np

from simulator.scenes.chaos.numbers import CORRELATION, MAP, OWN, Atlas, Correlation
from simulator.scenes.chaos.pictures import correlation_picture, depth_picture, own_picture
from simulator.scenes.chaos.settings import DEPTHS, ROWS, TARGET, Chaos
from simulator.scenes.chaos.words import (
    correlation_words,
    depth_words,
    edge_words,
    multiple_words,
    own_words,
    phase_words,
)
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
    link = f"training?{settings.run().to_text()}&lang={quote(language)}"
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(own_words(language, losses, settings),),
        words=(("", f"[{text(language, 'chaos.open')}]({link})"),),
    )


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
    },
    looks=("at_x", "at_y", "side", "depth"),
    kept=("side",),
)
