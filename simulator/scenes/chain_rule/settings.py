"""What the chain-rule page shows: the few settings from which everything on it is computed, in a link too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

from simulator.core.losses import NATURAL_OUTPUT
from simulator.core.training import LOSSES
from simulator.errors import InputError, check_choice, check_integer, check_number
from simulator.scenes.chain_rule import FUNCTIONS, Examples, NetworkPass, draw_examples, draw_parameters, run_pass
from simulator.scenes.chain_rule.typed import MAX_ROWS, read_examples, read_real, read_sizes

NETWORKS = ("1-1", "1-1-1-1", "2-2-1", "2-3-2-2", "3-4-4-3", "4-32-32-4")
"""Networks offered; any other within the bounds can be typed."""
ACTIVATIONS = tuple(FUNCTIONS)
OUTPUTS = ("identity", "sigmoid", "tanh")
SECTIONS = ("pass", "weight", "matrices", "update")
LOOKS = ("symbols", "numbers", "shapes")
MIN_RATE, MAX_RATE = 1e-4, 100.0
MAX_SEED = 9999
NUM_STAGES = 5
"""Of the story of the transposes."""


class Step(NamedTuple):
    """One step of the page's player."""

    kind: str  # forward, loss, start, weights, inputs, through, update
    layer: int  # from 1; 0 where no layer is meant


