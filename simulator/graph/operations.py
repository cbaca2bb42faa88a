r"""The table of operations: primitive → learner's name, symbol, formula and local derivatives in LaTeX.

In a formula ``@a``, ``@b``, ``@c`` stand for the operands, ``@y`` for the output and ``@n`` for the exponent; they are
replaced by names or by numbers. An operation that is missing here still works: its numbers come from JAX.

Source: Baydin, Pearlmutter, Radul, Siskind, "Automatic differentiation in machine learning: a survey", JMLR 18 (2018),
for the idea of one table of local derivatives.
"""

import re
from typing import Any, NamedTuple

from simulator.texts import has_text, text


class Operation(NamedTuple):
    """One row of the table.

    ``kind`` says what the local derivative is: ``elementwise`` (a number for each entry), ``matrix`` (the other
    operand), ``reduce`` (ones), ``select`` (1 where an entry was chosen), ``jacobian`` (a matrix), ``move`` (entries
    change place) or ``none`` (no gradient).
    """

    symbol: str
    kind: str
    formula: str
    derivatives: tuple[str, ...] = ()


def _row(symbol: str, formula: str, *derivatives: str, kind: str = "elementwise") -> Operation:
    return Operation(symbol, kind, formula, derivatives)


def _function(name: str, derivative: str, latex: str | None = None) -> Operation:
    return _row(name, f"{latex or chr(92) + 'mathrm{' + name + '}'}(@a)", derivative)


