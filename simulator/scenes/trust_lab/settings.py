"""What the trust lab shows: a rule and an example, a step size, a network whose passes are counted, a puzzle."""

from dataclasses import dataclass
from typing import Any

from simulator.core.checks import RULES
from simulator.errors import InputError
from simulator.scenes.kinds import Choice, Kind, Number, Several, Whole
from simulator.scenes.settings import Settings, control, replaced, within

OPERANDS = tuple(dict.fromkeys(operand for rule in RULES.values() for operand in rule.operands))
PARAMETERS = ("W1", "b1", "W2", "b2", "W3", "b3")
"""Of the network of the hunt, in the order in which a table lists them."""
MAX_ROUND = 999


@dataclass(frozen=True, kw_only=True)
class TrustLab(Settings):
    """Everything the controls of the trust lab say; the names are those of the link.

    Args:
      rule: the hand-written rule that is checked.
      operand: whose gradient is looked at; a rule has its own.
      exponent: of the step size, ε = 10^exponent.
      inputs, hidden, width, outputs: of the network whose passes are counted.
      seed: of the example, and of the hunt.
      round: of the hunt, from 1.
      checks: parameters of the hunt whose gradient has been checked.
      parameter: the one whose numbers are looked at; one of those checked.
    """

    texts = "trust_lab"

    rule: str = control("affine", Choice(tuple(RULES), words="checks.rules"))
    operand: str = control("x", Choice(OPERANDS, words="trust_lab.operand"))
    exponent: float = control(-5.0, Number(-12.0, 0.0, step=0.25))
    inputs: int = control(4, Whole(1, 784, look="box"))
    hidden: int = control(2, Whole(0, 8, look="box"))
    width: int = control(32, Whole(1, 512, look="box"))
    outputs: int = control(4, Whole(2, 32, look="box"))
    seed: int = control(0, Whole(0, 9999, look="box"))
    round: int = control(1, Whole(1, MAX_ROUND, look="box"))
    checks: tuple[str, ...] = control((), Several(PARAMETERS, 0, len(PARAMETERS), look="buttons"))
    parameter: str = control("W1", Choice(PARAMETERS, look="buttons"))

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return values whose operand is one of the rule's, and whose parameter has been checked."""
        errors = []
        for name, choices in (("operand", RULES[values["rule"]].operands), ("parameter", values["checks"])):
            asked = values[name]
            if choices and asked not in choices:
                values = {**values, name: choices[0]}
                errors.append(replaced(cls, name, asked, choices[0], Choice(choices)))
        return values, tuple(errors)

    def kind(self, name: str) -> Kind:
        """Return what a control may hold: the operands of the rule, the parameters that have been checked."""
        choices = {"operand": RULES[self.rule].operands, "parameter": self.checks}.get(name)
        return within(super().kind(name), choices=choices) if choices else super().kind(name)

    def applies(self, name: str) -> bool:
        """Say whether a control changes anything: without a check there are no numbers to look at."""
        return name != "parameter" or bool(self.checks)

    @property
    def epsilon(self) -> float:
        """The step size."""
        return 10.0**self.exponent

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Sizes of the network whose passes are counted."""
        return (self.inputs, *[self.width] * self.hidden, self.outputs)
