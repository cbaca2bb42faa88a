"""Source E's table of factors, one a layer, to be edited; what is typed goes into the link like any control."""

import numpy as np
import pandas as pd
import streamlit as st

from simulator.scenes.gradient_decay.factors import LARGEST_FACTOR, MAX_FACTORS
from simulator.texts import text
from simulator.ui.controls import Controls

_BASE, _SEEN = "depth:factors_base", "depth:factors_seen"


def factor_table(controls: Controls, language: str) -> None:
    """Draw the table and how many layers it has; write both into the controls."""
    current: tuple[float, ...] = controls["factors"]
    layers = st.number_input(text(language, "depth.control.depth"), 1, MAX_FACTORS, len(current))
    if layers != len(current):
        # New layers come in front: layer 1 is the farthest from the output, and what is there keeps its place behind.
        current = (current[:1] * (layers - len(current)) + current)[-layers:]
        controls.update(factors=current)
    if st.session_state.get(_SEEN) != current:  # not what this table said last: a preset, a link, another length
        st.session_state[_BASE] = st.session_state[_SEEN] = current
    base: tuple[float, ...] = st.session_state[_BASE]
    layer, factor = text(language, "depth.table.layer"), text(language, "depth.table.factor")
    st.caption(text(language, "depth.edit_factors"))
    edited = st.data_editor(
        pd.DataFrame({layer: np.arange(1, len(base) + 1), factor: np.array(base)}),
        key=f"depth:factors_{hash(base)}",
        hide_index=True,
        height=min(38 + 35 * len(base), 400),
        disabled=[layer],
        column_config={
            factor: st.column_config.NumberColumn(
                min_value=-LARGEST_FACTOR,
                max_value=LARGEST_FACTOR,
                format="%g",
                required=True,
            )
        },
    )
    written = np.nan_to_num(np.asarray(edited[factor], float), nan=1.0)
    factors = tuple(float(value) for value in np.clip(written, -LARGEST_FACTOR, LARGEST_FACTOR))
    st.session_state[_SEEN] = factors
    controls.update(factors=factors)
    controls.number("gain", 0.0, 100.0, 0.1)
