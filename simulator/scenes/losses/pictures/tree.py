"""Huffman's tree, drawn merge by merge, and what a letter costs with each way of writing it."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import numpy as np

from simulator.drawing.annotations import words
from simulator.drawing.axes import x_linear
from simulator.drawing.chart import chart, over
from simulator.drawing.expressions import area, px
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.losses.huffman import HuffmanCode
from simulator.scenes.losses.numbers import Codes
from simulator.texts import text
from simulator.texts.numbers import number_text

LETTERS = ("A", "G", "T", "C", "E", "F", "H", "I")
"""Names of the letters; the first four are the bases of curriculum section 4."""


def huffman_tree(code: HuffmanCode, letters: Sequence[str], language: str) -> Picture:
    """Draw the tree of a code; step k shows the first k merges.

    Args:
      code: as ``huffman_code`` returns it.
      letters: a name for each leaf.
      language: of the words.

    Returns:
      A picture with one step a merge, and the forest of single letters as step 0. The branch written 1 leaves to
      the right.
    """
    num_letters, num_merges = len(letters), len(code.merges)
    place, height, weight = _layout(code)
    steps = np.arange(num_merges + 1)
    born = np.array([0] * num_letters + [merge + 1 for merge in range(num_merges)])
    shown = (born <= steps[:, None]).astype(float)
    newest = ((born == steps[:, None]) & (born > 0)).astype(float)
    parent = np.array([merge.node for merge in code.merges for _ in "01"])
    child = np.array([node for merge in code.merges for node in (merge.zero, merge.one)])
    ends, starts = np.stack([place[parent], height[parent]]), np.stack([place[child], height[child]])
    finished = np.repeat((steps == num_merges).astype(float)[:, None], num_letters + num_merges, axis=1)
    return Picture(
        title=text(language, "losses.tree.title"),
        alt=text(
            language,
            "losses.tree.alt",
            codes=", ".join(f"{letter} = {word}" for letter, word in zip(letters, code.codes, strict=True)),
            mean=number_text(code.mean_length, 4),
        ),
        step=steps,
        specs={"tree": _tree_spec()},
        signals={"x_domain": [-0.6, num_letters - 0.4], "y_domain": [-0.75, float(height.max()) + 0.35]},
        tables={
            "words": {
                "letter": list(letters),
                "probability": list(code.probabilities),
                "code": list(code.codes),
                "length": [len(word) for word in code.codes],
            }
        },
        frames={
            "nodes": {
                "x": place,
                "y": height,
                "letter": [*letters, *[""] * num_merges],
                "weight": [number_text(float(probability)) for probability in weight],
                "code": [*code.codes, *[""] * num_merges],
                "shown": shown,
                "newest": newest,
                "finished": finished,
            },
            "edges": {
                "x": ends[0],
                "y": ends[1],
                "x2": starts[0],
                "y2": starts[1],
                "middle": 0.5 * (ends[0] + starts[0]),
                "level": 0.5 * (ends[1] + starts[1]),
                "bit": ["0", "1"] * num_merges,
                "shown": shown[:, parent],
            },
        },
        reading=Reading(
            "words",
            {name: text(language, f"losses.tree.{name}") for name in ("letter", "probability", "code", "length")},
        ),
        sentences=[_merge_words(code, letters, step, language) for step in range(num_merges + 1)],
    )


def _layout(code: HuffmanCode) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return place, height and probability of every node; leaves stand in the order of the finished tree."""
    num_letters = len(code.probabilities)
    children = {merge.node: (merge.zero, merge.one) for merge in code.merges}
    order: list[int] = []
    waiting = [code.merges[-1].node]
    while waiting:
        node = waiting.pop()
        if node < num_letters:
            order.append(node)
        else:
            waiting.extend(reversed(children[node]))
    place = np.zeros(num_letters + len(code.merges))
    height = np.zeros_like(place)
    weight = np.array([*code.probabilities, *[merge.probability for merge in code.merges]])
    place[order] = np.arange(num_letters)
    for merge in code.merges:
        place[merge.node] = (place[merge.zero] + place[merge.one]) / 2
        height[merge.node] = max(height[merge.zero], height[merge.one]) + 1
    return place, height, weight