OPERATIONS: dict[str, Operation] = {
    # arithmetic
    "add": _row("+", "@a + @b", "1", "1"),
    "add_any": _row("+", "@a + @b", "1", "1"),
    "sub": _row("−", "@a - @b", "1", "-1"),
    "mul": _row("×", r"@a \cdot @b", "@b", "@a"),
    "div": _row("÷", r"\frac{@a}{@b}", r"\frac{1}{@b}", r"-\frac{@a}{@b^{2}}"),
    "neg": _row("−", "-@a", "-1"),
    "integer_pow": _row("xⁿ", "@a^{@n}", "@n\\,@a^{@m}"),
    "pow": _row("xʸ", "@a^{@b}", r"@b\,@a^{@b - 1}", r"@a^{@b}\,\ln @a"),
    "square": _row("x²", "@a^{2}", r"2\,@a"),
    "sqrt": _row("√", r"\sqrt{@a}", r"\frac{1}{2\sqrt{@a}}"),
    "rsqrt": _row("1/√", r"\frac{1}{\sqrt{@a}}", r"-\frac{1}{2\,@a^{3/2}}"),
    "cbrt": _row("∛", r"\sqrt[3]{@a}", r"\frac{1}{3\,@y^{2}}"),
    "abs": _row("|x|", r"\lvert @a\rvert", r"\operatorname{sign}(@a)"),
    # exponentials and logarithms
    "exp": _row("exp", "e^{@a}", "e^{@a}"),
    "exp2": _row("2ˣ", "2^{@a}", r"2^{@a}\,\ln 2"),
    "expm1": _row("eˣ−1", "e^{@a} - 1", "e^{@a}"),
    "log": _row("ln", r"\ln @a", r"\frac{1}{@a}"),
    "log1p": _row("ln(1+x)", r"\ln(1 + @a)", r"\frac{1}{1 + @a}"),
    "logaddexp": _row("ln(eˣ+eʸ)", r"\ln(e^{@a} + e^{@b})", "e^{@a - @y}", "e^{@b - @y}"),
    # trigonometric and hyperbolic
    "sin": _function("sin", r"\cos(@a)", r"\sin"),
    "cos": _function("cos", r"-\sin(@a)", r"\cos"),
    "tan": _function("tan", r"1 + @y^{2}", r"\tan"),
    "asin": _function("arcsin", r"\frac{1}{\sqrt{1 - @a^{2}}}", r"\arcsin"),
    "acos": _function("arccos", r"-\frac{1}{\sqrt{1 - @a^{2}}}", r"\arccos"),
    "atan": _function("arctan", r"\frac{1}{1 + @a^{2}}", r"\arctan"),
    "sinh": _function("sinh", r"\cosh(@a)", r"\sinh"),
    "cosh": _function("cosh", r"\sinh(@a)", r"\cosh"),
    "asinh": _function("arsinh", r"\frac{1}{\sqrt{1 + @a^{2}}}"),
    "acosh": _function("arcosh", r"\frac{1}{\sqrt{@a^{2} - 1}}"),
    "atanh": _function("artanh", r"\frac{1}{1 - @a^{2}}"),
    # activation functions
    "tanh": _function("tanh", "1 - @y^{2}", r"\tanh"),
    "logistic": _row("σ", r"\sigma(@a)", r"@y\,(1 - @y)"),
    "relu": _row("ReLU", r"\mathrm{ReLU}(@a)", r"\mathbf{1}[@a > 0]"),
    "relu6": _row("ReLU6", r"\min(\max(@a, 0), 6)", r"\mathbf{1}[0 < @a < 6]"),
    "leaky_relu": _row(
        "LReLU",
        r"\begin{cases}@a & @a \ge 0\\ @b \cdot @a & @a < 0\end{cases}",
        r"\begin{cases}1 & @a > 0\\ @b & @a < 0\end{cases}",
        r"\min(@a, 0)",
    ),
    "elu": _row("ELU", r"\mathrm{ELU}(@a)", r"\begin{cases}1 & @a > 0\\ e^{@a} & @a \le 0\end{cases}"),
    "silu": _row("SiLU", r"@a\,\sigma(@a)", r"\sigma(@a)\,(1 + @a\,(1 - \sigma(@a)))"),
    "softplus": _row("softplus", r"\ln(1 + e^{@a})", r"\sigma(@a)"),
    "gelu": _row("GELU", r"@a\,\Phi(@a)", r"\Phi(@a) + @a\,\varphi(@a)"),
    "log_sigmoid": _row("ln σ", r"\ln\sigma(@a)", r"1 - \sigma(@a)"),
    "erf": _row("erf", r"\mathrm{erf}(@a)", r"\frac{2}{\sqrt{\pi}}\,e^{-@a^{2}}"),
    "erfc": _row("erfc", r"\mathrm{erfc}(@a)", r"-\frac{2}{\sqrt{\pi}}\,e^{-@a^{2}}"),
    # choices
    "max": _row("max", r"\max(@a, @b)", r"\mathbf{1}[@a > @b]", r"\mathbf{1}[@b > @a]"),
    "min": _row("min", r"\min(@a, @b)", r"\mathbf{1}[@a < @b]", r"\mathbf{1}[@b < @a]"),
    "clip": _row("clip", r"\mathrm{clip}(@a, @b, @c)", r"\mathbf{1}[@b < @a < @c]"),
    "clamp": _row("clip", r"\mathrm{clip}(@b, @a, @c)", "", r"\mathbf{1}[@a < @b < @c]"),
    "where": _row("where", r"\mathrm{where}(@a, @b, @c)", "0", r"\mathbf{1}[@a]", r"1 - \mathbf{1}[@a]"),
    "select_n": _row("where", r"\mathrm{where}(@a, @c, @b)", "0", r"1 - \mathbf{1}[@a]", r"\mathbf{1}[@a]"),
    # sums and products over many entries
    "reduce_sum": _row("Σ", r"\textstyle\sum @a", "1", kind="reduce"),
    "reduce_max": _row("max", r"\max @a", r"\mathbf{1}[@a = @y]", kind="select"),
    "reduce_min": _row("min", r"\min @a", r"\mathbf{1}[@a = @y]", kind="select"),
    "reduce_prod": _row("Π", r"\textstyle\prod @a", r"\textstyle\prod_{j \ne i} (@a)_{j}", kind="select"),
    "cumsum": _row("cumsum", r"\mathrm{cumsum}(@a)", kind="move"),
    "mean": _row("mean", r"\frac{1}{n}\textstyle\sum @a", r"\frac{1}{n}", kind="select"),
    "var": _row(
        "var", r"\frac{1}{n}\textstyle\sum (@a - \overline{@a})^{2}", r"\frac{2}{n}(@a - \overline{@a})", kind="select"
    ),
    "std": _row("std", r"\sqrt{\mathrm{var}(@a)}", r"\frac{@a - \overline{@a}}{n\,@y}", kind="select"),
    "norm": _row("‖x‖", r"\lVert @a\rVert", r"\frac{@a}{\lVert @a\rVert}", kind="select"),
    "dot_general": _row("@", r"@a\,@b", kind="matrix"),
    "dot": _row("@", r"@a\,@b", kind="matrix"),
    "matmul": _row("@", r"@a\,@b", kind="matrix"),
    "outer": _row("⊗", r"@a \otimes @b", kind="jacobian"),
    # changes of place
    "transpose": _row("ᵀ", r"@a^{\top}", kind="move"),
    "reshape": _row("reshape", r"\mathrm{reshape}(@a)", kind="move"),
    "broadcast_in_dim": _row("copy", "@a", kind="move"),
    "squeeze": _row("squeeze", "@a", kind="move"),
    "expand_dims": _row("expand", "@a", kind="move"),
    "convert_element_type": _row("cast", "@a", kind="move"),
    "slice": _row("[ ]", "@a[\\ldots]", kind="move"),
    "dynamic_slice": _row("[ ]", "@a[\\ldots]", kind="move"),
    "gather": _row("[ ]", "@a[\\ldots]", kind="move"),
    "take_along_axis": _row("[ ]", "@a[\\ldots]", kind="move"),
    "concatenate": _row("concat", r"[@a;\,@b]", kind="move"),
    "pad": _row("pad", r"\mathrm{pad}(@a)", kind="move"),
    "rev": _row("flip", r"\mathrm{flip}(@a)", kind="move"),
    "copy": _row("copy", "@a", kind="move"),
    # probabilities
    "softmax": _row("softmax", r"\mathrm{softmax}(@a)", r"\mathrm{diag}(@y) - @y\,@y^{\top}", kind="jacobian"),
    "log_softmax": _row("ln softmax", r"\ln\mathrm{softmax}(@a)", r"I - \mathbf{1}\,e^{@y^{\top}}", kind="jacobian"),
    "logsumexp": _row("logsumexp", r"\ln\textstyle\sum e^{@a}", r"e^{@a - @y}", kind="select"),
    "cross_entropy": _row(
        "CE",
        r"-\tfrac{1}{n}\textstyle\sum @b\,\ln\mathrm{softmax}(@a)",
        r"\tfrac{1}{n}(\mathrm{softmax}(@a) - @b)",
        r"-\tfrac{1}{n}\ln\mathrm{softmax}(@a)",
        kind="select",
    ),
    "binary_cross_entropy": _row(
        "BCE",
        r"-@b\ln @a - (1 - @b)\ln(1 - @a)",
        r"\tfrac{1}{n}\,\frac{@a - @b}{@a\,(1 - @a)}",
        r"\tfrac{1}{n}\,\ln\frac{1 - @a}{@a}",
        kind="select",
    ),
    "mse": _row(
        "MSE",
        r"\tfrac{1}{n}\textstyle\sum (@a - @b)^{2}",
        r"\tfrac{2}{n}(@a - @b)",
        r"-\tfrac{2}{n}(@a - @b)",
        kind="select",
    ),
    "layer_norm": _row("LayerNorm", r"\mathrm{LayerNorm}(@a)", kind="jacobian"),
    "batch_norm": _row("BatchNorm", r"\mathrm{BatchNorm}(@a)", kind="jacobian"),
    "one_hot": _row("one-hot", r"\mathrm{onehot}(@a)", kind="none"),
    # no gradient
    "stop_gradient": _row("stop", r"\mathrm{stop}(@a)", "0", kind="none"),
    "sign": _row("sign", r"\operatorname{sign}(@a)", "0", kind="none"),
    "floor": _row("⌊x⌋", r"\lfloor @a\rfloor", "0", kind="none"),
    "ceil": _row("⌈x⌉", r"\lceil @a\rceil", "0", kind="none"),
    "round": _row("round", r"\mathrm{round}(@a)", "0", kind="none"),
    "argmax": _row("argmax", r"\arg\max @a", "0", kind="none"),
    "argmin": _row("argmin", r"\arg\min @a", "0", kind="none"),
    "gt": _row(">", "@a > @b", "0", "0", kind="none"),
    "ge": _row("≥", r"@a \ge @b", "0", "0", kind="none"),
    "lt": _row("<", "@a < @b", "0", "0", kind="none"),
    "le": _row("≤", r"@a \le @b", "0", "0", kind="none"),
    "eq": _row("=", "@a = @b", "0", "0", kind="none"),
    "ne": _row("≠", r"@a \ne @b", "0", "0", kind="none"),
}

