"""A run of a program → the Graph that a learner sees: nodes at every level, with readable names."""

import re
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from simulator.graph.model import Argument, Graph, Node, Operand
from simulator.graph.operations import ACTIVATIONS, ATOMIC, OPERATIONS
from simulator.graph.program import NO_GRADIENT, QUIET, Block, Equation, Group, Item, Number, Run


@dataclass
class _Draft:
    """A node while the graph is being built; sources and parents are indices."""

    kind: str
    operation: str
    operands: list[tuple[int | None, int, np.ndarray]]
    values: tuple[np.ndarray, ...]
    parent: int | None = None
    children: list[int] = field(default_factory=list)
    results: list[int] = field(default_factory=list)
    quiet: bool = False
    hidden: bool = False
    active: bool = False
    custom_rule: bool = False
    params: dict[str, Any] = field(default_factory=dict)
    name: str = ""


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
    builder.name_nodes(output)
    return builder.finish(output, arguments, source)


class _Builder:
    def __init__(self, run: Run):
        self.run, self.drafts = run, []
        self.where: dict[int, tuple[int, int]] = {}  # variable → (draft, output)
        self.active: set[int] = set()
        self.shadow: set[int] = set()
        self.items: dict[int, int] = {}  # id(item) → draft

    def add(self, draft: _Draft) -> int:
        place = len(self.drafts)
        self.drafts.append(draft)
        if draft.parent is not None:
            self.drafts[draft.parent].children.append(place)
        return place

    def add_input(self, variable: int, name: str) -> None:
        active = variable in self.run.program.floating
        value = to_numpy(self.run.values[variable])
        self.where[variable] = self.add(_Draft("input", "input", [], (value,), active=active, name=name)), 0
        if active:
            self.active.add(variable)

    def add_block(self, block: Block, parent: int | None) -> None:
        for variable, constant in block.constants.items():
            value = to_numpy(constant)
            draft = _Draft("constant", "constant", [], (value,), parent, hidden=value.size == 1)
            self.where[variable] = self.add(draft), 0
        self.add_items(block.items, parent)

    def add_items(self, items: tuple[Item, ...], parent: int | None) -> None:
        for item in items:
            add = self.add_group if isinstance(item, Group) else self.add_equation
            self.items[id(item)] = add(item, parent)

    def operand(self, atom: int | Number) -> tuple[int | None, int, np.ndarray]:
        if isinstance(atom, Number):
            return None, 0, to_numpy(atom.value)
        place, output = self.where[atom]
        return place, output, self.drafts[place].values[output]

    def add_group(self, group: Group, parent: int | None) -> int:
        operands = [self.operand(variable) for variable in group.inputs]
        value = to_numpy(self.run.values[group.output])
        place = self.add(_Draft("call", _label(group.label), operands, (value,), parent))
        self.add_items(group.items, place)
        inside, output = self.where[group.output]
        draft = self.drafts[place]
        draft.results, draft.active = [inside], group.output in self.active
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
        draft = _Draft(
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
        )
        place = self.add(draft)
        for output, variable in enumerate(equation.outputs):
            self.where[variable] = place, output
        if equation.inner is not None and self.worth_opening(equation):
            self.open(equation, place)
        return place

    def worth_opening(self, equation: Equation) -> bool:
        if equation.operation in ATOMIC:
            return False
        drawn = [item for item in equation.inner.items if isinstance(item, Group) or item.operation not in QUIET]
        return len(drawn) > 1 or (equation.operation not in OPERATIONS and len(drawn) == 1)

    def open(self, equation: Equation, place: int) -> None:
        inner = equation.inner
        for variable, atom in zip(inner.inputs, equation.inputs, strict=True):
            if isinstance(atom, Number):
                value = to_numpy(atom.value)
                self.where[variable] = self.add(_Draft("constant", "constant", [], (value,), place, hidden=True)), 0
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
                self.drafts[place].results.append(self.add(_Draft("constant", "constant", [], (value,), place)))
            else:
                draft.results.append(self.where[atom][0])

    def locate(self, atom: int | Number) -> int:
        if isinstance(atom, Number):
            return self.add(_Draft("constant", "constant", [], (to_numpy(atom.value),)))
        return self.where[atom][0]

    def name_nodes(self, output: int) -> None:
        """Name nodes as a textbook would: z before an activation, a after it, p for probabilities, L at the end."""
        names = _Names({draft.name for draft in self.drafts if draft.name})
        for variable, name in self.run.program.names.items():
            place = self.where.get(variable, (None,))[0]
            if place is not None and not self.drafts[place].name:
                self.drafts[place].name = names.unique(_identifier(name))
        if not self.drafts[output].name:
            self.drafts[output].name = names.unique("L" if self.drafts[output].values[0].size == 1 else "y")
        levels: dict[int, list[int]] = {}
        for place in range(len(self.drafts)):
            levels.setdefault(self.depth(place), []).append(place)
        for _, places in sorted(levels.items()):
            for place in places:
                self.name_activation(place, names)
            for place in places:
                self.name_other(place, names)

    def name_activation(self, place: int, names: "_Names") -> None:
        draft = self.drafts[place]
        inherited = self.inherit(place)
        own = draft.operation in ACTIVATIONS
        operation = draft.operation if own else self.innermost(place).operation
        if draft.name or operation not in ACTIVATIONS:
            return
        before = self.skip_quiet(draft.operands[0][0]) if own else None
        if before is not None and self.drafts[before].name:
            before = None
        letter = "p" if operation == "softmax" else "a"
        if inherited:
            draft.name = names.unique(inherited)
            wanted = "z" + draft.name.strip("~")[1:]
            if before is not None and re.fullmatch(r"[ap]\d*~+", draft.name) and wanted not in names.taken:
                self.drafts[before].name = names.unique(wanted)
        elif before is not None:
            self.drafts[before].name, draft.name = names.together(("z", letter))
        else:
            draft.name = names.counted(letter)

    def name_other(self, place: int, names: "_Names") -> None:
        draft = self.drafts[place]
        if draft.name:
            return
        constant = draft.kind == "constant" or draft.hidden
        if inherited := self.inherit(place):
            draft.name = names.unique(inherited)
        elif constant or draft.operation in OPERATIONS:
            draft.name = names.counted("c" if constant else "v")
        else:
            draft.name = names.unique(_identifier(draft.operation))

    def inherit(self, place: int) -> str:
        """Return the call's name with a mark, for the inside node that gives the call its value."""
        parent = self.drafts[place].parent
        is_result = parent is not None and self.drafts[parent].results[:1] == [place]
        return f"{self.drafts[parent].name}~" if is_result else ""

    def innermost(self, place: int) -> _Draft:
        while self.drafts[place].results and self.drafts[place].kind == "call":
            place = self.drafts[place].results[0]
        return self.drafts[place]

    def depth(self, place: int) -> int:
        parent, depth = self.drafts[place].parent, 0
        while parent is not None:
            parent, depth = self.drafts[parent].parent, depth + 1
        return depth

    def skip_quiet(self, place: int | None) -> int | None:
        while place is not None and self.drafts[place].quiet:
            place = self.drafts[place].operands[0][0]
        return place

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
                None if draft.parent is None else names[draft.parent],
                tuple(names[child] for child in draft.children),
                tuple(names[result] for result in draft.results),
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


