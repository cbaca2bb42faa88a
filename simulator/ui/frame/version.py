"""Which version runs."""

from importlib import metadata


def version() -> str:
    """Return the version of the installed package, or ``"checkout"`` where it is run without installing."""
    try:
        return metadata.version("backprop-simulator")
    except metadata.PackageNotFoundError:
        return "checkout"
