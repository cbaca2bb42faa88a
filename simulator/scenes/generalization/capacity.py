"""Networks of growing width on the same points: real runs with several seeds, and their losses at the end."""

from dataclasses import replace

import numpy as np

from simulator.core.engine.cost import estimated_cost
from simulator.core.generalization.stopping import HELD_OUT, curve_rows, overfitting_configs
from simulator.core.network import NetworkConfig
from simulator.core.run import train
from simulator.core.training import TrainingConfig
from simulator.scenes.generalization.errors import Words, errors_alt, errors_picture, noise_line
from simulator.scenes.generalization.numbers import Scan
from simulator.scenes.generalization.settings import OF_NETWORKS, OF_POLYNOMIALS, Generalization
from simulator.scenes.generalization.words import error_text, times_text, zone_names
from simulator.scenes.panel import Panel
from simulator.scenes.scene import Numbers, Progress
from simulator.texts import text
from simulator.texts.numbers import number_text

WIDTHS = (1, 2, 4, 8, 16, 32)
NUM_SEEDS = 5
NUM_STEPS = 1000
FIRST_STD = 3.0
"""Standard deviation of the first weights: with smaller ones networks of every width draw curves that are too smooth to
follow the noise, and capacity costs nothing."""


def configs(points: int, width: int, seed: int) -> tuple[NetworkConfig, TrainingConfig]:
    """Return a network of two hidden layers of a width, trained to the end whatever its validation loss says."""
    network, training = overfitting_configs(points, seed)
    network = replace(network, layer_sizes=(1, width, width, 1), initializer="normal", initializer_std=FIRST_STD)
    return network, replace(training, num_epochs=NUM_STEPS, patience=None)


def _capacity(settings: Generalization, progress: Progress) -> Scan | None:
    """Train every width with every seed; ``None`` where that was stopped."""
    losses = np.empty((NUM_SEEDS, len(WIDTHS), 2))
    total = NUM_SEEDS * len(WIDTHS)
    for row in range(NUM_SEEDS):
        seed = settings.seed + row
        data = curve_rows(settings.curve, settings.points, settings.noise, seed)
        for column, width in enumerate(WIDTHS):
            if progress(row * len(WIDTHS) + column, total) is False:
                return None
            run = train(*configs(settings.points, width, seed), data)
            losses[row, column] = run.records.loss[-1], run.test_loss
    return Scan(np.array(WIDTHS), losses[..., 0], losses[..., 1])


def _seconds(settings: Generalization) -> float:
    rows = settings.points + 2 * HELD_OUT
    return NUM_SEEDS * sum(estimated_cost(*configs(settings.points, width, 0), rows).seconds for width in WIDTHS)


CAPACITY = Numbers(_capacity, ignores=(*OF_POLYNOMIALS, *OF_NETWORKS), long=True, seconds=_seconds)


def capacity(found: Scan, settings: Generalization, language: str) -> Panel:
    """Draw both losses over the width."""
    question = text(language, "generalization.capacity.title", points=settings.points)
    said = Words(
        title=question,
        alt=errors_alt(language, found, "capacity"),
        axis=text(language, "generalization.capacity.axis"),
        best=text(language, "generalization.capacity.best", width=WIDTHS[found.best]),
        noise=noise_line(language, settings.noise),
        **zone_names(language, found),
    )
    picture = errors_picture(found, None, settings.noise, said, language, log=True, ticks=WIDTHS)
    how = text(language, "generalization.capacity.how", seeds=NUM_SEEDS, steps=NUM_STEPS, std=number_text(FIRST_STD))
    return Panel(question=question, pictures=(picture,), sentences=_words(language, found, settings), notes=(how,))


def _words(language: str, found: Scan, settings: Generalization) -> tuple[str, ...]:
    test, train = found.middle("test"), found.middle("train")
    ends = {"first": WIDTHS[0], "last": WIDTHS[-1], "seeds": NUM_SEEDS}
    losses = {"start": error_text(test[0]), "end": error_text(test[-1])}
    best = {"best": WIDTHS[found.best], "value": error_text(test[found.best]), "points": settings.points}
    gap = {"train": error_text(train[-1]), "test": error_text(test[-1]), "times": times_text(test[-1], train[-1])}
    last = found.test[:, -1]
    return (
        text(language, "generalization.capacity.smallest", **best, **losses, **ends),
        text(language, "generalization.capacity.gap", last=WIDTHS[-1], **gap),
        text(
            language,
            "generalization.capacity.spread",
            last=WIDTHS[-1],
            seeds=NUM_SEEDS,
            low=number_text(float(last.min())),
            high=number_text(float(last.max())),
        ),
    )