class _Names:
    """Names given out so far."""

    def __init__(self, taken: set[str]):
        self.taken = set(taken)

    def unique(self, wanted: str) -> str:
        name, count = wanted, 1
        while name in self.taken:
            count += 1
            name = f"{wanted}_{count}" if wanted[-1].isdigit() else f"{wanted}{count}"
        self.taken.add(name)
        return name

    def counted(self, letter: str) -> str:
        return self.together((letter,))[0]

    def together(self, letters: tuple[str, ...]) -> list[str]:
        """Return the letters with one number that is free for all of them."""
        count = 1
        while any(f"{letter}{count}" in self.taken for letter in letters):
            count += 1
        found = [f"{letter}{count}" for letter in letters]
        self.taken.update(found)
        return found


def to_numpy(value: Any) -> np.ndarray:
    """Return a value as a NumPy array; a random key as its bits."""
    if isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
        value = jax.random.key_data(value)
    return np.asarray(value)


def _floating(value: np.ndarray) -> bool:
    return bool(jnp.issubdtype(value.dtype, jnp.floating))


def _label(scope: str) -> str:
    """Return a group's operation; only scopes of the typed language (``mean#2``) mean the table's row."""
    label, mark, _ = scope.partition("#")
    return label if mark or label not in OPERATIONS else f"{label}()"


def _identifier(label: str) -> str:
    return re.sub(r"\W+", "_", label).strip("_") or "call"
