"""The forward and the backward pass of what is traced, kept for everybody who asks, and its levels of detail."""

import logging
from typing import NamedTuple

import numpy as np

from simulator.core.kept import kept
from simulator.errors import InputError
from simulator.graph import Backward, Graph, backward, parse, trace
from simulator.graph.backward import check_floating, check_scalar
from simulator.graph.operations import OPERATIONS
from simulator.graph.presets import preset_graph
from simulator.graph.shapes import output_of
from simulator.scenes.computation_graph.inputs import Source, Written, read_value

_LOG = logging.getLogger("simulator")


class Pass(NamedTuple):
    """A graph with its backward pass: they belong together and are kept together."""

    graph: Graph
    backward: Backward

    @property
    def variables(self) -> tuple[str, ...]:
        """The inputs that receive a gradient."""
        return tuple(name for name in self.graph.inputs if name in self.backward.totals)


def pass_of(source: Source, inputs: Written) -> Pass:
    """Trace and differentiate; equal arguments share one result, as long as there is room for it.

    Args:
      source: what is traced.
      inputs: those that differ from what they are at first, each with its text.

    Raises:
      InputError: when a text cannot be read, inputs do not fit, or there is nothing to differentiate.
    """
    return kept().of((__name__, source, inputs), lambda: _computed(source, inputs))


def _computed(source: Source, inputs: Written) -> Pass:
    try:
        graph = _graph(source, inputs)
        return Pass(graph, backward(graph))
    except InputError:
        raise
    except Exception as error:  # of JAX or its compiler: the reader goes on, and whoever serves can look
        _LOG.exception("%s with %s cannot be computed", source, inputs)
        raise InputError("computation_graph:not_computed") from error


def _graph(source: Source, inputs: Written) -> Graph:
    if not source.expression:
        return preset_graph(source.example, **{name: read_value(name, value) for name, value in inputs})
    written = {name: source.default(name) for name in source.names} | dict(inputs)
    values = {name: read_value(name, value) for name, value in written.items()}
    if values:
        output = output_of(parse(source.expression), {name: np.shape(value) for name, value in values.items()})
        check_floating(output.dtype)  # before anything is computed
        check_scalar(output.shape)
    return trace(source.expression, **values)


class Level(NamedTuple):
    """One zoom level: the entry ``computation_graph.level.<name>`` and the calls that are open in it."""

    name: str  # "network", "layers", "operations" or "inside"
    opened: tuple[str, ...]


def levels(graph: Graph) -> tuple[Level, ...]:
    """Return the zoom levels of a graph, from afar to near; levels that would look the same are one.

    A call that is a row of the table of operations (softmax) is an operation; a call that is not (a layer) opens
    before that, and one that holds such calls (a network) first.

    >>> [level.name for level in levels(pass_of(Source("food"), ()).graph)]
    ['network', 'layers', 'operations', 'inside']
    """
    layers = [call for call in graph.calls if graph[call].operation not in OPERATIONS]
    networks = [call for call in layers if any(child in layers for child in graph[call].children)]
    found: dict[tuple[str, ...], str] = {}
    for name, opened in (("network", ()), ("layers", networks), ("operations", layers), ("inside", graph.calls)):
        if name != "inside" or tuple(opened) not in found or not layers:
            found[tuple(opened)] = name
    return tuple(Level(name, opened) for opened, name in found.items())


def toggled(graph: Graph, opened: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return which calls are open after one is opened, or closed with everything inside it."""
    if name not in graph.calls:
        return opened
    if name in opened:
        return tuple(call for call in opened if call != name and name not in graph.ancestors(call))
    return (*opened, name)
