"""Types are checked at run time in every test, and cheaply where no shape is named.

The import hook of jaxtyping checks each call of each function twice over and binds its arguments beforehand, so that
shapes can be compared. For the nine in ten functions that name no shape, the type checker alone says the same in a
fraction of the time. The check of a function is built when it is first called: of thousands, a process calls few. One
that is defined within another is a new function at each call of the other, and gets the check that the first one got.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import is_dataclass
from types import CodeType, FunctionType
from typing import Any, ForwardRef, get_args

import jaxtyping

_with_shapes = jaxtyping.jaxtyped
_WRAPPED = "__beartype_func"
"""The keyword by which a check of beartype holds the function that it calls."""
_first_ones: dict[CodeType, tuple[FunctionType, FunctionType]] = {}
"""Of functions within functions: the first of each, and its check."""


def install() -> None:
    """Let the import hook decorate with ``checked``: before anything that it watches is imported."""
    jaxtyping.jaxtyped = checked


def checked(one: Any = None, *, typechecker: Callable[[Any], Any]) -> Any:
    """Return a function or class whose calls are checked, as ``jaxtyping.jaxtyped`` does."""
    if one is None:
        return lambda decorated: checked(decorated, typechecker=typechecker)
    if inspect.isclass(one):
        if is_dataclass(one) and isinstance(vars(one).get("__init__"), FunctionType):
            one.__init__ = checked(one.__init__, typechecker=typechecker)
        return one
    if not isinstance(one, FunctionType) or _waits_or_yields(one):
        return _built(one, typechecker)

    @functools.cache
    def built() -> Callable[..., Any]:
        return _built(one, typechecker)

    @functools.wraps(one)
    def built_at_first_call(*args, **values):
        return built()(*args, **values)

    return built_at_first_call


def _built(one: Any, typechecker: Callable[[Any], Any]) -> Any:
    if not isinstance(one, FunctionType) or names_shapes(list(one.__annotations__.values())):
        return _with_shapes(one, typechecker=typechecker)
    if "<locals>" not in one.__qualname__:
        return typechecker(one)
    first, check = _first_ones.get(one.__code__, (None, None))
    if first is None or check is None or first.__annotations__ != one.__annotations__:
        check = typechecker(one)
        if (check.__kwdefaults__ or {}).get(_WRAPPED) is one:
            _first_ones[one.__code__] = one, check
        return check
    again = FunctionType(check.__code__, check.__globals__, one.__name__, check.__defaults__, check.__closure__)
    again.__kwdefaults__ = {**(check.__kwdefaults__ or {}), _WRAPPED: one}
    return functools.update_wrapper(again, one)


def _waits_or_yields(one: FunctionType) -> bool:
    """Return whether who calls a function asks beforehand of which kind it is."""
    kinds = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)
    return any(kind(one) for kind in kinds)


def names_shapes(annotation: Any) -> bool:
    """Return whether an annotation, or a list of them, may name the shape of an array.

    One written as text may: jaxtyping looks for what it means, and lets pass what only type checkers import.
    """
    if isinstance(annotation, str | ForwardRef):
        return True
    if isinstance(annotation, list):
        return any(map(names_shapes, annotation))
    if isinstance(annotation, type) and issubclass(annotation, jaxtyping.AbstractArray):
        return True
    return annotation is jaxtyping.PyTree or names_shapes(list(get_args(annotation)))
