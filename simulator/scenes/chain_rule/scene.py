"""The chain rule in a network: forward, back and updated, in symbols, numbers and shapes, one step at a time."""

from simulator.drawing.picture import Picture
from simulator.scenes.chain_rule import NetworkPass, weight_chain
from simulator.scenes.chain_rule.content import chain_content
from simulator.scenes.chain_rule.nudge import NetworkNudge, run_nudge
from simulator.scenes.chain_rule.nudge_pictures import network_nudge, subject_of
from simulator.scenes.chain_rule.numbers import LOOKED_AT, PASS, UPDATE, Update
from simulator.scenes.chain_rule.pictures import update_curve
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.scenes.chain_rule.tables import (
    MAX_LISTED,
    chain_table,
    loss_table,
    moves_table,
    pass_table,
)
from simulator.scenes.chain_rule.words import (
    backward_words,
    forward_words,
    matrices_words,
    num_parameters,
    slope_words,
    update_words,
    weight_words,
)
from simulator.scenes.nudging import GROUP
from simulator.scenes.nudging.pictures import tangent_panel
from simulator.scenes.panel import Panel
from simulator.scenes.scene import Numbers, Preset, Scene, View
from simulator.texts import catalogue, text

WORDS = "chain_rule.component"


def forward_and_back(made: NetworkPass, settings: ChainRule, language: str) -> Panel:
    """Draw the pass step by step."""
    picture = _picture("pass", made, settings, language)
    sentences = [forward_words(language, settings, made)]
    if not settings.ask:  # it names the largest gradient
        sentences.append(backward_words(language, made))
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(" ".join(sentences),),
        notes=() if settings.ask else _notes(settings, language),  # the question stands under the network
        data=pass_table(language, made),
    )


def weight(made: NetworkPass, settings: ChainRule, language: str) -> Panel:
    """Draw one weight's gradient as a sum over examples and paths."""
    picture = _picture("weight", made, settings, language)
    chain = weight_chain(made, *settings.weight, example=settings.example - 1)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(weight_words(language, chain),),
        notes=_notes(settings, language),
        data=chain_table(language, chain),
    )


def matrices(made: NetworkPass, settings: ChainRule, language: str) -> Panel:
    """Tell where the transposes and the sum over the batch come from, from one neuron to the three rules."""
    picture = _picture("matrices", made, settings, language)
    chain = weight_chain(made, *settings.weight, example=settings.example - 1)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(matrices_words(language, settings, made),),
        notes=_notes(settings, language),
        data=chain_table(language, chain),
    )


def update(found: Update, settings: ChainRule, language: str) -> Panel:
    """Draw how far the gradient predicts what an update does to the loss."""
    made, changes, actual = found
    rate, narration = settings.rate, update_words(language, found, settings.rate)
    picture = update_curve(changes, rate, actual, language, narration)
    count = num_parameters(made)
    heading = "many" if count > MAX_LISTED else "moves"
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=(narration, slope_words(language, made)),
        tables=(
            ("", loss_table(language, found, rate)),
            (
                text(language, f"chain_rule.update.{heading}", shown=MAX_LISTED, number=count),
                moves_table(language, made, rate),
            ),
        ),
    )


def nudge(found: NetworkNudge, settings: ChainRule, language: str) -> Panel:
    """Draw what every node does when one weight moves, beside the straight line of the gradient."""
    picture = network_nudge(found, settings, language)
    rows = len(settings.examples.inputs)
    note = text(language, "chain_rule.nudge.note", example=settings.example, rows=rows)
    return Panel(question=picture.title, pictures=(picture,), notes=(note,) if rows > 1 else (), group=GROUP)


def tangent(found: NetworkNudge, settings: ChainRule, language: str) -> Panel:
    """Draw the loss over Δ with its tangent."""
    return tangent_panel(subject_of(found, settings), language)


def _picture(section: str, made: NetworkPass, settings: ChainRule, language: str) -> Picture:
    entries = catalogue(language).items()
    return Picture(
        kind="chain",
        title=text(language, f"chain_rule.question.{section}"),
        alt=text(language, f"chain_rule.alt.{section}"),
        content=chain_content(settings, made, section),
        words={name.removeprefix(f"{WORDS}."): word for name, word in entries if name.startswith(f"{WORDS}.")},
    )


def _notes(settings: ChainRule, language: str) -> tuple[str, ...]:
    """Say how the numbers were chosen: those of own examples are the learner's."""
    return () if settings.data else (text(language, "chain_rule.batch_note"),)


_NETWORK = ("net", "activation", "loss", "output", "rows")
_MORE = ("seed", "data")
NUDGE = Numbers(run_nudge, ignores=("look", "step", "stage", "ask", "rate"))
_NUDGED = ("example", "weight", "delta")


def _not_asked(settings: ChainRule) -> bool:
    """Say whether gradients may be shown: not while they are to be predicted."""
    return not settings.ask


SCENE = Scene(
    name="chain_rule",
    settings=ChainRule,
    presets={
        "default": Preset(ChainRule()),
        "neuron": Preset(ChainRule(net="1-1", loss="mse_half_sum", output="sigmoid", rows=1, seed=1)),
        "three_layers": Preset(ChainRule(net="1-1-1-1", loss="mse_half_sum", output="sigmoid", rows=1, seed=3)),
        "two_two_one": Preset(ChainRule(net="2-2-1", loss="mse_half_sum", output="sigmoid", rows=1, seed=5)),
        "batch": Preset(ChainRule(net="2-3-2-2", activation="tanh", rows=4)),
        "relu": Preset(ChainRule(net="2-3-2-2", activation="relu", rows=2, seed=5)),
        "food": Preset(ChainRule(net="4-32-32-4", activation="relu", rows=4, weight=(1, 1, 2))),
    },
    views={
        "pass": View(draw=forward_and_back, numbers=PASS, controls=(*_NETWORK, "rate", "ask"), more=_MORE),
        "weight": View(draw=weight, numbers=PASS, controls=_NETWORK, more=_MORE, exists=_not_asked),
        "matrices": View(draw=matrices, numbers=PASS, controls=_NETWORK, more=_MORE, exists=_not_asked),
        "nudge": View(
            draw=nudge,
            numbers=NUDGE,
            controls=(*_NETWORK, *_NUDGED),
            more=_MORE,
            moves=("weight", "delta"),
            exists=_not_asked,
        ),
        "tangent": View(draw=tangent, numbers=NUDGE, controls=(*_NETWORK, *_NUDGED), more=_MORE, exists=_not_asked),
        "update": View(
            draw=update,
            numbers=UPDATE,
            controls=(*_NETWORK, "rate"),
            more=_MORE,
            exists=_not_asked,
            height=360,
        ),
    },
    looks=(*LOOKED_AT, "rate"),
    kept=("look", "rate", "ask", "stage"),
    asking=("ask",),
)
