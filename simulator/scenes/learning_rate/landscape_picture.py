"""The plane through a real network's parameters: contours, the path and the slider that redraws it."""

from typing import Any

import numpy as np

from simulator.drawing.picture import Picture, Reading
from simulator.scenes.learning_rate.edge import how
from simulator.scenes.learning_rate.landscape import GRID, Landscape
from simulator.scenes.learning_rate.pictures import KIND, bounded, contour_levels
from simulator.scenes.learning_rate.settings import LearningRate
from simulator.scenes.panel import Panel, Steps
from simulator.texts import templates, text
from simulator.texts.numbers import number_text, percent_text

GROUP = "network"


def landscape_panel(found: Landscape, settings: LearningRate, language: str) -> Panel:
    """Draw the loss on the plane with the path of the slider's rate."""
    picture = _picture(found, settings, language)
    loss = found.loss[found.chosen]
    under = text(
        language,
        "learning_rate.landscape.under",
        below=number_text(found.below),
        first=number_text(float(loss[0])),
    )
    values = {"points": GRID[0] * GRID[1], "stride": int(found.step[1] - found.step[0])}
    notes = (text(language, f"learning_rate.landscape.how_{settings.directions}", **values), how(settings, language))
    steps = Steps(found.step, run=settings.to_text(), group=GROUP)
    return Panel(question=picture.title, pictures=(picture,), sentences=(under,), notes=notes, steps=steps)


def landscape_words(found: Landscape, index: int, language: str) -> str:
    """Say how the loss went with one rate, and how much of that path lies in the plane."""
    loss = found.loss[index]
    values: dict[str, Any] = {"rate": number_text(float(found.rates[index])), "first": number_text(float(loss[0]))}
    values |= {"share": percent_text(found.share[index]), "steps": int(found.step[-1])}
    if found.diverged[index] is not None:
        return text(language, "learning_rate.landscape.diverges", step=found.diverged[index], **values)
    return text(language, "learning_rate.landscape.says", last=number_text(float(loss[-1])), **values)


def _picture(found: Landscape, settings: LearningRate, language: str) -> Picture:
    axes = [text(language, f"learning_rate.landscape.{name}") for name in ("first", "second")]
    rate_texts = [f"η = {number_text(float(rate))}" for rate in found.rates]
    places, loss = bounded(found.places), bounded(found.loss)
    own = {"theta": places[found.chosen], "loss": loss[found.chosen]}
    order = [found.chosen, *(index for index in range(len(found.rates)) if index != found.chosen)]
    content: dict[str, Any] = {
        "control": "net_rate",
        "axes": axes,
        "stride": int(found.step[1] - found.step[0]),
        "box": list(found.box),
        "one_dimensional": False,
        "field": contour_levels(found.field),
        "minima": [],
        "num_global": 0,
        "start": [float(value) for value in found.places[found.chosen, 0]],
        "moved": 0,
        "runs": [{"title": rate_texts[found.chosen], "letter": "A", **own}],
        "sweep": {"theta": places, "loss": loss},
        "rates": [float(rate) for rate in found.rates],
        "rate_texts": rate_texts,
        "away": np.array([one is not None for one in found.diverged]),
        "marks": [],
        "chosen": found.chosen,
        "formulas": [[] for _ in found.step],
        "loss_ends": _loss_ends(found),
    }
    words = landscape_words(found, found.chosen, language)
    heads = {name: text(language, f"learning_rate.table.{name}") for name in ("step", "loss")}
    first, second = found.places[found.chosen].T
    return Picture(
        kind=KIND,
        title=text(language, "learning_rate.landscape.title"),
        alt=f"{text(language, f'learning_rate.landscape.alt_{settings.directions}')} {words}",
        step=found.step,
        content=content,
        words=templates(language, "learning_rate.component"),
        tables={
            "path": {"step": found.step, "first": first, "second": second, "loss": found.loss[found.chosen]},
        },
        reading=Reading("path", {"step": heads["step"], "first": axes[0], "second": axes[1], "loss": heads["loss"]}),
        sentences={str(index): (landscape_words(found, index, language),) for index in order},
    )


def _loss_ends(found: Landscape) -> list[float]:
    """Return the powers of ten at the ends of the loss axis: of all rates that do not diverge."""
    stays = [index for index, one in enumerate(found.diverged) if one is None]
    lowest = min((float(found.loss[index].min()) for index in stays), default=float(found.loss[0, 0]))
    return [float(np.floor(np.log10(max(lowest, 1e-12)))), float(np.ceil(np.log10(found.loss[0, 0])) + 1.0)]
