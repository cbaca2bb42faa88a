"""The map as a picture, with its axes and the reader's own run."""

from simulator.core.sweep import Sweep
from simulator.drawing.picture import Picture
from simulator.scenes.atlas.scales import SCALES, share_of, ticks
from simulator.scenes.atlas.settings import Atlas
from simulator.scenes.atlas.words import share_words
from simulator.scenes.maps import MapAxis, map_picture, mark_text
from simulator.texts import text
from simulator.texts.numbers import number_text

MAX_TICKS = 8


def atlas_picture(found: Sweep, settings: Atlas, language: str) -> Picture:
    """Draw the map of final losses."""
    names = {axis: text(language, f"atlas.control.{getattr(settings, axis)}") for axis in "xy"}
    return map_picture(
        found,
        _axis(settings, "x", names["x"]),
        _axis(settings, "y", names["y"]),
        language,
        title=text(language, "atlas.title_map"),
        alt=text(language, "atlas.alt", x=names["x"], y=names["y"], says=share_words(language, found)),
        names=names,
        drawn=settings.drawn,
    )


def _axis(settings: Atlas, axis: str, title: str) -> MapAxis:
    name, values = getattr(settings, axis), settings.values(axis)
    low, high = getattr(settings, f"{axis}_low"), getattr(settings, f"{axis}_high")
    own, count = settings.own(axis), len(values)
    if SCALES[name].whole:
        every = max(1, -(-count // MAX_TICKS))
        marks = [((index + 0.5) / count, number_text(int(values[index]))) for index in range(0, count, every)]
        place = (values.index(own) + 0.5) / count if own in values else None
    else:
        marks = [(share, mark_text(value, low, high)) for share, value in ticks(name, low, high)]
        place = share_of(name, low, high, own) if low <= own <= high else None
    return MapAxis(title, SCALES[name].symbol, [number_text(value) for value in values], marks, place)