@dataclass(frozen=True, kw_only=True)
class ChainSettings:
    """Network, examples and what is looked at, checked where they are built.

    Args:
      section: one of ``SECTIONS``.
      look: one of ``LOOKS``.
      net: sizes of inputs, hidden layers and outputs, joined by hyphens.
      activation: of the hidden layers.
      loss: one of ``simulator.core.training.LOSSES``.
      output: activation of the output layer under a squared error; the cross-entropies bring their own.
      rows: number of drawn examples.
      seed: of parameters and examples.
      data: the learner's own examples, one a line: inputs, a bar, targets; empty for drawn ones.
      step: index of the player's step.
      weight: layer, input and unit of the chosen weight, from 1; taken to the nearest one that the network has.
      rate: learning rate.
      ask: whether the learner predicts before the numbers are shown.
      example: index of the example that the diagram shows.
      stage: of the story of the transposes, from 1.

    Raises:
      InputError: naming the field, the value and the bound.
    """

    section: str = "pass"
    look: str = "numbers"
    net: str = "2-3-2-2"
    activation: str = "sigmoid"
    loss: str = "cross_entropy"
    output: str = "identity"
    rows: int = 2
    seed: int = 1
    data: str = ""
    step: int = 0
    weight: tuple[int, int, int] = (1, 1, 1)
    rate: float = 0.5
    ask: bool = False
    example: int = 0
    stage: int = 1

    def __post_init__(self):
        check_choice("section", self.section, SECTIONS)
        check_choice("look", self.look, LOOKS)
        sizes = read_sizes(self.net)
        check_choice("activation", self.activation, ACTIVATIONS)
        check_choice("loss", self.loss, LOSSES)
        if sizes[-1] == 1 and self.loss == "cross_entropy":
            raise InputError("chain:one_output", field="loss", value=self.loss)
        check_choice("output_activation", self.output, OUTPUTS)
        check_integer("rows", self.rows, 1, MAX_ROWS)
        check_integer("seed", self.seed, 0, MAX_SEED)
        check_number("learning_rate", self.rate, MIN_RATE, MAX_RATE)
        check_integer("stage", self.stage, 1, NUM_STAGES)
        if self.data:
            read_examples(self.data, sizes, self.output_activation)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, hidden widths, outputs."""
        return read_sizes(self.net)

    @property
    def output_activation(self) -> str:
        """The loss decides, where it is a cross-entropy."""
        return NATURAL_OUTPUT.get(self.loss, self.output)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the player: forward layer by layer, the loss, back layer by layer, the update.

        >>> [step.kind for step in ChainSettings(net="2-2-1", loss="mse_mean").steps]
        ['forward', 'forward', 'loss', 'start', 'weights', 'inputs', 'through', 'weights', 'update']
        """
        last = len(self.sizes) - 1
        steps = [*(Step("forward", layer) for layer in range(1, last + 1)), Step("loss", 0), Step("start", last)]
        for layer in range(last, 0, -1):
            steps.append(Step("weights", layer))
            if layer > 1:
                steps += [Step("inputs", layer), Step("through", layer - 1)]
        return (*steps, Step("update", 0))

    @property
    def chosen_step(self) -> int:
        """The step, inside the network that there is."""
        return min(max(self.step, 0), len(self.steps) - 1)

    @property
    def chosen_weight(self) -> tuple[int, int, int]:
        """The weight, inside the network that there is."""
        sizes = self.sizes
        layer = min(max(self.weight[0], 1), len(sizes) - 1)
        source, target = (min(max(u, 1), n) for u, n in zip(self.weight[1:], sizes[layer - 1 : layer + 1], strict=True))
        return layer, source, target

    @property
    def examples(self) -> Examples:
        """The batch: the learner's own, or drawn."""
        if self.data:
            return read_examples(self.data, self.sizes, self.output_activation)
        return draw_examples(self.sizes, self.rows, self.seed, output=self.output_activation)

    @property
    def chosen_example(self) -> int:
        """The example, inside the batch that there is."""
        return min(max(self.example, 0), len(self.examples.inputs) - 1)

    @property
    def numbers(self) -> tuple:
        """What the pass is computed from: two settings with the same numbers show the same network."""
        rows = 0 if self.data else self.rows
        return (self.net, self.activation, self.loss, self.output_activation, rows, self.seed, self.data)

    @property
    def network_pass(self) -> NetworkPass:
        """Everything that is computed from these settings."""
        return _run(*self.numbers)

    def to_link(self) -> dict[str, str]:
        """Return the parameters of a link that shows this state; only what differs from the default.

        >>> ChainSettings(net="2-2-1", loss="mse_mean", weight=(2, 1, 1)).to_link()
        {'net': '2-2-1', 'loss': 'mse_mean', 'weight': '2.1.1'}
        """
        own, default = self._written(), ChainSettings()._written()
        return {name: value for name, value in own.items() if value != default[name]}

    def _written(self) -> dict[str, str]:
        return {
            "section": self.section,
            "look": self.look,
            "net": self.net,
            "activation": self.activation,
            "loss": self.loss,
            "output": self.output,
            "rows": str(self.rows),
            "seed": str(self.seed),
            "data": self.data.replace("\n", ";"),
            "step": str(self.chosen_step + 1),
            "weight": ".".join(str(number) for number in self.chosen_weight),
            "rate": f"{self.rate:g}",
            "ask": "1" if self.ask else "0",
            "example": str(self.example + 1),
            "stage": str(self.stage),
        }

    @classmethod
    def from_link(cls, parameters: Mapping[str, str]) -> tuple["ChainSettings", tuple[InputError, ...]]:
        """Read a link; what it asks for in vain becomes the nearest thing that can be shown, with a sentence each.

        >>> settings, errors = ChainSettings.from_link({"net": "2-999-1", "rows": "50"})
        >>> settings.net, settings.rows, settings.loss, len(errors)
        ('2-3-2-2', 8, 'cross_entropy', 2)
        """
        errors: list[InputError] = []
        settings = cls()
        readers: dict[str, Callable[[str], dict[str, Any]]] = {
            "section": lambda written: {"section": written},
            "look": lambda written: {"look": written},
            "net": lambda written: {"net": "-".join(str(size) for size in read_sizes(written)), **_fit(written)},
            "activation": lambda written: {"activation": written},
            "loss": lambda written: {"loss": written},
            "output": lambda written: {"output": written},
            "rows": lambda written: {"rows": _whole("rows", written, 1, MAX_ROWS, errors)},
            "seed": lambda written: {"seed": _whole("seed", written, 0, MAX_SEED, errors)},
            "data": lambda written: {"data": written.replace(";", "\n")},
            "rate": lambda written: {"rate": _real("learning_rate", written, MIN_RATE, MAX_RATE, errors)},
            "ask": lambda written: {"ask": written == "1"},
            "stage": lambda written: {"stage": _whole("stage", written, 1, NUM_STAGES, errors)},
        }
        for name, read in readers.items():
            if name in parameters:
                try:
                    settings = replace(settings, **read(parameters[name][:2000].strip()))
                except InputError as error:
                    errors.append(_shortened(error))
        return _positions(settings, parameters, errors), tuple(errors)


