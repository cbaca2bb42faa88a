"""The training page: controls on the left, what the run recorded on the right, all at the player's step."""

import streamlit as st

from simulator.texts import text
from simulator.ui.components.training.controls import training_controls
from simulator.ui.components.training.results import show_run
from simulator.ui.components.training.runs import run_of
from simulator.ui.frame.language import language
from simulator.ui.frame.theme import display

# On a narrow screen names and numbers need the diagram's full width: the two main pictures one below the other.
NARROW = """@media (max-width: 1500px) {
  .st-key-train_main [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
  .st-key-train_main [data-testid="stColumn"] { min-width: 100%; }
  .st-key-train_more [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
  .st-key-train_more [data-testid="stColumn"] { min-width: calc(50% - 1rem); }
}"""


def training_page() -> None:
    """Draw the page."""
    reader = language()
    controls, results = st.columns([0.23, 0.77], gap="medium")
    with controls:
        room = "1.2rem" if display().size == "hall" else "0"  # the folded sidebar's button stands there
        st.html(f"<style>.st-key-train_title h1 {{ font-size: 1.45rem; padding: {room} 0 0; }} {NARROW}</style>")
        with st.container(key="train_title"):
            st.title(text(reader, "training.title"))
        experiment, uploaded = training_controls(reader)
    with results:
        run = run_of(experiment, uploaded, reader)
        if run is not None:
            show_run(run, reader)
