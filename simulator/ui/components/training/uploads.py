"""What the training page has under its controls: a box for the reader's own table, and the way back to the start."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile

from simulator.core.datasets import read_csv
from simulator.errors import InputError
from simulator.scenes.training.fitting import UPLOADED
from simulator.scenes.training.settings import Training
from simulator.scenes.training.uploads import find, keep
from simulator.texts import text
from simulator.ui.components.assets import read_assets
from simulator.ui.controls.session import Controls
from simulator.ui.plain import plain
from simulator.ui.server.uploads import forget_upload

MAX_UPLOAD_MEGABYTES = 20
UPLOAD_SCALING = "max"
_FILE, _ERROR, _TABLE = "training:file", "training:upload_error", "training:table"
_PLACE = ".st-key-training-file [data-testid='stFileUploaderDropzone']"


def beside(controls: Controls[Training], view: str) -> None:
    """Draw what stands under the controls, in every view."""
    del view
    language = controls.language
    st.html(f"<style>{read_assets('training/layout.css')}</style>")
    if "data" not in controls.lock.values:
        with st.expander(text(language, "training.upload"), expanded=_ERROR in st.session_state):
            _upload_box(controls)
    icon = ":material/restart_alt:"
    st.button(text(language, "training.reset"), on_click=_reset, args=(controls,), icon=icon, type="tertiary")


def _upload_box(controls: Controls[Training]) -> None:
    language = controls.language
    st.html(_words(language))
    st.file_uploader(
        text(language, "training.upload"),
        type=["csv", "tsv", "txt"],
        key=_FILE,
        help=text(language, "training.upload_help"),
        max_upload_size=MAX_UPLOAD_MEGABYTES,
        on_change=_take,
        args=(controls,),
        label_visibility="collapsed",
    )
    st.caption(text(language, "training.upload_help"))
    error: InputError | None = st.session_state.get(_ERROR)
    if error is not None:
        st.error(plain(error.in_language(language)))
    last = st.session_state.get(_TABLE, "")
    table = find(last)
    if table is not None and controls.settings.table != last:
        again = plain(text(language, "training.upload_again", name=table.name))
        st.button(again, on_click=_use, args=(controls, last), type="tertiary")


def _words(language: str) -> str:
    """Return the style that puts the reader's language into the uploader, whose own words are English only."""
    words = {
        "[data-testid='stMarkdownContainer'] p": text(language, "training.upload_button"),
        "[data-testid='stFileUploaderDropzoneInstructions'] span": text(
            language, "training.upload_limit", megabytes=MAX_UPLOAD_MEGABYTES
        ),
    }
    rules = (
        f"{_PLACE} {part} {{font-size: 0}} {_PLACE} {part}::after {{content: '{word}'; font-size: 0.875rem}}"
        for part, word in words.items()
    )
    return f"<style>{' '.join(rules)}</style>"


def _take(controls: Controls[Training]) -> None:
    """Read the file when it is chosen, so that it survives a change of page; a bad one leaves the old data."""
    file = st.session_state.get(_FILE)
    if isinstance(file, DeletedFile):  # read already: Streamlit calls again where another change follows at once
        return
    st.session_state.pop(_ERROR, None)
    if file is None:
        return
    try:
        table = keep(read_csv(file, label=file.name))
    except InputError as error:
        st.session_state[_ERROR] = error
        return
    finally:
        forget_upload()
    st.session_state[_TABLE] = table
    _use(controls, table)


def _use(controls: Controls[Training], table: str) -> None:
    # Columns of a table have units of their own; unscaled, the largest one would drown the others.
    controls.set(controls.settings.change(data=UPLOADED, table=table, scaling=UPLOAD_SCALING))


def _reset(controls: Controls[Training]) -> None:
    for name in (_ERROR, _TABLE):
        st.session_state.pop(name, None)
    controls.set(Training())
