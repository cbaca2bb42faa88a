"""The page of ``pictures_app``: see there."""

from functools import cache

import numpy as np
import streamlit as st

from simulator.drawing import plane
from simulator.scenes.training.pictures import confusion, curves, histograms, predictions
from simulator.scenes.training.pictures.bands import activation_bands
from simulator.scenes.training.pictures.layer_bars import layer_bars
from simulator.scenes.training.pictures.layer_curves import layer_curves
from simulator.ui.components.picture.picture import picture
from simulator.ui.components.player.player import player
from tests import fakes

st.set_page_config(layout="wide")
query = st.query_params
language = query.get("lang", "en")


@cache
def trained(hidden: tuple[int, ...], num_frames: int, seed: int, num_features: int):
    return fakes.trained(hidden, num_frames=num_frames, seed=seed, num_features=num_features, num_classes=3)


hidden = tuple(int(width) for width in query.get("hidden", "8-8").split("-"))
seed = int(query.get("run", "0"))
num_frames = int(query.get("frames", "60"))
if st.button("another run"):
    st.session_state["seed"] = st.session_state.get("seed", seed) + 1
seed = st.session_state.get("seed", seed)
st.slider("a rate", 0.0, 1.0, 0.5)
st.text_input("a name")
records, frames, network, inputs, labels = trained(hidden, num_frames, seed, int(query.get("features", "2")))
nonfinite = None
if "broken" in query:
    nonfinite = int(query["broken"])
    records, frames = fakes.broken(records, frames, nonfinite)
held_out = np.arange(len(labels)) % 5 == 0
names = fakes.CLASS_NAMES
MAKERS = {
    "loss": lambda: curves.loss_curve(records, frames, language, best_step=90, nonfinite_step=nonfinite),
    "accuracy": lambda: curves.accuracy_curve(records, frames, language, nonfinite_step=nonfinite),
    "rate": lambda: curves.learning_rate_curve(records, frames, language),
    "norms": lambda: layer_curves(records, frames, "pre_activation_grad_norm", language, nonfinite_step=nonfinite),
    "updates": lambda: layer_curves(records, frames, "update_ratio", language),
    "saturated": lambda: layer_curves(records, frames, "saturated_fraction", language),
    "bars": lambda: layer_bars(records, frames, "pre_activation_grad_norm", language),
    "bands": lambda: activation_bands(records, frames, language),
    "activations": lambda: histograms.activation_histograms(frames, language),
    "gradients": lambda: histograms.gradient_histograms(frames, language),
    "confusion": lambda: confusion.confusion_matrix(frames, names, language),
    "predictions": lambda: predictions.predictions(frames, names, language),
    "network": lambda: fakes.diagram(records, frames, network, language, class_names=names),
    "map": lambda: plane.decision_map(frames, inputs, labels, language, class_names=names, held_out=held_out),
}
chosen = query.get("pictures", "network,loss,norms,bars,map").split(",")
player(
    frames.step, key="player", language=language, epochs=records.epoch[frames.record], num_steps=int(records.step[-1])
)
columns = st.columns(int(query.get("columns", "2")))
for index, name in enumerate(chosen):
    with columns[index % len(columns)]:
        picture(MAKERS[name](), key=name, language=language, height=int(query["height"]) if "height" in query else None)
