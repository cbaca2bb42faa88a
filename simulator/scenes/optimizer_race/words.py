"""What the race says; every number is one that is drawn."""

import numpy as np

from simulator.core.opened import ADAPTIVE, WITH_VELOCITY, Opened
from simulator.scenes.optimizer_race.numbers import Race
from simulator.scenes.optimizer_race.settings import OptimizerRace
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text


def name_of(language: str, optimizer: str) -> str:
    """Return the short name of an optimizer."""
    return text(language, f"learning_rate.short.{optimizer}")


def ranking(language: str, found: Race, quantity: str) -> str:
    """Return every optimizer with its last loss or accuracy, the lowest loss first."""
    write = percent_text if quantity == "accuracy" else number_text
    parts = (f"{name_of(language, one.optimizer)} {write(float(getattr(one, quantity)[-1]))}" for one in found.order)
    return ", ".join(parts)


def race_words(language: str, found: Race, settings: OptimizerRace) -> tuple[str, ...]:
    """Say who is first and last at the shared rate, and what that does not say."""
    first, last = found.order[0], found.order[-1]
    result = text(
        language,
        "optimizer_race.loss.say",
        rate=number_text(settings.rate),
        steps=found.num_steps,
        first=name_of(language, first.optimizer),
        first_loss=number_text(float(first.loss[-1])),
        last=name_of(language, last.optimizer),
        last_loss=number_text(float(last.loss[-1])),
        start=number_text(float(first.loss[0])),
    )
    return result, text(language, "optimizer_race.loss.careful", rate=number_text(settings.rate))


def accuracy_words(language: str, found: Race) -> tuple[str, ...]:
    """Say how many examples each knows at the end."""
    ends = ranking(language, found, "accuracy")
    return (text(language, "optimizer_race.accuracy.say", steps=found.num_steps, ends=ends),)


def plane_words(language: str, found: Race) -> tuple[str, ...]:
    """Say how much of the paths lies in the plane, and how far each goes."""
    least = int(np.argmin(found.plane.shares))
    share = text(
        language,
        "optimizer_race.plane.share",
        share=percent_text(found.plane.share),
        parameters=len(found.plane.centre),
        least=percent_text(float(found.plane.shares[least])),
        name=name_of(language, found.racers[least].optimizer),
    )
    lengths = [float(np.linalg.norm(one.history.theta[-1] - one.history.theta[0])) for one in found.racers]
    order = np.argsort(lengths)
    far = text(
        language,
        "optimizer_race.plane.far",
        farthest=name_of(language, found.racers[order[-1]].optimizer),
        long=number_text(lengths[order[-1]]),
        nearest=name_of(language, found.racers[order[0]].optimizer),
        short=number_text(lengths[order[0]]),
    )
    return share, far


def weight_name(language: str, settings: OptimizerRace) -> str:
    """Return which weight is opened."""
    where = {"row": settings.row, "column": settings.column, "node": settings.node, "digit": settings.digit}
    return text(language, f"optimizer_race.weight.{settings.layer}", **where)


def update_words(language: str, settings: OptimizerRace, opened: Opened, update: int) -> str:
    """Say what one update does to the weight; ``update`` counts from 0."""
    number = {name: number_text(float(getattr(opened, name)[update])) for name in Opened._fields}
    plain = -settings.rate * float(opened.gradient[update])
    values = {
        "number": update + 1,
        "total": len(opened.weight),
        "rate": number_text(settings.rate),
        "gradient": number["gradient"],
        "change": number_text(float(opened.change[update])),
        "plain": number_text(plain),
        "after": number["after"],
    }
    if settings.optimizer == "sgd":
        return text(language, "optimizer_race.state.plain", **values)
    kind = "adaptive" if settings.optimizer in ADAPTIVE else "velocity_says"
    times = float(opened.effective_rate[update]) / settings.rate if settings.rate else 0.0
    remembered = text(
        language,
        f"optimizer_race.state.{kind}",
        effective=number["effective_rate"],
        times=number_text(times),
        first=number["first"],
    )
    return f"{text(language, 'optimizer_race.state.moves', **values)} {remembered}"


def state_words(language: str, settings: OptimizerRace, opened: Opened) -> tuple[str, ...]:
    """Say what the optimizer did to the weight over the whole run."""
    active = int(np.count_nonzero(opened.gradient))
    moved = float(opened.after[-1] - opened.weight[0])
    values = {"name": name_of(language, settings.optimizer), "weight": weight_name(language, settings)}
    if not active:
        return (text(language, "optimizer_race.state.silent", **values, total=len(opened.weight)),)
    whole = text(
        language,
        "optimizer_race.state.whole",
        **values,
        active=active,
        total=len(opened.weight),
        start=number_text(float(opened.weight[0])),
        end=number_text(float(opened.after[-1])),
        moved=number_text(abs(moved)),
        plain=number_text(abs(settings.rate * float(opened.gradient.sum()))),
    )
    if settings.optimizer not in ADAPTIVE:
        return (whole,)
    used = opened.effective_rate[np.flatnonzero(opened.second_corrected > 0)]
    rates = {"low": number_text(float(used.min())), "high": number_text(float(used.max()))}
    spread = text(language, "optimizer_race.state.rates", **rates, rate=number_text(settings.rate))
    return whole, spread


def keeps_velocity(optimizer: str) -> bool:
    """Say whether an optimizer remembers which way it went."""
    return optimizer in WITH_VELOCITY or optimizer in ("adam", "adamw")
