"""The time that each way to the same gradient takes."""

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.core.checks import PassCount
from simulator.drawing.annotations import words
from simulator.drawing.axes import log_range, x_log
from simulator.drawing.chart import chart, over
from simulator.drawing.picture import Picture, Reading
from simulator.texts import text
from simulator.texts.numbers import number_text

WAYS = ("backpropagation", "one_sided", "central")
COLORS = ["@gradient", "@muted", "@muted"]
GROUPS = {
    "ko": {"ten_thousands": 1e4, "hundred_millions": 1e8},
    "en": {"ten_thousands": 1e3, "hundred_millions": 1e3},
}
"""In what a large number is counted: Korean has words for 10⁴ and 10⁸, English writes thousands after a comma."""
UNITS = ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes"), (1.0, "seconds"), (1e-3, "milliseconds"))


def pass_times(counts: PassCount, language: str) -> Picture:
    """Draw the time of the three ways to the same gradient as bars on a log axis."""
    seconds = np.array([getattr(counts, f"{way}_seconds") for way in WAYS])
    domain, ticks = log_range(seconds, decades=3)
    domain[1] *= 10.0  # room for the words at the end of a bar
    labels = [text(language, f"trust_lab.pass.{way}") for way in WAYS]
    headings = {name: text(language, f"trust_lab.axis.{name}") for name in ("way", "seconds")}
    written = times_written(counts, language)
    return Picture(
        title=text(language, "trust_lab.passes.title"),
        alt=text(language, "trust_lab.passes.alt", **written),
        specs={"times": _times_spec(language)},
        signals={"log_domain": domain, "log_ticks": ticks, "ways": labels},
        tables={
            "bars": {
                "way": labels,
                "seconds": seconds,
                "start": np.full(len(WAYS), domain[0]),
                "written": list(written.values()),
            }
        },
        reading=Reading("bars", headings),
    )


@cache
def _times_spec(language: str) -> dict[str, Any]:
    x = x_log("seconds", text(language, "trust_lab.axis.seconds"), "log_domain", "log_ticks").stack(None)
    order = alt.Scale(domain=alt.expr("ways"))
    y = alt.Y("way:N", scale=order, axis=alt.Axis(title=None, labelLimit=400))
    color = alt.Color("way:N", legend=None).scale(domain=alt.expr("ways"), range=COLORS)
    bars = over("bars").mark_bar(height=alt.RelativeBandSize(band=0.55)).encode(x, y, color, x2="start:Q")
    written = words("bars", "written", dx=8, align="left", fontWeight=600).encode(x="seconds:Q", y="way:N")
    return chart([bars, written], ["log_domain", "log_ticks", "ways"])


def times_written(counts: PassCount, language: str) -> dict[str, str]:
    """Return the time of each way in words."""
    return {way: time_text(float(getattr(counts, f"{way}_seconds")), language) for way in WAYS}


def time_text(seconds: float, language: str) -> str:
    """Write a time with two significant digits in the largest unit that fits.

    >>> time_text(0.0123, "en"), time_text(7200.0, "en")
    ('12 ms', '2 hours')
    """
    size, unit = next(((size, unit) for size, unit in UNITS if seconds >= size), (1e-6, "microseconds"))
    return text(language, f"trust_lab.unit.{unit}", number=number_text(seconds / size, 2))


def large_text(value: float, language: str) -> str:
    """Write a number with two significant digits as it is spoken, however large.

    >>> large_text(942_000.0, "ko"), large_text(942_000.0, "en"), large_text(3.14, "ko")
    ('94만', '940,000', '3.1')
    """
    rounded = float(f"{value:.1e}")
    if rounded < 1e4:
        return number_text(rounded, 2)
    name = "hundred_millions" if rounded >= 1e8 else "ten_thousands"
    return text(language, f"trust_lab.large.{name}", number=f"{rounded / GROUPS[language][name]:,.12g}")
