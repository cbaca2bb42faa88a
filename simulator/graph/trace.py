"""Trace a function or a typed expression into a Graph, through its jaxpr.

Besides the budget, the only file that imports ``jax.extend``: everything else sees ``simulator.graph.program``.
"""

import inspect
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend import core

from simulator.errors import InputError
from simulator.graph.budget import check_budget, cost_of
from simulator.graph.build import build_graph
from simulator.graph.expression import Expression, parse
from simulator.graph.model import Graph
from simulator.graph.operations import OPERATIONS
from simulator.graph.program import Block, Equation, Number, Program, Run, evaluate, group_items, read
from simulator.graph.weighing import weigh

MAX_EQUATIONS = 20_000

_CALLS = {"jit": "jaxpr", "pjit": "jaxpr", "closed_call": "call_jaxpr", "core_call": "call_jaxpr"}
_CALLS |= {"custom_jvp_call": "call_jaxpr", "custom_vjp_call": "call_jaxpr", "custom_vjp_call_jaxpr": "fun_jaxpr"}
_CALLS |= {"checkpoint": "jaxpr", "remat": "jaxpr", "remat2": "jaxpr"}
_DEBUG_INFO = core.DebugInfo("graph", "equation", None, None)


def trace(source: Any, /, *args: Any, **inputs: Any) -> Graph:
    """Run ``source`` once and return its computation as a graph, with the value of every node.

    Args:
      source: typed text such as ``"(sigmoid(w*x + b) - t)**2"``, or any function that JAX can trace.
      args, inputs: its inputs: numbers, arrays or (for a function) pytrees of them. Text takes them by name.

    Returns:
      The graph; ``simulator.backward`` differentiates it.

    Raises:
      InputError: when the text cannot be read (with the column), an input is missing or not numeric, shapes do not
        fit, or JAX cannot trace the function.

    >>> graph = trace("(w*x + b - t)**2", w=2.0, x=3.0, b=1.0, t=5.0)
    >>> float(graph.value), graph.inputs
    (4.0, ('w', 'x', 'b', 't'))
    """
    if isinstance(source, str):
        if args:
            raise InputError("graph:inputs_by_name")
        expression = parse(source)
        given = expression.check_inputs(inputs)
        signature = tuple((name, value.shape, value.dtype.name) for name, value in given.items())
        program = _typed_program(expression, signature)
        arguments = [(name, [name], [value], jax.tree.structure(0)) for name, value in given.items()]
        label = expression.text
    elif callable(source):
        arguments = _bind(source, args, inputs)
        program = _read_program(source, args, inputs)
        label = getattr(source, "__name__", type(source).__name__)
    else:
        raise InputError("graph:source", value=repr(source)[:60])
    leaves = [leaf for _, _, values, _ in arguments for leaf in values]
    run = Run(program, dict(zip(program.block.inputs, leaves, strict=True)))
    evaluate(program.block, run.values)
    return build_graph(run, [(name, names, tree) for name, names, _, tree in arguments], label)


def value_of(expression: Expression) -> np.ndarray:
    """Return what an expression without inputs is, within the budget of every expression.

    Raises:
      InputError: for shapes that do not fit, and for what would cost too much.

    >>> float(value_of(parse("1/4")))
    0.25
    """
    program = _typed_program(expression, ())
    values: dict[int, Any] = {}
    evaluate(program.block, values)
    return np.asarray(read(program.block.outputs[0], values))


@lru_cache(maxsize=256)
def _typed_program(expression: Expression, signature: tuple[tuple[str, tuple[int, ...], str], ...]) -> Program:
    names = [name for name, _, _ in signature]
    shapes = [jax.ShapeDtypeStruct(shape, dtype) for _, shape, dtype in signature]
    weigh(expression, dict(zip(names, shapes, strict=True)))  # what is refused is not traced as a whole
    with jax.numpy_rank_promotion("allow"):  # a learner may add a bias to a batch
        closed = jax.make_jaxpr(lambda values: expression(**dict(zip(names, values, strict=True))))(shapes)
    check_budget(cost_of(closed.jaxpr))
    return _to_program(closed, MAX_EQUATIONS)


