"""A graph as plain data for a drawing: what is seen, what hangs together, how large the numbers are."""

from typing import Any

import numpy as np

from simulator.graph.backward import Backward
from simulator.graph.model import Graph, View
from simulator.graph.operations import operation_name, operation_symbol


def describe(graph: Graph, view: View, language: str, backward: Backward | None = None) -> dict[str, Any]:
    """Return nodes, edges and open calls as JSON-ready data, in forward order.

    ``id`` (``"n7"``) stays the same whatever is opened and whatever the values are. ``value`` and ``gradient`` are
    the number itself for scalars, else the Euclidean norm; ``sign`` is −1, 0 or 1 for scalars and 0 for arrays.
    ``order`` of an edge is its place among the backward steps, or None when no gradient crosses it.
    """
    steps = {} if backward is None else {(s.node, s.operand, s.place): s for s in backward.steps_of(view)}
    nodes = []
    for name in view.nodes:
        node = graph[name]
        gradient = None if backward is None else backward.totals.get(name)
        nodes.append(
            {
                "id": f"n{node.index}",
                "name": name,
                "kind": node.kind,
                "operation": operation_name(language, node.operation) if node.operands else "",
                "symbol": operation_symbol(node.operation) if node.operands else "",
                "shape": list(node.shape),
                "value": _size(node.value),
                "sign": _sign(node.value),
                "gradient": _size(gradient),
                "gradient_sign": _sign(gradient),
                "active": node.active,
                "opens": bool(node.children),
                "parent": f"n{graph[node.parent].index}" if node.parent in view.opened else None,
                "output": name == graph.output,
            }
        )
    edges = []
    for edge in view.edges:
        step = steps.get((edge.target, edge.source, edge.operand))
        edges.append(
            {
                "id": f"e{graph[edge.source].index}_{graph[edge.target].index}_{edge.operand}",
                "source": f"n{graph[edge.source].index}",
                "target": f"n{graph[edge.target].index}",
                "active": edge.active,
                "folded": [graph[name].operation for name in edge.through],
                "order": None if step is None else step.index,
                "contribution": None if step is None else _size(step.contribution),
                "contribution_sign": 0 if step is None else _sign(step.contribution),
                "stop": None if step is None or step.stop is None else step.stop.kind,
                "summed": bool(step and (step.summed_axes or any(fold.summed_axes for fold in step.folds))),
            }
        )
    opened = {
        f"n{graph[call].index}": [f"n{graph[name].index}" for name in inside] for call, inside in view.opened.items()
    }
    return {"nodes": nodes, "edges": edges, "opened": opened, "source": graph.source}


def _size(value: np.ndarray | None) -> float | None:
    if value is None:
        return None
    array = np.asarray(np.abs(value) if np.iscomplexobj(value) else value, np.float64)
    number = float(array.item()) if array.size == 1 else float(np.linalg.norm(array))
    return number if np.isfinite(number) else None


def _sign(value: np.ndarray | None) -> int:
    array = np.asarray(0.0 if value is None or np.iscomplexobj(value) else value, np.float64)
    return int(np.sign(array.item())) if array.size == 1 and np.isfinite(array.item()) else 0
