"""The first picture: networks from input to output, lit by the gradient that arrives, and what is said of it."""

from collections.abc import Sequence

import numpy as np

from simulator.drawing.picture import Picture, Reading
from simulator.scenes.gradient_decay.arriving import EXPLODING, VANISHING, Arriving, name_of
from simulator.scenes.gradient_decay.shares import share_text
from simulator.texts import text
from simulator.texts.numbers import number_text

DARKEST, BRIGHTEST = -12.0, 6.0
"""Powers of ten between which a layer's light grows; at 0, the last hidden layer's own, it is fully bright."""
MARKS = (3, 0, -3, -6, -12)
WORDS = (
    *("play", "stop", "backward", "input", "output", "depth", "layer", "tick", "at_first", "legend", "reference"),
    *("vanishes", "arrives", "explodes"),
)
BLANKS = {name: f"{{{name}}}" for name in ("count", "layer", "share")}
"""Filled in by the browser."""


def networks_picture(titles: Sequence[str], found: Sequence[Arriving], depth: int, language: str) -> Picture:
    """Draw each network, its layers lit by the gradient that arrives, at every depth that was computed.

    Args:
      titles: of the networks.
      found: what arrives in them; all at the same depths.
      depth: that is shown first.
      language: of the words.
    """
    depths = found[0].depths
    at = depths.index(depth)
    sentences = [arriving_words(language, titles, found, number) for number in range(len(depths))]
    networks = [_network(title, one, language) for title, one in zip(titles, found, strict=True)]
    words = {name: text(language, f"gradient_decay.networks.{name}", **BLANKS) for name in WORDS}
    layers = np.concatenate([np.arange(depth) + 1 for _ in found])
    return Picture(
        kind="networks",
        title=text(language, "gradient_decay.networks.title"),
        alt=text(language, "gradient_decay.networks.alt", depth=depth, networks=len(found), said=sentences[at]),
        content={
            "depths": np.array(depths, np.int32),
            "depth": depth,
            "networks": networks,
            "sentences": sentences,
            "scale": [DARKEST, BRIGHTEST],
            "marks": list(MARKS),
        },
        words=words,
        sentences=(sentences[at],),
        tables={
            "shares": {
                "name": np.repeat(titles, depth).tolist(),
                "layer": layers.tolist(),
                "share": np.concatenate([one.share[at] for one in found]),
            }
        },
        reading=Reading(
            "shares",
            {
                "name": text(language, "gradient_decay.table.network"),
                "layer": text(language, "gradient_decay.table.layer"),
                "share": text(language, "gradient_decay.networks.share"),
            },
        ),
    )


def naming_words(language: str) -> str:
    """Say from where on the decay has a name."""
    least = text(language, "gradient_decay.networks.one_of", number=round(1 / VANISHING))
    most = text(language, "gradient_decay.networks.times", number=round(EXPLODING))
    return text(language, "gradient_decay.networks.rule", least=least, most=most)


def _network(title: str, one: Arriving, language: str) -> dict[str, object]:
    arrived = [one.arrives(number) for number in range(len(one.depths))]
    with np.errstate(divide="ignore"):
        logs = np.log10(np.concatenate(one.share)).astype(np.float32)
    return {
        "title": title,
        "logs": logs,  # layer 1 first, depth after depth
        "share": [share_text(language, share) for share in arrived],
        "exact": [number_text(share, 6) for share in arrived],
        "name": [name_of(share) for share in arrived],
    }


def arriving_words(language: str, titles: Sequence[str], found: Sequence[Arriving], number: int) -> str:
    """Say what arrives at layer 1 of each network, at the depth with this index, and what that is called."""
    return " ".join(_words(language, title, one, number) for title, one in zip(titles, found, strict=True))


def _words(language: str, title: str, one: Arriving, number: int) -> str:
    share, seeds = one.arrives(number), one.num_seeds[number]
    zero, broken = one.zero[number], one.broken[number]
    values = {"name": title, "share": share_text(language, share), "seeds": seeds}
    if share == 0:
        return text(language, "gradient_decay.networks.says_zero", zero=zero, **values)
    if np.isinf(share):
        return text(language, "gradient_decay.networks.says_broken", broken=broken, **values)
    said = [text(language, f"gradient_decay.networks.says_{name_of(share)}", **values)]
    if zero + broken:
        said.append(text(language, "gradient_decay.networks.others", lost=zero + broken, left=seeds - zero - broken))
    return " ".join(said)
