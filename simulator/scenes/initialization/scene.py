"""Initialization: what the first weights do to signals and gradients, and why they must not be equal."""

from collections.abc import Sequence

import pandas as pd

from simulator.core.propagation.microscope import profile_of
from simulator.core.run import Run
from simulator.scenes.gradient_decay.pictures import named
from simulator.scenes.gradient_decay.words import decay_words
from simulator.scenes.initialization import numbers
from simulator.scenes.initialization.numbers import (
    ERRATA_ACTIVATIONS,
    ERRATA_INITIALIZERS,
    TRAINED_SEEDS,
    Begun,
    Formulas,
    Spreads,
    Twins,
)
from simulator.scenes.initialization.pictures import histograms_picture, signal_picture, symmetry_picture
from simulator.scenes.initialization.settings import Initialization
from simulator.scenes.initialization.words import (
    divide_words,
    formula_text,
    forward_words,
    outcome_words,
    symmetry_words,
)
from simulator.scenes.loss_curves import seeds_picture
from simulator.scenes.panel import Panel
from simulator.scenes.scene import Preset, Scene, View
from simulator.texts import text
from simulator.texts.numbers import number_text


def _title(language: str, initializer: str) -> str:
    return text(language, f"initialization.short.{initializer}")


def forward(found: Sequence[Begun], _settings: Initialization, language: str) -> Panel:
    """Draw the spread of the activations of every layer."""
    titles = [_title(language, one.variant.code) for one in found]
    profiles = [
        (title, profile_of(one.start.signal.layers.activation_std)) for title, one in zip(titles, found, strict=True)
    ]
    picture = signal_picture(profiles, language, backward=False)
    sentences = tuple(forward_words(language, title, profile) for title, profile in profiles)
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences)


def backward(found: Sequence[Begun], _settings: Initialization, language: str) -> Panel:
    """Draw the gradient norm of every layer."""
    titles = [_title(language, one.variant.code) for one in found]
    profiles = [(title, one.start.microscope.profile) for title, one in zip(titles, found, strict=True)]
    picture = signal_picture(profiles, language, backward=True)
    names = [
        named(title, one.start.microscope, one.start.signal.weight_grad_norm)
        for title, one in zip(titles, found, strict=True)
    ]
    sentences = tuple(sentence for one in names for sentence in decay_words(language, one))
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences)


def formulas(found: Formulas, settings: Initialization, language: str) -> Panel:
    """Write the formula of every initializer with this network's numbers, and where source B is not exact."""
    network = settings.network(settings.initializers[0])
    heads = [text(language, "initialization.formula.initializer")]
    for layer, name in ((0, "first"), (1, "hidden")):
        fan_in, fan_out = network.layer_sizes[layer : layer + 2]
        heads.append(text(language, f"initialization.formula.{name}", fan_in=fan_in, fan_out=fan_out))
    heads.append(text(language, "initialization.formula.drawn"))
    rows = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    for code, drawn in found.drawn.items():
        written = [f"${formula_text(settings.network(code), layer)}$" for layer in (0, 1)]
        rows.append(f"| {' | '.join([_title(language, code), *written, number_text(drawn.drawn_std)])} |")
    heading = text(language, "initialization.formula.heading")
    data = pd.DataFrame(
        {
            heads[0]: [_title(language, code) for code in found.drawn],
            text(language, "initialization.formula.std"): [one.std for one in found.drawn.values()],
            heads[-1]: [one.drawn_std for one in found.drawn.values()],
        }
    )
    return Panel(question=heading, words=(("", "\n".join(rows)),), data=data)


