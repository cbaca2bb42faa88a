"""Names of nodes and operations, and values, as a reader reads them in a sentence: v₁, θ₁, 1층, (0.25, −1)."""

import re

import numpy as np

from simulator.graph import Graph
from simulator.graph.operations import operation_name
from simulator.texts import has_text, text
from simulator.texts.numbers import complex_text, lowered, number_text

GREEK_LETTERS = {"alpha": "α", "beta": "β", "gamma": "γ", "epsilon": "ε", "theta": "θ", "lambda": "λ", "mu": "μ"}
GREEK_LETTERS |= {"sigma": "σ", "xhat": "x̂", "delta": "δ", "phi": "φ", "omega": "ω", "eta": "η"}


def value_words(value: np.ndarray, language: str) -> str:
    """Return a number, a short vector with its entries, or in words the norm of anything larger.

    >>> value_words(np.array([1.0, -2.0]), "en"), value_words(np.full((2, 2), 3.0), "en")
    ('(1, −2)', 'an array of norm 6')
    """
    array = np.asarray(value)
    if array.size == 1:
        return complex_text(array.item())
    if array.ndim == 1 and array.size <= 4:
        return f"({', '.join(complex_text(entry.item()) for entry in array)})"
    norm = number_text(float(np.linalg.norm(_precise(array))))
    return text(language, "computation_graph.array", norm=norm)


def _precise(array: np.ndarray) -> np.ndarray:
    return array.astype(np.complex128 if np.iscomplexobj(array) else np.float64)


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
    return GREEK_LETTERS.get(match.group(1), match.group(1)) + lowered(match.group(2))


def shown_name(name: str) -> str:
    """Return a node's name without the mark of the inside of a call."""
    return name.rstrip("~")


def call_name(language: str, operation: str) -> str:
    """Return what an operation is called; the layers of the examples have names of their own.

    >>> call_name("ko", "layer1"), call_name("en", "mul"), call_name("en", "my_function")
    ('1층', 'multiplication', 'my_function')
    """
    entry = f"computation_graph.call.{operation}"
    return text(language, entry) if has_text(language, entry) else operation_name(language, operation)
