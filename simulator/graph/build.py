"""A run of a program → the Graph that a learner sees: nodes at every level, with readable names."""

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from simulator.graph.model import Argument, Graph, Node, Operand
from simulator.graph.names import Draft, name_drafts
from simulator.graph.operations import ATOMIC, OPERATIONS
from simulator.graph.program import NO_GRADIENT, QUIET, Block, Equation, Group, Item, Number, Run, flatten


def build_graph(run: Run, arguments: list[tuple[str, list[str], Any]], source: str) -> Graph:
    """Return the graph of an evaluated program.

    Args:
      run: the program with its values; learns which node each variable and item became.
      arguments: (name, names of its leaves, tree structure) for each argument of the function.
      source: shown as the graph's origin.
    """
    builder = _Builder(run)
    leaves = [leaf for _, names, _ in arguments for leaf in names]
    for variable, name in zip(run.program.block.inputs, leaves, strict=True):
        builder.add_input(variable, name)
    builder.add_block(run.program.block, None)
    output = builder.locate(run.program.block.outputs[0])
    found = {
        builder.where[variable][0]: name for variable, name in run.program.names.items() if variable in builder.where
    }
    name_drafts(builder.drafts, output, found)
    return builder.finish(output, arguments, source)


class _Builder:
    def __init__(self, run: Run):
        self.run = run
        self.drafts: list[Draft] = []
        self.where: dict[int, tuple[int, int]] = {}  # variable → (draft, output)
        self.active: set[int] = set()
        self.shadow: set[int] = set()
        self.items: dict[int, int] = {}  # id(item) → draft
        self.used = frozenset(_used(run.program.block))

    def add(self, draft: Draft) -> int:
        place = len(self.drafts)
        self.drafts.append(draft)
        if draft.parent is not None:
            self.drafts[draft.parent].children.append(place)
        return place

    def add_input(self, variable: int, name: str) -> None:
        active = variable in self.run.program.floating
        value = to_numpy(self.run.values[variable])
        self.where[variable] = self.add(Draft("input", "input", [], (value,), active=active, name=name)), 0
        if active:
            self.active.add(variable)

    def add_block(self, block: Block, parent: int | None) -> None:
        for variable, constant in block.constants.items():
            value = to_numpy(constant)
            draft = Draft("constant", "constant", [], (value,), parent, hidden=value.size == 1)
            self.where[variable] = self.add(draft), 0
        self.add_items(block.items, parent)

    def add_items(self, items: tuple[Item, ...], parent: int | None) -> None:
        for item in items:
            is_group = isinstance(item, Group)
            self.items[id(item)] = self.add_group(item, parent) if is_group else self.add_equation(item, parent)

    def operand(self, atom: int | Number) -> tuple[int | None, int, np.ndarray]:
        if isinstance(atom, Number):
            return None, 0, to_numpy(atom.value)
        place, output = self.where[atom]
        return place, output, self.drafts[place].values[output]

    def add_group(self, group: Group, parent: int | None) -> int:
        operands = [self.operand(variable) for variable in group.inputs]
        value = to_numpy(self.run.values[group.output])
        place = self.add(Draft("call", _label(group.label), operands, (value,), parent))
        self.add_items(group.items, place)
        draft = self.drafts[place]
        draft.results, draft.active = [self.where[group.output]], group.output in self.active
        draft.hidden = all(self.drafts[child].hidden for child in draft.children)
        self.where[group.output] = place, 0  # the inside refers to the inside, later nodes to the group
        return place

    def add_equation(self, equation: Equation, parent: int | None) -> int:
        operands = [self.operand(atom) for atom in equation.inputs]
        values = tuple(to_numpy(self.run.values[v]) for v in equation.outputs)
        sources = [source for source, _, _ in operands if source is not None]
        indices = not any(_floating(value) for value in [*values, *(value for _, _, value in operands)])
        variables = {atom for atom in equation.inputs if isinstance(atom, int)}
        floating = [v for v in equation.outputs if v in self.run.program.floating]
        stops = equation.operation in NO_GRADIENT
        if self.active & variables and not stops:
            self.active.update(floating)
        elif (self.active | self.shadow) & variables:
            self.shadow.update(floating)
        draft = Draft(
            kind="operation",
            operation=equation.operation,
            operands=operands,
            values=values,
            parent=parent,
            quiet=equation.operation in QUIET,
            hidden=indices or all(self.drafts[source].hidden for source in sources),
            active=any(v in self.active for v in floating),
            custom_rule=equation.custom_rule,
            params=equation.params,
            shown=self.shown(equation),
        )
        place = self.add(draft)
        for output, variable in enumerate(equation.outputs):
            self.where[variable] = place, output
        # JAX never differentiates through the inside of a call with a rule of its own: there is no way back to show
        inner = None if equation.custom_rule else equation.inner
        if inner is not None and _worth_opening(equation.operation, inner):
            self.open(equation, inner, place)
        return place

    def shown(self, equation: Equation) -> int:
        """Return which output a node shows: the function's own value, else the first number that is used."""
        output = self.run.program.block.outputs[0]
        if output in equation.outputs:
            return equation.outputs.index(output)
        used = [place for place, variable in enumerate(equation.outputs) if variable in self.used]
        floating = [place for place in used if equation.outputs[place] in self.run.program.floating]
        return (floating or used or [0])[0]

    def open(self, equation: Equation, inner: Block, place: int) -> None:
        for variable, atom in zip(inner.inputs, equation.inputs, strict=True):
            if isinstance(atom, Number):
                value = to_numpy(atom.value)
                self.where[variable] = self.add(Draft("constant", "constant", [], (value,), place, hidden=True)), 0
            else:
                self.where[variable] = self.where[atom]
                for kind in (self.active, self.shadow):
                    kind.update({variable} if atom in kind else ())
        self.add_block(inner, place)
        draft = self.drafts[place]
        draft.kind = "call"
        for atom in inner.outputs:
            if isinstance(atom, Number):
                value = to_numpy(atom.value)
                draft.results.append((self.add(Draft("constant", "constant", [], (value,), place)), 0))
            else:
                draft.results.append(self.where[atom])

    def locate(self, atom: int | Number) -> int:
        if isinstance(atom, Number):
            return self.add(Draft("constant", "constant", [], (to_numpy(atom.value),)))
        return self.where[atom][0]

    def finish(self, output: int, arguments: list[tuple[str, list[str], Any]], source: str) -> Graph:
        names = [draft.name for draft in self.drafts]
        nodes = tuple(
            Node(
                draft.name,
                index,
                draft.kind,
                draft.operation,
                tuple(Operand(None if s is None else names[s], o, value) for s, o, value in draft.operands),
                draft.values,
                draft.shown,
                None if draft.parent is None else names[draft.parent],
                tuple(names[child] for child in draft.children),
                tuple((names[inside], output) for inside, output in draft.results),
                draft.quiet,
                draft.hidden,
                draft.active,
                draft.custom_rule,
                draft.params,
            )
            for index, draft in enumerate(self.drafts)
        )
        self.run.active, self.run.shadow = frozenset(self.active), frozenset(self.shadow)
        self.run.name_of_item = {item: names[place] for item, place in self.items.items()}
        leaves = tuple(leaf for _, labels, _ in arguments for leaf in labels)
        return Graph(
            nodes=nodes,
            inputs=leaves,
            output=names[output],
            arguments=tuple(Argument(name, tuple(labels), tree) for name, labels, tree in arguments),
            source=source,
            run=self.run,
        )


def _used(block: Block) -> Iterator[int | Number]:
    """Yield what the equations of a block, and of the blocks inside it, read or hand on."""
    yield from block.outputs
    for equation in flatten(block.items):
        yield from equation.inputs
        if equation.inner is not None:
            yield from _used(equation.inner)


def _worth_opening(operation: str, inner: Block) -> bool:
    """Say whether a call's inside shows more than its name does."""
    if operation in ATOMIC:
        return False
    drawn = [item for item in inner.items if isinstance(item, Group) or item.operation not in QUIET]
    return len(drawn) > 1 or (operation not in OPERATIONS and len(drawn) == 1)


def to_numpy(value: Any) -> np.ndarray:
    """Return a value as a NumPy array; a random key as its bits."""
    if isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
        value = jax.random.key_data(value)
    return np.asarray(value)


def _floating(value: np.ndarray) -> bool:
    return bool(jnp.issubdtype(value.dtype, jnp.inexact))


def _label(scope: str) -> str:
    """Return a group's operation; only scopes of the typed language (``mean#2``) mean the table's row."""
    label, mark, _ = scope.partition("#")
    return label if mark or label not in OPERATIONS else f"{label}()"
