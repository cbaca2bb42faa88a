"""The rules of the network's backward pass as formulas: the right one first, then what learners write."""

import numpy as np

from simulator.course.asking import Formula, multiplied
from simulator.scenes.chain_rule import FUNCTIONS, NetworkPass
from simulator.scenes.chain_rule.passes import loss_scale
from simulator.scenes.chain_rule.settings import ChainRule

Array = np.ndarray
Rule = tuple[str, list[Formula]]
"""Of what the gradient is asked, in letters that need no setting; formulas in LaTeX."""
_FACTORS = {"mse_half_sum": "", "mse_mean": r"\frac{2}{NK}", "mse_batch_mean": r"\frac{2}{N}"}


def start_rule(made: NetworkPass, settings: ChainRule) -> Rule:
    """Return ∂L/∂Z of the output layer: output minus target, times the slope where there is one."""
    y, t, joint = made.loss.output, made.targets, made.loss.derivative is None
    scale = loss_scale(settings.loss, *t.shape) * (1.0 if joint else 2.0)
    factor = r"\frac{1}{N}" if joint else _FACTORS[settings.loss]
    right, swapped = rf"{factor}\,(Y - T)", rf"{factor}\,(T - Y)"
    if joint:
        found = [
            Formula("", right, scale * (y - t)),
            Formula("targets_swapped", swapped, scale * (t - y)),
            Formula("sum_for_mean", "Y - T", y - t),
            Formula("", rf"{right}\odot Y \odot (1 - Y)", scale * (y - t) * y * (1 - y)),
        ]
        return "∂L/∂Z", found
    slope = FUNCTIONS[settings.output_activation].derivative
    at_z, at_y = (rf"\odot \varphi_{{\mathrm{{out}}}}'({letter})" for letter in "ZY")
    z = made.pre_activation[-1]
    found = [
        Formula("", right + at_z, scale * (y - t) * slope(z)),
        Formula("targets_swapped", swapped + at_z, scale * (t - y) * slope(z)),
        Formula("derivative_at_output", right + at_y, scale * (y - t) * slope(y)),
        Formula("derivative_forgotten", right, scale * (y - t)),
    ]
    return "∂L/∂Z", found


def weights_rule(x: Array, g: Array, layer: int) -> Rule:
    """Return ∂L/∂W = AᵀG, and the products that learners take for it."""
    before = "X" if layer == 1 else _letter("A", layer - 1)
    found = _products((_turned(before), x.T), (_letter("G", layer), g), before, x)
    return "∂L/∂W", found


def inputs_rule(made: NetworkPass, layer: int) -> Rule:
    """Return ∂L/∂A = GWᵀ, and the products that learners take for it."""
    weight, name = made.parameters.weight[layer - 1], _letter("W", layer)
    g = made.grad_pre_activation[layer - 1]
    return "∂L/∂A", _products((_letter("G", layer), g), (_turned(name), weight.T), name, weight)


def through_rule(made: NetworkPass, settings: ChainRule, layer: int) -> Rule:
    """Return ∂L/∂Z = ∂L/∂A ∘ φ′(Z), and what learners take for it."""
    z, a, arriving = made.pre_activation[layer - 1], made.activation[layer - 1], made.grad_activation[layer - 1]
    assert arriving is not None
    function = FUNCTIONS[settings.activation]
    given = rf"\frac{{\partial L}}{{\partial {_letter('A', layer)}}}"
    at = {letter: _letter(letter, layer) for letter in "ZA"}
    found = [
        Formula("", rf"{given} \odot \varphi'({at['Z']})", arriving * function.derivative(z)),
        Formula("derivative_at_output", rf"{given} \odot \varphi'({at['A']})", arriving * function.derivative(a)),
        Formula("derivative_forgotten", given, arriving),
        Formula("", rf"{given} \odot \varphi({at['Z']})", arriving * a),
    ]
    return "∂L/∂Z", found


def _products(first: tuple[str, Array], second: tuple[str, Array], untransposed: str, matrix: Array) -> list[Formula]:
    """Return a product of two matrices, one of them transposed, then the same in the other order or as it lies."""
    (left, a), (right, b) = first, second
    lies = (untransposed, matrix)
    flat = (lies, second) if left == _turned(untransposed) else (first, lies)
    pairs = (flat, (second, first), (flat[1], flat[0]))
    others = [
        Formula("transpose_missing" if untransposed in (one, two) else "", rf"{one}\,{two}", multiplied(p, q))
        for (one, p), (two, q) in pairs
    ]
    return [Formula("", rf"{left}\,{right}", a @ b), *others]


def _letter(letter: str, layer: int) -> str:
    return f"{letter}^{{({layer})}}"


def _turned(name: str) -> str:
    return rf"{name[:-1]}\top}}" if name.endswith("}") else rf"{name}^{{\top}}"
