"""Gradient decay across depth: networks side by side that differ in one thing, and why their gradients do."""

from simulator.scenes.gradient_decay import numbers, panels
from simulator.scenes.gradient_decay.settings import GradientDecay
from simulator.scenes.scene import Preset, Scene, View

_COMPARED = ("depth", "width", "differ", "values")
_NETWORK = ("activation", "initializer", "std", "normalization", "residual")
_DATA = ("data", "seeds", "seed")


def _start_view(draw, **more) -> View[GradientDecay]:
    return View(
        draw=draw, numbers=numbers.STARTS, controls=(*_COMPARED, *_NETWORK[:3]), more=(*_NETWORK[3:], *_DATA), **more
    )


def _trained_view(draw, **more) -> View[GradientDecay]:
    controls = (*_COMPARED, *_NETWORK[:3], "rate", "steps")
    return View(draw=draw, numbers=numbers.TRAINED, controls=controls, more=(*_NETWORK[3:], *_DATA), **more)


def _exploding_view(draw, work) -> View[GradientDecay]:
    return View(
        draw=draw,
        numbers=work,
        controls=("depth", "width", "activation", "initializer", "std", "clip", "rate", "steps"),
        more=(*_NETWORK[3:], *_DATA),
        applies=lambda settings, name: name != "std" or settings.initializer == "normal",
        opens_with="exploding",
    )


SCENE = Scene(
    name="gradient_decay",
    settings=GradientDecay,
    presets={
        "sigmoid_relu": Preset(GradientDecay(), "networks"),
        "xavier_he": Preset(
            GradientDecay(
                differ="initializer", values=("normal", "xavier_normal", "he_normal"), activation="relu", std=0.1
            ),
            "decay",
        ),
        "edge_of_chaos": Preset(
            GradientDecay(
                differ="initializer",
                values=("normal", "xavier_normal", "he_normal"),
                activation="tanh",
                std=0.12,
                depth=50,
            ),
            "split",
        ),
        "narrow": Preset(GradientDecay(values=("relu", "tanh"), width=4, depth=40), "split"),
        "residual_fails_theory": Preset(
            GradientDecay(differ="residual", values=("off", "on"), activation="relu"), "split"
        ),
        "batch_normalization": Preset(
            GradientDecay(differ="normalization", values=("none", "batch", "layer"), depth=30), "decay"
        ),
        "remedies": Preset(
            GradientDecay(remedies=("activation", "initializer", "normalization", "residual")), "remedies"
        ),
        "float32_ends": Preset(GradientDecay(depth=100, values=("sigmoid", "tanh")), "underflow"),
        "exploding": Preset(
            GradientDecay(activation="relu", initializer="normal", std=0.3, rate=0.05, steps=300), "explosion"
        ),
    },
    views={
        "networks": View(
            draw=panels.networks,
            numbers=numbers.ARRIVING,
            controls=(*_COMPARED, *_NETWORK[:3]),
            more=(*_NETWORK[3:], *_DATA),
            moves=("depth",),
        ),
        "decay": View(
            draw=panels.decay,
            numbers=numbers.STARTS,
            controls=(*_COMPARED, *_NETWORK[:3]),
            more=(*_NETWORK[3:], "norm", *_DATA),
            height=430,
        ),
        "split": _start_view(panels.split),
        "predicted": _start_view(panels.predicted, height=330),
        "learning": _trained_view(panels.learning, height=300),
        "training": _trained_view(panels.training, height=300),
        "loss": _trained_view(panels.loss, height=300),
        "remedies": View(
            draw=panels.remedies,
            numbers=numbers.REMEDIED,
            controls=("depth", "width", "remedies"),
            more=_DATA,
            height=360,
        ),
        "remedies_loss": View(
            draw=panels.remedies_loss,
            numbers=numbers.REMEDIES_TRAINED,
            controls=("depth", "width", "remedies", "rate", "steps"),
            more=_DATA,
            height=300,
        ),
        "factors": View(draw=panels.factors, numbers=numbers.FACTORED, controls=("factors", "gain"), height=430),
        "underflow": View(
            draw=panels.underflow,
            numbers=numbers.FORMATS,
            controls=(*_COMPARED, *_NETWORK[:3]),
            more=("data", "seed"),
        ),
        "explosion": _exploding_view(panels.explosion, numbers.EXPLODING),
        "clip": _exploding_view(panels.clip, numbers.EXPLODING),
        "clip_loss": _exploding_view(panels.clip_loss, numbers.CLIPPED_RUNS),
    },
)
