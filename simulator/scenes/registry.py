"""Every scene by its name. A scene that is added here is on its page, in links, in Python and in the tests."""

from functools import cache
from importlib import import_module
from typing import Any

from simulator.errors import InputError
from simulator.scenes.scene import PRESET, Bound, Scene

SCENES: tuple[str, ...] = (
    "computation_graph",
    "chain_rule",
    "trust_lab",
    "training",
    "learning_rate",
    "optimizer_race",
    "gradient_decay",
    "initialization",
    "atlas",
    "fractal",
    "chaos",
    "generalization",
    "activations",
    "losses",
    "softmax",
)
"""Names of the scenes; each is the ``SCENE`` of ``simulator.scenes.<name>.scene``."""


@cache
def scene_named(name: str) -> Scene[Any]:
    """Return a scene. Raises ``InputError`` for a name that is none."""
    if name not in SCENES:
        raise InputError("scene:unknown", value=name[:40], choices=SCENES)
    return import_module(f"simulator.scenes.{name}.scene").SCENE


def scene(name: str, /, preset: str | None = None, **settings: Any) -> Bound:
    """Return a scene with settings, to look at its panels from Python.

    Args:
      name: one of ``SCENES``.
      preset: name of the starting point; the defaults without one.
      settings: what differs from it, by the names of the fields.

    Raises:
      InputError: for a name that is not there, or a value that its control cannot hold.
    """
    found = scene_named(name)
    if preset is not None and preset not in found.presets:
        raise InputError("scene:preset", field=PRESET, value=preset[:40], choices=found.presets)
    start = found.settings() if preset is None else found.presets[preset].settings
    strange = [one for one in settings if one not in found.settings.controls()]
    if strange:
        raise InputError("scene:control", scene=name, value=strange[0][:40], choices=found.settings.controls())
    return Bound(found, type(start)(**{**start.as_dict(), **settings}))
