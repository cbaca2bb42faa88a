"""Computation graphs: trace a function, walk it backwards, one derivative at a time."""

from simulator.graph.backward import Backward, BackwardStep, Fold, backward
from simulator.graph.derivatives import LocalDerivative
from simulator.graph.expression import Expression, parse
from simulator.graph.model import Argument, Edge, Graph, Node, Operand, View
from simulator.graph.stops import Stop
from simulator.graph.trace import trace

__all__ = [
    "Argument",
    "Backward",
    "BackwardStep",
    "Edge",
    "Expression",
    "Fold",
    "Graph",
    "LocalDerivative",
    "Node",
    "Operand",
    "Stop",
    "View",
    "backward",
    "parse",
    "trace",
]