def _merge_words(code: HuffmanCode, letters: Sequence[str], step: int, language: str) -> str:
    """Say which two nodes a step merges."""
    if step == 0:
        return text(language, "losses.tree.step_first", letters=len(letters))
    merge = code.merges[step - 1]
    below: dict[int, tuple[int, ...]] = {letter: (letter,) for letter in range(len(letters))}
    for one in code.merges[:step]:
        below[one.node] = (*below[one.zero], *below[one.one])
    names = {node: "".join(letters[letter] for letter in sorted(below[node])) for node in (merge.one, merge.zero)}
    values = {"one": names[merge.one], "zero": names[merge.zero], "sum": number_text(merge.probability)}
    last = step == len(code.merges)
    return text(language, "losses.tree.step_last" if last else "losses.tree.step", **values)


@cache
def _tree_spec() -> dict[str, Any]:
    x, y = alt.X("x:Q", axis=None, scale=_ends("x_domain")), alt.Y("y:Q", axis=None, scale=_ends("y_domain"))
    there = {"x": "x:Q", "y": "y:Q"}
    seen = alt.Opacity("shown:Q", legend=None).scale(domain=[0, 1], range=[0, 1])
    circle = {"filled": True, "color": "@forward_soft", "stroke": "@forward", "strokeWidth": px(3), "size": area(3400)}
    ring = {"filled": False, "stroke": "@ink", "strokeWidth": px(4), "size": area(4000)}
    middle = {"x": "middle:Q", "y": "level:Q", "opacity": "shown:Q"}
    bit = {"fontWeight": 700}
    layers = [
        over("edges").mark_rule(color="@muted", strokeWidth=px(3)).encode(x, y, x2="x2:Q", y2="y2:Q", opacity=seen),
        over("nodes").mark_point(**circle).encode(**there, opacity="shown:Q"),
        over("nodes").mark_point(**ring).encode(**there, opacity="newest:Q"),
        words("nodes", "weight").encode(**there, opacity="shown:Q"),
        words("nodes", "letter", dy=44, fontWeight=700, fontSize=px(20)).encode(**there, opacity="shown:Q"),
        words("nodes", "code", dy=66, color="@forward_text").encode(**there, opacity="finished:Q"),
        words("edges", "bit", **bit, stroke="@surface", strokeWidth=px(8)).encode(**middle),
        words("edges", "bit", **bit).encode(**middle),
    ]
    return chart(layers, ["x_domain", "y_domain"], height=400)


def _ends(parameter: str) -> alt.Scale:
    return alt.Scale(domain=alt.expr(parameter), nice=False, zero=False)


def costs_picture(found: Codes, language: str) -> Picture:
    """Draw the bits that a letter costs with each way of writing it; a cost without bound reaches the right end."""
    costs = found.costs
    finite = [cost for cost in costs.values() if np.isfinite(cost)]
    most = 1.2 * max(finite)
    names = [text(language, f"losses.codes.{name}") for name in costs]
    written = {name: number_text(cost, 4) for name, cost in costs.items()}
    return Picture(
        title=text(language, "losses.codes.title"),
        alt=text(language, "losses.codes.alt", **written),
        specs={"costs": _costs_spec(language)},
        signals={"names": names, "x_domain": [0.0, most]},
        tables={
            "costs": {
                "name": names,
                "bits": list(costs.values()),
                "length": [min(cost, most) for cost in costs.values()],
                "written": list(written.values()),
                # The bounds of every code are drawn lighter than codes that exist.
                "bound": [float(name in ("entropy", "cross")) for name in costs],
            }
        },
        reading=Reading("costs", _costs_headings(language)),
    )


def _costs_headings(language: str) -> dict[str, str]:
    return {"name": text(language, "losses.codes.case"), "bits": text(language, "losses.codes.bits")}


@cache
def _costs_spec(language: str) -> dict[str, Any]:
    x = x_linear("length", text(language, "losses.codes.bits"))
    axis = alt.Axis(title=None, grid=False, labelLimit=400)
    y = alt.Y("name:N", axis=axis, scale=alt.Scale(domain=alt.expr("names")))
    light = alt.Opacity("bound:Q", legend=None).scale(domain=[0, 1], range=[1, 0.45])
    bars = over("costs").mark_bar(color="@forward").encode(x, y, light)
    label = words("costs", "written", dx=6, align="left", fontWeight=600).encode(x="length:Q", y="name:N")
    return chart([bars, label], ["names", "x_domain"], right=44)
