"""Source E's table of factors, one a layer, to be edited: the drawer of the control ``factors``."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from simulator.scenes.gradient_decay.factors import LARGEST_FACTOR, MAX_FACTORS
from simulator.texts import text
from simulator.ui.controls.session import Controls


def draw_factors(controls: Controls[Any], name: str, _kind: Any) -> None:
    """Draw how many layers the table has, and the table."""
    language = controls.language
    current: tuple[float, ...] = getattr(controls.settings, name)
    controls.show(name, len(current), "count")

    def counted(layers: int) -> None:
        now = getattr(controls.settings, name)
        # New layers come in front: layer 1 is the farthest from the output, and what is there keeps its place behind.
        controls.change(**{name: (now[:1] * (layers - len(now)) + now)[-layers:]})

    st.number_input(
        text(language, "gradient_decay.control.depth"),
        1,
        MAX_FACTORS,
        key=controls.key(name, "count"),
        on_change=controls.hear,
        args=(name, counted, "count"),
    )
    layer, factor = text(language, "gradient_decay.table.layer"), text(language, "gradient_decay.table.factor")
    st.caption(text(language, "gradient_decay.edit_factors"))
    # The editor remembers its changes under its key: every table of numbers has an editor of its own.
    key = f"{controls.key(name)}:{hash(current)}"

    def edited() -> None:
        rows = st.session_state[key]["edited_rows"]
        changed = [float(rows.get(row, {}).get(factor, value)) for row, value in enumerate(current)]
        controls.change(**{name: tuple(np.clip(changed, -LARGEST_FACTOR, LARGEST_FACTOR).tolist())})

    st.data_editor(
        pd.DataFrame({layer: np.arange(1, len(current) + 1), factor: np.array(current)}),
        key=key,
        hide_index=True,
        height=min(38 + 35 * len(current), 400),
        disabled=[layer],
        on_change=edited,
        column_config={
            factor: st.column_config.NumberColumn(
                min_value=-LARGEST_FACTOR, max_value=LARGEST_FACTOR, format="%g", required=True
            )
        },
    )
