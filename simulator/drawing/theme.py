"""Colours and sizes of every picture.

A specification names colours by what they mean (``"@forward"``, or ``"@classes.2"`` for one of a list) and what Vega
must know at once by its pixels at 1080p (``"@px 15"``; other sizes are ``expressions.px``); ``resolve`` puts in the
values of one theme. The browser does the same when the reader changes the theme, so a picture travels once.
"""

from typing import Any

OKABE_ITO_CLASSES = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A6A00", "#7F3C8D", "#666666", "#B2182B", "#1B7837")
"""Class colours: the Okabe–Ito palette without the two colours of the subject, then darker ones for many classes."""

THEMES: dict[str, dict[str, Any]] = {
    "light": {
        "surface": "#FFFFFF",
        "ink": "#171B21",
        "muted": "#4A5160",
        "grid": "#DDE0E6",
        "track": "#EEF0F4",
        "forward": "#0072B2",
        "forward_negative": "#003A5C",
        "forward_text": "#0067A1",
        "forward_soft": "#CFE5F3",
        "gradient": "#D55E00",
        "gradient_negative": "#7A3100",
        "gradient_text": "#B85100",
        "update": "#008060",
        "update_negative": "#00402F",
        "good": "#00704F",
        "bad": "#A3123A",
        "ramp_forward": ["#74BCE8", "#0072B2", "#00304D"],
        "ramp_gradient": ["#F0A05C", "#D55E00", "#6B2900"],
        "ramp_update": ["#4FBF9C", "#008060", "#00402F"],
        "ramp_many": ["#00224E", "#6B6D74", "#CDB84E"],
        "diverging": ["#5B2A86", "#B79FD0", "#F7F5F2", "#F2B36B", "#A34A00"],
        "diverging_forward": ["#6B5B00", "#CFC27A", "#F7F5F2", "#7DB8DC", "#005A8C"],
        "classes": list(OKABE_ITO_CLASSES),
    },
    "dark": {
        "surface": "#11151B",
        "ink": "#F0F3F7",
        "muted": "#B9C0CC",
        "grid": "#333A47",
        "track": "#1B212C",
        "forward": "#56A8DE",
        "forward_negative": "#B5DCF7",
        "forward_text": "#56A8DE",
        "forward_soft": "#1D3E58",
        "gradient": "#FF8A3D",
        "gradient_negative": "#FFCDA8",
        "gradient_text": "#FF8A3D",
        "update": "#2FC79B",
        "update_negative": "#B0F0DC",
        "good": "#3DD6A3",
        "bad": "#FF7B9C",
        "ramp_forward": ["#2F6D9B", "#56A8DE", "#D6ECFB"],
        "ramp_gradient": ["#A8551E", "#FF8A3D", "#FFDCC2"],
        "ramp_update": ["#1F8566", "#2FC79B", "#C9F5E6"],
        "ramp_many": ["#6B7BA3", "#A39B7A", "#FEE838"],
        "diverging": ["#B48AE0", "#6A4C8C", "#20232B", "#9A5A1E", "#FF9F40"],
        "diverging_forward": ["#E0CC5A", "#7D7235", "#20232B", "#2F6D9B", "#6FBDF0"],
        "classes": ["#1FBF92", "#E08CBB", "#F0B32E", "#7CC8F5", "#C7B43C", "#B98AD0", "#B0B0B0", "#FF7F7F", "#7BC67E"],
    },
    "contrast_light": {
        "surface": "#FFFFFF",
        "ink": "#000000",
        "muted": "#000000",
        "grid": "#8A8A8A",
        "track": "#E4E4E4",
        "forward": "#00568A",
        "forward_negative": "#001F33",
        "forward_text": "#00568A",
        "forward_soft": "#B5D8EE",
        "gradient": "#A84A00",
        "gradient_negative": "#4A1F00",
        "gradient_text": "#8F3F00",
        "update": "#005C45",
        "update_negative": "#00261C",
        "good": "#005C3F",
        "bad": "#8A0028",
        "ramp_forward": ["#2A86BD", "#00568A", "#001A2A"],
        "ramp_gradient": ["#CC6A1B", "#A84A00", "#331400"],
        "ramp_update": ["#1E9A77", "#005C45", "#00261C"],
        "ramp_many": ["#00224E", "#4F5468", "#8F7F20"],
        "diverging": ["#3F0A70", "#A17FC6", "#FFFFFF", "#E89A40", "#7A3300"],
        "diverging_forward": ["#4A3F00", "#B5A64A", "#FFFFFF", "#5FA3CF", "#003A5C"],
        "classes": ["#00684C", "#A03A78", "#9A6500", "#1F6FA8", "#5C5000", "#5A2069", "#404040", "#8A0F22", "#0F5A22"],
    },
    "contrast_dark": {
        "surface": "#000000",
        "ink": "#FFFFFF",
        "muted": "#FFFFFF",
        "grid": "#8A8A8A",
        "track": "#333333",
        "forward": "#7CC4F2",
        "forward_negative": "#D8EEFC",
        "forward_text": "#7CC4F2",
        "forward_soft": "#1F4F73",
        "gradient": "#FFA45E",
        "gradient_negative": "#FFDFC6",
        "gradient_text": "#FFA45E",
        "update": "#4BE3B8",
        "update_negative": "#C9FAEB",
        "good": "#5DF0BE",
        "bad": "#FF9DB5",
        "ramp_forward": ["#4D9BD1", "#7CC4F2", "#F0F9FF"],
        "ramp_gradient": ["#D97B30", "#FFA45E", "#FFF1E6"],
        "ramp_update": ["#2FB38D", "#4BE3B8", "#E9FFF8"],
        "ramp_many": ["#9DB0DD", "#CFC79F", "#FFF27A"],
        "diverging": ["#D4B3F5", "#7F5BA8", "#000000", "#B56A1F", "#FFB869"],
        "diverging_forward": ["#F2E27A", "#8F8340", "#000000", "#3B82B5", "#9AD8FF"],
        "classes": ["#3FE0B4", "#FFA6D5", "#FFC94D", "#9AD8FF", "#E6D357", "#D6AEEB", "#D0D0D0", "#FF9C9C", "#9BE09E"],
    },
}

