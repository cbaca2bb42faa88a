"""Pictures as files for users of the library; in the app, the browser exports what the reader sees."""

from importlib import import_module
from typing import Any

from simulator.errors import InputError


def picture_svg(spec: dict[str, Any]) -> str:
    """Return a Vega-Lite specification as SVG.

    Text is drawn with the fonts of this machine; a Korean picture needs a Korean font installed.

    Raises:
      InputError: where the extra ``export`` is not installed.
    """
    return _converter().vegalite_to_svg(spec)


def picture_png(spec: dict[str, Any], scale: float | int = 2.0) -> bytes:
    """Return a Vega-Lite specification as PNG.

    Args:
      spec: Vega-Lite, as a ``Picture`` carries it.
      scale: pixels a unit of the specification; 2 is sharp on a projector.

    Raises:
      InputError: where the extra ``export`` is not installed.
    """
    return _converter().vegalite_to_png(spec, scale=scale)


def _converter() -> Any:
    try:
        return import_module("vl_convert")
    except ImportError as error:
        raise InputError("export:converter_missing") from error