def errata(found: Formulas, _settings: Initialization, language: str) -> Panel:
    """Say where source B is not exact, with factors measured on this network."""
    table = pd.DataFrame(
        {
            text(language, "initialization.errata.activation"): [
                text(language, f"training.option.activation.{name}") for name in ERRATA_ACTIVATIONS
            ],
            **{
                _title(language, start): [number_text(found.factors[name, start]) for name in ERRATA_ACTIVATIONS]
                for start in ERRATA_INITIALIZERS
            },
        }
    )
    factors = {"sigmoid": ("sigmoid", "he_normal"), "he": ("tanh", "he_normal"), "xavier": ("tanh", "xavier_normal")}
    measured = {name: number_text(found.factors[case]) for name, case in factors.items()}
    return Panel(
        question=text(language, "initialization.errata.heading"),
        sentences=(
            divide_words(language),
            text(language, "initialization.errata.linear"),
            text(language, "initialization.errata.conclusion", **measured),
        ),
        tables=((text(language, "initialization.errata.measured"), table),),
    )


def histograms(found: Sequence[Spreads], _settings: Initialization, language: str) -> Panel:
    """Draw how the activations are spread, layer after layer."""
    titles = [_title(language, one.begun.variant.code) for one in found]
    picture = histograms_picture([(title, one.histograms) for title, one in zip(titles, found, strict=True)], language)
    sentences = tuple(
        forward_words(language, title, profile_of(one.begun.start.signal.layers.activation_std[:1]))
        for title, one in zip(titles, found, strict=True)
    )
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences)


def symmetry(found: Sequence[Twins], settings: Initialization, language: str) -> Panel:
    """Draw the weights of nodes that start equal beside those of nodes that start at random."""
    pictures = tuple(symmetry_picture(one.symmetry, language, equal=one.equal) for one in found)
    sentences = tuple(
        symmetry_words(language, one.symmetry, one.run, equal=one.equal, value=settings.value) for one in found
    )
    return Panel(
        question=text(language, "initialization.symmetry_question"),
        pictures=pictures,
        sentences=sentences,
        notes=(text(language, "initialization.symmetry_zero"),),
    )


def training(found: Sequence[Sequence[Run]], settings: Initialization, language: str) -> Panel:
    """Draw the losses from each start."""
    titles = [_title(language, code) for code in settings.initializers]
    picture = seeds_picture(titles, found, language)
    sentences = tuple(outcome_words(language, title, runs) for title, runs in zip(titles, found, strict=True))
    seeds = {"first": settings.seed, "last": settings.seed + TRAINED_SEEDS - 1}
    note = text(language, "initialization.same_seed", **seeds)
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences, notes=(note,))


_FIRST = ("initializers", "activation", "depth", "width", "std", "value")
_MORE = ("data", "seeds", "seed")


def _view(
    draw, work, *, height: int = 0, controls: tuple[str, ...] = _FIRST, stage: bool = True
) -> View[Initialization]:
    return View(draw=draw, numbers=work, controls=controls, more=_MORE, height=height, stage=stage)


SCENE = Scene(
    name="initialization",
    settings=Initialization,
    presets={
        "five": Preset(Initialization(), "forward"),
        "relu": Preset(Initialization(activation="relu"), "forward"),
        "sigmoid": Preset(Initialization(activation="sigmoid"), "forward"),
        "deep": Preset(Initialization(depth=50, initializers=("xavier_normal", "he_normal", "orthogonal")), "forward"),
        "histograms": Preset(Initialization(), "histograms"),
        "symmetry": Preset(Initialization(), "symmetry"),
        "training": Preset(Initialization(activation="relu", depth=10, width=32), "training"),
    },
    views={
        "forward": _view(forward, numbers.STARTS, height=250),
        "backward": _view(backward, numbers.STARTS, height=250),
        "formulas": _view(formulas, numbers.FORMULAS, stage=False),
        "errata": _view(errata, numbers.FORMULAS, stage=False),
        "histograms": _view(histograms, numbers.SPREADS, height=480),
        "symmetry": View(
            draw=symmetry,
            numbers=numbers.TWINS,
            controls=("value", "seed"),
            applies=lambda _settings, _name: True,
            height=360,
        ),
        "training": _view(training, numbers.RUNS, controls=(*_FIRST, "rate", "steps"), height=300),
    },
)
