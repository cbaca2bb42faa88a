"""The chain rule for one input, path by path: symbols, formulas and numbers, in the colours of the subject."""

from typing import Any

import numpy as np

from simulator.drawing.picture import Picture, Reading
from simulator.graph import Graph
from simulator.graph.cards import FORWARD, GRADIENT
from simulator.graph.chain import Chain, Path, chain
from simulator.graph.latex import latex_name, latex_number
from simulator.scenes.computation_graph.names import pretty, pretty_name, shown_name, value_words
from simulator.scenes.computation_graph.passes import Pass
from simulator.scenes.computation_graph.settings import ComputationGraph
from simulator.scenes.computation_graph.words import painted
from simulator.texts import text

KIND = "formulas"


def chain_of(found: Pass, settings: ComputationGraph) -> Chain:
    """Return the chain rule of the chosen input, through the calls that are open."""
    return chain(found.backward, settings.shown_variable, found.graph.view(settings.open_calls))


def chain_picture(graph: Graph, written: Chain, language: str) -> Picture:
    """Return the formulas of a chain rule, one for each path, and their sum."""
    names = {"name": shown_name(written.name), "output": shown_name(written.output)}
    sentence = chain_sentence(graph, written, language)
    return Picture(
        kind=KIND,
        title=pretty(graph, text(language, "computation_graph.chain.question", **names)),
        alt=text(language, "computation_graph.chain.alt", name=pretty_name(written.name), sentence=sentence),
        content={"formulas": [[label, latex] for label, latex in _formulas(written, language)]},
        tables={"paths": _table(written)},
        reading=Reading("paths", {name: text(language, f"computation_graph.table.{name}") for name in _COLUMNS}),
    )


_COLUMNS = ("path", "product")


def chain_sentence(graph: Graph, written: Chain, language: str) -> str:
    """Say how many paths there are, and what they come to."""
    count = len(written.paths)
    sentence = text(
        language,
        "computation_graph.chain.one" if count == 1 else "computation_graph.chain.many",
        name=shown_name(written.name),
        output=shown_name(written.output),
        count=count if written.complete else f"{count}+",
        total=value_words(written.total, language),
    )
    return pretty(graph, sentence)


def _formulas(written: Chain, language: str) -> list[tuple[str, str]]:
    """Return (label, LaTeX) of every path and of the sum; one path is the whole rule."""
    left = rf"\frac{{\partial {latex_name(written.output)}}}{{\partial {latex_name(written.name)}}}"
    left, total = painted(GRADIENT, left), painted(GRADIENT, latex_number(written.total))
    if len(written.paths) == 1:
        path = written.paths[0]
        return [("", _aligned([f"{left} &= {path.symbols}", *_rows(path, written), f"&= {total}"], language))]
    found = []
    for number, path in enumerate(written.paths, 1):
        rows = [f"& {path.symbols}", *_rows(path, written)]
        if path.value is not None:
            value = painted(GRADIENT, latex_number(path.value))
            rows[-1:] = [f"{rows[-1]} = {value}"] if len(rows) > 1 else [rows[0], f"&= {value}"]
        found.append((text(language, "computation_graph.chain.path", number=number), _aligned(rows, language)))
    more = "" if written.complete else r" + \cdots"
    values = [path.value for path in written.paths if path.value is not None]
    terms = " + ".join(latex_number(value, place > 0) for place, value in enumerate(values))
    middle = f" = {painted(GRADIENT, terms)}{more}" if len(values) == len(written.paths) else ""
    found.append((text(language, "computation_graph.chain.sum"), f"{left}{middle} = {total}"))
    return found


def _rows(path: Path, written: Chain) -> list[str]:
    """Return the formulas and the numbers of a path, where they say anything new."""
    rows = [path.formulas] if path.formulas != path.symbols else []
    result = latex_number(written.total if path.value is None else path.value)
    if path.numbers and path.numbers not in (path.formulas, result):
        rows.append(painted(FORWARD, path.numbers))
    return [f"&= {row}" for row in rows]


def _aligned(rows: list[str], language: str) -> str:
    body = r"\\ ".join(rows)
    copies = rf"\text{{{text(language, 'graph.card.copies')}}}"
    return rf"\begin{{aligned}}{body}\end{{aligned}}".replace(r"\mathrm{copies}", copies)


def _table(written: Chain) -> dict[str, Any]:
    ways = [
        [*(step.node for step in path.steps), *(step.operand for step in path.steps[-1:])] or [written.name]
        for path in written.paths
    ]
    return {
        "path": [" ← ".join(pretty_name(node) for node in way) for way in ways],
        "product": np.array([np.nan if path.value is None else path.value for path in written.paths]),
    }
