"""Hostile words at every kind of place that reads Markdown; ``?as_is`` shows them unescaped."""

import sys
from pathlib import Path

import streamlit as st
from starlette.routing import Route

from simulator.ui.frame.health import healthz

sys.path.insert(0, str(Path(__file__).parents[3]))
app = st.App(Path(__file__).with_name("plain_page.py"), routes=[Route("/healthz", healthz)])
