"""The script that Streamlit runs for every reader and every interaction."""

if __name__ == "__main__":  # so Streamlit runs it; importing it does nothing, as worker processes do
    from simulator.ui.frame.page import run_frame

    run_frame()
