"""The drawers of what a learner types: a network, chosen or written, and examples of one's own."""

from typing import Any

import streamlit as st

from simulator.scenes.chain_rule.typed import Network, OwnExamples, write_examples
from simulator.ui.controls.bound import errors_of, help_of, typed
from simulator.ui.controls.session import Controls


def draw_network(controls: Controls[Any], name: str, kind: Network) -> None:
    """Draw a list of networks that takes another one, too."""
    shown = getattr(controls.settings, name)
    rejected = [st.session_state.get(controls.key(name))] if name in errors_of(controls) else []  # stays in the box
    options = list(dict.fromkeys([*kind.offered, shown, *filter(None, rejected)]))
    typed(controls, name, kind, shown, options, widget=st.selectbox, accept_new_options=True)


def draw_examples(controls: Controls[Any], name: str, kind: OwnExamples) -> None:
    """Draw a box with the examples: the learner's own, or those that are drawn, to be changed."""
    settings = controls.settings
    drawn = write_examples(settings.examples)
    typed(controls, name, kind, drawn, widget=st.text_area, max_chars=kind.most, height=30 * kind.lines, help=None)
    st.caption(help_of(controls, name) or "")
