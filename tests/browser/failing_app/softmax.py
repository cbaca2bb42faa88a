import altair as alt
import pandas as pd
import streamlit as st
from streamlit.components.v2 import component

from simulator.errors import InputError
from simulator.ui.frame.vega_bundle import vega_asset_url


@st.fragment
def fragment():
    if st.button("fail in a fragment"):
        raise KeyError("secret of the fragment")


def fail():
    raise ZeroDivisionError("secret of the callback")


st.title("Everything fails here")
if st.button("fail in the page"):
    raise RuntimeError("secret of the page")
st.button("fail in a callback", on_click=fail)
fragment()
if st.button("wrong input"):
    raise InputError("at_least", field="num_epochs", value=0, minimum=1)
st.slider("Slider", 0, 10, 3, key="slider")
st.button("Primary", type="primary")
st.caption("Caption")
st.text_input("Text", placeholder="Placeholder")
st.checkbox("Checkbox", value=True)
st.segmented_control("Segments", ["one", "two"], default="one")
for message in (st.info, st.warning, st.success):
    message("Message")
st.tabs(["first tab", "second tab"])
st.table(pd.DataFrame({"x": [1, 2]}))
# What a content policy may forbid: Streamlit's charts, formulas, component modules, and our own chart library.
st.altair_chart(alt.Chart(pd.DataFrame({"x": [1, 2]})).mark_line().encode(x="x", y="x").interactive(), alt="A line")
st.latex(r"\frac{\partial L}{\partial w}")
COMPONENT = component(
    "failing_app_chart",
    html="<div id='chart'></div>",
    js="""
export default async ({data, parentElement}) => {
  const script = document.createElement("script")
  script.src = data.url
  await new Promise((done, failed) => { script.onload = done; script.onerror = failed; document.head.append(script) })
  const spec = {data: {values: [{a: 1}, {a: 2}]}, transform: [{calculate: "datum.a * 2", as: "b"}], mark: "line",
    encoding: {x: {field: "a", type: "quantitative"}, y: {field: "b", type: "quantitative"}}}
  await window.vegaEmbed(parentElement.querySelector("#chart"), spec, {ast: true, actions: false})
}""",
)
COMPONENT(data={"url": vega_asset_url()}, key="chart")
