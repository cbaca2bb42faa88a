"""Every picture and a player on one page, with the application's own headers and chart library: for browser tests.

The address says what is shown: ``lang``, ``pictures`` (names with commas), ``hidden`` (widths), ``run`` (seed),
``frames``, ``height``, ``columns``, ``broken`` (first step that is not finite).
"""

import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from simulator.ui.frame.health import healthz
from simulator.ui.frame.security import SecurityHeaders
from simulator.ui.frame.vega_bundle import VEGA_PATH, vega_asset

SCRIPT = Path(__file__).with_name("pictures_page.py")
sys.path.insert(0, str(Path(__file__).parents[3]))
routes = [Route(VEGA_PATH, vega_asset), Route("/healthz", healthz)]
app = st.App(SCRIPT, routes=routes, middleware=[Middleware(SecurityHeaders)])
