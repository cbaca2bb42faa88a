"""The controls of the panels about a real network: what it learns, how, and the plane through its parameters."""

from dataclasses import dataclass

from simulator.core.trajectories.network import DATASETS, MAX_STEPS
from simulator.scenes.kinds import Choice, Number, Whole
from simulator.scenes.settings import Settings, control

NET_RATES = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0)
NET_STEPS = (50, 100, 200, 600, 1000, 1400, 1800)
DIRECTIONS = ("path", "random")
MAX_SEED = 9999


@dataclass(frozen=True, kw_only=True)
class NetworkSettings(Settings):
    """How a small network is trained by full-batch gradient descent, and which plane its loss is drawn on.

    Args:
      net_data: what it learns.
      net_rate: its learning rate.
      net_steps: updates.
      net_seed: of its initial weights.
      directions: of the plane: those in which its own path varies most, or two random ones.
      direction_seed: of the random ones.
    """

    net_data: str = control("moons", Choice(DATASETS, words="datasets.{}.name"))
    net_rate: float = control(0.2, Number(NET_RATES[0], NET_RATES[-1], log=True, stops=NET_RATES))
    net_steps: int = control(1000, Whole(1, MAX_STEPS, stops=NET_STEPS))
    net_seed: int = control(2, Whole(0, MAX_SEED, look="box"))
    directions: str = control("path", Choice(DIRECTIONS, words="learning_rate.directions", look="buttons"))
    direction_seed: int = control(0, Whole(0, MAX_SEED, look="box"))


TRAINING = ("net_data", "net_rate", "net_steps", "net_seed")
PLANE = ("directions", "direction_seed")
