"""The controls of the chain-rule page: network, loss, examples; what is typed is checked before it counts."""

from dataclasses import replace

import streamlit as st

from simulator.core.losses import NATURAL_OUTPUT
from simulator.core.training import LOSSES
from simulator.errors import InputError
from simulator.scenes.chain_rule.settings import (
    ACTIVATIONS,
    CONTROLS,
    MAX_SEED,
    NETWORKS,
    OUTPUTS,
    PRESETS,
    SECTIONS,
    ChainSettings,
    fitting,
)
from simulator.scenes.chain_rule.typed import MAX_ROWS, read_examples, read_sizes, write_examples
from simulator.texts import text
from simulator.ui.controls import Controls

PAGE = "chain_rule"
RATES = (*(round(digit * 10.0**power, 6) for power in range(-4, 2) for digit in (1, 2, 5)), 100.0)
_TYPED, _TYPED_FOR, _ERRORS = f"{PAGE}_typed", f"{PAGE}:typed_for", f"{PAGE}:typed_errors"


class ChainControls(Controls):
    """Controls whose presets are networks: section, view and learning rate stay where the reader has them."""

    def preset(self) -> None:
        """Draw the list of starting points."""
        current = self.settings().numbers
        key = self._key("preset")
        st.session_state[key] = next((name for name, known in self.presets.items() if known.numbers == current), None)
        st.selectbox(
            text(self.language, "chain_rule.control.preset"),
            list(self.presets),
            index=None,
            key=key,
            format_func=lambda name: text(self.language, self._preset_entry(name)),
            placeholder=text(self.language, "depth.preset_own"),
            on_change=self._choose,
        )

    def _choose(self) -> None:
        chosen = st.session_state[self._key("preset")]
        if chosen is not None:
            st.session_state[f"{self.page}:mended"] = ()
            kept = {name: self[name] for name in ("section", "look", "rate", "ask", "stage")}
            self.set(replace(self.presets[chosen], **kept))


def chain_controls(language: str) -> ChainControls:
    """Return the page's controls, after reading the link."""
    return ChainControls(
        PAGE,
        ChainSettings,
        CONTROLS,
        PRESETS,
        label=lambda name: f"chain_rule.control.{name}",
        preset_label=lambda name: f"chain_rule.preset_name.{name}",
        language=language,
    )


def draw_sections(controls: Controls, language: str) -> None:
    """Draw the row of sections."""
    controls.segmented(
        "section",
        SECTIONS,
        lambda name: text(language, f"chain_rule.sections.{name}"),
        label_visibility="collapsed",
    )


def draw_controls(controls: Controls, language: str) -> None:
    """Draw everything beside the picture."""
    for error in st.session_state.pop(_ERRORS, ()):
        st.warning(error.in_language(language))
    controls.preset()
    controls.select(
        "net",
        list(dict.fromkeys([*NETWORKS, controls["net"]])),
        str,
        accept_new_options=True,
        help=text(language, "chain_rule.control.net_new"),
        on_change=_changed,
        args=(controls, "net"),
    )
    controls.select("activation", ACTIVATIONS, lambda name: text(language, f"training.option.activation.{name}"))
    single = read_sizes(controls["net"])[-1] == 1
    losses = [name for name in LOSSES if not (single and name == "cross_entropy")]
    controls.select(
        "loss",
        losses,
        lambda name: text(language, f"chain_rule.loss.{name}"),
        on_change=_changed,
        args=(controls, "loss"),
    )
    if controls["loss"] not in NATURAL_OUTPUT:
        controls.select(
            "output",
            OUTPUTS,
            lambda name: text(language, f"training.option.activation.{name}"),
            on_change=_changed,
            args=(controls, "output"),
        )
    if not controls["data"]:
        controls.slider("rows", 1, MAX_ROWS, 1)
    controls.number("seed", 0, MAX_SEED, 1)
    if controls["section"] in ("pass", "update"):
        controls.stops("rate", RATES, lambda rate: f"{rate:g}")
    if controls["section"] == "pass":
        _ask(controls, language)
    _examples(controls, language)
    st.caption(text(language, "chain_rule.batch_note"))


def _ask(controls: Controls, language: str) -> None:
    key = f"{PAGE}_ask"
    st.session_state[key] = controls["ask"]
    st.toggle(
        text(language, "chain_rule.control.ask"),
        key=key,
        on_change=lambda: controls.update(ask=bool(st.session_state[key])),
    )


def _changed(controls: Controls, name: str) -> None:
    """Keep the settings valid when network, loss or output activation change; a network that cannot be read stays."""
    value = st.session_state[f"{PAGE}_{name}"]
    if name == "net":
        try:
            value = "-".join(str(size) for size in read_sizes(str(value)))
        except InputError as error:
            st.session_state[_ERRORS] = (error,)
            value = controls["net"]
    controls.update(**{name: value})
    values = {field: controls[field] for field in CONTROLS}
    controls.update(**fitting(values))


def _examples(controls: Controls, language: str) -> None:
    settings = controls.settings()
    drawn_for = (settings.net, settings.output_activation, settings.rows, settings.seed, settings.data)
    if st.session_state.get(_TYPED_FOR) != drawn_for or _TYPED not in st.session_state:
        st.session_state[_TYPED] = write_examples(settings.examples)
        st.session_state[_TYPED_FOR] = drawn_for
    with st.expander(text(language, "chain_rule.control.own"), expanded=bool(settings.data)):
        st.text_area(
            text(language, "chain_rule.control.data"),
            key=_TYPED,
            on_change=_typed,
            args=(controls,),
            help=text(language, "chain_rule.control.data_help"),
            max_chars=2000,
            height=120,
        )
        st.caption(text(language, "chain_rule.control.data_help"))


def _typed(controls: Controls) -> None:
    """Take the learner's examples where they can be read; otherwise say why and keep the old ones."""
    written = "\n".join(line.strip() for line in st.session_state[_TYPED].splitlines() if line.strip())
    settings = controls.settings()
    try:
        if written:
            read_examples(written, settings.sizes, settings.output_activation)
    except InputError as error:
        st.session_state[_ERRORS] = (error,)
        return
    if written != write_examples(settings.examples):
        controls.update(data=written)
