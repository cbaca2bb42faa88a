"""What is shown of a run: what happened, the pictures that follow the player, and the downloads."""

import math
from collections.abc import Sequence

import streamlit as st

from simulator.core.diagnosis import diagnose
from simulator.core.run import Run
from simulator.scenes.training.pictures.of_run import picture_names, run_picture
from simulator.scenes.training.words.findings import finding_title, narrate_finding, severity_name
from simulator.scenes.training.words.network import narrate_network
from simulator.scenes.training.words.player import narrate_frames
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text
from simulator.ui.components.picture.picture import picture
from simulator.ui.components.player.player import player
from simulator.ui.components.training.downloads import downloads
from simulator.ui.frame.theme import display

NORMS = ("pre_activation_grad_norm", "activation_grad_norm", "weight_grad_norm", "update_ratio")
MAIN_HEIGHT, SIDE_HEIGHT = 262, 215
"""Heights in pixels at 1080p at which player, card and two rows of pictures fit on one screen."""
ICONS = {
    "failure": ":material/dangerous:",
    "warning": ":material/warning:",
    "note": ":material/info:",
    "success": ":material/check_circle:",
}
TABS = {
    "activation": (
        ("activation_bands", "activations", "gradients"),
        ("curves_zero_fraction", "curves_saturated_fraction", "curves_dead_fraction"),
    ),
    "result": (("confusion", "predictions"),),
    "course": (("accuracy", "learning_rate"),),
}
"""Rows of pictures under the first screen; a picture that a run does not have is left out."""


SAYS = {
    "map": "boundary",
    "fit": "curve_fit",
    "loss": "loss",
    "bars_pre_activation_grad_norm": "gradients",
    "bars_update_ratio": "updates",
    "activation_bands": "activations",
    "activations": "activation_histogram",
    "gradients": "gradient_histogram",
    "confusion": "confusion",
    "predictions": "predictions",
    "accuracy": "accuracy",
}
"""Picture → the narration that says at every step what it shows."""
LINES = {"weight": "weight", "gradient": "weight_gradient", "update": "weight_update"}
"""What the diagram's lines may stand for → the records it is taken from."""


def show_run(run: Run, language: str) -> None:
    """Draw everything of a run."""
    what_happened(run, language)
    steps = run.frames.step
    epochs = run.records.epoch[run.frames.record]
    player(steps, key="train_player", language=language, epochs=epochs, num_steps=run.num_steps, run=run_name(run))
    answer = next(name for name in ("map", "fit", "predictions") if name in picture_names(run))
    with st.container(key="train_main"):
        _row(("network", answer), run, language, height=MAIN_HEIGHT, widths=(0.56, 0.44))
    norm = st.segmented_control(
        text(language, "training.norm_choice"),
        NORMS,
        key="train_norm",
        default=NORMS[0],
        required=True,
        format_func=lambda name: text(language, f"training.norm.{name}"),
        label_visibility="collapsed",
    )
    _row((f"bars_{norm}", f"curves_{norm}", "loss"), run, language)
    with st.container(key="train_more"):
        tabs = st.tabs([text(language, f"training.section_{name}") for name in (*TABS, "downloads")])
        for tab, rows in zip(tabs, TABS.values(), strict=False):
            with tab:
                for row in rows:
                    _row(tuple(name for name in row if name != answer), run, language)
        with tabs[-1]:
            downloads(run, language)


def run_name(run: Run) -> str:
    """Return a name that two different runs do not share, for the player to know a new one."""
    return f"{hash((run.network, run.training, run.dataset.name, run.num_steps, float(run.records.loss.sum())))}"


def what_happened(run: Run, language: str) -> None:
    """Draw the card: the result in numbers, and in words what happened and how to mend it."""
    with st.container(border=True, gap="xsmall"):
        numbers, words = st.columns([0.4, 0.6], vertical_alignment="center")
        with numbers:
            _result_numbers(run, language)
        with words:
            for finding in diagnose(run):
                name = f"{ICONS[finding.severity]} **{finding_title(language, finding)}**"
                severity = severity_name(language, finding.severity)
                sentence = narrate_finding(language, finding, run.network.num_layers)
                st.markdown(f"{name} ({severity}) · {sentence}")


def _result_numbers(run: Run, language: str) -> None:
    classification = run.dataset.task == "classification"
    value = run.test_accuracy if classification else run.test_loss
    label = ("test" if len(run.split.test) else "train") + ("_accuracy" if classification else "_loss")
    shown = percent_text(value) if classification else number_text(value)
    loss = float(run.records.loss[-1])
    not_finite = text(language, "training.nan")
    # Not st.metric: it cuts a number that is wider than its column.
    measured = {label: shown if math.isfinite(value) else not_finite}
    measured["final_loss"] = number_text(loss) if math.isfinite(loss) else not_finite
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        for name, written in measured.items():
            with st.container(
                horizontal=True, vertical_alignment="center", gap="small", width="content", key=f"result_{name}"
            ):
                st.markdown(text(language, f"training.{name}"), width="content")
                st.markdown(f"#### {written}", width="content")
    split = run.split
    counts = {"train": len(split.train), "validation": len(split.validation), "test": len(split.test)}
    size = {
        "steps": f"{run.num_steps:,}",
        "parameters": f"{run.network.num_parameters:,}",
        "seconds": number_text(run.seconds),
    }
    st.caption(text(language, "training.rows_split", **counts) + " " + text(language, "training.size", **size))


def _row(
    names: tuple[str, ...], run: Run, language: str, *, height: int = SIDE_HEIGHT, widths: tuple[float, ...] = ()
) -> None:
    """Draw the pictures that this run has, side by side."""
    there = [name for name in names if name in picture_names(run)]
    if not there:
        return
    # In the lecture hall large words need wide pictures: one below the other.
    hall = display().size == "hall"
    places = [st.container() for _ in there] if hall else st.columns(widths or len(there))
    for place, name in zip(places, there, strict=True):
        with place:
            shown = run_picture(run, name, language)
            picture(shown, key=name, language=language, height=height, sentences=_sentences(name, run, language))


def _sentences(name: str, run: Run, language: str) -> Sequence[str] | dict[str, list[str]]:
    """Return what a picture says at each step; the diagram says it of the lines that are chosen."""
    if name == "network":
        steps = [int(step) for step in run.frames.step]
        return {
            mode: [narrate_network(language, run, step, quantity) for step in steps] for mode, quantity in LINES.items()
        }
    return narrate_frames(language, run, (SAYS[name],))[SAYS[name]] if name in SAYS else ()
