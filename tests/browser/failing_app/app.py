"""The application with one page more, on which everything can fail."""

from pathlib import Path

import streamlit as st

from simulator.ui.application import lifespan, middleware, routes, show_failure

app = st.App(
    Path(__file__).with_name("main.py"),
    lifespan=lifespan,
    routes=routes(),
    middleware=middleware(),
    on_script_error=show_failure,
)