FONT = (
    '"Pretendard", "Noto Sans KR", "Noto Sans CJK KR", "Apple SD Gothic Neo", "Malgun Gothic", "맑은 고딕", '
    '"Segoe UI", system-ui, sans-serif'
)
"""Used where a picture is drawn outside the browser; in the browser a picture takes the page's own font."""

LABEL = "@px 15"
LINE = "@px 2.5"

COLOR = "@"
PIXELS = "@px "
AREA = "@area "
SIZED = ("mark", "axis", "legend")
LENGTHS = frozenset(
    [
        "strokeWidth",
        "dx",
        "dy",
        "xOffset",
        "yOffset",
        "fontSize",
        "limit",
        "cornerRadius",
        "thickness",
        "radius",
        "labelLimit",
        "labelPadding",
        "titlePadding",
        "labelOffset",
        "labelSeparation",
        "labelFontSize",
        "titleFontSize",
        "tickSize",
        "offset",
        "padding",
        "rowPadding",
        "columnPadding",
        "symbolStrokeWidth",
    ]
)
"""Properties of marks, axes and legends that are pixels at 1080p where they are plain numbers."""


def resolve(spec: Any, theme: str = "light", scale: float = 1.0) -> Any:
    """Return a specification with the colours and sizes of one theme in place of their names.

    Args:
      spec: any nesting of dicts and lists.
      theme: one of ``THEMES``.
      scale: factor on every size; 1 is the size at 1080p.

    >>> resolve({"color": "@gradient", "stroke": "@classes.2", "fontSize": "@px 15"}, "light", 2.0)
    {'color': '#D55E00', 'stroke': '#E69F00', 'fontSize': 30.0}
    """
    if isinstance(spec, dict):
        parts = {name: _grown(spec[name], scale) for name in SIZED if isinstance(spec.get(name), dict)}
        return {name: resolve(value, theme, scale) for name, value in (spec | parts).items()}
    if isinstance(spec, list):
        return [resolve(value, theme, scale) for value in spec]
    if isinstance(spec, str) and spec.startswith(PIXELS):
        return float(spec.removeprefix(PIXELS)) * scale
    if isinstance(spec, str) and spec.startswith(AREA):
        return float(spec.removeprefix(AREA)) * scale**2
    if isinstance(spec, str) and spec.startswith(COLOR):
        name, _, index = spec.removeprefix(COLOR).partition(".")
        return THEMES[theme][name][int(index)] if index else THEMES[theme][name]
    return spec


def _grown(part: dict[str, Any], scale: float) -> dict[str, Any]:
    """Return a mark, axis or legend whose plain numbers of pixels, those at 1080p, have grown.

    >>> _grown({"type": "point", "size": 40, "dx": 6, "opacity": 0.5}, 2.0)
    {'type': 'point', 'size': 160.0, 'dx': 12.0, 'opacity': 0.5}
    """
    areas = {"symbolSize": 2, "size": 2 if part.get("type") in ("point", "circle", "square") else 1}
    powers = dict.fromkeys(LENGTHS, 1) | areas
    return {
        name: value * scale ** powers[name] if name in powers and isinstance(value, int | float) else value
        for name, value in part.items()
    }


def palette(name: str) -> list[str]:
    """Return the names of all colours of one list of the theme, for the range of a scale.

    >>> palette("ramp_forward")
    ['@ramp_forward.0', '@ramp_forward.1', '@ramp_forward.2']
    """
    return [f"{COLOR}{name}.{index}" for index in range(len(THEMES["light"][name]))]


def vega_config() -> dict[str, Any]:
    """Return the Vega-Lite configuration that every picture shares, with names for colours and sizes."""
    axis = {
        "labelColor": "@ink",
        "titleColor": "@ink",
        "labelFontSize": LABEL,
        "titleFontSize": LABEL,
        "titleFontWeight": "normal",
        "domainColor": "@muted",
        "tickColor": "@muted",
        "gridColor": "@grid",
        "labelPadding": "@px 5",
        "labelSeparation": "@px 6",
        "titlePadding": "@px 8",
        "labelLimit": "@px 180",
        "tickSize": "@px 5",
        **{part: "@px 1" for part in ("gridWidth", "tickWidth", "domainWidth")},
    }
    legend = {
        "labelColor": "@ink",
        "titleColor": "@ink",
        "labelFontSize": LABEL,
        "titleFontSize": LABEL,
        "labelLimit": "@px 160",
        "labelOffset": "@px 4",
        "symbolSize": "@area 100",
        "columnPadding": "@px 10",
        "rowPadding": "@px 2",
        "offset": "@px 18",
    }
    return {
        "background": "@surface",
        "font": FONT,
        "view": {"stroke": None},
        "axis": axis,
        "title": {"fontSize": "@px 18", "color": "@ink", "anchor": "start", "fontWeight": 600, "offset": "@px 12"},
        "text": {"fontSize": LABEL, "color": "@ink"},
        "line": {"strokeWidth": LINE},
        "point": {"size": "@area 30"},
        "legend": legend,
    }
