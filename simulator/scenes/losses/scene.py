"""Losses and entropy: what an error costs, how hard it pulls, and why the loss is called an entropy."""

import pandas as pd

from simulator.scenes.losses import numbers
from simulator.scenes.losses.entropy import BASE_PROBABILITIES, FAIR_DIE, LOADED_DIE
from simulator.scenes.losses.numbers import SCALING_EXAMPLE, Belief, Codes, Measured, Single, Terms
from simulator.scenes.losses.pictures.distribution import Kind, distribution_picture
from simulator.scenes.losses.pictures.entropy import gibbs_curve, loss_terms, surprise_curve
from simulator.scenes.losses.pictures.race import accuracy_race, gradient_race
from simulator.scenes.losses.pictures.single import gradient_comparison, loss_comparison
from simulator.scenes.losses.pictures.tree import LETTERS, costs_picture, huffman_tree
from simulator.scenes.losses.pictures.worked import scalings_picture, worked_picture
from simulator.scenes.losses.race import LEARNING_RATE, Race
from simulator.scenes.losses.settings import FACES, MAX_OUTCOMES, Losses
from simulator.scenes.losses.words import (
    narrate_code,
    narrate_gibbs,
    narrate_gradient,
    narrate_loss,
    narrate_measures,
    narrate_pull,
    narrate_race,
    narrate_surprise,
    narrate_terms,
    narrate_worked,
    narrate_wrong_code,
)
from simulator.scenes.panel import Panel, Steps
from simulator.scenes.scene import Preset, Scene, View
from simulator.texts import text
from simulator.texts.numbers import number_text

MESSAGE_LETTERS = 16
FRAMEWORKS = (
    ("torch.nn.CrossEntropyLoss", "one_answer"),
    ("optax.softmax_cross_entropy", "one_answer"),
    ("keras.losses.CategoricalCrossentropy", "one_answer"),
    ("torch.nn.BCEWithLogitsLoss", "many_answers"),
    ("optax.sigmoid_binary_cross_entropy", "many_answers"),
    ("keras.losses.BinaryCrossentropy", "many_answers"),
)
EQUAL = (0.25,) * 4
HALVES = (0.5, 0.25, 0.125, 0.125)
DICE = Kind(
    words="losses.dice",
    fields=("die", "die_model"),
    names=tuple(str(face + 1) for face in range(FACES)),
    presets={
        "fair_loaded": (FAIR_DIE, LOADED_DIE),
        "loaded_fair": (LOADED_DIE, FAIR_DIE),
        "fair_fair": (FAIR_DIE, FAIR_DIE),
    },
)
CODES = Kind(
    words="losses.letters",
    fields=("letters", "letters_model"),
    names=LETTERS,
    presets={"genome": (BASE_PROBABILITIES, EQUAL), "uniform": (EQUAL, EQUAL), "halves": (HALVES, EQUAL)},
    base=2.0,
    resizable=True,
)
OUTPUTS = Kind(
    words="losses.outputs",
    fields=("outputs",),
    names=tuple(str(number + 1) for number in range(MAX_OUTCOMES)),
    presets={"sure": ((0.05, 0.05, 0.9),), "unsure": ((0.4, 0.35, 0.25),)},
    symbols=("y",),
    measures=(),
    resizable=True,
)


def loss(found: Single, _settings: Losses, language: str) -> Panel:
    """Draw what an error costs."""
    picture = loss_comparison(found, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=(narrate_loss(language, found),))


def gradient(found: Single, _settings: Losses, language: str) -> Panel:
    """Draw how hard an error pulls."""
    picture = gradient_comparison(found, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=(narrate_gradient(language, found),))


def worked(found: Single, _settings: Losses, language: str) -> Panel:
    """Work out both gradients at one logit."""
    picture = worked_picture(found, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=tuple(narrate_worked(language, found)))


def scalings(factors: dict[str, float], settings: Losses, language: str) -> Panel:
    """Compare the constants of the three scalings of squared error."""
    picture = scalings_picture(factors, settings.squared, language)
    examples, outputs = SCALING_EXAMPLE
    headings = [text(language, f"losses.scalings.{name}") for name in ("formula", "factor", "shown")]
    rows = [
        (
            text(language, f"losses.scalings.formula_{name}"),
            text(language, f"losses.scalings.factor_{name}", value=number_text(factor)),
            "●" if name == settings.squared else "",
        )
        for name, factor in factors.items()
    ]
    intro = text(language, "losses.scalings.intro", examples=examples, outputs=outputs)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(intro,),
        tables=(("", pd.DataFrame(rows, columns=headings)),),
    )


def accuracy(found: Race, _settings: Losses, language: str) -> Panel:
    """Draw which loss learns the digits faster."""
    runs = (found.squared.records, found.cross.records)
    picture = accuracy_race(*runs, language)
    setting = text(language, "losses.digits.intro", rate=number_text(LEARNING_RATE))
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(narrate_race(language, *runs),),
        notes=(setting, text(language, "losses.digits.note")),
    )


def pull(found: Race, _settings: Losses, language: str) -> Panel:
    """Draw how hard both losses pull while the digits are learned."""
    runs = (found.squared.records, found.cross.records)
    picture = gradient_race(*runs, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=(narrate_pull(language, *runs),))


