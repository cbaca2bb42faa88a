"""Training: a network on real data, with every layer's activations, gradients and updates at every step."""

from collections.abc import Callable

from simulator.scenes.scene import Branch, Preset, Scene, View
from simulator.scenes.training.numbers import FORK, FORK_CONTROLS, RUN
from simulator.scenes.training.panels import (
    Draw,
    fork_loss,
    fork_maps,
    fork_norms,
    has_answers,
    has_classes,
    has_fit,
    has_hidden,
    has_map,
    network_and_map,
    norm_bars,
    norm_curves,
    picture_panel,
    what_happened,
)
from simulator.scenes.training.presets import PRESETS
from simulator.scenes.training.settings import Training

_ESSENTIAL = ("data", "hidden", "extra", "activation", "initializer", "rate", "batch", "epochs")
_MORE = tuple(name for name in Training.controls() if name not in (*_ESSENTIAL, *FORK_CONTROLS, "table", "norm"))
_MAIN_HEIGHT, _SIDE_HEIGHT = 240, 184
"""Heights in pixels at 1080p at which player, card and two rows of pictures fit on one screen."""
_HEIGHT = 240
"""Of the pictures on other screens."""
_ABOUT = {
    "food": "confusion",
    "digits_deep": "norm_bars",
    "dying_relu": "norm_bars",
    "diverging_rate": "loss",
    "vanishing_sigmoid": "norm_bars",
    "fork_recovers": "fork_loss",
}
"""Preset → the panel that shows what it is about; by default the network with its answer."""


def _fork(
    draw: Draw, exists: Callable[[Training], bool] = lambda _settings: True, *, norm: bool = False
) -> View[Training]:
    controls = (*FORK_CONTROLS, *(("norm",) if norm else ()), "rate")
    more = tuple(name for name in (*_ESSENTIAL, *_MORE) if name not in controls)
    return View(draw=draw, numbers=FORK, controls=controls, more=more, exists=exists, height=_HEIGHT)


def _view(
    draw: Draw,
    exists: Callable[[Training], bool] = lambda _settings: True,
    *,
    height: int = _HEIGHT,
    norm: bool = False,
    stage: bool = True,
) -> View[Training]:
    controls = (*_ESSENTIAL, "norm") if norm else _ESSENTIAL
    return View(draw=draw, numbers=RUN, controls=controls, more=_MORE, exists=exists, height=height, stage=stage)


SCENE = Scene(
    name="training",
    settings=Training,
    presets={name: Preset(chosen, _ABOUT.get(name, "network_and_map")) for name, chosen in PRESETS.items()},
    views={
        "what_happened": _view(what_happened, stage=False),
        "network_and_map": _view(network_and_map, height=_MAIN_HEIGHT),
        "norm_bars": _view(norm_bars, norm=True, height=_SIDE_HEIGHT),
        "norm_curves": _view(norm_curves, norm=True, height=_SIDE_HEIGHT),
        "loss": _view(picture_panel("loss"), height=_SIDE_HEIGHT),
        "network": _view(picture_panel("network"), height=0),
        "map": _view(picture_panel("map"), has_map, height=0),
        "fit": _view(picture_panel("fit"), has_fit, height=0),
        "activation_bands": _view(picture_panel("activation_bands"), has_hidden),
        "activations": _view(picture_panel("activations"), has_hidden),
        "gradients": _view(picture_panel("gradients")),
        "zero_fraction": _view(picture_panel("curves_zero_fraction")),
        "saturated_fraction": _view(picture_panel("curves_saturated_fraction")),
        "dead_fraction": _view(picture_panel("curves_dead_fraction")),
        "confusion": _view(picture_panel("confusion"), has_classes),
        "predictions": _view(picture_panel("predictions")),
        "accuracy": _view(picture_panel("accuracy"), has_classes),
        "learning_rate": _view(picture_panel("learning_rate")),
        "fork_loss": _fork(fork_loss),
        "fork_maps": _fork(fork_maps, has_answers),
        "fork_norms": _fork(fork_norms, norm=True),
    },
    looks=("norm",),
    kept=("norm",),
    seed="seed",
    branch=Branch("fork", "fork_loss"),
)
