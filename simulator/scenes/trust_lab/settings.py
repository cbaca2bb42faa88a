"""What the trust lab shows: its settings, what a link may say of them, and the presets."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.core.checks import RULES
from simulator.errors import InputError, check_choice, check_integer, check_number
from simulator.scenes.old_controls import Choice, Control, Number, read_link, write_link

VIEWS = ("rules", "step_size", "passes", "hunt")
OPERANDS = tuple(dict.fromkeys(operand for rule in RULES.values() for operand in rule.operands))
MAX_SEED, MAX_ROUND = 9999, 999
SMALLEST_EXPONENT = -12.0
MAX_INPUTS, MAX_HIDDEN, MAX_WIDTH, MAX_OUTPUTS = 784, 8, 512, 32


@dataclass(frozen=True, kw_only=True)
class TrustSettings:
    """Everything the controls of the trust lab say; the names are those of the link.

    Args:
      view: which question is asked.
      rule: the hand-written rule that is checked.
      operand: whose gradient is looked at; a rule has its own.
      seed: of the example, and of the hunt.
      exponent: of the step size, ε = 10^exponent.
      inputs, hidden, width, outputs: of the network whose passes are counted.
      round: of the hunt, from 1.
    """

    view: str = "rules"
    rule: str = "affine"
    operand: str = "x"
    seed: int = 0
    exponent: float = -5.0
    inputs: int = 4
    hidden: int = 2
    width: int = 32
    outputs: int = 4
    round: int = 1

    def __post_init__(self):
        check_choice("view", self.view, VIEWS)
        check_choice("rule", self.rule, RULES)
        check_choice("operand", self.operand, OPERANDS)
        check_integer("seed", self.seed, 0, MAX_SEED)
        check_number("exponent", self.exponent, SMALLEST_EXPONENT, 0.0)
        check_integer("inputs", self.inputs, 1, MAX_INPUTS)
        check_integer("hidden", self.hidden, 0, MAX_HIDDEN)
        check_integer("width", self.width, 1, MAX_WIDTH)
        check_integer("outputs", self.outputs, 2, MAX_OUTPUTS)
        check_integer("round", self.round, 1, MAX_ROUND)

    @property
    def checked_operand(self) -> str:
        """The operand that is looked at: the one chosen, where the rule has it."""
        operands = RULES[self.rule].operands
        return self.operand if self.operand in operands else operands[0]

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Sizes of the network whose passes are counted."""
        return (self.inputs, *[self.width] * self.hidden, self.outputs)

    def to_link(self) -> dict[str, str]:
        """Return the parameters of a link that shows these settings.

        >>> TrustSettings(rule="relu", seed=3).to_link()
        {'rule': 'relu', 'seed': '3'}
        """
        return write_link(self, TrustSettings())

    @classmethod
    def from_link(cls, parameters: Mapping[str, str]) -> tuple["TrustSettings", tuple[InputError, ...]]:
        """Read a link; what it asks for in vain becomes the nearest thing that can be shown, with a sentence each.

        >>> settings, errors = TrustSettings.from_link({"rule": "gelu", "exponent": "3"})
        >>> settings.rule, settings.exponent, len(errors)
        ('affine', 0.0, 2)
        """
        values, mended = read_link(CONTROLS, cls(), parameters)
        settings = cls(**values)
        if "operand" in values and settings.operand != settings.checked_operand:
            known = RULES[settings.rule].operands
            mended += (InputError("choice", field="operand", value=settings.operand, choices=known),)
        return settings, mended


CONTROLS: dict[str, Control] = {
    "view": Choice(VIEWS),
    "rule": Choice(tuple(RULES)),
    "operand": Choice(OPERANDS),
    "seed": Number(0, MAX_SEED, whole=True),
    "exponent": Number(SMALLEST_EXPONENT, 0.0),
    "inputs": Number(1, MAX_INPUTS, whole=True),
    "hidden": Number(0, MAX_HIDDEN, whole=True),
    "width": Number(1, MAX_WIDTH, whole=True),
    "outputs": Number(2, MAX_OUTPUTS, whole=True),
    "round": Number(1, MAX_ROUND, whole=True),
}
PRESETS = {
    "affine": TrustSettings(),
    "batch_norm": TrustSettings(rule="batch_norm"),
    "sigmoid_u": TrustSettings(view="step_size", rule="sigmoid"),
    "affine_u": TrustSettings(view="step_size", rule="affine", operand="weight", exponent=-1.0),
    "food": TrustSettings(view="passes"),
    "handwriting": TrustSettings(view="passes", inputs=784, hidden=4, width=500, outputs=10),
    "hunt": TrustSettings(view="hunt"),
}
