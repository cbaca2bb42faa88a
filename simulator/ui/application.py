"""The parts that ``streamlit_app.py`` hands to ``st.App``: what runs at start, extra routes, headers, failures."""

import asyncio
import gc
import logging
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from simulator.ui.frame.failures import show_failure
from simulator.ui.frame.health import healthz
from simulator.ui.frame.pages import PAGES
from simulator.ui.frame.security import SecurityHeaders, UnknownPaths
from simulator.ui.frame.shell import base_path, shell
from simulator.ui.frame.vega_bundle import VEGA_PATH, vega_asset
from simulator.ui.lessons.classroom import announce_class
from simulator.ui.server.capacity import announce_capacity
from simulator.ui.server.connections import close_half_open, limit_messages, running_server
from simulator.ui.server.environment import check_environment
from simulator.ui.server.files import let_files_last
from simulator.ui.server.hosts import KnownHosts
from simulator.ui.server.leaving import Leaving
from simulator.ui.server.messages import NeededMessages
from simulator.ui.server.owners import Owners
from simulator.ui.server.returning import Returning
from simulator.ui.server.room import Room, say_once_when_full
from simulator.ui.server.uploads import UploadLimits
from simulator.ui.server.values import look_values_up
from simulator.ui.warmup import guard_programs, warmup

__all__ = ["MAIN_SCRIPT", "lifespan", "middleware", "routes", "show_failure"]

MAIN_SCRIPT = Path(__file__).with_name("main.py")


@asynccontextmanager
async def lifespan(_app: Any):
    """Set the limits of the process, import what every page needs, and warm up in the background."""
    import simulator.ui.frame.page  # noqa: F401  (JAX, Altair and pandas come with it: not in the first reader's time)
    from simulator.ui.work import end_work

    _log_to_console()
    announce_capacity()
    announce_class()
    let_files_last()
    look_values_up()
    say_once_when_full(asyncio.get_running_loop())
    server, leaving, sweep = running_server(), Leaving(end_work), None
    if server is not None:
        limit_messages(server)
        sweep = asyncio.create_task(close_half_open(server.server_state.connections))
    leaving.watch()
    gc.collect()
    gc.freeze()  # Streamlit collects after every run; walking JAX's objects costs 90 ms each time
    warmup().start()
    guard_programs()
    yield {}
    if sweep is not None:
        sweep.cancel()
    end_work()
    leaving.finish()


def _log_to_console() -> None:
    log = logging.getLogger("simulator")
    log.setLevel(logging.INFO)
    if not log.hasHandlers():
        log.addHandler(logging.StreamHandler())


def routes() -> list[BaseRoute]:
    """Return the addresses that are not Streamlit's own."""
    base = base_path()
    pages = [Route(f"{base}/{page.url}", shell) for page in PAGES]
    return [Route(f"{base}/healthz", healthz), Route(f"{base}{VEGA_PATH}", vega_asset), *pages]


def middleware() -> list[Middleware]:
    """Return what every answer passes through, outermost first; a wrong setting ends the start with a sentence."""
    try:
        check_environment()
    except ValueError as error:  # not a start with other limits than asked for: nobody would notice
        raise SystemExit(str(error)) from error
    base = base_path()
    return [
        Middleware(SecurityHeaders),
        Middleware(KnownHosts),
        Middleware(Room),
        Middleware(NeededMessages),
        Middleware(Returning),
        Middleware(Owners, base=base),
        Middleware(UploadLimits, base=base),
        Middleware(UnknownPaths, base=base),
    ]
