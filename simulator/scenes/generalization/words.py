"""What the numbers of the generalization page say: errors, verdicts, and how far one set of points can be trusted."""

import numpy as np

from simulator.scenes.generalization.numbers import EXACT, NUM_DEGREES, SAME_FACTOR, Fit, Fits, Scan, floored
from simulator.scenes.generalization.settings import AMOUNTS, Generalization
from simulator.texts import text
from simulator.texts.numbers import number_text

STIFF = 2.0
"""A training error of at least this many times the noise is not the noise's alone."""


def error_text(error: float) -> str:
    """Write an error; what is mere rounding is 0.

    >>> error_text(0.0914), error_text(3e-29)
    ('0.0914', '0')
    """
    return "0" if error < EXACT else number_text(float(error))


def times_text(error: float, other: float) -> str:
    """Write how many times one error is another."""
    return number_text(float(floored(error) / floored(other)))


def all_verdicts(language: str) -> tuple[str, ...]:
    """Return the words for all verdicts, those of a bad one first."""
    return tuple(text(language, f"generalization.verdict.{verdict}") for verdict in ("under", "over", "near", "best"))


def verdict_text(language: str, fits: Fits, one: Fit) -> str:
    """Say in a word what is wrong with a polynomial."""
    return text(language, f"generalization.verdict.{fits.verdict(one)}")


def fit_words(language: str, fits: Fits, one: Fit) -> str:
    """Say how one polynomial does beside the best of all degrees."""
    best, verdict = fits.best, fits.verdict(one)
    exact = "_exact" if verdict != "best" and fits.errors.test[best - 1] < EXACT else ""
    return text(
        language,
        f"generalization.says.{verdict}{exact}",
        degree=one.degree,
        train=error_text(one.train),
        test=error_text(one.test),
        best=best,
        best_train=error_text(float(fits.errors.train[best - 1])),
        best_test=error_text(float(fits.errors.test[best - 1])),
        times=times_text(one.test, float(fits.errors.test[best - 1])),
        count=NUM_DEGREES,
    )


def through_words(language: str, settings: Generalization) -> str:
    """Say where the training error is 0 because there are as many coefficients as points; empty for nowhere."""
    if settings.points > NUM_DEGREES:
        return ""
    return text(language, "generalization.through", degree=settings.points - 1, points=settings.points)


def basis_words(language: str, fits: Fits, settings: Generalization) -> str:
    """Say how the polynomials are fitted, and what the powers of x would have cost."""
    values = {"powers": number_text(fits.conditions.powers), "legendre": number_text(fits.conditions.legendre)}
    degree = fits.fits[-1].degree
    said = text(language, "generalization.basis.text", degree=degree, points=settings.points, **values)
    if degree < settings.points:
        return said
    more = text(language, "generalization.basis.many", coefficients=degree + 1, points=settings.points)
    return f"{said} {more}"


def sets_note(language: str, scan: Scan) -> str:
    """Say what lines, bands and points of the errors are."""
    return text(language, "generalization.errors.how", sets=len(scan.test))


def zones(scan: Scan) -> tuple[bool, bool]:
    """Say whether the ends of a scan are clearly worse than its best place: too stiff, and too free."""
    test = floored(scan.middle("test"))
    worse = test[[0, -1]] >= SAME_FACTOR * test[scan.best]
    return bool(worse[0]), bool(worse[1])


def zone_names(language: str, scan: Scan, ends: tuple[str, str] = ("left", "right")) -> dict[str, str]:
    """Return what the ends of a picture of errors are called; empty where they are not clearly worse.

    Args:
      language: of the names.
      scan: the errors.
      ends: which end of the picture over the degree each end is like: ``left`` is too stiff, ``right`` too free.
    """
    names = (text(language, f"generalization.degrees.{end}") for end in ends)
    return {side: name if bad else "" for side, name, bad in zip(("left", "right"), names, zones(scan), strict=True)}


def degrees_words(language: str, scan: Scan, settings: Generalization) -> tuple[str, ...]:
    """Say where the test error is smallest: in the middle of many sets, and from set to set."""
    test, train = scan.middle("test"), scan.middle("train")
    first = text(
        language,
        "generalization.degrees.smallest",
        best=scan.best + 1,
        value=error_text(test[scan.best]),
        sets=len(scan.test),
        start=error_text(test[0]),
        end=error_text(test[-1]),
        last=NUM_DEGREES,
    )
    second = text(
        language,
        "generalization.degrees.train",
        start=error_text(train[0]),
        end=error_text(train[-1]),
        last=NUM_DEGREES,
    )
    return first, second, _best_words(language, scan), *filter(None, [through_words(language, settings)])


def _best_words(language: str, scan: Scan) -> str:
    best = scan.best_of_each + 1
    degrees, counts = np.unique(best, return_counts=True)
    if len(degrees) == 1:
        return text(language, "generalization.degrees.same", own=int(best[0]), sets=len(scan.test))
    most = int(np.argmax(counts))
    return text(
        language,
        "generalization.degrees.spread",
        own=int(best[0]),
        low=int(degrees[0]),
        high=int(degrees[-1]),
        most=int(degrees[most]),
        count=int(counts[most]),
        sets=len(scan.test),
    )


def gap_words(language: str, few: Fit, many: Fit) -> str:
    """Say how training and test error come together on the set that is shown."""
    values = {
        f"{part}_{name}": error_text(getattr(one, part))
        for name, one in (("few", few), ("many", many))
        for part in ("train", "test")
    }
    points = {"few": len(few.points.x), "many": len(many.points.x)}
    return text(language, "generalization.amounts.gap", degree=few.degree, **points, **values)


def all_points_words(language: str, settings: Generalization) -> str:
    """Say up to how many points the polynomial passes through all of them; empty where that is too few to be shown."""
    if settings.degree + 1 < AMOUNTS[0]:
        return ""
    return text(language, "generalization.amounts.through", degree=settings.degree, points=settings.degree + 1)


def amounts_words(language: str, scan: Scan, settings: Generalization) -> tuple[str, ...]:
    """Say what more points change, and whether they can help at all."""
    test, train = scan.middle("test"), scan.middle("train")
    ends = {
        "few": AMOUNTS[0],
        "many": AMOUNTS[-1],
        "train_few": error_text(train[0]),
        "test_few": error_text(test[0]),
        "train_many": error_text(train[-1]),
        "test_many": error_text(test[-1]),
    }
    first = text(language, "generalization.amounts.ends", degree=settings.degree, sets=len(scan.test), **ends)
    noise = settings.noise**2
    values = {"degree": settings.degree, "points": AMOUNTS[-1], "train": error_text(train[-1])}
    if train[-1] >= max(STIFF * noise, EXACT):
        if not noise:
            return first, text(language, "generalization.amounts.stiff_quiet", **values)
        times = number_text(float(train[-1] / noise))
        return first, text(language, "generalization.amounts.stiff", times=times, noise=number_text(noise), **values)
    if floored(test[0]) >= SAME_FACTOR * floored(test[-1]):
        cure = "cure_exact" if test[-1] < EXACT else "cure"
        return first, text(language, f"generalization.amounts.{cure}", times=times_text(test[0], test[-1]), **values)
    return first, text(language, "generalization.amounts.little", **values)