def _bind(function: Callable[..., Any], args: tuple[Any, ...], inputs: dict[str, Any]) -> list[tuple]:
    """Name every argument and every leaf, and check that leaves are numeric."""
    try:
        names = list(inspect.signature(function).bind(*args, **inputs).arguments)
        positional = [name for name in names if name not in inputs][: len(args)]
    except TypeError as error:
        raise InputError("graph:arguments", error=str(error)) from None
    except ValueError:  # a callable without a signature
        positional = []
    if len(positional) < len(args):
        parameters = [f"x{place}" for place in range(1, len(args) + 1)]
        positional = parameters if len(args) > 1 else ["x"]
    bound, taken = [], set()
    for name, value in [*zip(positional, args, strict=True), *inputs.items()]:
        paths, tree = jax.tree_util.tree_flatten_with_path(value)
        labels = [_leaf_name(name, path, taken) for path, _ in paths]
        bound.append(
            (name, labels, [_numeric(label, leaf) for label, (_, leaf) in zip(labels, paths, strict=True)], tree)
        )
    return bound


def _leaf_name(argument: str, path: tuple[Any, ...], taken: set[str]) -> str:
    parts = [str(getattr(key, "name", getattr(key, "key", getattr(key, "idx", key)))) for key in path]
    words = [part for part in parts if not part.isdigit()]
    numbers = "_".join(str(int(part) + 1) for part in parts if part.isdigit())
    short = {"weight": "W", "bias": "b", "scale": "gamma", "shift": "beta"}
    base = short.get(words[-1], words[-1]) if words else argument
    name = wanted = re.sub(r"\W", "_", f"{base}{numbers}")
    count = 1
    while name in taken:
        count += 1
        name = f"{wanted}_{count}"
    taken.add(name)
    return name


def _numeric(name: str, leaf: Any) -> Any:
    try:
        if isinstance(leaf, (str, bytes)):
            raise TypeError("text")
        value = leaf if isinstance(leaf, jax.Array) else jnp.asarray(leaf)
    except (TypeError, ValueError, OverflowError):
        raise InputError("graph:input_value", name=name, value=repr(leaf)[:60]) from None
    if jnp.issubdtype(value.dtype, jnp.complexfloating):
        raise InputError("graph:input_value", name=name, value=repr(leaf)[:60])
    return value


def _read_program(function: Callable[..., Any], args: tuple[Any, ...], inputs: dict[str, Any]) -> Program:
    try:
        names, values = list(inputs), list(inputs.values())  # a list keeps the caller's order, a dict does not
        closed = jax.make_jaxpr(lambda args, values: function(*args, **dict(zip(names, values, strict=True))))(
            args, values
        )
    except InputError:
        raise
    except Exception as error:  # whatever a caller's function raises is told to the caller
        raise InputError("graph:not_traceable", error=f"{type(error).__name__}: {_first_line(error)}") from error
    return _to_program(closed, MAX_EQUATIONS)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0][:300]


def _to_program(closed: core.ClosedJaxpr, max_equations: int) -> Program:
    if len(closed.jaxpr.outvars) != 1:
        raise InputError("graph:one_output", value=len(closed.jaxpr.outvars))
    reader = _Reader(max_equations)
    block = reader.read(closed.jaxpr, closed.consts)
    return Program(block, reader.names, frozenset(reader.floating), reader.num_equations)


