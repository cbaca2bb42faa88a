"""The race of the optimizers: the same rate for all, and then each at its best; and what each remembers of a weight."""

from simulator.core.opened import Opened
from simulator.scenes.optimizer_race.curves import accuracy_picture, loss_picture, plane_picture
from simulator.scenes.optimizer_race.fair import FAIR, NUM_SEEDS, Fair
from simulator.scenes.optimizer_race.fair_pictures import best_picture, finish_picture, rates_picture
from simulator.scenes.optimizer_race.fair_words import best_words, finish_words, rates_words
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
from simulator.texts.numbers import number_text

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


def rates(found: Fair, _settings: OptimizerRace, language: str) -> Panel:
    """Draw the last loss of every optimizer over the rate."""
    picture = rates_picture(found, language)
    how = text(language, "optimizer_race.rates.how", seeds=NUM_SEEDS)
    return Panel(question=picture.title, pictures=(picture,), sentences=rates_words(language, found), notes=(how,))


def best(found: Fair, _settings: OptimizerRace, language: str) -> Panel:
    """Draw the loss of all optimizers, each at its best rate."""
    picture = best_picture(found.best, language)
    how = text(language, "optimizer_race.best.how", seeds=NUM_SEEDS)
    sentences = best_words(language, found.best)
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences, notes=(how,))


def finish(found: Fair, _settings: OptimizerRace, language: str) -> Panel:
    """Draw who is right at the end, at the shared rate and at the best ones."""
    picture = finish_picture(found, language)
    values = {"rate": number_text(found.shared_rate), "test": found.best.num_test, "seeds": NUM_SEEDS}
    how = text(language, "optimizer_race.finish.how", **values)
    return Panel(question=picture.title, pictures=(picture,), sentences=finish_words(language, found), notes=(how,))


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
        "fair": Preset(OptimizerRace(), "finish"),
        "adam": Preset(OptimizerRace(), "state"),
        "momentum": Preset(OptimizerRace(optimizer="momentum"), "state"),
        "rare": Preset(OptimizerRace(row=2, column=1, node=1), "state"),
        "fading": Preset(OptimizerRace(optimizer="adagrad"), "state"),
    },
    views={
        "loss": View(draw=loss, numbers=RACE, controls=_RUNS, height=330),
        "accuracy": View(draw=accuracy, numbers=RACE, controls=_RUNS, height=330),
        "plane": View(draw=plane, numbers=RACE, controls=_RUNS, height=440),
        "finish": View(draw=finish, numbers=FAIR, controls=_RUNS, height=360),
        "rates": View(draw=rates, numbers=FAIR, controls=_RUNS, height=360),
        "best": View(draw=best, numbers=FAIR, controls=_RUNS, height=330),
        "state": View(draw=state, numbers=RACE, controls=(*WEIGHT, *_RUNS), height=430),
        "steps": View(draw=steps, numbers=RACE, controls=(*WEIGHT, *_RUNS), height=260),
    },
)
