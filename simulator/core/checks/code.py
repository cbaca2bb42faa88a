"""The lines of the hand-written code as readers see them, and the line that each planted bug puts in their place."""

import inspect

from simulator.core.checks.bugs import BUG_KINDS, PARTS, PlantedBug
from simulator.core.checks.rules import RULES
from simulator.errors import check_choice

RIGHT_LINES = {
    "loss": "d_out = (p - t) / len(t)",
    "activation": "d_out = d_out * a * (1 - a)",
    "weight": "dW = x.T @ d_out",
    "bias": "db = d_out.sum(axis=0)",
    "pass_down": "d_out = d_out @ W.T",
}
WRONG_LINES = {
    "transpose_missing": "d_out = d_out @ W",
    "derivative_forgotten": "d_out = d_out",
    "derivative_at_output": "d_out = d_out * sigmoid(a) * (1 - sigmoid(a))",
    "derivative_twice": "d_out = d_out * a * (1 - a) * a * (1 - a)",
    "weight_sign": "dW = -x.T @ d_out",
    "pass_down_sign": "d_out = -d_out @ W.T",
    "bias_mean": "db = d_out.mean(axis=0)",
    "bias_missing": "db = np.zeros(d_out.shape[1])",
    "first_example_only": "dW = x[:1].T @ d_out[:1]",
    "weight_twice": "dW = 2 * x.T @ d_out",
    "wrong_input": "dW = a.T @ d_out",
    "detached": "d_out = np.zeros_like(x)",
    "targets_swapped": "d_out = (t - p) / len(t)",
    "batch_sum": "d_out = p - t",
    "softmax_twice": "d_out = (p - t) * p * (1 - p) / len(t)",
}
NUM_LAYERS = 3


def rule_source(name: str) -> str:
    """Return the code of a hand-written rule, forward and backward, as it runs."""
    check_choice("rule", name, RULES)
    rule = RULES[name]
    return "\n".join(inspect.getsource(function) for function in (rule.forward, rule.backward))


def backward_listing(bug: PlantedBug | None = None) -> str:
    """Return the backward pass of the hunt, layer by layer, with a bug in it or without.

    Names: ``p`` probabilities, ``t`` targets, in layer k ``x`` the input, ``a`` the output, ``W`` the weights.
    """
    lines = [_line("loss", NUM_LAYERS, bug)]
    for layer in range(NUM_LAYERS, 0, -1):
        lines += ["", f"x, a, W = inputs[{layer}], outputs[{layer}], weights[{layer}]  # {layer}"]
        if layer < NUM_LAYERS:
            lines.append(_line("activation", layer, bug))
        lines += [_line("weight", layer, bug), _line("bias", layer, bug)]
        lines.append(f'gradients["W{layer}"], gradients["b{layer}"] = dW, db')
        if layer > 1:
            lines.append(_line("pass_down", layer, bug))
    return "\n".join(lines)


def changed_lines(bug: PlantedBug) -> tuple[str, str]:
    """Return the right line and the wrong one.

    >>> changed_lines(PlantedBug("transpose_missing", 2))
    ('d_out = d_out @ W.T', 'd_out = d_out @ W')
    """
    check_choice("kind", bug.kind, BUG_KINDS)
    return RIGHT_LINES[PARTS[bug.kind]], WRONG_LINES[bug.kind]


def _line(part: str, layer: int, bug: PlantedBug | None) -> str:
    if bug is not None and bug.layer == layer and PARTS[bug.kind] == part:
        return WRONG_LINES[bug.kind]
    return RIGHT_LINES[part]