ACTIVATIONS = frozenset(
    {"logistic", "tanh", "relu", "relu6", "leaky_relu", "elu", "silu", "softplus", "gelu", "log_sigmoid", "softmax"}
)
"""Operations whose operand is called z and whose output a (softmax: p)."""

ATOMIC = frozenset({"relu", "where", "clip", "one_hot"})
"""Calls that are never opened: what they do is their name."""


def operation_name(language: str, operation: str) -> str:
    """Return the learner's name of an operation; a call of the learner's own keeps its name.

    >>> operation_name("ko", "mul"), operation_name("en", "dot_general")
    ('곱하기', 'matrix product')
    """
    entry = f"graph.operations.{operation}"
    return text(language, entry) if has_text(language, entry) else operation


def operation_symbol(operation: str) -> str:
    """Return the short sign drawn in a node."""
    return OPERATIONS[operation].symbol if operation in OPERATIONS else operation


def fill(template: str, operands: list[str], output: str, params: dict[str, Any]) -> str:
    r"""Replace the placeholders of a formula by names or numbers.

    >>> fill(r"@n\\,@a^{@m}", ["x"], "y", {"y": 3})
    '3\\\\,x^{2}'
    """
    filled = template
    exponent = params.get("y", 2)
    if isinstance(exponent, int):
        filled = filled.replace("^{@m}", "" if exponent == 2 else f"^{{{exponent - 1}}}").replace("@n", str(exponent))
    for letter, operand in zip("abc", operands, strict=False):
        filled = filled.replace(f"@{letter}", operand)
    filled = re.sub(r"\^\{\((-[^(){}]*)\)\}", r"^{\1}", filled.replace("@y", output))
    return re.sub(r"\(\((-[^()]*)\)\)", r"(\1)", filled)  # σ((-1.5)) is σ(-1.5)
