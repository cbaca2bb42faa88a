"""What is said about a nudge, at every stop and about all of them: from the same numbers that are drawn."""

import numpy as np

from simulator.graph import View
from simulator.graph.model import shown_source
from simulator.graph.nudge import SHARE, Move
from simulator.scenes.computation_graph.names import call_name, pretty, shown_name, value_words
from simulator.scenes.computation_graph.nudge import Nudged, good_stops
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

_ENTRY = "computation_graph.nudge."


def nudged_name(found: Nudged) -> str:
    """Return the name of the number that is nudged, with its place where there are several.

    Particles are chosen by it: Greek letters and indices come later, by ``pretty``.
    """
    name, entry = shown_name(found.nudge.name), found.nudge.entry
    return f"{name}[{','.join(str(place + 1) for place in entry)}]" if entry else name


def signed_text(value: float) -> str:
    """Write a change with its sign.

    >>> signed_text(0.5), signed_text(-2.0), signed_text(0.0)
    ('+0.5', '−2', '0')
    """
    return f"+{number_text(value)}" if value > 0 else number_text(value)


def question(found: Nudged, language: str) -> str:
    """Return the question of the picture."""
    return pretty(found.graph, text(language, f"{_ENTRY}question", name=nudged_name(found)))


def sentences(found: Nudged, view: View, language: str) -> tuple[str, ...]:
    """Return what is said at every stop."""
    return tuple(_sentence(found, stop, view, language) for stop in range(len(found.nudge.deltas)))


def range_sentence(found: Nudged, language: str) -> str:
    """Say at which stops the straight line is good for the output."""
    deltas, output = found.nudge.deltas, found.output
    low, high = good_stops(output, deltas)
    values = {"output": shown_name(found.graph.output), "share": percent_text(SHARE)}
    if (low, high) == (deltas[0], deltas[-1]):
        kind = "everywhere"
    elif low == high:
        kind = "nowhere"
    else:
        kind = "range" if low < 0 < high else "kink"
    values |= {"low": number_text(low), "high": number_text(high), "end": number_text(low or high)}
    return pretty(found.graph, text(language, f"{_ENTRY}{kind}", **values))


def alt(found: Nudged, sentence: str, language: str) -> str:
    """Describe the picture at the stop that was asked for."""
    nudge = found.nudge
    told = text(
        language,
        f"{_ENTRY}alt",
        source=found.graph.source,
        name=nudged_name(found),
        value=number_text(nudge.value),
        delta=signed_text(nudge.deltas[found.at]),
        sentence=sentence,
    )
    return pretty(found.graph, told)


def _sentence(found: Nudged, stop: int, view: View, language: str) -> str:
    nudge, move = found.nudge, found.output
    delta = float(nudge.deltas[stop])
    if delta == 0:
        return text(language, f"{_ENTRY}still")
    slope = float(move.slope[0])
    values = {
        "name": nudged_name(found),
        "output": shown_name(found.graph.output),
        "delta": signed_text(delta),
        "change": signed_text(float(move.change[stop, 0])),
        "factor": number_text(delta) if delta > 0 else f"({number_text(delta)})",
        "slope": number_text(slope),
        "line": signed_text(slope * delta),
    }
    parts = [text(language, f"{_ENTRY}{kind}", **values) for kind in _kinds(move, stop, slope)]
    if move.lost[stop]:
        parts = [_lost(found, stop, values, view, language)]
    elif move.bent[stop]:
        parts += _share(move, stop, language)
        parts += _first_bent(found, stop, view, language)
    elif "line" in _kinds(move, stop, slope):
        parts += [text(language, f"{_ENTRY}exact")] if move.exact[stop] else _share(move, stop, language)
    return pretty(found.graph, " ".join(parts))


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
    if not np.isfinite(miss) or line == 0:
        return []
    if size == 0:
        return [text(language, f"{_ENTRY}bent_still")]
    return [text(language, f"{_ENTRY}{'bent' if move.bent[stop] else 'good'}", share=percent_text(miss / size))]


def _first_bent(found: Nudged, stop: int, view: View, language: str) -> list[str]:
    """Name the first node of the view at which the line is too far off."""
    nodes = (name for name in view.nodes if name in found.nudge.moves and found.graph[name].operands)
    first = next((name for name in nodes if found.nudge.moves[name].bent[stop]), None)
    if first is None:
        return []
    return [text(language, f"{_ENTRY}first", node=shown_name(first), operation=_operation(found, first, language))]


def _lost(found: Nudged, stop: int, values: dict[str, str], view: View, language: str) -> str:
    """Say which node is the first whose value is no finite number any more."""
    graph, moves = found.graph, found.nudge.moves
    first = next(
        (name for name in view.nodes if name in moves and moves[name].lost[stop]),
        shown_source(graph, frozenset(view.opened), graph.output),
    )
    value = found.nudge.value + found.nudge.deltas[stop]
    return text(
        language,
        f"{_ENTRY}lost",
        **{name: values[name] for name in ("name", "line")},
        value=number_text(value),
        node=shown_name(first),
        operation=_operation(found, first, language),
        after=_after(moves[first], stop, language),
    )


def _after(move: Move, stop: int, language: str) -> str:
    if not move.few:
        return text(language, "computation_graph.array", norm=number_text(move.size[stop]))
    return value_words(move.after[stop], language)


def _operation(found: Nudged, name: str, language: str) -> str:
    return call_name(language, found.graph[name].operation)
