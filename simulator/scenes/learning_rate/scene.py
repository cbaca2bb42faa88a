"""Learning rates: how long a step may be, and what the path of an optimizer makes of it."""

import numpy as np

from simulator.core.trajectories.rate_range import BEGUN, RESERVE, WINDOW, RangeTest
from simulator.scenes.learning_rate.curves import curves_picture, ends
from simulator.scenes.learning_rate.edge import EDGE
from simulator.scenes.learning_rate.edge_pictures import loss_panel, sharpness_panel
from simulator.scenes.learning_rate.landscape import LANDSCAPE
from simulator.scenes.learning_rate.landscape_picture import landscape_panel
from simulator.scenes.learning_rate.network_settings import TRAINING
from simulator.scenes.learning_rate.numbers import FOUND, Found
from simulator.scenes.learning_rate.pictures import trajectory_picture
from simulator.scenes.learning_rate.presets import PRESETS
from simulator.scenes.learning_rate.ranges import NETWORK_RANGE, SURFACE_RANGE, range_picture, range_words
from simulator.scenes.learning_rate.settings import LETTERS, LearningRate, field
from simulator.scenes.learning_rate.theory import has_theory, scan_picture, scan_words, theory_picture, theory_words
from simulator.scenes.learning_rate.words import others, own_words
from simulator.scenes.panel import Panel, Steps
from simulator.scenes.scene import Scene, View
from simulator.texts import text

GROUP = "learning_rate"


def path(found: Found, settings: LearningRate, language: str) -> Panel:
    """Draw the surface, the paths and the rate slider."""
    picture = trajectory_picture(found, settings, language)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(*others(language, settings, found), *own_words(language, settings, found)),
        steps=Steps(np.arange(settings.steps + 1), run=settings.to_text(), group=GROUP),
    )


def _curves(quantity: str):
    def draw(found: Found, _settings: LearningRate, language: str) -> Panel:
        """Draw one quantity over the steps."""
        picture = curves_picture(found, quantity, language)
        sentence = text(language, f"learning_rate.{quantity}.say", ends=ends(found, quantity, language))
        return Panel(question=picture.title, pictures=(picture,), sentences=(sentence,))

    return draw


def theory(found: Found, settings: LearningRate, language: str) -> Panel:
    """Draw the factor per step over the rate, predicted and measured."""
    picture = theory_picture(found, settings, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=theory_words(found, settings, language))


def scan(found: Found, settings: LearningRate, language: str) -> Panel:
    """Draw how low every rate gets."""
    picture = scan_picture(found, settings, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=scan_words(found, settings, language))


def _range(name: str):
    def draw(found: RangeTest, _settings: LearningRate, language: str) -> Panel:
        """Draw a range test."""
        picture = range_picture(found, name, language)
        how = text(language, f"learning_rate.{name}.how", steps=len(found.rate))
        rule = text(language, "learning_rate.range.rule", window=WINDOW, share=f"{BEGUN:.0%}", reserve=f"{RESERVE:g}")
        sentences = (range_words(found, language), rule)
        return Panel(question=picture.title, pictures=(picture,), sentences=sentences, notes=(how,))

    return draw


_RUNS = tuple(field(name, letter) for letter in LETTERS for name in ("optimizer", "rate", "momentum", "schedule"))
_SURFACE = ("surface", "expression", "window", "curvature", "steep", "angle", "noise", "start", "steps", "runs")
_ALL = (*_SURFACE, *_RUNS, "factor", "period")

SCENE = Scene(
    name="learning_rate",
    settings=LearningRate,
    presets=PRESETS,
    views={
        "path": View(draw=path, numbers=FOUND, controls=_ALL, more=("noise_seed",)),
        "loss": View(draw=_curves("loss"), numbers=FOUND, controls=_ALL, height=260),
        "length": View(draw=_curves("length"), numbers=FOUND, controls=_ALL, height=260),
        "gradient": View(draw=_curves("gradient"), numbers=FOUND, controls=_ALL, height=260),
        "theory": View(draw=theory, numbers=FOUND, controls=_ALL, exists=has_theory, height=300),
        "scan": View(draw=scan, numbers=FOUND, controls=_ALL, height=300),
        "rates": View(draw=_curves("rates"), numbers=FOUND, controls=_ALL, height=260),
        "surface_range": View(draw=_range("surface_range"), numbers=SURFACE_RANGE, controls=_ALL, height=300),
        "network_range": View(draw=_range("network_range"), numbers=NETWORK_RANGE, height=300),
        "sharpness": View(draw=sharpness_panel, numbers=EDGE, controls=TRAINING, height=340),
        "network_loss": View(draw=loss_panel, numbers=EDGE, controls=TRAINING, height=220),
        "landscape": View(
            draw=landscape_panel,
            numbers=LANDSCAPE,
            controls=("directions", *TRAINING, "direction_seed"),
            moves=("net_rate",),
            opens_with="plane",
        ),
    },
    looks=("moved",),
)
