"""The card of a run: its result in large numbers, and what happened in words."""

import streamlit as st

from simulator.drawing.picture import Picture
from simulator.ui.place import Place
from simulator.ui.plain import plain

ICONS = {
    "failure": ":material/dangerous:",
    "warning": ":material/warning:",
    "note": ":material/info:",
    "success": ":material/check_circle:",
}


def mount(shown: Picture, place: Place) -> None:
    """Draw a picture of kind ``result`` at a place."""
    with st.container(border=not place.fill, gap="xsmall", key=f"{place.key}_card"):
        numbers, words = st.columns([0.52, 0.48], vertical_alignment="center")
        with numbers:
            _numbers(shown, place)
        with words:
            for finding in shown.rows("findings") if place.tells else ():
                name = f"{ICONS[finding['severity']]} **{plain(finding['title'])}**"
                st.markdown(f"{name} ({finding['severity_name']}) · {plain(finding['sentence'])}")


def _numbers(shown: Picture, place: Place) -> None:
    # Not st.metric: it cuts a number that is wider than its column.
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        for result in shown.rows("results"):
            key = f"{place.key}_{result['code']}"
            with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content", key=key):
                st.markdown(plain(result["name"]), width="content")
                st.markdown(f"#### {plain(result['value'])}", width="content")
    st.caption(plain(shown.words["size"]))
