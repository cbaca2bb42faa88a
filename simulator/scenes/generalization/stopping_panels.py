"""The panels of early stopping: the validation loss with best step and stop, and the network at these steps."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.generalization.stopping import HELD_OUT, RATE, WIDTH, Stop
from simulator.drawing.annotations import rule, tooltip, words
from simulator.drawing.axes import log_range, x_steps, y_log
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.drawing.thinning import spread, thin
from simulator.scenes.generalization.errors import PARTS, SHADES
from simulator.scenes.generalization.fits import fits_picture
from simulator.scenes.generalization.settings import Generalization
from simulator.scenes.generalization.stopping import Watched
from simulator.scenes.panel import Panel
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

MAX_POINTS = 600
"""Of one line."""


def stopping(found: Watched, settings: Generalization, language: str) -> Panel:
    """Draw both losses over training, with the best step and the stop."""
    stop = found.stop(settings.patience)
    picture = _losses_picture(found, stop, settings, language)
    sentences = stopping_words(language, found, stop, settings.patience)
    values = {"points": settings.points, "width": WIDTH, "held": HELD_OUT, "rate": number_text(RATE)}
    how = text(language, "generalization.stopping.how", **values)
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences, notes=(how,))


def moments(found: Watched, settings: Generalization, language: str) -> Panel:
    """Draw the network at the best step, at the stop and at the end."""
    stop = found.stop(settings.patience)
    steps = {"best": stop.best, **({} if stop.stop is None else {"stop": stop.stop}), "last": found.last}
    titles = [text(language, f"generalization.stopping.at_{name}", step=step) for name, step in steps.items()]
    drawn = [found.at(step) for step in steps.values()]
    question = text(language, "generalization.stopping.moments")
    picture = fits_picture(titles, drawn, settings.curve, language, question)
    values = {f"{name}_test": number_text(one.test) for name, one in zip(steps, drawn, strict=True) if name != "stop"}
    said = text(language, "generalization.stopping.tested", best=stop.best, last=found.last, **values)
    how = text(language, "generalization.stopping.fits_how")
    return Panel(question=question, pictures=(picture,), sentences=(said,), notes=(how,))


def stopping_words(language: str, found: Watched, stop: Stop, patience: int) -> tuple[str, ...]:
    """Say where training stops, what waiting cost, and whether it stopped too early."""
    loss = found.validation_loss
    values = {"patience": patience, "best": stop.best, "value": number_text(loss[stop.best]), "last": found.last}
    end = {"end": number_text(loss[-1]), "times": number_text(float(loss[-1] / loss[stop.best]))}
    if stop.stop is None:
        return (text(language, "generalization.stopping.through", **values, **end),)
    first = text(language, "generalization.stopping.stops", stop=stop.stop, **values)
    share = percent_text(patience / stop.stop)
    second = text(language, "generalization.stopping.cost", stop=stop.stop, share=share, **values, **end)
    if loss[found.lowest] < loss[stop.best]:
        lowest = {"lowest": found.lowest, "least": number_text(loss[found.lowest])}
        return first, second, text(language, "generalization.stopping.impatient", **lowest, **values)
    return first, second, text(language, "generalization.stopping.found", **values)


def _losses_picture(found: Watched, stop: Stop, settings: Generalization, language: str) -> Picture:
    losses = {"train": found.train_loss, "test": found.validation_loss}
    kept = {part: thin(losses[part], MAX_POINTS) for part in PARTS}
    domain, marks = log_range(np.maximum(np.concatenate(list(losses.values())), 1e-12))
    names = [text(language, f"generalization.stopping.{name}") for name in ("training", "validation")]
    ended = found.last if stop.stop is None else stop.stop
    headings = _headings(language)
    return Picture(
        title=text(language, "generalization.stopping.title"),
        alt=text(
            language,
            "generalization.stopping.alt",
            last=found.last,
            best=stop.best,
            value=number_text(found.validation_loss[stop.best]),
            end=number_text(found.validation_loss[-1]),
            train=number_text(found.train_loss[-1]),
        ),
        specs={"losses": _losses_spec(language)},
        signals={"x_domain": [0, found.last], "log_domain": domain, "log_ticks": marks},
        tables={
            "curve": {
                "part": [part for part in PARTS for _ in kept[part]],
                "step": np.concatenate([kept[part] for part in PARTS]),
                "loss": np.concatenate([losses[part][kept[part]] for part in PARTS]),
            },
            "waiting": {"from": [stop.best], "to": [ended]},
            "unseen": {"from": [ended], "to": [found.last]},
            "best": {
                "step": [stop.best],
                "loss": [found.validation_loss[stop.best]],
                "name": [text(language, "generalization.stopping.best", step=stop.best)],
                "side": ["left" if stop.best < found.last / 2 else "right"],
            },
            "stop": {
                "step": [] if stop.stop is None else [stop.stop],
                "name": [] if stop.stop is None else [text(language, "generalization.stopping.stop", step=stop.stop)],
                "side": [] if stop.stop is None else ["left" if stop.stop < found.last / 2 else "right"],
            },
            "labels": {"part": list(PARTS), "place": _label_places(losses, domain), "name": names},
            "reading": {
                "step": kept["test"],
                "train": found.train_loss[kept["test"]],
                "validation": found.validation_loss[kept["test"]],
            },
        },
        reading=Reading("reading", headings),
    )


def _label_places(losses: dict[str, np.ndarray], domain: list[float]) -> np.ndarray:
    """Return where the names of the lines stand at their right ends, apart from each other."""
    low, high = np.log10(domain)
    return 10.0 ** spread(np.log10([losses[part][-1] for part in PARTS]), low, high, 0.1 * (high - low))


def _headings(language: str) -> dict[str, str]:
    return {
        "step": text(language, "figures.axis.step"),
        "train": text(language, "generalization.stopping.training_loss"),
        "validation": text(language, "generalization.stopping.validation_loss"),
    }


@cache
def _losses_spec(language: str) -> dict[str, Any]:
    x = x_steps(language)
    y = y_log("loss", text(language, "generalization.errors.axis"))
    shade = alt.Color("part:N", legend=None).scale(domain=list(PARTS), range=[SHADES[part] for part in PARTS])
    ends = {"x": alt.X("from:Q"), "x2": alt.X2("to")}
    line = over("curve").mark_line(strokeWidth=px(3), clip=True)
    exact = tooltip({"step": text(language, "figures.axis.step"), "loss": text(language, "generalization.errors.axis")})
    dot = over("best").mark_point(shape="diamond", filled=True, opacity=1, color="@good", size=area(170))
    named = [
        words(table, "name", dx=dx, dy=dy, align=side, baseline="bottom", fontWeight=600, color=color)
        .transform_filter(f"datum.side === '{side}'")
        .encode(alt.X("step:Q"), alt.YValue(0))
        for table, dy, color in (("best", -28, "@good"), ("stop", -8, "@bad"))
        for side, dx in (("left", 0), ("right", 0))
    ]
    layers = [
        over("waiting").mark_rect(color="@muted", opacity=0.16).encode(**ends),
        over("unseen").mark_rect(color="@track", opacity=0.9).encode(**ends),
        rule("best", thin=True, color="@good").encode(x="step:Q"),
        rule("stop", color="@bad").encode(x="step:Q"),
        line.encode(x, y, shade, tooltip=exact),
        dot.encode(alt.X("step:Q"), alt.Y("loss:Q"), tooltip=exact),
        *named,
        words("labels", "name", dx=8, align="left", baseline="middle", fontWeight=600).encode(
            alt.XValue("width"), alt.Y("place:Q"), shade
        ),
    ]
    return chart(layers, ["x_domain", "log_domain", "log_ticks"], right=16, top=12)
