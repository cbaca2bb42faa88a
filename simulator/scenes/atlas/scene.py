"""The trainability atlas: where learning works, as a map in which every pixel is a real training run."""

from dataclasses import replace
from urllib.parse import quote

from simulator.core.run import Run
from simulator.core.sweep import Sweep
from simulator.scenes.atlas.numbers import MAP, OWN
from simulator.scenes.atlas.pictures import atlas_picture
from simulator.scenes.atlas.scales import SCALES
from simulator.scenes.atlas.settings import ROWS, Atlas
from simulator.scenes.atlas.words import best_words, edge_words, own_words, share_words
from simulator.scenes.loss_curves import losses_picture
from simulator.scenes.panel import Panel
from simulator.scenes.scene import Preset, Scene, View
from simulator.texts import text


def draw_map(found: Sweep, settings: Atlas, language: str) -> Panel:
    """Draw the map of final losses."""
    picture = atlas_picture(found, settings, language)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(
            share_words(language, found),
            edge_words(language, found, settings),
            best_words(language, found, settings),
        ),
        notes=(text(language, "atlas.rule", rows=ROWS, epochs=settings.epochs),),
    )


def draw_own(run: Run, settings: Atlas, language: str) -> Panel:
    """Draw the loss of the reader's own run, with the way to all its records."""
    question = text(language, "atlas.title_own")
    picture = replace(losses_picture([text(language, "atlas.words.own")], [run], language), title=question)
    link = f"training?{settings.run().to_text()}&lang={quote(language)}"
    return Panel(
        question=question,
        pictures=(picture,),
        sentences=(own_words(language, run, settings),),
        words=(("", f"[{text(language, 'atlas.open')}]({link})"),),
    )


_FIRST = ("x", "y", "side", "activation", "epochs")
_RUN = ("depth", "width", "rate", "momentum", "std", "bias", "l2", "seed")
_MORE = ("x_low", "x_high", "y_low", "y_high", "data", *_RUN)

SCENE = Scene(
    name="atlas",
    settings=Atlas,
    presets={
        "momentum": Preset(Atlas(), "map"),
        "scale": Preset(Atlas(y="std", y_low=SCALES["std"].low, y_high=SCALES["std"].high, momentum=0.0), "map"),
        "depth_sigmoid": Preset(
            Atlas(y="depth", y_low=1.0, y_high=6.0, side=32, activation="sigmoid", momentum=0.9, std=1.0), "map"
        ),
        "depth_relu": Preset(Atlas(y="depth", y_low=1.0, y_high=6.0, side=32, activation="relu", momentum=0.9), "map"),
        "edge": Preset(Atlas(x_low=3.0, x_high=60.0, y_low=0.3, y_high=0.9), "map"),
    },
    views={
        "map": View(draw=draw_map, numbers=MAP, controls=_FIRST, more=_MORE, height=440),
        "own": View(draw=draw_own, numbers=OWN, controls=_FIRST, more=_MORE, height=260),
    },
    looks=("at_x", "at_y", "side"),
    kept=("side",),
)
