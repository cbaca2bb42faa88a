"""Compiling the usual widths before anyone waits."""

import numpy as np

from simulator.core.propagation.batch import Batch
from simulator.core.propagation.microscope import microscope
from simulator.core.propagation.signal import start_signal
from simulator.core.propagation.sweep import depth_sweep
from simulator.scenes.gradient_decay.arriving import DEPTHS
from simulator.scenes.gradient_decay.numbers import ARRIVING
from simulator.scenes.gradient_decay.settings import GradientDecay

USUAL_WIDTHS = (32, 64)


def warm_up(widths: tuple[int, ...] = USUAL_WIDTHS) -> None:
    """Compile the propagation for the buckets of these widths, and the theory: some seconds each.

    The first picture of the start page is computed and kept.
    """
    ARRIVING.of(GradientDecay())
    for width in widths:
        network = GradientDecay(depth=2, width=width).network()
        features, classes = network.layer_sizes[0], network.layer_sizes[-1]
        batch = Batch(np.ones((32, features), np.float32), np.eye(classes, dtype=np.float32)[np.arange(32) % classes])
        depth_sweep(network, batch, [0], DEPTHS)
        microscope(network, batch, start_signal(network, batch, [0]))
