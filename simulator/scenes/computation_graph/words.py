"""What is said at every step through a computation graph: a name, a card of formulas, notes, and one sentence."""

import math
from typing import NamedTuple

import numpy as np

from simulator.graph import Backward, BackwardStep, Graph
from simulator.graph.cards import FORWARD, GRADIENT, card, forward_card
from simulator.graph.derivatives import operand_name
from simulator.graph.latex import MAX_MATRIX_ENTRIES, latex_name, latex_number
from simulator.scenes.computation_graph.names import call_name, pretty, pretty_name, shown_name, value_words
from simulator.texts import text
from simulator.texts.numbers import number_text

MAX_LISTED_INPUTS = 12
LINE_BREAK = r" \\ "


class Line(NamedTuple):
    """One formula of a card: what it shows, as an entry ``computation_graph.line.<kind>``, and its LaTeX."""

    kind: str
    latex: str


class StepWords(NamedTuple):
    """Everything that a reader is told at one step."""

    name: str  # on the timeline
    title: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    sentence: str


def inputs_words(graph: Graph, language: str) -> StepWords:
    """Say what is given before the first operation."""
    names = [name for name in graph.inputs if name in graph]
    lines = []
    for name in names[:MAX_LISTED_INPUTS]:
        lines.append(Line("given", rf"{latex_name(name)} = {painted(FORWARD, latex_number(graph[name].value))}"))
    title = text(language, "computation_graph.step.inputs_title")
    sentence = pretty(graph, text(language, "computation_graph.step.inputs", names=", ".join(names)))
    return StepWords(text(language, "computation_graph.step.inputs_name"), title, tuple(lines), (), sentence)


def forward_words(graph: Graph, name: str, language: str) -> StepWords:
    """Say how a node gets its value."""
    words, node = forward_card(graph, name, language, painted), graph[name]
    lines = (Line("rule", words.symbols), Line("numbers", words.numbers), Line("shapes", words.shapes))
    operation = call_name(language, node.operation)
    title = text(language, "graph.card.forward", node=shown_name(name), operation=operation)
    sentence = text(
        language,
        "computation_graph.step.forward",
        node=shown_name(name),
        operation=operation,
        value=value_words(node.value, language),
    )
    return StepWords(pretty_name(name), pretty(graph, title), lines, (), pretty(graph, sentence))


def seed_words(graph: Graph, language: str) -> StepWords:
    """Say where the backward pass starts."""
    output = latex_name(graph.output)
    left = rf"\frac{{\partial {output}}}{{\partial {output}}}"
    lines = (Line("rule", rf"{painted(GRADIENT, left)} = {painted(GRADIENT, '1')}"),)
    title = text(language, "computation_graph.step.seed_title", output=shown_name(graph.output))
    sentence = text(language, "computation_graph.step.seed", output=shown_name(graph.output))
    name = pretty_name(graph.output)
    return StepWords(f"∂{name}/∂{name}", pretty(graph, title), lines, (), pretty(graph, sentence))


def backward_words(backward: Backward, step: BackwardStep, steps: tuple[BackwardStep, ...], language: str) -> StepWords:
    """Say what one backward step does.

    Args:
      backward: the pass.
      step: one of ``steps``.
      steps: all steps of the view that is shown.
      language: of the reader.
    """
    graph, words = backward.graph, card(backward, step, language, shown_entry(step), steps, painted)
    written = (("numbers", words.numbers), ("result", words.result), ("sum", words.total), ("shapes", words.shapes))
    lines = (Line("rule", words.symbols), *(Line(kind, latex) for kind, latex in written if latex))
    notes = tuple(pretty(graph, note) for note in words.notes)
    sentence = pretty(graph, _backward_sentence(step, language))
    return StepWords(_step_name(step), _step_title(graph, step, language), lines, notes, sentence)


