"""The command ``backprop-simulator``: starts the application from any folder."""

import argparse
import os
import sys
from collections.abc import Sequence

from simulator.ui.frame.pages import ROOT
from simulator.ui.frame.version import version

EVERYWHERE = frozenset({"0.0.0.0", "::"})


def main(arguments: Sequence[str] | None = None) -> None:
    """Start Streamlit on the packaged application and stay until it ends."""
    asked = _parser().parse_args(arguments)
    from streamlit.web import cli  # after the arguments: --help and --version answer at once

    # In this process, not as "python -m streamlit": that would import modules from the reader's folder.
    sys.argv = ["streamlit", "run", str(ROOT / "streamlit_app.py"), *streamlit_options(asked)]
    cli.main(prog_name="streamlit")


def streamlit_options(asked: argparse.Namespace) -> list[str]:
    """Return the options for Streamlit; everything else stands in the application's own configuration file.

    >>> streamlit_options(_parser().parse_args(["--port", "8600", "--no-browser"]))
    ['--server.port=8600', '--server.headless=true']
    """
    options = [f"--server.port={asked.port}"]
    if asked.host:
        names = ["*"] if asked.host in EVERYWHERE else ["localhost", "127.0.0.1", asked.host]
        options += [f"--server.address={asked.host}", *(f"--server.allowedHosts={name}" for name in names)]
    if asked.no_browser or asked.host:
        options.append("--server.headless=true")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="backprop-simulator", description="Start the backprop simulator.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("STREAMLIT_SERVER_PORT", "8501")))
    parser.add_argument("--host", help="address to serve other machines from, for example 0.0.0.0")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--version", action="version", version=f"backprop-simulator {version()}")
    return parser
