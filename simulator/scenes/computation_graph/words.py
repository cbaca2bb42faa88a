"""What is said at every step through a computation graph: a name, a card of formulas, notes, and one sentence."""

import re
from typing import NamedTuple

import numpy as np

from simulator.graph import Backward, BackwardStep, Graph
from simulator.graph.cards import card, forward_card
from simulator.graph.latex import MAX_MATRIX_ENTRIES, latex_name, latex_number
from simulator.graph.operations import operation_name
from simulator.texts import has_text, text
from simulator.texts.numbers import number_text

FORWARD, GRADIENT = "forward", "gradient"
"""Classes of formula parts: values of the forward pass, gradients."""
MAX_LISTED_INPUTS = 12
GREEK_LETTERS = {"alpha": "α", "beta": "β", "gamma": "γ", "epsilon": "ε", "theta": "θ", "lambda": "λ", "mu": "μ"}
GREEK_LETTERS |= {"sigma": "σ", "xhat": "x̂", "delta": "δ", "phi": "φ", "omega": "ω", "eta": "η"}
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_NAME = r"(?:[^{}]|\{[^{}]*\})*"


class Line(NamedTuple):
    """One formula of a card: what it shows, as an entry ``graph_page.line.<kind>``, and its LaTeX."""

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
    title = text(language, "graph_page.step.inputs_title")
    sentence = pretty(graph, text(language, "graph_page.step.inputs", names=", ".join(names)))
    return StepWords(text(language, "graph_page.step.inputs_name"), title, tuple(lines), (), sentence)


def forward_words(graph: Graph, name: str, language: str) -> StepWords:
    """Say how a node gets its value."""
    words, node = forward_card(graph, name, language), graph[name]
    lines = [Line("rule", words.symbols)]
    left, _, right = words.numbers.partition(" = ")
    lines.append(Line("numbers", rf"{left} = {painted(FORWARD, right)}"))
    lines.append(Line("shapes", _forward_shapes(graph, name, language)))
    operation = call_name(language, node.operation)
    title = text(language, "graph.card.forward", node=shown_name(name), operation=operation)
    sentence = text(
        language, "graph_page.step.forward", node=shown_name(name), operation=operation, value=value_words(node.value)
    )
    return StepWords(pretty_name(name), pretty(graph, title), tuple(lines), (), pretty(graph, sentence))


def seed_words(graph: Graph, language: str) -> StepWords:
    """Say where the backward pass starts."""
    output = latex_name(graph.output)
    left = rf"\frac{{\partial {output}}}{{\partial {output}}}"
    lines = (Line("rule", rf"{painted(GRADIENT, left)} = {painted(GRADIENT, '1')}"),)
    title = text(language, "graph_page.step.seed_title", output=shown_name(graph.output))
    sentence = text(language, "graph_page.step.seed", output=shown_name(graph.output))
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
    graph, words = backward.graph, card(backward, step, language, shown_entry(step), steps)
    name = f"{pretty_name(step.node)}→{pretty_name(step.operand)}"
    title = text(
        language,
        "graph.card.backward",
        node=shown_name(step.node),
        operand=shown_name(step.operand),
        operation=call_name(language, graph[step.node].operation),
    )
    title = pretty(graph, title)
    rule = Line("rule", _in_words(paint_fractions(graph, words.symbols), language))
    if hidden:
        sentence = text(language, "graph_page.step.hidden", operand=shown_name(step.operand))
        return StepWords(name, title, (rule,), (), pretty(graph, sentence))
    lines = [rule, Line("numbers", paint_numbers(graph, step, words.numbers))]
    size = step.contribution.size
    if words.numbers.startswith(r"\left[") and size <= MAX_MATRIX_ENTRIES:  # those were the numbers of one entry
        lines.append(Line("result", paint_result(graph, step)))
    if words.total:
        lines.append(Line("sum", painted(GRADIENT, words.total)))
    lines.append(Line("shapes", _in_words(words.shapes, language)))
    notes = tuple(pretty(graph, note) for note in words.notes)
    return StepWords(name, title, tuple(lines), notes, pretty(graph, _backward_sentence(step, language)))


def _backward_sentence(step: BackwardStep, language: str) -> str:
    names = {"node": shown_name(step.node), "operand": shown_name(step.operand)}
    local = step.local_derivative.value
    if step.contribution.size == 1 and step.upstream_gradient.size == 1 and local is not None and local.size == 1:
        sentence = text(
            language,
            "graph_page.step.backward",
            upstream=number_text(step.upstream_gradient.item()),
            local=number_text(local.item()),
            contribution=number_text(step.contribution.item()),
            **names,
        )
    else:
        value = value_words(step.contribution)
        sentence = text(language, "graph_page.step.backward_array", contribution=value, **names)
    if step.num_branches > 1:
        entry = "graph_page.step.complete" if step.branch == step.num_branches else "graph_page.step.so_far"
        sentence += " " + text(language, entry, total=value_words(step.total), **names)
    return sentence


def graph_alt(graph: Graph, backward: Backward, language: str) -> str:
    """Describe the whole graph to a reader who does not see it."""
    gradients = [f"{name} {value_words(backward.totals[name])}" for name in graph.inputs[:8] if name in backward.totals]
    return text(
        language,
        "graph_page.alt",
        source=graph.source,
        count=len([node for node in graph.nodes if not node.hidden]),
        output=shown_name(graph.output),
        value=value_words(graph.value),
        gradients=", ".join(gradients) or "–",
    )


