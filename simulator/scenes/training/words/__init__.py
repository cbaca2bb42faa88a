"""The records as sentences, in Korean and English: findings, and what every picture of a run shows.

The sentences hold numbers of the same records as the pictures, so they serve as alternative texts too.
"""

from simulator.scenes.training.words.common import layer_name, unit_name
from simulator.scenes.training.words.curves import (
    narrate_accuracy,
    narrate_activations,
    narrate_gradients,
    narrate_loss,
    narrate_test,
    narrate_updates,
)
from simulator.scenes.training.words.findings import finding_title, narrate_finding, severity_name
from simulator.scenes.training.words.histograms import narrate_activation_histogram, narrate_gradient_histogram
from simulator.scenes.training.words.maps import narrate_boundary, narrate_curve_fit, narrate_neurons
from simulator.scenes.training.words.network import narrate_network
from simulator.scenes.training.words.outputs import narrate_confusion, narrate_predictions
from simulator.scenes.training.words.player import PICTURES, narrate_frames

__all__ = [
    "PICTURES",
    "finding_title",
    "layer_name",
    "narrate_accuracy",
    "narrate_activation_histogram",
    "narrate_activations",
    "narrate_boundary",
    "narrate_confusion",
    "narrate_curve_fit",
    "narrate_finding",
    "narrate_frames",
    "narrate_gradient_histogram",
    "narrate_gradients",
    "narrate_loss",
    "narrate_network",
    "narrate_neurons",
    "narrate_predictions",
    "narrate_test",
    "narrate_updates",
    "severity_name",
    "unit_name",
]
