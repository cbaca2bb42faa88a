"""Readable names, as in a textbook: z before an activation, a after it, p for probabilities, L at the end."""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simulator.graph.operations import ACTIVATIONS, OPERATIONS


@dataclass
class Draft:
    """A node while the graph is being built; sources and parents are indices."""

    kind: str
    operation: str
    operands: list[tuple[int | None, int, np.ndarray]]
    values: tuple[np.ndarray, ...]
    parent: int | None = None
    children: list[int] = field(default_factory=list)
    results: list[tuple[int, int]] = field(default_factory=list)  # of a call: inside draft and its output, for each
    shown: int = 0
    quiet: bool = False
    hidden: bool = False
    active: bool = False
    custom_rule: bool = False
    params: dict[str, Any] = field(default_factory=dict)
    name: str = ""

    @property
    def value(self) -> np.ndarray:
        """Return the output that is shown."""
        return self.values[self.shown]


def name_drafts(drafts: list[Draft], output: int, given: dict[int, str]) -> None:
    """Name every draft that has no name yet.

    Args:
      drafts: of the whole graph.
      output: which of them is the function's value.
      given: names that the traced function chose itself.
    """
    _Naming(drafts).name_all(output, given)


class _Naming:
    def __init__(self, drafts: list[Draft]):
        self.drafts = drafts

    def name_all(self, output: int, given: dict[int, str]) -> None:
        names = _Names({draft.name for draft in self.drafts if draft.name})
        for place, name in given.items():
            if not self.drafts[place].name:
                self.drafts[place].name = names.unique(_identifier(name))
        if not self.drafts[output].name:
            self.drafts[output].name = names.unique("L" if self.drafts[output].value.size == 1 else "y")
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
        before = self.skip_quiet(draft.operands[0][0]) if own and draft.operands else None
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
        if parent is None:
            return ""
        call = self.drafts[parent]
        return f"{call.name}~" if call.results and call.results[call.shown][0] == place else ""

    def innermost(self, place: int) -> Draft:
        while self.drafts[place].results and self.drafts[place].kind == "call":
            place, _ = self.drafts[place].results[self.drafts[place].shown]
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


def _identifier(label: str) -> str:
    return re.sub(r"\W+", "_", label).strip("_") or "call"