def hidden_words(
    backward: Backward, step: BackwardStep, language: str, entry: tuple[int, ...] | None = None
) -> StepWords:
    """Say what is known at a step that is to be predicted: what arrives, and what it meets; no rule, no result.

    Args:
      backward: the pass.
      step: one of its steps, with every call closed.
      language: of the reader.
      entry: which entry of the gradient is asked for; its place in the matrix is marked.
    """
    graph, local, node = backward.graph, step.local_derivative, backward.graph[step.node]
    output = latex_name(graph.output)
    of_node, of_operand = (_fraction(output, latex_name(name)) for name in (step.node, step.operand))
    known = [rf"{painted(GRADIENT, of_node)} = {painted(GRADIENT, latex_number(step.upstream_gradient))}"]
    for place, operand in enumerate(node.operands):
        if operand.source is not None and operand.value.size <= MAX_MATRIX_ENTRIES:
            known.append(rf"{operand_name(graph, node, place)} = {painted(FORWARD, latex_number(operand.value))}")
    if not local.in_table and local.value is not None and local.value.size == step.contribution.size == 1:
        slope = _fraction(latex_name(step.node), latex_name(step.operand))
        known.append(rf"{slope} = {painted(FORWARD, latex_number(local.value))}")
    lines = [Line("known", r",\quad ".join(dict.fromkeys(known)))]
    if entry is not None:
        asked = _asked_matrix(step.contribution.shape, entry)
        lines.append(Line("asked", rf"{painted(GRADIENT, of_operand)} = {painted(GRADIENT, asked)}"))
    sentence = text(language, "computation_graph.step.hidden", operand=shown_name(step.operand))
    return StepWords(_step_name(step), _step_title(graph, step, language), tuple(lines), (), pretty(graph, sentence))


def _asked_matrix(shape: tuple[int, ...], entry: tuple[int, ...]) -> str:
    """Return a matrix of dots with a box where the asked entry stands."""
    size = math.prod(shape)
    if size == 1 or size > MAX_MATRIX_ENTRIES or len(shape) > 2:
        return r"\boxed{?}"
    rows, columns = (1, *shape)[-2:]
    place = entry if len(shape) == 2 else (0, *entry)
    cells = [
        " & ".join(r"\boxed{?}" if (row, column) == place else r"\cdot" for column in range(columns))
        for row in range(rows)
    ]
    return rf"\begin{{bmatrix}}{LINE_BREAK.join(cells)}\end{{bmatrix}}"


def _fraction(above: str, below: str) -> str:
    return rf"\frac{{\partial {above}}}{{\partial {below}}}"


def _step_name(step: BackwardStep) -> str:
    return f"{pretty_name(step.node)}→{pretty_name(step.operand)}"


def _step_title(graph: Graph, step: BackwardStep, language: str) -> str:
    title = text(
        language,
        "graph.card.backward",
        node=shown_name(step.node),
        operand=shown_name(step.operand),
        operation=call_name(language, graph[step.node].operation),
    )
    return pretty(graph, title)


def _backward_sentence(step: BackwardStep, language: str) -> str:
    names = {"node": shown_name(step.node), "operand": shown_name(step.operand)}
    local = step.local_derivative.value
    if step.contribution.size == 1 and step.upstream_gradient.size == 1 and local is not None and local.size == 1:
        sentence = text(
            language,
            "computation_graph.step.backward",
            upstream=number_text(step.upstream_gradient.item()),
            local=number_text(local.item()),
            contribution=number_text(step.contribution.item()),
            **names,
        )
    else:
        value = value_words(step.contribution, language)
        sentence = text(language, "computation_graph.step.backward_array", contribution=value, **names)
    if step.num_branches > 1:
        entry = (
            "computation_graph.step.complete" if step.branch == step.num_branches else "computation_graph.step.so_far"
        )
        sentence += " " + text(language, entry, total=value_words(step.total, language), **names)
    return sentence


def graph_alt(graph: Graph, backward: Backward, language: str, *, gradients: bool = True) -> str:
    """Describe the whole graph to a reader who does not see it; without gradients where they are to be predicted."""
    received = [
        f"{name} {value_words(backward.totals[name], language)}" for name in graph.inputs[:8] if name in backward.totals
    ]
    return text(
        language,
        "computation_graph.alt" if gradients else "computation_graph.alt_asked",
        source=graph.source,
        count=len([node for node in graph.nodes if not node.hidden]),
        output=shown_name(graph.output),
        value=value_words(graph.value, language),
        gradients=", ".join(received) or "–",
    )


def shown_entry(step: BackwardStep) -> tuple[int, ...] | None:
    """Return the entry whose numbers are plugged in: where most gets through, as 0 · 1 = 0 teaches little."""
    upstream, local = step.upstream_gradient, step.local_derivative.value
    if upstream.size < 2 or local is None or np.shape(local) != upstream.shape:
        return None
    size = np.nan_to_num(np.abs(np.asarray(upstream * local, np.float64)))
    return tuple(int(place) for place in np.unravel_index(int(size.argmax()), upstream.shape))


def painted(kind: str, latex: str) -> str:
    """Return a formula in the colour of forward values or of gradients.

    >>> painted(GRADIENT, "1")
    '\\\\htmlClass{gradient}{1}'
    """
    return rf"\htmlClass{{{kind}}}{{{latex}}}"