def _positions(settings: ChainSettings, parameters: Mapping[str, str], errors: list[InputError]) -> ChainSettings:
    """Read what depends on the network: step, example and weight, from 1 in the link."""
    if "step" in parameters:
        settings = replace(settings, step=_whole("step", parameters["step"], 1, len(settings.steps), errors) - 1)
    if "example" in parameters:
        rows = len(settings.examples.inputs)
        settings = replace(settings, example=_whole("example", parameters["example"], 1, rows, errors) - 1)
    if "weight" in parameters:
        written = parameters["weight"][:40]
        parts = written.split(".")
        if len(parts) == 3 and all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts):
            layer, source, target = (int(part) for part in parts)
            settings = replace(settings, weight=(layer, source, target))
        if settings.chosen_weight != settings.weight or settings.weight != tuple(map(_integer, parts)):
            used = ".".join(map(str, settings.chosen_weight))
            errors.append(InputError("chain:weight", value=written, used=used))
            settings = replace(settings, weight=settings.chosen_weight)
    return settings


def fitting(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what must change with a new network or loss, so that the settings stay valid.

    Args:
      values: fields of ``ChainSettings`` of which ``net``, ``loss`` or ``output`` has just been changed.
    """
    fit = _fit(values["net"]) if values["loss"] == "cross_entropy" else {}
    try:
        ChainSettings(**{**values, **fit})
    except InputError:
        fit["data"] = ""
    return fit


def _fit(net: str) -> dict[str, Any]:
    return {"loss": "binary_cross_entropy"} if read_sizes(net)[-1] == 1 else {}


@lru_cache(maxsize=64)
def _run(net: str, activation: str, loss: str, output: str, rows: int, seed: int, data: str) -> NetworkPass:
    sizes = read_sizes(net)
    examples = read_examples(data, sizes, output) if data else draw_examples(sizes, rows, seed, output=output)
    parameters = draw_parameters(sizes, seed)
    return run_pass(parameters, *examples, activation=activation, loss=loss, output=output)


def _integer(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 7 else None


def _whole(field: str, written: str, low: int, high: int, errors: list[InputError]) -> int:
    return round(_real(field, written, low, high, errors, whole=True))


def _real(field: str, written: str, low: float, high: float, errors: list[InputError], *, whole: bool = False) -> float:
    number = read_real(written[:40])
    default = {"rows": 2, "seed": 1, "learning_rate": 0.5, "step": 1, "example": 1, "stage": 1}[field]
    used = float(default) if number is None else min(max(number, low), high)
    used = float(round(used)) if whole else used
    if number is None or used != number:
        bounds = {"minimum": f"{low:g}", "maximum": f"{high:g}", "used": f"{used:g}"}
        errors.append(InputError("chain:nearest", field=field, value=written[:40], **bounds))
    return used


def _shortened(error: InputError) -> InputError:
    if "value" not in error.details:
        return error
    return InputError(error.code, **{**error.details, "value": str(error.details["value"])[:40]})


CONTROLS = tuple(field.name for field in fields(ChainSettings))
"""Names of the controls, in a link too."""

PRESETS: dict[str, ChainSettings] = {
    "default": ChainSettings(),
    "neuron": ChainSettings(net="1-1", loss="mse_half_sum", output="sigmoid", rows=1, seed=1),
    "three_layers": ChainSettings(net="1-1-1-1", loss="mse_half_sum", output="sigmoid", rows=1, seed=3),
    "two_two_one": ChainSettings(net="2-2-1", loss="mse_half_sum", output="sigmoid", rows=1, seed=5),
    "batch": ChainSettings(net="2-3-2-2", activation="tanh", rows=4),
    "relu": ChainSettings(net="2-3-2-2", activation="relu", rows=2, seed=5),
    "food": ChainSettings(net="4-32-32-4", activation="relu", rows=4, seed=1),
}
"""Starting points."""
