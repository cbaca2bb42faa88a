"""Controls for how the network is trained."""

import streamlit as st

from simulator.core.datasets import dataset_info
from simulator.core.network import OUTPUT_ACTIVATIONS
from simulator.core.training import LOSSES, OPTIMIZERS, SCHEDULES
from simulator.scenes.training.settings import ALLOWED_OUTPUTS, OUTPUTS, UPLOADED
from simulator.texts import text
from simulator.ui.components.training import state
from simulator.ui.components.training.widgets import integer, number, select, slider, stops

LEARNING_RATES = tuple(
    float(f"{digits}e{exponent}") for exponent in range(-5, 3) for digits in ("1", "1.5", "2", "3", "5", "7")
)
"""Six stops a decade, evenly enough on a log scale."""
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, None)
EPOCHS = (1, 2, 5, 10, 20, 30, 40, 60, 80, 100, 150, 200, 300, 500, 1000, 2000, 5000, 10_000)
PENALTIES = (0.0, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1)
CLIPS = (None, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
PATIENCES = (None, 1, 2, 5, 10, 20, 50, 100)
OPTIMIZER_SETTINGS = {
    "momentum": ("momentum",),
    "nesterov": ("momentum",),
    "rmsprop": ("decay",),
    "adam": ("beta1", "beta2"),
    "adamw": ("beta1", "beta2", "weight_decay"),
}
PERIODIC_SCHEDULES = ("step", "exponential", "cyclic", "warmup")


def run_controls(language: str) -> None:
    """Draw learning rate, batch, epochs, loss, optimizer and schedule; the rest folded away."""
    values = state.values()
    uploaded = values["data"] == UPLOADED
    data = st.session_state.get(state.UPLOADED_DATASET) if uploaded else dataset_info(values["data"])
    task, num_classes = (data.task, data.num_classes) if data is not None else ("classification", 0)
    stops("rate", LEARNING_RATES, language, lambda rate: f"{rate:g}")
    left, right = st.columns(2)
    with left:
        stops("batch", BATCHES, language, lambda size: str(size) if size else text(language, "training.all_rows"))
    with right:
        stops("epochs", EPOCHS, language, lambda count: f"{count:,}")
    losses = tuple(loss for loss in LOSSES if task == "classification" or loss.startswith("mse"))
    select("loss", losses, language)
    select("optimizer", OPTIMIZERS, language)
    for name in OPTIMIZER_SETTINGS.get(values["optimizer"], ()):
        number(name, language, 0.01)
    _schedule_controls(language)
    with st.expander(text(language, "training.more")):
        _more_controls(language, two_classes=num_classes == 2)


def _schedule_controls(language: str) -> None:
    values = state.values()
    select("schedule", SCHEDULES, language)
    if values["schedule"] == "constant":
        return
    left, right = st.columns(2)
    with left:
        slider("schedule_factor", language, 0.0, 1.0, 0.05)
    if values["schedule"] in PERIODIC_SCHEDULES:
        with right:
            number("schedule_epochs", language, 1.0)


def _more_controls(language: str, *, two_classes: bool) -> None:
    def or_off(number: float | int | None) -> str:
        return text(language, "training.never") if number is None else f"{number:g}"

    values = state.values()
    stops("l1", PENALTIES, language, or_off)
    stops("l2", PENALTIES, language, or_off)
    stops("clip", CLIPS, language, or_off)
    stops("patience", PATIENCES, language, or_off)
    if two_classes and values["loss"] != "cross_entropy":
        select("outputs", OUTPUTS, language)
    outputs = tuple(output for output in OUTPUT_ACTIVATIONS if (values["loss"], output) in ALLOWED_OUTPUTS)
    select("output", outputs, language)
    integer("seed", language)
