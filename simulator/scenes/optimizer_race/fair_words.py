"""What the fair race says: best rates, what is left of the lead, and why one rate for all is no comparison."""

import numpy as np

from simulator.core.training import OPTIMIZERS
from simulator.scenes.optimizer_race.fair import NUM_SEEDS, Best, Fair
from simulator.scenes.optimizer_race.words import name_of
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text


def best_rates_text(language: str, best: Best) -> str:
    """Return every optimizer's best rate."""
    pairs = zip(OPTIMIZERS, best.best_rates, strict=True)
    return ", ".join(f"{name_of(language, one)} {number_text(float(rate))}" for one, rate in pairs)


def medians_text(language: str, values: np.ndarray, *, percent: bool = False) -> str:
    """Return every optimizer's median over the seeds; values are (optimizers, seeds)."""
    write = percent_text if percent else number_text
    pairs = zip(OPTIMIZERS, np.median(values, axis=1), strict=True)
    return ", ".join(f"{name_of(language, one)} {write(float(value))}" for one, value in pairs)


def rates_words(language: str, found: Fair) -> tuple[str, ...]:
    """Say which rate is best for whom, and how far the shared one is from it."""
    best, rates = found.best, found.best.best_rates
    said = text(language, "optimizer_race.rates.say", rates=best_rates_text(language, best))
    return said, unfair_words(language, found, rates)


def unfair_words(language: str, found: Fair, rates: np.ndarray) -> str:
    """Say why one rate for all compares rates: it is another share of each one's best rate."""
    shares = found.shared_rate / rates
    near, far = shares.max(), shares.min()
    return text(
        language,
        "optimizer_race.rates.unfair",
        rate=number_text(found.shared_rate),
        near=_names_at(language, shares == near),
        near_share=number_text(float(near)),
        far=_names_at(language, shares == far),
        far_share=number_text(float(far)),
        times=number_text(float(rates.max() / rates.min())),
    )


def _names_at(language: str, chosen: np.ndarray) -> str:
    return ", ".join(name_of(language, OPTIMIZERS[number]) for number in np.flatnonzero(chosen))


def best_words(language: str, best: Best) -> tuple[str, ...]:
    """Say how the losses end, each at its best rate."""
    last = best.loss[..., -1]
    middle = np.median(last, axis=1)
    order = np.argsort(middle)
    return (
        text(
            language,
            "optimizer_race.best.say",
            steps=int(best.marks[-1]),
            first=name_of(language, OPTIMIZERS[order[0]]),
            lowest=number_text(float(middle[order[0]])),
            last=name_of(language, OPTIMIZERS[order[-1]]),
            highest=number_text(float(middle[order[-1]])),
            seeds=NUM_SEEDS,
        ),
    )


def lead(accuracy: np.ndarray) -> float:
    """Return how far the best median lies above the worst one, as a share; accuracies are (optimizers, seeds)."""
    return float(np.ptp(np.median(accuracy, axis=1)))


def finish_words(language: str, found: Fair) -> tuple[str, ...]:
    """Say what is left of the lead when each optimizer has its best rate, beside what the seed alone changes."""
    best = found.best.accuracy
    spread, gap = float(np.ptp(best, axis=1).max()), lead(best)
    values = {
        "rate": number_text(found.shared_rate),
        "shared": _points(lead(found.shared_accuracy)),
        "gap": _points(gap),
        "spread": _points(spread),
        "seeds": NUM_SEEDS,
    }
    return (
        text(language, "optimizer_race.finish.say", **values),
        text(language, f"optimizer_race.finish.{'within' if gap <= spread else 'beyond'}", **values),
        unfair_words(language, found, found.best.best_rates),
    )


def _points(share: float) -> str:
    return number_text(100.0 * share)
