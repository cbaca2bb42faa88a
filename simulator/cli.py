"""The command ``backprop-simulator``: starts the application from any folder."""

import argparse
import errno
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import closing

from simulator.ui.frame.pages import ROOT
from simulator.ui.frame.version import version

PORT = "STREAMLIT_SERVER_PORT"
LARGEST_PORT = 65_535
DEFAULT_HOST = "127.0.0.1"  # as in .streamlit/config.toml


def main(arguments: Sequence[str] | None = None) -> None:
    """Start Streamlit on the packaged application and stay until it ends."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    # After the arguments, since Streamlit comes with them: --help and --version answer at once.
    from simulator.ui.lessons.classroom import CLASS
    from simulator.ui.server.environment import check_environment
    from simulator.ui.server.hosts import HOSTS

    if asked.keep_class:
        os.environ[CLASS] = asked.keep_class
    try:
        check_environment()
    except ValueError as error:
        parser.error(str(error))
    obstacle = why_not(asked.host or DEFAULT_HOST, asked.port)
    if obstacle:
        parser.error(obstacle)
    if asked.name:
        os.environ[HOSTS] = " ".join((os.environ.get(HOSTS, ""), *asked.name)).strip()
    from streamlit.web import cli

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
        options.append(f"--server.address={asked.host}")
    if asked.no_browser or asked.host:
        options.append("--server.headless=true")
    return options


def why_not(host: str, port: int) -> str:
    """Return why this machine cannot serve an address and port, as a sentence; empty where it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server will
        try:
            probe.bind((host, port))
        except (socket.gaierror, ValueError):  # no such name; nothing that could be a name
            return f"There is no address {host}. --host must be an address of this machine, for example 0.0.0.0."
        except OSError as error:
            return _refusal(error, host, port)
    return ""


def _refusal(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. Stop what uses it, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} is not open to you. Choose one from 1024 on with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine. To serve other machines, use --host 0.0.0.0."
    return f"{host}, port {port} cannot be served: {error.strerror}."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="backprop-simulator", description="Start the backprop simulator.")
    parser.add_argument("--port", type=_port, default=os.environ.get(PORT) or "8501", help=f"8501, or {PORT}")
    parser.add_argument("--host", help="address to serve other machines from, for example 0.0.0.0")
    parser.add_argument("--name", action="append", help="a further name to answer under, for example behind a proxy")
    parser.add_argument(
        "--class",
        dest="keep_class",
        nargs="?",
        const="1",
        metavar="DATABASE",
        help="keep the progress of a class together, in a file on this machine or in the database with this address",
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--version", action="version", version=f"backprop-simulator {version()}")
    return parser


def _port(written: str) -> int:
    if not (written.isascii() and written.isdigit() and 0 <= int(written) <= LARGEST_PORT):
        raise argparse.ArgumentTypeError(
            f"a port (also {PORT}) is a whole number up to {LARGEST_PORT}. Got {written!r}."
        )
    return int(written)
