"""The settings of a computation graph: an example or typed text, its inputs, what is open, predicted or nudged."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.errors import InputError
from simulator.graph import parse
from simulator.graph.budget import MAX_ENTRIES
from simulator.graph.presets import PRESETS
from simulator.scenes.computation_graph.guesses import one_entry, shaped_inputs
from simulator.scenes.computation_graph.inputs import Source, Written, read_value
from simulator.scenes.computation_graph.kinds import ALL, Calls, Entry, Formula, InputTexts, Variable
from simulator.scenes.computation_graph.passes import Pass, pass_of
from simulator.scenes.kinds import Choice, Kind, Number, Whole
from simulator.scenes.nudging import MAX_NUDGE, USUAL_NUDGE
from simulator.scenes.settings import Settings, control, replaced, within

OPEN_AT_FIRST: dict[str, tuple[str, ...]] = {"food": ("z3",)}
"""Calls of an example that are open until the reader closes them: the food network is shown layer by layer."""
MAX_STEP = 9_999
OF_PANELS = {"variable": "", "entry": (), "delta": USUAL_NUDGE}
"""Controls that change nothing in the graph itself, and what they are at first."""


@dataclass(frozen=True, kw_only=True)
class ComputationGraph(Settings):
    """Everything that decides which computation graph is shown; ``run_pass`` succeeds for every one.

    Args:
      example: name in ``simulator.graph.presets.PRESETS``; what counts where ``expression`` is empty.
      expression: typed text.
      inputs: (name, text) of the inputs that differ from the example's or from the usual values.
      opened: calls that are open; None for those that are open at first, ``("all",)`` for every one.
      predict: place of the backward step that is to be predicted, counted from 1; 0 for none.
      variable: the input whose chain rule is written out, or that is nudged; empty for the one that matters most.
      entry: place of the number that is nudged in a vector or matrix, counted from 1; empty for the one with the
        largest gradient.
      delta: how far it is nudged.

    >>> ComputationGraph(expression="x*y", inputs=(("x", "2"),)).to_link()
    {'expr': 'x*y', 'inputs': 'x=2'}
    >>> settings, errors = ComputationGraph.read({"expr": "x +", "inputs": "x=a;y=1"})
    >>> settings.example, settings.expression, len(errors)
    ('squared_error', '', 3)
    """

    texts = "computation_graph"

    example: str = control("squared_error", Choice(tuple(PRESETS), words="computation_graph.preset"))
    expression: str = control("", Formula(), link="expr")
    inputs: tuple[tuple[str, str], ...] = control((), InputTexts())
    opened: tuple[str, ...] | None = control(None, Calls(), link="open")
    predict: int = control(0, Whole(0, MAX_STEP))
    variable: str = control(OF_PANELS["variable"], Variable())
    entry: tuple[int, ...] = control(OF_PANELS["entry"], Entry(1, MAX_ENTRIES, 0, 4, whole=True, separator="."))
    delta: float = control(OF_PANELS["delta"], Number(-MAX_NUDGE, MAX_NUDGE, look="box"))

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return values for which the pass can be computed, and which name what is in it.

        A pass that has been computed lately is at hand, and an untouched example needs none: this costs nothing then.
        """
        errors: list[InputError] = []
        values = _computable(values, errors)
        if values["opened"] or values["predict"] or values["variable"] or values["entry"]:
            found = pass_of(_source(values), values["inputs"])
            values |= _there(cls, values, found, errors)
        return values, tuple(errors)

    def kind(self, name: str) -> Kind:
        """Return what a control may hold: steps, calls and inputs are those of the graph."""
        if name == "predict":
            return _steps(run_pass(self))
        if name == "opened":
            return Calls(run_pass(self).graph.calls)
        if name == "variable":
            return Variable(run_pass(self).variables)
        if name == "entry":
            return _places(run_pass(self), self.shown_variable)
        return super().kind(name)

    def shown(self, name: str) -> Any:
        """Return what a widget shows: of an example its expression and its inputs, though nobody has typed them."""
        if name == "expression":
            return self.source.text
        if name == "inputs":
            return tuple((one, input_text(self, one)) for one in self.source.names if self.source.is_editable(one))
        return self.shown_variable if name == "variable" else super().shown(name)

    def applies(self, name: str) -> bool:
        """Say whether a control changes anything: an expression hides the example, and a number has no entries."""
        if name == "entry":
            return bool(self.nudged_entry)
        return name != "example" or not self.expression

    def nudging(self, name: str, entry: tuple[int, ...]) -> dict[str, Any]:
        """Return the controls that choose an input, or a place in it, as what is nudged."""
        shape = run_pass(self).graph[name].shape if name in run_pass(self).variables else ()
        return {"variable": name, "entry": entry if len(entry) == len(shape) else ()}

    @property
    def source(self) -> Source:
        """What is traced."""
        return Source("" if self.expression else self.example, self.expression)

    @property
    def open_calls(self) -> tuple[str, ...]:
        """The calls that are open; while a step is being predicted, none."""
        if self.predict:
            return ()
        if self.opened == (ALL,):
            return run_pass(self).graph.calls
        if self.opened is not None:
            return self.opened
        return () if self.expression else OPEN_AT_FIRST.get(self.example, ())

    @property
    def shown_variable(self) -> str:
        """The input whose chain rule is written out; empty where no input has a gradient."""
        parameters = () if self.expression else PRESETS[self.example].parameters
        return _first_of(self.variable, parameters, run_pass(self).variables)

    @property
    def nudged_entry(self) -> tuple[int, ...]:
        """Place of the number that is nudged, counted from 0; empty where the input is one number."""
        if self.entry or not self.shown_variable:
            return tuple(place - 1 for place in self.entry)
        return tuple(place - 1 for place in _steepest(run_pass(self), self.shown_variable))


