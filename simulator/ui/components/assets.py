"""Scripts and styles of the components, as the browser gets them."""

from importlib import resources


def read_assets(*names: str) -> str:
    """Return files below ``simulator/ui/components`` as one text: the script of a component is one module.

    It travels with every mount, so whole-line comments and indentation stay at home.

    Args:
      names: folder and file, like ``"shared/bus.js"``.
    """
    folder = resources.files("simulator.ui.components")
    lines = (line.strip() for name in names for line in (folder / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
