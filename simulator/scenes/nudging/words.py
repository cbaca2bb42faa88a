"""What is said about a nudge, at every stop and about all of them: from the same numbers that are drawn."""

import numpy as np

from simulator.graph.nudge import SHARE, Move
from simulator.scenes.nudging import Subject, good_stops
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text


def signed_text(value: float) -> str:
    """Write a change with its sign.

    >>> signed_text(0.5), signed_text(-2.0), signed_text(0.0)
    ('+0.5', '−2', '0')
    """
    return f"+{number_text(value)}" if value > 0 else number_text(value)


def question(subject: Subject, language: str) -> str:
    """Return the question of the picture."""
    return subject.pretty(text(language, "nudge.question", name=subject.name))


def stop_sentence(subject: Subject, stop: int, language: str, *, first: str = "", lost: str = "") -> str:
    """Say what happens at one stop.

    Args:
      subject: what is nudged.
      stop: which one.
      language: of the reader.
      first: the first node at which the line is too far off, in words; empty for none.
      lost: the first node whose value is no finite number, in words, and that value.
    """
    delta, slope, move = float(subject.deltas[stop]), subject.slope, subject.move
    if delta == 0:
        return text(language, "nudge.still")
    values = {
        "name": subject.name,
        "value": number_text(subject.value + delta),
        "output": subject.output,
        "delta": signed_text(delta),
        "change": signed_text(float(move.change[stop, 0])),
        "factor": number_text(delta) if delta > 0 else f"({number_text(delta)})",
        "slope": number_text(slope),
        "line": signed_text(slope * delta),
    }
    if move.lost[stop]:
        return subject.pretty(text(language, "nudge.lost", lost=lost, **values))
    kinds = _kinds(move, stop, slope)
    parts = [text(language, f"nudge.{kind}", **values) for kind in kinds]
    if move.bent[stop] or kinds == ("line",):
        parts += _share(move, stop, language)
    if move.bent[stop] and first:
        parts.append(text(language, "nudge.first", first=first))
    return subject.pretty(" ".join(parts))


def range_sentence(subject: Subject, language: str) -> str:
    """Say at which stops the straight line is good for the output."""
    low, high = good_stops(subject.move, subject.deltas)
    if (low, high) == (subject.deltas[0], subject.deltas[-1]):
        kind = "everywhere"
    elif low == high:
        kind = "nowhere"
    else:
        kind = "range" if low < 0 < high else "kink"
    values = {"low": number_text(low), "high": number_text(high), "end": number_text(low or high)}
    said = text(language, f"nudge.{kind}", output=subject.output, share=percent_text(SHARE), **values)
    return subject.pretty(said)


def alternative(subject: Subject, source: str, sentence: str, language: str) -> str:
    """Describe the picture at the stop that was asked for; ``source`` says what is drawn."""
    values = {"value": number_text(subject.value), "delta": signed_text(float(subject.deltas[subject.at]))}
    said = text(language, "nudge.alt", source=source, name=subject.name, sentence=sentence, **values)
    return subject.pretty(said)


def _kinds(move: Move, stop: int, slope: float) -> tuple[str, ...]:
    """Return the entries of the sentences that say what both changes are."""
    if not np.isfinite(slope):
        return ("unknown",)
    if slope == 0 and move.size[stop] == 0:
        return ("flat",)
    return ("line", "flat_bent") if slope == 0 and move.bent[stop] else ("line",)


def _share(move: Move, stop: int, language: str) -> list[str]:
    """Say by which part of the true change the line misses, where there is such a part."""
    size, miss, line = move.size[stop], move.miss[stop], move.line[stop]
    if move.exact[stop]:
        return [text(language, "nudge.exact")]
    if not np.isfinite(miss) or line == 0:
        return []
    if size == 0:
        return [text(language, "nudge.bent_still")]
    return [text(language, f"nudge.{'bent' if move.bent[stop] else 'good'}", share=percent_text(miss / size))]
