"""A listing of code, with what is known of its lines beside them: text that wraps, can be selected and read aloud."""

from functools import cache
from typing import Any

from streamlit.components.v2 import component

from simulator.drawing.picture import Picture
from simulator.drawing.theme import THEMES
from simulator.ui.components.assets import read_assets
from simulator.ui.place import Place

COLOURS = ("ink", "muted", "grid", "track", "gradient_text", "good", "bad")
"""Of the theme, that the listing is written in."""


def mount(shown: Picture, place: Place) -> None:
    """Mount a listing; nothing in it moves."""
    lines, results = shown.content["lines"], shown.content["results"]
    data = {
        "lines": [
            {"code": code, "result": result, "said": shown.words.get(str(number), "")}
            for number, (code, result) in enumerate(zip(lines, results, strict=True))
        ],
        "alt": shown.alt,
        "fill": place.fill,
        "colours": {name: THEMES[place.display.theme][name] for name in COLOURS},
    }
    _component()(data=data, key=place.key, height="stretch" if place.fill else "content")


@cache
def _component() -> Any:
    return component(
        "simulator_listing",
        html='<div class="listing"></div>\n',
        css=read_assets("trust_lab/listing.css"),
        js=read_assets("shared/draggable.js", "trust_lab/listing.js"),
    )
