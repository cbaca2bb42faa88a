"""The trainability atlas: a map of rates, scales and depths in which every pixel is a real training run."""

from simulator.ui.page import scene_page

scene_page("atlas", {"map": (("map",), ("own",))})