def run_pass(settings: ComputationGraph) -> Pass:
    """Trace and differentiate what the settings say; equal settings share one result."""
    return pass_of(settings.source, settings.inputs)


def input_text(settings: ComputationGraph, name: str) -> str:
    """Return what an input is, as it is written."""
    return dict(settings.inputs).get(name) or settings.source.default(name)


def with_input(settings: ComputationGraph, name: str, written: str) -> ComputationGraph:
    """Return the settings with another value for one input.

    Raises:
      InputError: for a text that cannot be read, or a value for which the pass cannot be computed.
    """
    inputs = tuple({**dict(settings.inputs), name: written}.items())
    return _with(settings, inputs=inputs)


def typed(before: ComputationGraph, expression: str, given: Written = ()) -> ComputationGraph:
    """Return the settings after an expression was typed: an input that stays keeps its value, others get a shape.

    Of a vector or matrix the first entry is taken, so that there is one number for a gradient to start from.

    Args:
      before: what was shown.
      expression: as it was typed.
      given: (name, text) of inputs that were typed with it.

    Raises:
      InputError: for text that cannot be read, or with no inputs of a usual shape be computed.

    >>> typed(ComputationGraph(), "softmax(z)").expression, typed(ComputationGraph(), "W@x").inputs[1]
    ('pick(softmax(z), 0)', ('x', '[-1.5, 2, 1]'))
    """
    parse(expression)
    known = next((name for name, preset in PRESETS.items() if preset.source == expression), None)
    if known and not given:
        return ComputationGraph(example=known)
    source, old = Source("", expression), before.source
    kept = tuple(
        (name, input_text(before, name)) for name in source.names if name in old.names and old.is_editable(name)
    )
    written = shaped_inputs(source, {**dict(kept), **dict(given)}, fixed=tuple(dict(given)))
    shapes = {name: np.shape(read_value(name, value)) for name, value in written}
    scalar = one_entry(expression, shapes)
    return _with(ComputationGraph(), expression=scalar, inputs=written)


def _with(settings: ComputationGraph, **changes: Any) -> ComputationGraph:
    """Return the settings with another source; what is shown of it follows, but the source must be as asked."""
    values, errors = settings.fit({**settings.as_dict(), **changes})
    for error in errors:
        if error.details.get("field") in ("expression", "inputs"):
            raise error
    return ComputationGraph(**values)


