"""What the computation-graph page shows: a preset or a typed expression, its inputs, and which calls are open."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from simulator.errors import InputError
from simulator.graph import Backward, Graph, backward, parse, trace
from simulator.graph.operations import OPERATIONS
from simulator.graph.presets import PRESETS, preset_graph

LINK_NAMES = ("preset", "expr", "inputs", "open", "predict")
"""Names of the controls in a link; the browser adds ``step`` without asking the server."""
MAX_EDITABLE_ENTRIES = 24
MAX_LINK_TEXT = 2_000
OPEN_AT_FIRST: dict[str, tuple[str, ...]] = {"food": ("z3",)}
"""Calls of a preset that are open until the learner closes them: the food network is shown layer by layer."""
USUAL_VALUES = ("0.5", "-1.5", "2", "1", "-0.5", "1.5", "-1", "3")
"""Values of a typed expression's inputs, in the order they appear: unlike each other, so that no number hides."""
_DECIMAL_COMMA = re.compile(r"\s*[-+−]?\d+,\d+\s*")
_VALUE_ERRORS = {"graph:ragged_list": "graph_page:value_ragged", "graph:number_too_large": "graph_page:value_large"}


class Pass(NamedTuple):
    """A graph with its backward pass: they belong together and are kept together."""

    graph: Graph
    backward: Backward


@dataclass(frozen=True, kw_only=True)
class GraphSettings:
    """Everything that decides what the page shows.

    Args:
      preset: name in ``simulator.graph.presets.PRESETS``; what counts where ``expression`` is empty.
      expression: typed text.
      inputs: (name, text) of the inputs that differ from the preset's or from the usual values.
      opened: calls that are open; None for those that are open at first.
      predict: place of the backward step that is to be predicted, counted from 1; 0 for none.
    """

    preset: str = "squared_error"
    expression: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    opened: tuple[str, ...] | None = None
    predict: int = 0

    @property
    def open_calls(self) -> tuple[str, ...]:
        """The calls that are open; while a step is being predicted, none."""
        if self.predict:
            return ()
        if self.opened is not None:
            return self.opened
        return () if self.expression else OPEN_AT_FIRST.get(self.preset, ())

    @property
    def typed(self) -> str:
        """The expression's text; empty for a preset that is a function."""
        source = self.expression or PRESETS[self.preset].source
        return source if isinstance(source, str) else ""

    def to_link(self) -> dict[str, str]:
        """Return the parameters of a link that shows this.

        >>> GraphSettings(expression="x*y", inputs=(("x", "2"),)).to_link()
        {'expr': 'x*y', 'inputs': 'x=2'}
        """
        link = {"expr": self.expression} if self.expression else {"preset": self.preset}
        if self.inputs:
            link["inputs"] = ";".join(f"{name}={value}" for name, value in self.inputs)
        if self.opened is not None:
            link["open"] = ",".join(self.opened) or "none"
        if self.predict:
            link["predict"] = str(self.predict)
        return link

    @classmethod
    def from_link(cls, parameters: Mapping[str, str]) -> tuple["GraphSettings", tuple[InputError, ...]]:
        """Read a link; what cannot be shown becomes the nearest thing that can, with a sentence each.

        Args:
          parameters: those of ``LINK_NAMES`` that the link has.

        Returns:
          Settings for which ``run_pass`` succeeds, and what had to be changed.

        >>> settings, errors = GraphSettings.from_link({"expr": "x +", "inputs": "x=a;y=1"})
        >>> settings.preset, settings.expression, len(errors)
        ('squared_error', '', 3)
        """
        errors: list[InputError] = []
        settings = _read_source(parameters, errors)
        settings = _read_inputs(settings, parameters.get("inputs", "")[:MAX_LINK_TEXT], errors)
        found = run_pass(settings)
        if "open" in parameters:
            names = [name for name in parameters["open"].split(",") if name]
            known = found.graph.calls if names == ["all"] else tuple(n for n in names if n in found.graph.calls)
            strange = [name for name in names if name not in found.graph.calls and name not in ("none", "all")]
            if strange:
                errors.append(
                    InputError("graph_page:open", value=", ".join(strange)[:60], choices=found.graph.calls or ["none"])
                )
            settings = replace(settings, opened=known)
        if "predict" in parameters:
            last = len(found.backward.steps)
            asked = parameters["predict"]
            step = int(asked) if re.fullmatch(r"\d{1,4}", asked, re.ASCII) else -1
            if not 0 <= step <= last:
                errors.append(InputError("graph_page:predict", value=asked[:20], maximum=last))
                step = 0 if step < 0 else last
            settings = replace(settings, predict=step)
        return settings, tuple(errors)


def _read_source(parameters: Mapping[str, str], errors: list[InputError]) -> GraphSettings:
    preset = parameters.get("preset", GraphSettings.preset)
    if preset not in PRESETS:
        errors.append(InputError("graph:no_preset", value=preset[:40], choices=PRESETS))
        preset = GraphSettings.preset
    settings = GraphSettings(preset=preset)
    if parameters.get("expr", "").strip():
        try:
            parse(parameters["expr"])
            return GraphSettings(expression=parameters["expr"].strip())
        except InputError as error:
            errors.append(error)
    return settings


