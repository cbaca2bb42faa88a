"""The nudge of a computation graph: one entry of one input is moved, and every node follows."""

from functools import partial
from typing import NamedTuple

from simulator.core.kept import kept
from simulator.graph import Graph
from simulator.graph.nudge import Nudge, nudge, num_sides
from simulator.scenes.computation_graph.names import pretty, shown_name
from simulator.scenes.computation_graph.settings import ComputationGraph, run_pass
from simulator.scenes.nudging import Subject, nearest_stop, stops


class Nudged(NamedTuple):
    """A graph, what its nodes do when an input moves, and the same in short."""

    graph: Graph
    nudge: Nudge
    subject: Subject


def run_nudge(settings: ComputationGraph) -> Nudged:
    """Move the chosen entry to every stop; equal questions share one result."""
    graph, name, entry = run_pass(settings).graph, settings.shown_variable, settings.nudged_entry
    value = float(graph[name].value[entry])
    deltas = stops(value, settings.delta, num_sides(graph))
    key = (__name__, settings.source, settings.inputs, name, entry, deltas)
    found = kept().of(key, lambda: nudge(graph, name, entry, deltas))
    at, output = nearest_stop(found.deltas, settings.delta), found.moves[graph.output]
    place = f"[{','.join(str(one + 1) for one in entry)}]" if entry else ""
    names = (f"{shown_name(name)}{place}", shown_name(graph.output))
    return Nudged(graph, found, Subject(names[0], value, names[1], output, found.deltas, at, partial(pretty, graph)))
