"""Huffman's tree, drawn merge by merge: leaves at the bottom, a step at a time until one root is left."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.drawing.layers import layer, words
from simulator.drawing.marks import chart
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.losses.huffman import HuffmanCode
from simulator.texts import text
from simulator.texts.numbers import number_text


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
    names = [*letters, *[""] * num_merges]
    parent = np.array([merge.node for merge in code.merges for _ in "01"])
    child = np.array([node for merge in code.merges for node in (merge.zero, merge.one)])
    ends, starts = np.stack([place[parent], height[parent]]), np.stack([place[child], height[child]])
    at: dict[str, Any] = {axis: _axis(axis) for axis in ("x", "y")}
    seen = {"field": "shown", "type": "quantitative", "scale": {"domain": [0, 1], "range": [0, 1]}, "legend": None}
    circle = {
        "type": "point",
        "filled": True,
        "color": "@forward_soft",
        "stroke": "@forward",
        "size": {"expr": "2800*scale*scale"},
    }
    ring = {
        "type": "point",
        "filled": False,
        "stroke": "@ink",
        "strokeWidth": "@px 4",
        "size": {"expr": "3300*scale*scale"},
    }
    line = {"type": "rule", "color": "@muted", "strokeWidth": "@px 3"}
    spec = chart(
        [
            layer("edges", line, **at, x2={"field": "x2"}, y2={"field": "y2"}, opacity=seen),
            layer("nodes", circle | {"strokeWidth": "@px 3"}, **at, opacity=seen),
            layer("nodes", ring, **at, opacity=seen | {"field": "newest"}),
            words("nodes", "weight", **at, opacity=seen),
            words("nodes", "letter", **at, dy=42, opacity=seen, fontWeight=700, fontSize="@px 20"),
            words("nodes", "code", **at, dy=64, opacity=seen | {"field": "finished"}, color={"value": "@forward_text"}),
            _bit(at, seen),
        ],
        ["x_domain", "y_domain"],
        height=400,
    )
    codes = [*code.codes, *[""] * num_merges]
    finished = np.repeat((steps == num_merges).astype(float)[:, None], len(names), axis=1)
    return Picture(
        title=text(language, "losses.tree.title"),
        alt=text(
            language,
            "losses.tree.alt",
            codes=", ".join(f"{letter} = {word}" for letter, word in zip(letters, code.codes, strict=True)),
            mean=number_text(code.mean_length, 4),
        ),
        step=steps,
        specs={"tree": spec},
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
                "letter": names,
                "weight": [number_text(float(probability)) for probability in weight],
                "code": codes,
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


def _axis(name: str) -> dict:
    scale = {"domain": {"expr": f"{name}_domain"}, "nice": False, "zero": False}
    return {"field": name, "type": "quantitative", "axis": None, "scale": scale}


def _bit(at: dict, seen: dict) -> dict:
    middle = {"x": at["x"] | {"field": "middle"}, "y": at["y"] | {"field": "level"}}
    halo = {"stroke": "@surface", "strokeWidth": 8, "fontWeight": 700}
    return {
        "layer": [
            words("edges", "bit", **middle, opacity=seen, **halo),
            words("edges", "bit", **middle, opacity=seen, fontWeight=700),
        ]
    }