def _read_inputs(settings: GraphSettings, written: str, errors: list[InputError]) -> GraphSettings:
    names = input_names(settings)
    for part in [part for part in written.split(";") if part.strip()]:
        name, mark, value = part.partition("=")
        name = name.strip()
        if not mark or name not in names:
            errors.append(InputError("graph_page:no_input", value=part[:40], choices=names or ["–"]))
            continue
        try:
            read_value(name, value)
            settings = with_input(settings, name, value.strip())
        except InputError as error:
            errors.append(error)
    for attempt in (settings, replace(settings, inputs=()), GraphSettings(preset=settings.preset)):
        try:
            run_pass(attempt)
            return attempt
        except InputError as error:
            errors.append(error)
    return GraphSettings()


def input_names(settings: GraphSettings) -> tuple[str, ...]:
    """Return the inputs, in the order in which they are offered."""
    if settings.expression:
        return tuple(name for name in parse(settings.expression).names if name != "pi")
    return tuple(PRESETS[settings.preset].inputs)


def default_text(settings: GraphSettings, name: str) -> str:
    """Return what an input is while the learner has not changed it."""
    if settings.expression:
        return USUAL_VALUES[input_names(settings).index(name) % len(USUAL_VALUES)]
    return value_text(PRESETS[settings.preset].inputs[name])


def input_text(settings: GraphSettings, name: str) -> str:
    """Return what an input is, as it is written."""
    return dict(settings.inputs).get(name, default_text(settings, name))


def is_editable(settings: GraphSettings, name: str) -> bool:
    """Say whether an input is small enough to be written out."""
    return bool(settings.expression) or np.size(PRESETS[settings.preset].inputs[name]) <= MAX_EDITABLE_ENTRIES


def with_input(settings: GraphSettings, name: str, written: str) -> GraphSettings:
    """Return the settings with another value for one input."""
    values = dict(settings.inputs) | {name: written}
    kept = [(known, values[known]) for known in input_names(settings) if known in values]
    return replace(settings, inputs=tuple(item for item in kept if item[1] != default_text(settings, item[0])))


def value_text(value: Any) -> str:
    """Write a number or a small array as it would be typed.

    >>> value_text(2.0), value_text(np.array([[0.5, -0.4]], np.float32))
    ('2', '[[0.5, -0.4]]')
    """
    array = np.asarray(value)
    if array.ndim == 0:
        return f"{float(array):.6g}"
    return f"[{', '.join(value_text(part) for part in array)}]"


def read_value(name: str, written: str) -> Any:
    """Read a typed input: a number, or a vector or matrix as nested lists; parts may be computed, like 1/3.

    Returns:
      A float, or a float32 array.

    Raises:
      InputError: with the column and what can be written.

    >>> read_value("x", "1/4"), read_value("x", "0,5"), read_value("W", "[[1, 2], [3, 4]]").shape
    (0.25, 0.5, (2, 2))
    """
    text = written.replace(",", ".") if _DECIMAL_COMMA.fullmatch(written) else written
    try:
        expression = parse(text)
    except InputError as error:
        code = _VALUE_ERRORS.get(error.code, "graph_page:value")
        raise InputError(code, name=name, value=written[:40], column=error.details.get("column", 1)) from None
    if expression.names:
        column = text.find(expression.names[0]) + 1
        raise InputError("graph_page:value", name=name, value=written[:40], column=column)
    try:
        value = np.asarray(expression(), np.float32)
    except InputError as error:
        column = error.details.get("column", 1)
        raise InputError("graph_page:value", name=name, value=written[:40], column=column) from None
    if not np.all(np.isfinite(value)):
        raise InputError("graph_page:value_finite", name=name, value=written[:40])
    return float(f"{float(value):.9g}") if value.ndim == 0 else value


def run_pass(settings: GraphSettings) -> Pass:
    """Trace and differentiate what the settings say; equal settings share one result.

    Raises:
      InputError: when the text cannot be read, inputs do not fit, or there is nothing to differentiate.
    """
    return _run_pass(settings.preset, settings.expression, settings.inputs)


@lru_cache(maxsize=48)
def _run_pass(preset: str, expression: str, inputs: tuple[tuple[str, str], ...]) -> Pass:
    settings = GraphSettings(preset=preset, expression=expression, inputs=inputs)
    if expression:
        names = input_names(settings)
        graph = trace(expression, **{name: read_value(name, input_text(settings, name)) for name in names})
    else:
        graph = preset_graph(preset, **{name: read_value(name, written) for name, written in inputs})
    return Pass(graph, backward(graph))


class Level(NamedTuple):
    """One zoom level: the entry ``graph_page.level.<name>`` and the calls that are open in it."""

    name: str  # "network", "layers", "operations" or "inside"
    opened: tuple[str, ...]


def levels(graph: Graph) -> tuple[Level, ...]:
    """Return the zoom levels of a graph, from afar to near; levels that would look the same are one.

    A call that is a row of the table of operations (softmax) is an operation; a call that is not (a layer) opens
    before that, and one that holds such calls (a network) first.

    >>> [level.name for level in levels(run_pass(GraphSettings(preset="food")).graph)]
    ['network', 'layers', 'operations', 'inside']
    """
    layers = [call for call in graph.calls if graph[call].operation not in OPERATIONS]
    networks = [call for call in layers if any(child in layers for child in graph[call].children)]
    found: dict[tuple[str, ...], str] = {}
    for name, opened in (("network", ()), ("layers", networks), ("operations", layers), ("inside", graph.calls)):
        if name != "inside" or tuple(opened) not in found or not layers:
            found[tuple(opened)] = name
    return tuple(Level(name, opened) for opened, name in found.items())


def toggled(graph: Graph, opened: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return which calls are open after one is opened, or closed with everything inside it."""
    if name not in graph.calls:
        return opened
    if name in opened:
        return tuple(call for call in opened if call != name and name not in graph.ancestors(call))
    return (*opened, name)
