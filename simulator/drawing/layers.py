"""Parts that the pictures of softmax, losses and entropy share: numeric axes, direct labels, the marked point."""

from typing import Any

Encoding = dict[str, Any]


def axis(field: str, title: str, domain: str, **more: Any) -> Encoding:
    """Return a quantitative encoding whose ends are the parameter ``domain``.

    Args:
      field: of the data.
      title: of the axis.
      domain: name of the parameter with its ends.
      more: ``scale`` and ``axis`` are merged into the defaults; anything else replaces them.
    """
    scale = {"domain": {"expr": domain}, "nice": False, "zero": False} | more.pop("scale", {})
    shown = {"title": title, "tickCount": 5} | more.pop("axis", {})
    return {"field": field, "type": "quantitative", "scale": scale, "axis": shown} | more


def temperature_axis(title: str) -> Encoding:
    """Return the logarithmic axis of the temperature."""
    return axis(
        "temperature",
        title,
        "x_domain",
        scale={"type": "log"},
        axis={"values": [0.1, 1, 10], "grid": False, "format": "~g"},
    )


def category(field: str, title: str | None, order: str) -> Encoding:
    """Return a nominal encoding in the order of the parameter ``order``."""
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": {"expr": order}},
        "axis": {"title": title, "labelAngle": 0, "grid": False},
    }


def layer(table: str, mark: dict[str, Any], **encoding: Encoding) -> dict[str, Any]:
    """Return one layer over a data set."""
    return {"data": {"name": table}, "mark": mark, "encoding": encoding}


def rule(table: str, *, dash: bool = False, color: str = "@ink", **encoding: Encoding) -> dict[str, Any]:
    """Return a straight line across the picture."""
    mark = {"type": "rule", "color": color, "strokeWidth": "@px 2.5"}
    return layer(table, mark | ({"strokeDash": [8, 5]} if dash else {}), **encoding)


def words(table: str, field: str, *, dx: float = 0, dy: float = 0, **more: Any) -> dict[str, Any]:
    """Return text at points of a data set; ``dx`` and ``dy`` are pixels at 1080p, other marks go before encodings."""
    encoding = {name: more.pop(name) for name in ("x", "y", "x2", "y2", "color", "opacity") if name in more}
    mark = {"type": "text", "dx": {"expr": f"{dx} * scale"}, "dy": {"expr": f"{dy} * scale"}} | more
    return layer(table, mark, text={"field": field, "type": "nominal"}, **encoding)


def heading(table: str, kind: str, line: int) -> dict[str, Any]:
    """Return one line of text above the plot, for the row of ``kind``; line 0 stands next to the plot."""
    x = {"value": {"expr": "0 * scale"}}
    written = words(table, "name", x=x, y={"value": 0}, dy=-14 - 20 * line, align="left", fontWeight=600)
    return written | {"transform": [{"filter": f"datum.kind === '{kind}'"}]}


ROOM_FOR_HEADINGS = {"left": 4, "right": "@px 16", "top": "@px 56", "bottom": 4}
"""Padding of a chart with two headings."""
