"""What is shown of a run: what happened, the pictures that follow the player, and the downloads."""

import math
from collections.abc import Callable

import numpy as np
import streamlit as st

from simulator.datasets import class_labels, feature_labels
from simulator.diagnosis import diagnose
from simulator.figures.confusion import confusion_matrix
from simulator.figures.curves import accuracy_curve, learning_rate_curve, loss_curve
from simulator.figures.diagram import network_diagram
from simulator.figures.fit import fitted_curve
from simulator.figures.layers import layer_bars, layer_curves
from simulator.figures.picture import Picture
from simulator.figures.plane import decision_map
from simulator.figures.predictions import predictions
from simulator.figures.strips import activation_bands, activation_histograms, gradient_histograms
from simulator.narration.findings import finding_title, narrate_finding, severity_name
from simulator.numbers_text import number_text, percent_text
from simulator.run import Run
from simulator.texts import text
from simulator.ui.pictures import picture
from simulator.ui.player import player
from simulator.ui.training.downloads import downloads

NORMS = ("pre_activation_grad_norm", "activation_grad_norm", "weight_grad_norm", "update_ratio")
MAIN_HEIGHT, SIDE_HEIGHT = 330, 250
"""Heights in pixels at 1080p at which player, two rows of pictures and the card fit on one screen."""
ICONS = {"failure": "⛔", "warning": "⚠️", "note": "ℹ️", "success": "✅"}


def show_run(run: Run, language: str) -> None:
    """Draw everything of a run."""
    frames = run.frames
    what_happened(run, language)
    player(
        frames.step,
        key="train_player",
        language=language,
        epochs=run.records.epoch[frames.record],
        num_steps=run.num_steps,
        run=run_name(run),
    )
    left, right = st.columns([0.56, 0.44])
    with left:
        picture(_diagram(run, language), key="network", language=language, height=MAIN_HEIGHT)
    with right:
        picture(answer_picture(run, language), key="answers", language=language, height=MAIN_HEIGHT)
    _gradient_row(run, language)
    names = ("activation", "result", "course", "downloads")
    tabs = st.tabs([text(language, f"training.section_{name}") for name in names])
    with tabs[0]:
        _activations(run, language)
    with tabs[1]:
        _answers(run, language)
    with tabs[2]:
        _course(run, language)
    with tabs[3]:
        downloads(run, language)


def run_name(run: Run) -> str:
    """Return a name that two different runs do not share, for the player to know a new one."""
    return f"{hash((run.network, run.training, run.dataset.name, run.num_steps, float(run.records.loss.sum())))}"


def what_happened(run: Run, language: str) -> None:
    """Draw the card: result in numbers, findings in words."""
    with st.container(border=True):
        numbers, words = st.columns([0.3, 0.7], vertical_alignment="center")
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
    has_test = len(run.split.test) > 0
    value = run.test_accuracy if classification else run.test_loss
    label = ("test" if has_test else "train") + ("_accuracy" if classification else "_loss")
    shown = percent_text(value) if classification else number_text(value)
    loss = float(run.records.loss[-1])
    left, right = st.columns(2)
    left.metric(text(language, f"training.{label}"), shown if math.isfinite(value) else text(language, "training.nan"))
    right.metric(
        text(language, "training.final_loss"),
        number_text(loss) if math.isfinite(loss) else text(language, "training.nan"),
    )
    split = run.split
    counts = {"train": len(split.train), "validation": len(split.validation), "test": len(split.test)}
    st.caption(
        text(language, "training.rows_split", **counts)
        + " "
        + text(
            language,
            "training.size",
            steps=f"{run.num_steps:,}",
            parameters=f"{run.network.num_parameters:,}",
            seconds=number_text(run.seconds),
        )
    )


def _diagram(run: Run, language: str) -> Picture:
    return network_diagram(
        run.frames,
        run.network,
        language,
        output_activation=run.network.output_activation,
        feature_names=feature_labels(language, run.dataset),
        class_names=class_labels(language, run.dataset),
    )


def answer_picture(run: Run, language: str) -> Picture:
    """Return the picture that shows best what the network answers: a map, a fitted curve, or single examples."""
    dataset, frames = run.dataset, run.frames
    held_out = np.ones(dataset.num_rows, bool)
    held_out[run.split.train] = False
    if frames.grid.size:
        targets = dataset.labels if dataset.labels is not None else dataset.targets[:, 0]
        return decision_map(
            frames,
            dataset.inputs,
            targets,
            language,
            held_out=held_out,
            feature_names=feature_labels(language, dataset),
            class_names=class_labels(language, dataset),
            threshold=run._threshold,
        )
    if dataset.num_features == 1 and dataset.targets is not None:
        points, outputs = run.curve
        return fitted_curve(
            frames, dataset.inputs[:, 0], dataset.targets[:, 0], points, outputs, language, held_out=held_out
        )
    return predictions(frames, class_labels(language, dataset), language)


def _gradient_row(run: Run, language: str) -> None:
    records, frames = run.records, run.frames
    bad = run.first_nonfinite.step if run.first_nonfinite else None
    norm = st.segmented_control(
        text(language, "training.norm_choice"),
        NORMS,
        key="train_norm",
        default=NORMS[0],
        required=True,
        format_func=lambda name: text(language, f"training.norm.{name}"),
        label_visibility="collapsed",
    )
    bars, curves, loss = st.columns([0.3, 0.35, 0.35])
    with bars:
        picture(layer_bars(records, frames, norm, language), key="layer_bars", language=language, height=SIDE_HEIGHT)
    with curves:
        drawn = layer_curves(records, frames, norm, language, nonfinite_step=bad)
        picture(drawn, key="layer_curves", language=language, height=SIDE_HEIGHT)
    with loss:
        picture(_course_picture(loss_curve, run, language), key="loss", language=language, height=SIDE_HEIGHT)


def _course_picture(draw: Callable[..., Picture], run: Run, language: str) -> Picture:
    return draw(
        run.records,
        run.frames,
        language,
        best_step=run.best_step,
        stopped_early=run.stopped_early,
        nonfinite_step=run.first_nonfinite.step if run.first_nonfinite else None,
    )


def _row(pictures: dict[str, Picture], language: str) -> None:
    for place, (key, drawn) in zip(st.columns(len(pictures)), pictures.items(), strict=True):
        with place:
            picture(drawn, key=key, language=language, height=SIDE_HEIGHT)


def _activations(run: Run, language: str) -> None:
    records, frames = run.records, run.frames
    shown = {
        "activation_bands": activation_bands(records, frames, language),
        "activation_histograms": activation_histograms(frames, language),
        "gradient_histograms": gradient_histograms(frames, language),
    }
    _row(shown, language)
    shares = ("zero_fraction", "saturated_fraction", "dead_fraction")
    _row({name: layer_curves(records, frames, name, language) for name in shares}, language)


def _answers(run: Run, language: str) -> None:
    if run.dataset.task != "classification":
        _row({"predictions": predictions(run.frames, (), language)}, language)
        return
    classes = class_labels(language, run.dataset)
    shown = {
        "confusion": confusion_matrix(run.frames, classes, language),
        "predictions": predictions(run.frames, classes, language),
    }
    _row(shown, language)


def _course(run: Run, language: str) -> None:
    shown = {"learning_rate": learning_rate_curve(run.records, run.frames, language)}
    if run.dataset.task == "classification":
        shown = {"accuracy": _course_picture(accuracy_curve, run, language), **shown}
    _row(shown, language)