def dice(found: Measured, _settings: Losses, language: str) -> Panel:
    """Draw a die, and what somebody believes of it."""
    said = narrate_measures(language, DICE.words, found)
    picture = distribution_picture(DICE, (found.p, found.q), language, sentence=said)
    return Panel(question=picture.title, pictures=(picture,), sentences=(text(language, "losses.dice.intro"),))


def surprise(_found: None, settings: Losses, language: str) -> Panel:
    """Draw how surprising a probability is."""
    picture = surprise_curve(settings.happened, language)
    said = narrate_surprise(language, settings.happened)
    return Panel(question=picture.title, pictures=(picture,), sentences=(said,))


def letters(found: Codes, _settings: Losses, language: str) -> Panel:
    """Draw how often each letter comes, and what the other tree was built for."""
    measured = found.measured
    said = narrate_measures(language, CODES.words, measured)
    picture = distribution_picture(CODES, (measured.p, measured.q), language, sentence=said)
    return Panel(question=picture.title, pictures=(picture,), sentences=(text(language, "losses.letters.intro"),))


def tree(found: Codes, settings: Losses, language: str) -> Panel:
    """Draw Huffman's tree, merge by merge."""
    picture = huffman_tree(found.code, LETTERS[: len(found.measured.p)], language)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(narrate_code(language, found),),
        steps=Steps(picture.step, run=repr(settings.letters), group="tree"),
    )


def codes(found: Codes, _settings: Losses, language: str) -> Panel:
    """Compare what a letter costs with the right tree, the wrong one and without a tree."""
    headings = [text(language, f"losses.codes.{name}") for name in ("case", "bits")]
    headings.append(text(language, "losses.codes.message", num=MESSAGE_LETTERS))
    rows = [
        (text(language, f"losses.codes.{name}"), number_text(cost, 4), number_text(MESSAGE_LETTERS * cost, 4))
        for name, cost in found.costs.items()
    ]
    picture = costs_picture(found, language)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(narrate_wrong_code(language, found), text(language, "losses.codes.row_intro")),
        tables=(("", pd.DataFrame(rows, columns=headings)),),
    )


def gibbs(found: Belief, _settings: Losses, language: str) -> Panel:
    """Draw what a belief about two outcomes costs."""
    picture = gibbs_curve(found, language)
    said = (narrate_gibbs(language, found), text(language, "losses.gibbs.training"))
    return Panel(question=picture.title, pictures=(picture,), sentences=said)


def terms(found: Terms, settings: Losses, language: str) -> Panel:
    """Draw what each class adds to two losses that share a name."""
    outputs = distribution_picture(OUTPUTS, (settings.outputs,), language)
    picture = loss_terms(found, language)
    headings = [text(language, f"losses.terms.{name}") for name in ("framework", "computes")]
    rows = [(name, text(language, f"losses.terms.{kind}")) for name, kind in FRAMEWORKS]
    return Panel(
        question=picture.title,
        pictures=(outputs, picture),
        sentences=(narrate_terms(language, found), text(language, "losses.terms.use")),
        tables=((text(language, "losses.terms.frameworks"), pd.DataFrame(rows, columns=headings)),),
        data=picture.to_pandas(),
    )


_SINGLE = ("output", "target", "logit", "classes", "squared")

SCENE = Scene(
    name="losses",
    settings=Losses,
    presets={
        "lecture": Preset(Losses()),
        "fair": Preset(Losses(logit=0.5), "gradient"),
        "softmax": Preset(Losses(output="softmax", target=1, classes=10, logit=-6.0), "gradient"),
        "saturated_start": Preset(Losses(start="saturated"), "accuracy"),
        "loaded_die": Preset(Losses(die=LOADED_DIE, die_model=FAIR_DIE), "dice"),
        "halves": Preset(Losses(letters=HALVES), "tree"),
        "right_belief": Preset(Losses(q=0.75), "gibbs"),
        "unsure": Preset(Losses(outputs=OUTPUTS.presets["unsure"][0], right=1), "terms"),
    },
    views={
        "loss": View(draw=loss, numbers=numbers.SINGLE, controls=_SINGLE, height=340),
        "gradient": View(draw=gradient, numbers=numbers.SINGLE, controls=_SINGLE, height=340),
        "worked": View(draw=worked, numbers=numbers.SINGLE, controls=_SINGLE, height=300),
        "scalings": View(draw=scalings, numbers=numbers.SCALINGS, controls=("squared",), height=230),
        "accuracy": View(draw=accuracy, numbers=numbers.RACE, controls=("start",), height=340),
        "pull": View(draw=pull, numbers=numbers.RACE, controls=("start",), height=340),
        "dice": View(draw=dice, numbers=numbers.DICE, more=("die", "die_model")),
        "surprise": View(draw=surprise, controls=("happened",)),
        "letters": View(draw=letters, numbers=numbers.CODES, more=("letters", "letters_model")),
        "tree": View(draw=tree, numbers=numbers.CODES, more=("letters",), height=400),
        "codes": View(draw=codes, numbers=numbers.CODES, more=("letters", "letters_model"), height=250),
        "gibbs": View(draw=gibbs, numbers=numbers.BELIEF, controls=("p", "q"), height=380),
        "terms": View(draw=terms, numbers=numbers.TERMS, controls=("right",), more=("outputs",), height=340),
    },
)
