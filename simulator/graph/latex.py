r"""Names and numbers in LaTeX.

>>> latex_name("z1"), latex_name("beta"), latex_name("log_softmax")
('z_{1}', '\\beta', '\\mathrm{log\\_softmax}')
>>> latex_number(-0.25, parentheses=True), latex_number(1.5e-7)
('(-0.25)', '1.5\\times10^{-7}')
"""

import re
from typing import Any

import numpy as np

from simulator.texts.numbers import complex_text, number_text

GREEK = frozenset(
    {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"}
    | {"xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega"}
)
MAX_MATRIX_ENTRIES = 36
MAX_COLUMNS = 10
"""A wider row has no room beside a graph, and says nothing that its shape does not."""
_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def latex_name(name: str) -> str:
    """Return a node's name: trailing digits as an index, Greek letters as such, words upright."""
    name = name.rstrip("~")  # the inside of a call shows the call's own value
    indexed = re.fullmatch(r"([^\W\d_])_([^\W_]+)", name)
    if indexed:
        return f"{indexed.group(1)}_{{{indexed.group(2)}}}"
    match = re.search(r"_?(\d+(?:_\d+)*)$", name)
    stem, index = (name[: match.start()], match.group(1)) if match else (name, "")
    if not stem:
        return rf"\mathrm{{{name}}}"
    if stem in GREEK:
        letter = rf"\{stem}"
    elif len(stem) == 1:
        letter = stem
    else:
        letter = r"\mathrm{" + stem.replace("_", r"\_") + "}"
    return f"{letter}_{{{index.replace('_', ',')}}}" if index else letter


def latex_number(value: Any, parentheses: bool = False, digits: int = 3) -> str:
    """Return a number with three significant digits, a small array as a matrix, a large or empty one as its shape."""
    array = np.asarray(value)
    if array.size == 1:
        return _scalar(array.reshape(()).item(), parentheses, digits)
    if array.ndim > 2 or not 0 < array.size <= MAX_MATRIX_ENTRIES or array.shape[-1] > MAX_COLUMNS:
        return r"\left[" + r"\times ".join(map(str, array.shape)) + r"\right]"
    rows = array[None] if array.ndim == 1 else array
    body = r"\\".join(" & ".join(_scalar(entry.item(), False) for entry in row) for row in rows)
    return rf"\begin{{bmatrix}}{body}\end{{bmatrix}}"


def _scalar(value: Any, parentheses: bool, digits: int = 3) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if value == 0:  # also −0
        return "0"
    if isinstance(value, complex):
        return rf"({complex_text(value)})".replace("−", "-")
    if np.isnan(value):
        return r"\mathrm{NaN}"
    if np.isinf(value):
        return r"\infty" if value > 0 else (r"(-\infty)" if parentheses else r"-\infty")
    shown, times, power = number_text(value, digits).replace("−", "-").partition("×10")  # as everywhere on the page
    if times:
        shown = rf"{shown}\times10^{{{power.translate(_SUPERSCRIPTS)}}}".removeprefix(r"1\times")
    return f"({shown})" if parentheses and value < 0 else shown
