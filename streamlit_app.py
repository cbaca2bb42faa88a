"""Entry of the application: ``streamlit run`` in this folder, or the command ``backprop-simulator`` from any folder."""

import streamlit as st

from simulator.ui.application import MAIN_SCRIPT, lifespan, middleware, routes, show_failure

app = st.App(MAIN_SCRIPT, lifespan=lifespan, routes=routes(), middleware=middleware(), on_script_error=show_failure)
