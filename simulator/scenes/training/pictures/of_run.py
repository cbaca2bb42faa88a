"""Every picture of a training run by name: what a page, a lesson or a notebook asks for."""

from collections.abc import Callable

import numpy as np

from simulator.core.datasets import class_labels, feature_labels
from simulator.core.losses import decision_threshold, encode_targets
from simulator.core.run import Run
from simulator.drawing.picture import Picture
from simulator.drawing.pixels import SIDES
from simulator.drawing.plane import decision_map
from simulator.errors import check_choice
from simulator.scenes.training.pictures.bands import activation_bands
from simulator.scenes.training.pictures.confusion import confusion_matrix
from simulator.scenes.training.pictures.curves import accuracy_curve, learning_rate_curve, loss_curve
from simulator.scenes.training.pictures.diagram import network_diagram
from simulator.scenes.training.pictures.fit import curve_of, fitted_curve
from simulator.scenes.training.pictures.histograms import activation_histograms, gradient_histograms
from simulator.scenes.training.pictures.layer_bars import layer_bars
from simulator.scenes.training.pictures.layer_curves import layer_curves
from simulator.scenes.training.pictures.predictions import predictions
from simulator.scenes.training.pictures.quantities import QUANTITIES

BARS = "bars_"
CURVES = "curves_"


def picture_names(run: Run) -> tuple[str, ...]:
    """Return the names of the pictures that this run has: some need two inputs, one input, or classes."""
    classes, features = run.dataset.num_classes, run.dataset.num_own_features
    unfit = {"confusion", "accuracy"} if not classes else {"fit"}
    if features != 2:
        unfit.add("map")
    if features != 1:
        unfit.add("fit")
    if not run.network.num_hidden_layers:
        unfit |= {"activation_bands", "activations"}
    return tuple(name for name in (*_MAKERS, *_PER_LAYER) if name not in unfit)


def run_picture(run: Run, name: str, language: str) -> Picture:
    """Draw one picture of a run.

    Args:
      run: a finished run; its frames are computed when first asked for.
      name: ``network``, ``map``, ``fit``, ``loss``, ``accuracy``, ``learning_rate``, ``confusion``, ``predictions``,
        ``activation_bands``, ``activations`` or ``gradients`` (histograms), ``curves_<quantity>`` for any of
        ``quantities.QUANTITIES``, or ``bars_<quantity>`` for those on a log axis.
      language: ``ko`` or ``en``.

    Raises:
      InputError: for another name, or a picture that this run does not have.
    """
    check_choice("picture", name, picture_names(run))
    if name.startswith(CURVES):
        quantity = name.removeprefix(CURVES)
        return layer_curves(run.records, run.frames, quantity, language, nonfinite_step=_nonfinite(run))
    if name.startswith(BARS):
        return layer_bars(run.records, run.frames, name.removeprefix(BARS), language)
    return _MAKERS[name](run, language)


def _nonfinite(run: Run) -> int | None:
    return None if run.first_nonfinite is None else run.first_nonfinite.step


def _events(run: Run) -> dict:
    return {"best_step": run.best_step, "stopped_early": run.stopped_early, "nonfinite_step": _nonfinite(run)}


def _held_out(run: Run) -> np.ndarray:
    held = np.ones(run.dataset.num_rows, bool)
    held[run.split.train] = False
    return held


def _network(run: Run, language: str) -> Picture:
    return network_diagram(
        run.frames,
        run.records,
        run.network,
        run.training,
        language,
        num_steps=run.num_steps,
        output_activation=run.network.output_activation,
        feature_names=feature_labels(language, run.dataset),
        class_names=class_labels(language, run.dataset),
    )


def _map(run: Run, language: str) -> Picture:
    dataset = run.dataset
    targets = encode_targets(dataset, run.network, run.training)
    labels = dataset.labels if dataset.labels is not None else targets[:, 0]
    return decision_map(
        run.frames,
        dataset.inputs,
        labels,
        language,
        held_out=_held_out(run),
        feature_names=feature_labels(language, dataset),
        class_names=class_labels(language, dataset),
        threshold=decision_threshold(targets),
    )


def _fit(run: Run, language: str) -> Picture:
    points, outputs = curve_of(run)
    targets = encode_targets(run.dataset, run.network, run.training)[:, 0]
    inputs = run.dataset.inputs[:, 0]
    return fitted_curve(run.frames, inputs, targets, points, outputs, language, held_out=_held_out(run))


def _predictions(run: Run, language: str) -> Picture:
    images = run.dataset.inputs[run.frames.example_row] if run.dataset.num_features in SIDES else None
    return predictions(run.frames, class_labels(language, run.dataset), language, images=images)


_MAKERS: dict[str, Callable[[Run, str], Picture]] = {
    "network": _network,
    "map": _map,
    "fit": _fit,
    "loss": lambda run, language: loss_curve(run.records, run.frames, language, **_events(run)),
    "accuracy": lambda run, language: accuracy_curve(run.records, run.frames, language, **_events(run)),
    "learning_rate": lambda run, language: learning_rate_curve(run.records, run.frames, language),
    "confusion": lambda run, language: confusion_matrix(run.frames, class_labels(language, run.dataset), language),
    "predictions": _predictions,
    "activation_bands": lambda run, language: activation_bands(run.records, run.frames, language),
    "activations": lambda run, language: activation_histograms(run.frames, language),
    "gradients": lambda run, language: gradient_histograms(run.frames, language),
}
_PER_LAYER = (
    *(f"{CURVES}{name}" for name in QUANTITIES),
    *(f"{BARS}{name}" for name, quantity in QUANTITIES.items() if quantity.log),
)
