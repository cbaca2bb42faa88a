"""First page: what this is, where to begin, how to read the colours."""

import html

import streamlit as st

from simulator.texts import text
from simulator.ui.frame.language import language
from simulator.ui.frame.page import page_link
from simulator.ui.frame.pages import PAGES

LINES = (("forward", "sim-forward"), ("gradient", "sim-gradient"), ("negative", "sim-gradient sim-negative"))
CARD_WIDTH = 420  # pixels

lang = language()

with st.container(key="prose"):
    st.title(text(lang, "home.title"))
    st.write(text(lang, "home.what"))

st.header(text(lang, "home.pages"))
with st.container(horizontal=True):
    for page in PAGES[1:]:
        with st.container(border=True, width=CARD_WIDTH):
            page_link(page.name, f"**{text(lang, f'frame.pages.{page.name}.title')}**")
            st.write(text(lang, f"frame.pages.{page.name}.summary"))

st.header(text(lang, "home.colors.title"))
for name, style in LINES:
    sentence = html.escape(text(lang, f"home.colors.{name}"))
    st.html(f'<span class="{style}" aria-hidden="true"></span> {sentence}')
st.write(text(lang, "home.colors.size"))