class _Reader:
    """Turn jaxprs into blocks, giving every variable of every call a number of its own."""

    def __init__(self, max_equations: int):
        self.max_equations = max_equations
        self.num_variables = self.num_equations = 0
        self.names: dict[int, str] = {}
        self.floating: set[int] = set()

    def read(self, jaxpr: core.Jaxpr, consts: list[Any]) -> Block:
        number: dict[Any, int] = {}
        for variable in [*jaxpr.invars, *jaxpr.constvars]:
            number[variable] = self.variable(variable)
        constants = {number[v]: value for v, value in zip(jaxpr.constvars, consts, strict=True)}

        def atom(item: Any) -> int | Number:
            if not isinstance(item, core.Literal):
                return number[item]
            aval: Any = item.aval
            return Number(np.asarray(item.val, aval.dtype))

        equations = []
        for eqn in _live(jaxpr):
            inputs = tuple(atom(item) for item in eqn.invars)
            if eqn.primitive.name == "name" and isinstance(inputs[0], int):  # checkpoint_name: an alias
                number[eqn.outvars[0]] = inputs[0]
                self.names[inputs[0]] = eqn.params["name"]
                continue
            for variable in eqn.outvars:
                number[variable] = self.variable(variable)
            equations.append(self.equation(eqn, inputs, tuple(number[v] for v in eqn.outvars)))
        outputs = tuple(atom(item) for item in jaxpr.outvars)
        items = group_items(equations, {v for v in outputs if isinstance(v, int)})
        return Block(tuple(number[v] for v in jaxpr.invars), outputs, constants, items)

    def variable(self, variable: Any) -> int:
        self.num_variables += 1
        if jnp.issubdtype(variable.aval.dtype, jnp.inexact):
            self.floating.add(self.num_variables)
        return self.num_variables

    def equation(self, eqn: Any, inputs: tuple, outputs: tuple) -> Equation:
        self.num_equations += 1
        if self.num_equations > self.max_equations:
            raise InputError("graph:too_many_operations", maximum=self.max_equations)
        primitive = eqn.primitive.name
        inner, name = None, primitive
        if primitive in _CALLS:
            inside = eqn.params[_CALLS[primitive]]
            if isinstance(inside, core.Jaxpr):
                inside = core.ClosedJaxpr(inside, [])
            name = str(eqn.params.get("name") or inside.jaxpr.debug_info.func_name.split(" ")[0] or primitive)
            name = name.lstrip("_") or primitive  # JAX's own helpers: _where, _one_hot
            if name in OPERATIONS and not _from_jax(inside.jaxpr):
                name = f"{name}()"  # a learner's own relu need not be the table's
            inner = self.read(inside.jaxpr, inside.consts)
        scope = tuple(part for part in str(eqn.source_info.name_stack).split("/") if part)
        params = {key: value for key, value in eqn.params.items() if _plain(value)}
        custom = primitive.startswith("custom_")
        return Equation(name, _function(eqn), inputs, outputs, params, scope, inner, custom)


def _from_jax(jaxpr: core.Jaxpr) -> bool:
    file = (jaxpr.debug_info.func_filename or "").replace("\\", "/")
    return "/jax/" in file


def _live(jaxpr: core.Jaxpr) -> list[Any]:
    """Return the equations that the outputs depend on."""
    needed = {v for v in jaxpr.outvars if not isinstance(v, core.Literal)}
    live = []
    for eqn in reversed(jaxpr.eqns):
        if needed.intersection(eqn.outvars):
            live.append(eqn)
            needed.update(v for v in eqn.invars if not isinstance(v, core.Literal))
    return live[::-1]


def uncompiled(function: Callable[..., Any], *shapes: Any) -> Callable[..., list[Any]]:
    """Trace a function once, and return it as one that runs operation by operation, without what it does not need."""
    closed = jax.make_jaxpr(function)(*shapes)
    jaxpr = closed.jaxpr
    needed = core.Jaxpr(jaxpr.constvars, jaxpr.invars, jaxpr.outvars, _live(jaxpr), jaxpr.effects, jaxpr.debug_info)
    return core.jaxpr_as_fun(core.ClosedJaxpr(needed, closed.consts))


class _Alone:
    """An equation that equals every other with the same primitive, parameters and shapes."""

    def __init__(self, eqn: Any):
        self.eqn = eqn
        parameters = tuple(sorted(eqn.params.items(), key=lambda item: item[0]))
        self.key = (eqn.primitive, parameters, tuple(item.aval for item in eqn.invars))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Alone) and self.key == other.key


def _function(eqn: Any) -> Callable[..., list[Any]]:
    """Return the equation alone as a function of all its operands; the same function for equal equations."""
    alone = _Alone(eqn)
    try:
        hash(alone)
    except TypeError:  # a parameter that cannot be compared
        return _build_function(alone)
    return _shared_function(alone)


def _build_function(alone: _Alone) -> Callable[..., list[Any]]:
    # through a jaxpr of one equation, rather than Primitive.bind, JAX unpacks nested calls itself
    eqn = alone.eqn
    variables = [core.Var(item.aval) for item in eqn.invars]
    jaxpr = core.Jaxpr((), variables, eqn.outvars, [eqn.replace(invars=variables)], eqn.effects, _DEBUG_INFO)
    return core.jaxpr_as_fun(core.ClosedJaxpr(jaxpr, ()))


_shared_function = lru_cache(maxsize=4096)(_build_function)


def _plain(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(_plain(item) for item in value)
    return value is None or isinstance(value, (bool, int, float, str, np.dtype))
