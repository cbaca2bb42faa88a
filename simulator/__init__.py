"""Train small neural networks and keep every number that backpropagation computes.

>>> import simulator as sim
>>> run = sim.train(
...     sim.NetworkConfig(layer_sizes=(2, 1), output_activation="tanh"),
...     sim.TrainingConfig(loss="mse_mean", learning_rate=0.1, batch_size=None, num_epochs=500),
...     sim.load_dataset("or_table"),
... )
>>> run.test_accuracy
1.0

>>> graph = sim.trace("(sigmoid(w*x + b) - t)**2", w=2.0, x=-1.0, b=0.5, t=1.0)
>>> {name: round(float(gradient), 4) for name, gradient in sim.backward(graph).gradients.items() if name in "wb"}
{'w': 0.2439, 'b': -0.2439}
"""

from simulator.core.datasets import Dataset as Dataset
from simulator.core.datasets import load_dataset as load_dataset
from simulator.core.datasets import read_csv as read_csv
from simulator.core.datasets import read_idx as read_idx
from simulator.core.fork import ParameterChange as ParameterChange
from simulator.core.fork import fork as fork
from simulator.core.network import NetworkConfig as NetworkConfig
from simulator.core.run import Run as Run
from simulator.core.run import train as train
from simulator.core.sweep import sweep as sweep
from simulator.core.training import TrainingConfig as TrainingConfig
from simulator.graph.backward import backward as backward
from simulator.graph.trace import trace as trace
from simulator.scenes.registry import scene as scene
