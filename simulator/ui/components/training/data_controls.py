"""Controls for what the network learns from."""

import streamlit as st

from simulator.core.datasets import DATASET_NAMES, Dataset, dataset_info, dataset_label, read_csv
from simulator.core.training import SCALINGS
from simulator.errors import InputError
from simulator.scenes.training.settings import UPLOADED
from simulator.texts import text
from simulator.ui.components.training import state
from simulator.ui.components.training.widgets import integer, select, slider, stops

MAX_UPLOAD_MEGABYTES = 20
UPLOAD_SCALING = "max"
FRACTIONS = (0.0, 0.1, 0.2, 0.3, 0.4)


def data_controls(language: str) -> None:
    """Draw the choice of data, the reader's own table, scaling and split."""
    values = state.values()
    uploaded: Dataset | None = st.session_state.get(state.UPLOADED_DATASET)
    offers_upload = uploaded is not None or values["data"] == UPLOADED
    select(
        "data",
        (*DATASET_NAMES, *((UPLOADED,) if offers_upload else ())),
        language,
        lambda name: text(language, "training.own_csv") if name == UPLOADED else dataset_label(language, name),
        on_change=_data_changed,
    )
    if values["data"] != UPLOADED:
        _drawn_data_controls(language)
    elif uploaded is not None:
        counts = {"rows": uploaded.num_rows, "features": uploaded.num_features, "classes": uploaded.num_classes}
        st.caption(text(language, "training.uploaded", name=uploaded.name, **counts))
    _upload_control(language)
    select("scaling", SCALINGS, language)
    left, right = st.columns(2)
    with left:
        stops("validation", FRACTIONS, language, lambda share: f"{share:.0%}")
    with right:
        stops("test", FRACTIONS, language, lambda share: f"{share:.0%}")


def _drawn_data_controls(language: str) -> None:
    values = state.values()
    name = values["data"]
    info = dataset_info(name)
    st.caption(text(language, f"datasets.{name}.description"))
    if info.has_noise:
        values["noise"] = info.default_noise if values["noise"] is None else values["noise"]
        slider("noise", language, 0.0, info.max_noise, 0.01)
    if info.min_rows < info.max_rows:
        values["rows"] = info.num_rows_default if values["rows"] is None else values["rows"]
        left, right = st.columns(2)
        with left:
            integer("rows", language, info.min_rows, info.max_rows)
        with right:
            integer("data_seed", language)


def _data_changed() -> None:
    """Let the new data set start with its own noise, rows and scaling."""
    values = state.values()
    chosen = st.session_state[state.key("data")]
    scaling = values["scaling"] if chosen == UPLOADED else dataset_info(chosen).default_scaling
    values.update(noise=None, rows=None, scaling=scaling)
    for name in ("noise", "rows", "scaling"):
        st.session_state.pop(state.key(name), None)


def _upload_control(language: str) -> None:
    st.html(_upload_words(language))
    st.file_uploader(
        text(language, "training.upload"),
        type=["csv", "tsv", "txt"],
        key=state.key("file"),
        help=text(language, "training.upload_help"),
        max_upload_size=MAX_UPLOAD_MEGABYTES,
        on_change=_take_upload,
    )
    error = st.session_state.get(state.UPLOAD_ERROR)
    if error is not None:
        st.error(error.in_language(language))


def _upload_words(language: str) -> str:
    """Return the style that puts the reader's language into the uploader, whose own words are English only."""
    words = {
        "[data-testid='stMarkdownContainer'] p": text(language, "training.upload_button"),
        "[data-testid='stFileUploaderDropzoneInstructions'] span": text(
            language, "training.upload_limit", megabytes=MAX_UPLOAD_MEGABYTES
        ),
    }
    place = ".st-key-train_file [data-testid='stFileUploaderDropzone']"
    rules = (
        f"{place} {part} {{font-size: 0}} {place} {part}::after {{content: '{word}'; font-size: 0.875rem}}"
        for part, word in words.items()
    )
    return f"<style>{' '.join(rules)}</style>"


def _take_upload() -> None:
    """Read the file when it is chosen, so that it survives a change of page; a bad one leaves the old data."""
    file = st.session_state.get(state.key("file"))
    st.session_state.pop(state.UPLOAD_ERROR, None)
    if file is None:
        return
    try:
        st.session_state[state.UPLOADED_DATASET] = read_csv(file, label=file.name)
    except InputError as error:
        st.session_state[state.UPLOAD_ERROR] = error
        return
    # Columns of a table have units of their own; unscaled, the largest one would drown the others.
    for name, value in (("data", UPLOADED), ("scaling", UPLOAD_SCALING)):
        state.values()[name] = value
        st.session_state[state.key(name)] = value
