"""The script that Streamlit runs for every reader and every interaction."""

from simulator.ui.frame.page import run_frame

if __name__ == "__main__":  # so Streamlit runs it; importing it does nothing
    run_frame()
