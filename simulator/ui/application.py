"""The parts that ``streamlit_app.py`` hands to ``st.App``: what runs at start, extra routes, headers, failures."""

import gc
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
from simulator.ui.warmup import guard_programs, warmup

__all__ = ["MAIN_SCRIPT", "lifespan", "middleware", "routes", "show_failure"]

MAIN_SCRIPT = Path(__file__).with_name("main.py")


@asynccontextmanager
async def lifespan(_app: Any):
    """Import what every page needs, take it out of the garbage collector's sight, and warm up in the background."""
    import simulator.ui.frame.page  # noqa: F401  (JAX, Altair and pandas come with it: not in the first reader's time)

    gc.collect()
    gc.freeze()  # Streamlit collects after every run; walking JAX's objects costs 90 ms each time
    warmup().start()
    guard_programs()
    yield {}


def routes() -> list[BaseRoute]:
    """Return the addresses that are not Streamlit's own."""
    base = base_path()
    pages = [Route(f"{base}/{page.url}", shell) for page in PAGES]
    return [Route(f"{base}/healthz", healthz), Route(f"{base}{VEGA_PATH}", vega_asset), *pages]


def middleware() -> list[Middleware]:
    """Return what every answer passes through, outermost first."""
    return [Middleware(SecurityHeaders), Middleware(UnknownPaths, base=base_path())]