def _source(values: dict[str, Any]) -> Source:
    return Source("" if values["expression"] else values["example"], values["expression"])


def _computable(values: dict[str, Any], errors: list[InputError]) -> dict[str, Any]:
    """Return values with which the pass can be computed; what stands in its way is left out, and said."""
    source, asked = _source(values), values["inputs"]
    for name, written in asked:
        if name not in source.names:
            part = f"{name}={written}"[:40] if written else name[:40]
            details = {"value": part, "choices": source.names or ("–",)}
            errors.append(InputError("computation_graph:no_input", field="inputs", **details))
    inputs = source.differing(asked)
    if not source.expression and not inputs:
        return values | {"inputs": ()}
    failed = _failure(source, inputs)
    if failed is None:
        return values | {"inputs": inputs}
    readable, unreadable = _readable(inputs)
    if unreadable:
        errors += unreadable
        failed = _failure(source, readable)
        if failed is None:
            return values | {"inputs": readable}
    if readable and _failure(source, ()) is None:
        errors.append(_about(failed, "inputs"))
        return values | {"inputs": ()}
    errors.append(_about(failed, "expression"))
    return values | {"expression": "", "inputs": ()}


def _failure(source: Source, inputs: Written) -> InputError | None:
    try:
        pass_of(source, inputs)
        return None
    except InputError as error:
        return error


def _readable(inputs: Written) -> tuple[Written, list[InputError]]:
    kept, errors = [], []
    for name, written in inputs:
        try:
            read_value(name, written)
            kept.append((name, written))
        except InputError as error:
            errors.append(_about(error, "inputs"))
    return tuple(kept), errors


def _about(error: InputError, name: str) -> InputError:
    return InputError(error.code, **{**error.details, "field": name})


def _there(cls: type[Settings], values: dict[str, Any], found: Pass, errors: list[InputError]) -> dict[str, Any]:
    """Return open calls, step and variable that the graph has."""
    opened, step, variable = values["opened"], values["predict"], values["variable"]
    calls, steps = Calls(found.graph.calls), _steps(found)
    if opened and opened != (ALL,):
        known = tuple(name for name in opened if name in calls.choices)
        if known != opened:
            opened = known or None
            errors.append(replaced(cls, "opened", values["opened"], opened, calls))
    if step > steps.maximum:
        step = int(steps.maximum)
        errors.append(replaced(cls, "predict", values["predict"], step, steps))
    if variable and variable not in found.variables:
        variable, kind = "", Variable(found.variables)
        used = next(iter(found.variables), "–")
        errors.append(replaced(cls, "variable", values["variable"], used, kind))
    entry, parameters = values["entry"], () if values["expression"] else PRESETS[values["example"]].parameters
    nudged = _first_of(variable, parameters, found.variables)
    if entry and not _places(found, nudged).holds(entry):
        used = _steepest(found, nudged) or "–"
        errors.append(replaced(cls, "entry", entry, used, _places(found, nudged)))
        entry = ()
    return {"opened": opened, "predict": step, "variable": variable, "entry": entry}


def _first_of(asked: str, parameters: tuple[str, ...], there: tuple[str, ...]) -> str:
    return next((name for name in (asked, *parameters, *there) if name in there), "")


def _places(found: Pass, name: str) -> Entry:
    shape = found.graph[name].shape if name else ()
    return Entry(1, max(shape, default=1), 0, len(shape), whole=True, separator=".", shape=shape)


def _steepest(found: Pass, name: str) -> tuple[int, ...]:
    """Return the place of the entry with the largest gradient, counted from 1; empty for a number."""
    gradient = np.abs(np.nan_to_num(found.backward.totals[name])) if name else np.zeros(())
    return tuple(int(place) + 1 for place in np.unravel_index(int(gradient.argmax()), gradient.shape))


def _steps(found: Pass) -> Whole:
    kind = within(Whole(0, MAX_STEP), maximum=len(found.backward.steps))
    assert isinstance(kind, Whole)
    return kind
