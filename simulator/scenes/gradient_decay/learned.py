"""Who learns: what training did to each layer, from several starts, as pictures and as sentences."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simulator.core.propagation.learning import Learning, middle
from simulator.core.run import Run
from simulator.drawing.panels import Panel, panels_picture
from simulator.drawing.panels_spec import Line
from simulator.drawing.picture import Picture
from simulator.scenes.gradient_decay.pictures import NORM_AXES, Named
from simulator.scenes.loss_curves import middle_loss
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text


class Learned(NamedTuple):
    """One network's training from every start; all of them as many updates."""

    title: str  # the network's name in the reader's language
    runs: Sequence[Run]
    learning: Sequence[Learning]

    @property
    def step(self) -> np.ndarray:
        """The shown updates: (shown,)."""
        return self.learning[0].step

    @property
    def weight_change(self) -> np.ndarray:
        """Relative change of the weights: (starts, shown, layers)."""
        return np.array([one.weight_change for one in self.learning])

    @property
    def grad_norm(self) -> np.ndarray:
        """‖∂L/∂z‖: (starts, shown, layers)."""
        return np.array([one.signal.grad_norm for one in self.learning])


def learning_picture(learned: Sequence[Learned], language: str) -> Picture:
    """Draw how far each layer's weights have moved after each shown number of updates.

    One bar a layer for the median of the starts, a thin line for each start.
    """
    lines = [
        Line(name="middle", label=text(language, "gradient_decay.line.change"), color="update", bars=True),
        *_start_lines(language, len(learned[0].runs), "ink"),
    ]
    return panels_picture(
        language,
        [Panel(title=one.title, values=_values(one.weight_change)) for one in learned],
        lines,
        title=text(language, "gradient_decay.learning.title"),
        alt=_alt(language, "learning", learned, [one.weight_change for one in learned]),
        axis=text(language, "gradient_decay.learning.axis"),
        step=learned[0].step,
        zero=text(language, "figures.exactly_zero"),
    )


def training_picture(learned: Sequence[Learned], begun: Sequence[Named], language: str) -> Picture:
    """Draw the gradient norm of every layer at each shown step of training, over the band of random starts.

    A strong line for the median of the starts that were trained, a thin one for each of them.
    """
    lines = [
        Line(name="middle", label=text(language, "gradient_decay.line.trained"), color="gradient"),
        *_start_lines(language, len(learned[0].runs), "gradient"),
    ]
    profiles = [one.microscope.profile for one in begun]
    panels = [
        Panel(title=one.title, values=_values(one.grad_norm), low=profile.low, high=profile.high)
        for one, profile in zip(learned, profiles, strict=True)
    ]
    return panels_picture(
        language,
        panels,
        lines,
        title=text(language, "gradient_decay.training.title"),
        alt=_alt(language, "training", learned, [one.grad_norm for one in learned]),
        axis=text(language, NORM_AXES["pre_activation"]),
        step=learned[0].step,
        zero=text(language, "figures.exactly_zero"),
    )


def _start_lines(language: str, count: int, color: str) -> list[Line]:
    each = text(language, "gradient_decay.line.each_start")
    return [
        Line(
            name=f"start_{number}",
            label=text(language, "gradient_decay.line.start", number=number),
            color=color,
            thin=True,
            key=each if number == 1 else "",
        )
        for number in range(1, count + 1)
    ]


def _values(starts: np.ndarray) -> dict[str, np.ndarray]:
    return {"middle": middle(starts)} | {f"start_{number}": one for number, one in enumerate(starts, 1)}


def _alt(language: str, picture: str, learned: Sequence[Learned], drawn: Sequence[np.ndarray]) -> str:
    named = [(one.title, float(middle(values)[-1, 0])) for one, values in zip(learned, drawn, strict=True)]
    ends = "; ".join(
        text(language, "gradient_decay.decay.alt_end", name=name, first=number_text(value)) for name, value in named
    )
    counts = {"networks": len(learned), "seeds": len(learned[0].runs), "steps": int(learned[0].step[-1])}
    return text(language, f"gradient_decay.{picture}.alt", ends=ends, **counts)


def learned_words(language: str, one: Learned) -> list[str]:
    """Say which layers have moved, and what became of the loss and the accuracy, all after the last shown update.

    The numbers are medians of the starts, as they are drawn.
    """
    last = int(one.step[-1])
    lost = [at.step for run in one.runs if (at := run.first_nonfinite) is not None and at.step <= last]
    values = {"name": one.title, "seeds": len(one.runs), "steps": last}
    of_starts = "_one" if len(one.runs) == 1 else ""
    said: list[str] = []
    if lost:
        entry = f"gradient_decay.learning.lost{of_starts}"
        said.append(text(language, entry, lost=len(lost), step=min(lost), **values))
    if 2 * len(lost) >= len(one.runs):  # the median is lost, too
        return said
    loss = middle_loss(one.runs)
    at = int(np.searchsorted(one.runs[0].records.step, last, side="right")) - 1
    values |= {"start": number_text(float(loss[0])), "end": number_text(float(loss[at]))}
    first = one.weight_change[:, -1, 0]
    change = middle(one.weight_change[:, -1])
    moved = {"first": number_text(float(change[0])), "last": number_text(float(change[-1]))}
    if change[0] == 0:
        still = int(np.sum(first == 0))
        entry = f"gradient_decay.learning.still{of_starts or ('_all' if still == len(first) else '')}"
        said.append(text(language, entry, still=still, **values))
    else:
        said.append(text(language, "gradient_decay.learning.says", **values, **moved))
    return [*said, *_accuracy_words(language, one), *rounded_words(language, one)]


def _accuracy_words(language: str, one: Learned) -> list[str]:
    """Say the validation accuracy when it was last measured: the middle start's, the worst and the best."""
    records = one.runs[0].records
    measured = np.flatnonzero(records.evaluated & (records.step <= one.step[-1]))
    if not len(measured):
        return []
    accuracy = np.array([run.records.validation_accuracy[measured[-1]] for run in one.runs])
    if not np.isfinite(accuracy).all():
        return []
    ends = {"low": percent_text(accuracy.min()), "high": percent_text(accuracy.max())}
    values = {"name": one.title, "step": int(records.step[measured[-1]]), "seeds": len(accuracy)}
    values["accuracy"] = percent_text(float(np.median(accuracy)))
    entry = "accuracy" if ends["low"] == ends["high"] else "accuracies"
    return [text(language, f"gradient_decay.learning.{entry}", **values, **ends)]


def rounded_words(language: str, one: Learned) -> list[str]:
    """Say why weights have not changed by a single digit, from any start, although their gradient is not 0."""
    if one.step[-1] == 0:
        return []
    gradient = np.array([learning.signal.weight_grad_norm[-1] for learning in one.learning])
    still = np.flatnonzero(np.all((one.weight_change[:, -1] == 0) & (gradient > 0), axis=0))
    if not len(still):
        return []
    largest = number_text(float(gradient[:, still].max()))
    return [text(language, "gradient_decay.learning.rounded", name=one.title, count=len(still), gradient=largest)]
