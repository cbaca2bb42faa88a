"""The page of ``plain_app.py``."""

import pandas as pd
import streamlit as st

from simulator.ui.plain import plain
from tests.hostile import MARKUP


def draw() -> None:
    """Draw every word at every kind of place."""
    show = str if "as_is" in st.query_params else plain
    words = [show(one) for one in MARKUP]
    for number, word in enumerate(words):
        with st.container(key=f"word_{number}"):
            st.warning(word)
            st.caption(word)
            st.markdown(f"- {word}")
            st.title(word, anchor=False)
            st.button(word, key=f"button_{number}")
            st.toggle(word, key=f"toggle_{number}")
    st.table(pd.DataFrame({word: [word] for word in words[:8]}), hide_index=True)


if __name__ == "__main__":
    draw()
