"""The race of the optimizers: the same rate for all, and then each at its best; and what each remembers of a weight."""

from simulator.core.opened import Opened
from simulator.scenes.optimizer_race.curves import accuracy_picture, loss_picture, plane_picture
from simulator.scenes.optimizer_race.numbers import RACE, WEIGHT, Race
from simulator.scenes.optimizer_race.settings import BATCH, OptimizerRace
from simulator.scenes.optimizer_race.state import (
    has_band,
    memory_picture,
    numbers_of,
    opened_of,
    steps_of_weight_picture,
)
from simulator.scenes.optimizer_race.words import accuracy_words, plane_words, race_words, state_words
from simulator.scenes.panel import Panel, Steps
from simulator.scenes.scene import Preset, Scene, View
from simulator.texts import text

RUNS_GROUP, STATE_GROUP = "race", "race_state"


def loss(found: Race, settings: OptimizerRace, language: str) -> Panel:
    """Draw the loss of all optimizers."""
    picture = loss_picture(found, language)
    how = text(
        language,
        "optimizer_race.how",
        train=found.num_train,
        validation=found.num_validation,
        width=settings.width,
        batch=BATCH,
    )
    return Panel(
        question=picture.title, pictures=(picture,), sentences=race_words(language, found, settings), notes=(how,)
    )


def accuracy(found: Race, _settings: OptimizerRace, language: str) -> Panel:
    """Draw the accuracy of all optimizers."""
    picture = accuracy_picture(found, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=accuracy_words(language, found))


def plane(found: Race, settings: OptimizerRace, language: str) -> Panel:
    """Draw the paths of all optimizers in one plane."""
    picture = plane_picture(found, language)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=plane_words(language, found),
        notes=(text(language, "optimizer_race.plane.how"),),
        steps=Steps(found.marks, run=_run_name(settings), group=RUNS_GROUP),
    )


def state(found: Race, settings: OptimizerRace, language: str) -> Panel:
    """Open the state of one optimizer for one weight."""
    opened = opened_of(found, settings)
    picture = memory_picture(opened, settings, language)
    steps = Steps(numbers_of(opened), run=settings.to_text(), group=STATE_GROUP)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=state_words(language, settings, opened),
        notes=(text(language, f"optimizer_race.state.how{'_band' if has_band(settings) else ''}"),),
        steps=steps,
    )


def steps(found: Race, settings: OptimizerRace, language: str) -> Panel:
    """Draw the steps of the weight beside plain ones."""
    opened: Opened = opened_of(found, settings)
    picture = steps_of_weight_picture(opened, settings, language)
    said = text(language, f"optimizer_race.steps.say_{_kind(settings)}")
    return Panel(question=picture.title, pictures=(picture,), sentences=(said,), group=STATE_GROUP)


def _kind(settings: OptimizerRace) -> str:
    return settings.optimizer if settings.optimizer in ("sgd", "momentum", "nesterov") else "adaptive"


def _run_name(settings: OptimizerRace) -> str:
    return RACE.needed(settings).to_text()


_RUNS = ("rate", "width", "epochs", "seed")

SCENE = Scene(
    name="optimizer_race",
    settings=OptimizerRace,
    presets={
        "same": Preset(OptimizerRace(), "loss"),
        "larger": Preset(OptimizerRace(rate=0.2), "loss"),
        "adam": Preset(OptimizerRace(), "state"),
        "momentum": Preset(OptimizerRace(optimizer="momentum"), "state"),
        "rare": Preset(OptimizerRace(row=2, column=1, node=1), "state"),
        "fading": Preset(OptimizerRace(optimizer="adagrad"), "state"),
    },
    views={
        "loss": View(draw=loss, numbers=RACE, controls=_RUNS, height=330),
        "accuracy": View(draw=accuracy, numbers=RACE, controls=_RUNS, height=330),
        "plane": View(draw=plane, numbers=RACE, controls=_RUNS, height=440),
        "state": View(draw=state, numbers=RACE, controls=(*WEIGHT, *_RUNS), height=430),
        "steps": View(draw=steps, numbers=RACE, controls=(*WEIGHT, *_RUNS), height=260),
    },
)
