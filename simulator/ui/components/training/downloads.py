"""Downloads of a run; each file is made when its button is pressed."""

from collections.abc import Callable
from weakref import ref

import streamlit as st

from simulator.core.export import bundle, data_npz, needs_data_file, records_csv, records_npz, script
from simulator.core.run import Run
from simulator.scenes.training.numbers import RUN
from simulator.scenes.training.settings import Training
from simulator.texts import text
from simulator.ui.controls.session import Controls
from simulator.ui.work import latest, outside


def below(controls: Controls[Training], view: str) -> None:
    """Draw the downloads of the run that is shown, in every view."""
    del view
    shown = latest(controls.scene, RUN)
    if shown is not None:
        with st.expander(text(controls.language, "training.downloads")):
            downloads(shown.numbers, shown.settings, controls.language)


def downloads(run: Run, settings: Training, language: str) -> None:
    """Draw a button a file: records, the experiment as a program, and everything together."""
    again = _lightly(run, settings)
    st.write(text(language, "training.download_intro"))
    name = f"backprop-{run.dataset.name}".replace(" ", "-")
    files = (
        ("csv", f"{name}.csv", "text/csv", lambda: records_csv(again())),
        ("npz", f"{name}.npz", "application/octet-stream", lambda: records_npz(again())),
        ("numpy", f"{name}_numpy.py", "text/x-python", lambda: script(again(), "numpy", language)),
        ("jax", f"{name}_jax.py", "text/x-python", lambda: script(again(), "jax", language)),
        ("torch", f"{name}_torch.py", "text/x-python", lambda: script(again(), "torch", language)),
        ("all", f"{name}.zip", "application/zip", lambda: bundle(again(), language)),
    )
    apart = needs_data_file(run)
    if apart:
        files = (*files[:-1], ("data", "data.npz", "application/octet-stream", lambda: data_npz(again())), files[-1])
    with st.container(horizontal=True):
        for kind, file_name, mime, make in files:
            st.download_button(
                text(language, f"training.download_{kind}"),
                make,
                file_name,
                mime,
                key=f"train_download_{kind}",
                on_click="ignore",
            )
    if apart:
        st.caption(text(language, "training.download_apart"))


def _lightly(run: Run, settings: Training) -> Callable[[], Run]:
    """Return what gives the run while it is kept, and computes it again later: a button on a page keeps no records."""
    found = ref(run)

    def again() -> Run:
        there = found()
        return RUN.of(settings, compute=outside(RUN, settings)) if there is None else there

    return again
