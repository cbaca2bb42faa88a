"""What is said at every step through a computation graph: a name, a card of formulas, notes, and one sentence."""

from typing import NamedTuple

import numpy as np

from simulator.graph import Backward, BackwardStep, Graph
from simulator.graph.cards import FORWARD, GRADIENT, card, forward_card
from simulator.graph.latex import latex_name, latex_number
from simulator.scenes.computation_graph.names import call_name, pretty, pretty_name, shown_name, value_words
from simulator.texts import text
from simulator.texts.numbers import number_text

MAX_LISTED_INPUTS = 12


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


def backward_words(
    backward: Backward, step: BackwardStep, steps: tuple[BackwardStep, ...], language: str, *, hidden: bool = False
) -> StepWords:
    """Say what one backward step does.

    Args:
      backward: the pass.
      step: one of ``steps``.
      steps: all steps of the view that is shown.
      language: of the reader.
      hidden: leave out every number and shape: the learner is asked for them.
    """
    graph, words = backward.graph, card(backward, step, language, shown_entry(step), steps, painted)
    name = f"{pretty_name(step.node)}→{pretty_name(step.operand)}"
    title = text(
        language,
        "graph.card.backward",
        node=shown_name(step.node),
        operand=shown_name(step.operand),
        operation=call_name(language, graph[step.node].operation),
    )
    title = pretty(graph, title)
    rule = Line("rule", words.symbols)
    if hidden:
        sentence = text(language, "computation_graph.step.hidden", operand=shown_name(step.operand))
        return StepWords(name, title, (rule,), (), pretty(graph, sentence))
    written = (("numbers", words.numbers), ("result", words.result), ("sum", words.total), ("shapes", words.shapes))
    lines = (rule, *(Line(kind, latex) for kind, latex in written if latex))
    notes = tuple(pretty(graph, note) for note in words.notes)
    return StepWords(name, title, lines, notes, pretty(graph, _backward_sentence(step, language)))


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
