"""What the inputs of a typed expression are before anybody has typed them: values of shapes that fit."""

from collections.abc import Mapping

import numpy as np

from simulator.graph import parse
from simulator.graph.shapes import Shape, guess_shapes, output_shape
from simulator.scenes.computation_graph.inputs import Source, Written, read_value, usual_text


def shaped_inputs(source: Source, wanted: Mapping[str, str], fixed: tuple[str, ...] = ()) -> Written:
    """Return inputs with which an expression can be computed, as near as possible to what is wanted.

    Those wanted stay, if that is possible with some shape of the others; otherwise only the fixed ones do. Where no
    shapes fit, inputs that are not wanted are numbers, and computing it will say what does not fit.

    Raises:
      InputError: for an input that cannot be read, or an expression that would cost too much whatever its inputs are.

    >>> shaped_inputs(Source("", "softmax(z)"), {"z": "2"})
    (('z', '[0.5, -1.5, 2]'),)
    """
    expression = parse(source.expression)
    shapes = {name: np.shape(read_value(name, text)) for name, text in wanted.items() if name in source.names}
    for names in dict.fromkeys((tuple(shapes), fixed)):
        known = {name: shapes[name] for name in names if name in shapes}
        found = guess_shapes(expression, source.names, known)
        if found is not None:
            return tuple(
                (name, wanted[name] if name in known else usual_text(source, name, found[name])) for name in found
            )
    return tuple((name, wanted.get(name, source.default(name))) for name in source.names)


def one_entry(expression: str, shapes: Mapping[str, Shape]) -> str:
    """Return an expression whose value is one number: of an array its first entry.

    Raises:
      InputError: where it cannot be computed, or costs too much; nothing has been computed then.

    >>> one_entry("W@x", {"W": (2, 3), "x": (3,)}), one_entry("w*x", {"w": (), "x": ()})
    ('pick(W@x, 0)', 'w*x')
    """
    shape = output_shape(parse(expression), shapes)
    return f"pick({expression}, {', '.join('0' * len(shape))})" if shape and max(shape) > 1 else expression