def value_words(value: np.ndarray) -> str:
    """Return a number, a short vector with its entries, or the norm of anything larger.

    >>> value_words(np.array(0.25)), value_words(np.array([1.0, -2.0])), value_words(np.full((2, 2), 3.0))
    ('0.25', '(1, −2)', '‖·‖ 6')
    """
    array = np.asarray(value)
    if array.size == 1:
        return number_text(float(array.item()))
    if array.ndim == 1 and array.size <= 4:
        return f"({', '.join(number_text(float(entry)) for entry in array)})"
    return f"‖·‖ {number_text(float(np.linalg.norm(array.astype(np.float64))))}"


def pretty(graph: Graph, sentence: str) -> str:
    """Write the names of nodes in a sentence as in a textbook: v₁ for v1, θ₁ for theta1.

    Particles must be chosen before, by the plain name.
    """
    names = {shown_name(node.name) for node in graph.nodes}
    wanted = {name: pretty_name(name) for name in names if pretty_name(name) != name}
    if not wanted:
        return sentence
    pattern = "|".join(re.escape(name) for name in sorted(wanted, key=len, reverse=True))
    return re.sub(rf"(?<![\w.])({pattern})(?!\w|\.\d)", lambda match: wanted[match.group(0)], sentence, flags=re.A)


def pretty_name(name: str) -> str:
    """Return a node's name with its index below the line and Greek letters as such.

    >>> pretty_name("v1"), pretty_name("theta12"), pretty_name("w_f1"), pretty_name("x")
    ('v₁', 'θ₁₂', 'w_f1', 'x')
    """
    match = re.fullmatch(r"([^\W\d_]+)(\d*)", shown_name(name))
    if not match:
        return shown_name(name)
    return GREEK_LETTERS.get(match.group(1), match.group(1)) + match.group(2).translate(_SUBSCRIPTS)


def shown_name(name: str) -> str:
    """Return a node's name without the mark of the inside of a call."""
    return name.rstrip("~")


def call_name(language: str, operation: str) -> str:
    """Return what an operation is called; the layers of the examples have names of their own.

    >>> call_name("ko", "layer1"), call_name("en", "mul"), call_name("en", "my_function")
    ('1층', 'multiplication', 'my_function')
    """
    entry = f"graph_page.call.{operation}"
    return text(language, entry) if has_text(language, entry) else operation_name(language, operation)


def painted(kind: str, latex: str) -> str:
    """Return a formula in the colour of forward values or of gradients.

    >>> painted(GRADIENT, "1")
    '\\\\htmlClass{gradient}{1}'
    """
    return rf"\htmlClass{{{kind}}}{{{latex}}}"


def paint_fractions(graph: Graph, latex: str) -> str:
    """Paint every ∂(output)/∂(…) of a formula as a gradient."""
    output = re.escape(latex_name(graph.output))
    pattern = rf"\\frac\{{\\partial {output}\}}\{{\\partial {_NAME}\}}"
    return re.sub(pattern, lambda match: painted(GRADIENT, match.group(0)), latex)


def paint_numbers(graph: Graph, step: BackwardStep, latex: str) -> str:
    """Paint a product of numbers: what comes in and what comes out are gradients, the factor is a forward value."""
    array = step.upstream_gradient
    shown = array[shown_entry(step) or (0,) * array.ndim] if array.size > 1 else array
    given = re.escape(latex_number(shown, True))
    match = re.fullmatch(rf"(.*?(?:=|:\\;) )({given}) \\cdot (.*) = ([^=]*)", latex, re.DOTALL)
    if match:
        left, given, local, result = match.groups()
        left = paint_fractions(graph, left)
        product = rf"{painted(GRADIENT, given)} \cdot {painted(FORWARD, local)}"
        return rf"{left}{product} = {painted(GRADIENT, result)}"
    left, mark, result = latex.partition("= ")
    return f"{paint_fractions(graph, left)}{mark}{painted(GRADIENT, result) if result else ''}"


def shown_entry(step: BackwardStep) -> tuple[int, ...] | None:
    """Return the entry whose numbers are plugged in: where most gets through, as 0 · 1 = 0 teaches little."""
    upstream, local = step.upstream_gradient, step.local_derivative.value
    if upstream.size < 2 or local is None or np.shape(local) != upstream.shape:
        return None
    size = np.nan_to_num(np.abs(np.asarray(upstream * local, np.float64)))
    return tuple(int(place) for place in np.unravel_index(int(size.argmax()), upstream.shape))


def paint_result(graph: Graph, step: BackwardStep) -> str:
    """Write the whole contribution of a step."""
    left = rf"\frac{{\partial {latex_name(graph.output)}}}{{\partial {latex_name(step.operand)}}}"
    sign = r"\mathrel{+}=" if step.num_branches > 1 else "="
    return rf"{painted(GRADIENT, left)} {sign} {painted(GRADIENT, latex_number(step.contribution))}"


def _in_words(latex: str, language: str) -> str:
    scalar, copies = text(language, "graph_page.scalar"), text(language, "graph_page.copies")
    return latex.replace(r"\mathrm{scalar}", rf"\text{{{scalar}}}").replace(r"\mathrm{copies}", rf"\text{{{copies}}}")


def _forward_shapes(graph: Graph, name: str, language: str) -> str:
    def written(shape: tuple[int, ...]) -> str:
        return f"({', '.join(map(str, shape))})" if shape else rf"\text{{{text(language, 'graph_page.scalar')}}}"

    node = graph[name]
    operands = r",\;".join(written(np.shape(operand.value)) for operand in node.operands[:6])
    more = r",\;\ldots" if len(node.operands) > 6 else ""
    return rf"{operands}{more} \to {written(node.shape)}"
