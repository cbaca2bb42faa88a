"""The settings of the chain-rule scene: a network, its examples, and where a reader looks."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from simulator.core.losses import NATURAL_OUTPUT
from simulator.core.training import LOSSES
from simulator.errors import InputError
from simulator.scenes.chain_rule import FUNCTIONS, Examples, draw_examples
from simulator.scenes.chain_rule.typed import (
    MAX_LAYERS,
    MAX_ROWS,
    MAX_WIDTH,
    Network,
    OwnExamples,
    WeightName,
    read_examples,
    read_sizes,
    write_examples,
)
from simulator.scenes.kinds import Choice, Flag, Kind, Number, Whole
from simulator.scenes.nudging import MAX_NUDGE, USUAL_NUDGE
from simulator.scenes.settings import Settings, control, replaced, within

NETWORKS = ("1-1", "1-1-1-1", "2-2-1", "3-2-4", "2-3-2-2", "3-4-4-3", "4-32-32-4")
"""Networks offered; any other within the bounds can be typed."""
ACTIVATIONS = tuple(FUNCTIONS)
OUTPUTS = ("identity", "sigmoid", "tanh")
LOOKS = ("symbols", "numbers", "shapes")
MIN_RATE, MAX_RATE = 1e-4, 100.0
RATES = (*(round(digit * 10.0**power, 6) for power in range(-4, 2) for digit in (1, 2, 5)), 100.0)
MAX_SEED = 9999
NUM_STAGES = 5
"""Of the story of the transposes."""
ASKED = ("start", "weights", "inputs", "through")
"""Kinds of steps whose results can be predicted: those of the backward pass."""


class Step(NamedTuple):
    """One step of the pass."""

    kind: str  # forward, loss, start, weights, inputs, through, update
    layer: int  # from 1; 0 where no layer is meant


def steps_of(sizes: tuple[int, ...]) -> tuple[Step, ...]:
    """Return the steps of a network: forward layer by layer, the loss, back layer by layer, the update.

    >>> [step.kind for step in steps_of((2, 2, 1))]
    ['forward', 'forward', 'loss', 'start', 'weights', 'inputs', 'through', 'weights', 'update']
    """
    last = len(sizes) - 1
    steps = [*(Step("forward", layer) for layer in range(1, last + 1)), Step("loss", 0), Step("start", last)]
    for layer in range(last, 0, -1):
        steps.append(Step("weights", layer))
        if layer > 1:
            steps += [Step("inputs", layer), Step("through", layer - 1)]
    return (*steps, Step("update", 0))


MAX_STEPS = len(steps_of((1,) * (MAX_LAYERS + 1)))


@dataclass(frozen=True, kw_only=True)
class ChainRule(Settings):
    """Network, examples and what is looked at.

    Args:
      net: sizes of inputs, hidden layers and outputs, joined by hyphens.
      activation: of the hidden layers.
      loss: one of ``simulator.core.training.LOSSES``.
      output: activation of the output layer under a squared error; the cross-entropies bring their own.
      rows: number of drawn examples.
      rate: learning rate.
      ask: whether the learner predicts before the numbers are shown.
      seed: of parameters and examples.
      data: the learner's own examples, one a line: inputs, a bar, targets; empty for drawn ones.
      look: symbols, numbers or shapes.
      step: of the pass, from 1.
      example: whose values and paths are shown, from 1.
      weight: layer, input and unit of the chosen weight, from 1.
      stage: of the story of the transposes, from 1; ``story`` in a link, where a page means its own by ``stage``.
      delta: how far the chosen weight is nudged.
    """

    texts = "chain_rule"

    # inputs, nodes, outputs and examples are 3, 2, 4 and 5: of the transposed products only the right one fits
    net: str = control("3-2-4", Network(60, offered=NETWORKS))
    activation: str = control("sigmoid", Choice(ACTIVATIONS, words="training.option.activation"))
    loss: str = control("cross_entropy", Choice(LOSSES, words="chain_rule.loss"))
    output: str = control("identity", Choice(OUTPUTS, words="training.option.activation"))
    rows: int = control(5, Whole(1, MAX_ROWS))
    rate: float = control(0.5, Number(MIN_RATE, MAX_RATE, log=True, stops=RATES))
    ask: bool = control(False, Flag())
    seed: int = control(1, Whole(0, MAX_SEED, look="box"))
    data: str = control("", OwnExamples(2000, lines=4))
    look: str = control("numbers", Choice(LOOKS, words="chain_rule.component.look_{}"))
    step: int = control(1, Whole(1, MAX_STEPS))
    example: int = control(1, Whole(1, MAX_ROWS))
    weight: tuple[int, int, int] = control((1, 1, 1), WeightName(1, MAX_WIDTH, 3, 3, whole=True, separator="."))
    stage: int = control(1, Whole(1, NUM_STAGES), link="story")
    delta: float = control(USUAL_NUDGE, Number(-MAX_NUDGE, MAX_NUDGE, look="box"))

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return values that the network can have: a loss for its outputs, examples of its sizes, places inside it."""
        fitted, errors, sizes = dict(values), [], read_sizes(values["net"])
        if sizes[-1] == 1 and fitted["loss"] == "cross_entropy":
            fitted["loss"] = "binary_cross_entropy"
            errors.append(InputError("chain:one_output", field="loss"))
        if fitted["data"]:
            try:
                read_examples(fitted["data"], sizes, _output(fitted["loss"], fitted["output"]))
            except InputError as error:
                fitted["data"] = ""
                errors.append(InputError(error.code, **error.details, field="data"))
        for name, kind in _places(sizes, _num_rows(fitted["data"], fitted["rows"])).items():
            nearest = min(fitted[name], kind.maximum)
            if nearest != fitted[name]:
                errors.append(replaced(cls, name, fitted[name], nearest, kind))
                fitted[name] = nearest
        weight = _nearest_weight(sizes, fitted["weight"])
        if weight != fitted["weight"]:
            errors.append(replaced(cls, "weight", fitted["weight"], weight))
            fitted["weight"] = weight
        return fitted, tuple(errors)

    def kind(self, name: str) -> Kind:
        """Return what a control may hold: a single output has no softmax, and places lie inside the network."""
        kind = super().kind(name)
        if name == "loss" and isinstance(kind, Choice) and self.sizes[-1] == 1:
            return within(kind, choices=tuple(loss for loss in LOSSES if loss != "cross_entropy"))
        return _places(self.sizes, _num_rows(self.data, self.rows)).get(name, kind)

    def shown(self, name: str) -> Any:
        """Return what a widget shows: examples that are drawn can be read like the learner's own."""
        return write_examples(self.examples) if name == "data" else super().shown(name)

    def applies(self, name: str) -> bool:
        """Say whether a control changes anything: cross-entropies bring their output, own examples their number."""
        if name == "output":
            return self.loss not in NATURAL_OUTPUT
        return not self.data if name == "rows" else super().applies(name)

    def nudging(self, name: str, entry: tuple[int, ...]) -> dict[str, Any]:
        """Return the controls that choose the weight of a layer at a place: the first one where none is given."""
        layer = int(name) if name.isdecimal() and len(name) < 4 else 1
        return {"weight": (layer, *(entry if len(entry) == 2 else (1, 1)))}

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, hidden widths, outputs."""
        return read_sizes(self.net)

    @property
    def output_activation(self) -> str:
        """The loss decides, where it is a cross-entropy."""
        return _output(self.loss, self.output)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the pass."""
        return steps_of(self.sizes)

    @property
    def examples(self) -> Examples:
        """The batch: the learner's own, or drawn."""
        if self.data:
            return read_examples(self.data, self.sizes, self.output_activation)
        return draw_examples(self.sizes, self.rows, self.seed, output=self.output_activation)


def _output(loss: str, output: str) -> str:
    return NATURAL_OUTPUT.get(loss, output)


def _num_rows(data: str, rows: int) -> int:
    return len(data.splitlines()) if data else rows


def _places(sizes: tuple[int, ...], num_rows: int) -> dict[str, Whole]:
    """Return the kinds of what counts something that the network or the batch has so many of."""
    return {"step": Whole(1, len(steps_of(sizes))), "example": Whole(1, num_rows)}


def _nearest_weight(sizes: tuple[int, ...], weight: tuple[int, int, int]) -> tuple[int, int, int]:
    layer = min(weight[0], len(sizes) - 1)
    return layer, min(weight[1], sizes[layer - 1]), min(weight[2], sizes[layer])
