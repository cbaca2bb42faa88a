r"""The whole chain rule for one input, written out: a product of factors for each path, and the sum over the paths."""

from typing import NamedTuple

import numpy as np

from simulator.errors import InputError
from simulator.graph.backward import Backward, BackwardStep
from simulator.graph.latex import latex_name, latex_number
from simulator.graph.model import View

MAX_PATHS = 24


class Path(NamedTuple):
    """One way from the output back to an input."""

    steps: tuple[BackwardStep, ...]
    symbols: str  # ∂L/∂a · ∂a/∂z · ∂z/∂w
    formulas: str  # 2(a − t) · a(1 − a) · x
    numbers: str  # the same with numbers; of scalars only
    value: float | None  # the product, where all factors are numbers


class Chain(NamedTuple):
    """∂(output)/∂(input) as a sum over paths."""

    name: str
    output: str
    paths: tuple[Path, ...]
    complete: bool  # False when there are more paths than are written out
    total: np.ndarray

    @property
    def latex(self) -> str:
        """Return the derivation as one aligned block: symbols, formulas, numbers, result."""
        left = _fraction(self.output, self.name)
        if not self.paths:
            return f"{left} = {latex_number(np.zeros_like(self.total))}"
        more = "" if self.complete else r" + \cdots"
        rows = [" + ".join(path.symbols for path in self.paths), " + ".join(path.formulas for path in self.paths)]
        if all(path.numbers for path in self.paths):
            rows.append(" + ".join(path.numbers for path in self.paths))
        if len(self.paths) > 1 and all(path.value is not None for path in self.paths):
            rows.append(" + ".join(latex_number(path.value, place > 0) for place, path in enumerate(self.paths)))
        # a path of one step would begin "∂L/∂x = ∂L/∂x", and a product of one number end "= 3 = 3"
        rows = list(dict.fromkeys([*(row + more for row in rows if row != left), latex_number(self.total)]))
        body = r"\\ ".join(("" if place else f"{left} ") + f"&= {row}" for place, row in enumerate(rows))
        return rf"\begin{{aligned}}{body}\end{{aligned}}"


def chain(backward: Backward, name: str, view: View | None = None) -> Chain:
    """Write ∂(output)/∂``name`` as a sum over paths of products of local derivatives.

    Args:
      backward: a backward pass.
      name: an input, or any node that receives a gradient.
      view: which calls are open; left out, none.

    Raises:
      InputError: when the graph has no such node.
    """
    graph = backward.graph
    if name not in graph:
        raise InputError("graph:no_node", value=name, choices=graph.inputs)
    steps = backward.steps if view is None else backward.steps_of(view)
    arriving: dict[str, list[BackwardStep]] = {}
    for step in steps:
        arriving.setdefault(step.operand, []).append(step)
    nodes = graph.view().nodes if view is None else view.nodes
    output = next((n for n in reversed(nodes) if n == graph.output), steps[0].node if steps else graph.output)
    paths: list[tuple[BackwardStep, ...]] = []
    waiting: list[tuple[str, tuple[BackwardStep, ...]]] = [(name, ())]
    while waiting and len(paths) <= MAX_PATHS:
        node, tail = waiting.pop()
        if node == output:
            paths.append(tail)
            continue
        waiting.extend((step.node, (step, *tail)) for step in reversed(arriving.get(node, [])))
    complete = len(paths) <= MAX_PATHS and not waiting
    total = backward.totals.get(name, np.zeros_like(graph[name].value))
    written = tuple(_write(path) for path in paths[:MAX_PATHS])
    return Chain(name, graph.output, written, complete, total)


def _write(steps: tuple[BackwardStep, ...]) -> Path:
    if not steps:
        return Path((), "1", "1", "1", 1.0)
    symbols = r" \cdot ".join(_fraction(step.node, step.operand) for step in steps)
    scalar = all(step.upstream_gradient.size == step.contribution.size == 1 for step in steps)
    formulas = ""
    for step in steps:
        formulas = _multiply(formulas, step)
    numbers, value = "", None
    if scalar:
        factors = [step.local_derivative for step in steps]
        shown = [factor.numbers for factor in factors if factor.numbers != "1"]
        numbers = r" \cdot ".join(_bracket(number) for number in shown) if len(shown) > 1 else "".join(shown) or "1"
        value = float(np.prod([1.0 if f.value is None else np.asarray(f.value).item() for f in factors]))
    return Path(steps, symbols, formulas or "1", numbers, value)


def _multiply(product: str, step: BackwardStep) -> str:
    """Append one factor on the side where it multiplies."""
    local = step.local_derivative
    arrays = step.upstream_gradient.size > 1
    if local.kind == "matrix":
        inner = _grouped(product)
        if not arrays:
            product = rf"{product} \cdot {local.symbols}" if product else local.symbols
        else:
            product = rf"{inner}\,{local.symbols}" if step.place == 0 else rf"{local.symbols}\,{inner}"
    elif local.kind == "jacobian" and arrays:
        jacobian = rf"\left({_fraction(step.node, step.operand)}\right)^{{\top}}"
        product = rf"{jacobian}\,{_grouped(product)}"
    elif local.symbols not in ("1", ""):
        sign = r"\odot" if arrays else r"\cdot"
        product = rf"{product} {sign} {_bracket(local.symbols)}" if product else _bracket(local.symbols)
    sums = bool(step.summed_axes) or any(fold.summed_axes for fold in step.folds)
    return rf"\textstyle\sum_{{\mathrm{{copies}}}}\!{_grouped(product)}" if sums else product


def _grouped(product: str) -> str:
    if not product:
        return r"\mathbf{1}"
    return rf"\left({product}\right)" if _outside(product, (r"\odot", r"\cdot", r"\sum", " + ", " - ")) else product


def _bracket(factor: str) -> str:
    r"""Put parentheses around a factor that is a sum or starts with a sign.

    >>> print(*map(_bracket, ("1 - a", "-x", "a", r"\frac{1 - a}{2}", "f(a + b)")))
    \left(1 - a\right) \left(-x\right) a \frac{1 - a}{2} f(a + b)
    """
    return rf"\left({factor}\right)" if factor[:1] in ("+", "-") or _outside(factor, (" + ", " - ")) else factor


def _outside(formula: str, marks: tuple[str, ...]) -> bool:
    """Return whether one of some marks stands outside all parentheses."""
    depth = 0
    for place, character in enumerate(formula):
        depth += (character in "({[") - (character in ")}]")
        if depth == 0 and formula.startswith(marks, place):
            return True
    return False


def _fraction(above: str, below: str) -> str:
    return rf"\frac{{\partial {latex_name(above)}}}{{\partial {latex_name(below)}}}"
