"""The fractal edge of training: two learning rates, every pixel a real run in float64, however deep one zooms."""

from simulator.ui.page import scene_page

scene_page("fractal", {"map": (("map",), ("boxes", "own"))})
