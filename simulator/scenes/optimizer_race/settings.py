"""The race of the optimizers: one network on handwritten digits, a shared rate, and the weight that is looked at."""

from dataclasses import dataclass
from typing import Any

from simulator.core.engine.history import parameter_index
from simulator.core.network import NetworkConfig
from simulator.core.training import OPTIMIZERS, TrainingConfig
from simulator.errors import InputError
from simulator.scenes.gradient_decay.settings import MAX_SEED
from simulator.scenes.kinds import Choice, Kind, Number, Whole
from simulator.scenes.settings import Settings, control, replaced, within

RATES = tuple(float(f"{digit}e{power}") for power in range(-4, 1) for digit in (1, 2, 5))
"""That the slider offers, and at which every optimizer is tried."""
WIDTHS = (8, 16, 32)
SIDE = 8
"""Pixels along each side of a picture."""
BATCH = 32
MAX_EPOCHS = 8
LAYERS = ("hidden", "output")


@dataclass(frozen=True, kw_only=True)
class OptimizerRace(Settings):
    """What is raced, and which weight is opened; rows, columns and nodes count from 1, digits from 0.

    Args:
      rate: η of all optimizers.
      optimizer: whose state is opened.
      layer: of the opened weight.
      row, column: of the pixel that a weight of the hidden layer comes from.
      node: of the hidden layer, at which a weight of the hidden layer ends and one of the output layer begins.
      digit: output at which a weight of the output layer ends.
      width: nodes of the hidden layer.
      epochs: passes over the training set.
      seed: of the split, the initial weights and the order of the examples; further seeds follow.
    """

    texts = "optimizer_race"

    rate: float = control(0.001, Number(1e-5, 10.0, log=True, stops=RATES))
    optimizer: str = control("adam", Choice(OPTIMIZERS, words="learning_rate.short"))
    layer: str = control("hidden", Choice(LAYERS, words="optimizer_race.layer"))
    row: int = control(3, Whole(1, SIDE))
    column: int = control(4, Whole(1, SIDE))
    node: int = control(4, Whole(1, WIDTHS[-1]))
    digit: int = control(3, Whole(0, 9))
    width: int = control(16, Whole(WIDTHS[0], WIDTHS[-1], stops=WIDTHS))
    epochs: int = control(7, Whole(1, MAX_EPOCHS))
    seed: int = control(0, Whole(0, MAX_SEED, look="box"))

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return values whose node is one of the layer."""
        if values["node"] <= values["width"]:
            return values, ()
        kind = within(cls.controls()["node"].kind, maximum=values["width"])
        error = replaced(cls, "node", values["node"], values["width"], kind)
        return {**values, "node": values["width"]}, (error,)

    def kind(self, name: str) -> Kind:
        """Return what a control may hold: the node is one of the layer."""
        return within(super().kind(name), maximum=self.width) if name == "node" else super().kind(name)

    def applies(self, name: str) -> bool:
        """Say whether a control changes anything as the others stand."""
        if name in ("row", "column"):
            return self.layer == "hidden"
        return self.layer == "output" if name == "digit" else super().applies(name)

    def network(self) -> NetworkConfig:
        """Return the network that all train."""
        return NetworkConfig(layer_sizes=(SIDE * SIDE, self.width, 10), activation="relu", initializer="he_normal")

    def training(self, optimizer: str, *, rate: float | None = None, seed: int | None = None) -> TrainingConfig:
        """Return how one optimizer trains: everything but the optimizer is the same for all."""
        return TrainingConfig(
            optimizer=optimizer,
            learning_rate=self.rate if rate is None else rate,
            batch_size=BATCH,
            num_epochs=self.epochs,
            scaling="max",
            seed=self.seed if seed is None else seed,
        )

    @property
    def parameter(self) -> int:
        """Where the opened weight stands among all numbers of the network."""
        sizes = self.network().layer_sizes
        if self.layer == "hidden":
            return parameter_index(sizes, 0, (self.row - 1) * SIDE + self.column - 1, self.node - 1)
        return parameter_index(sizes, 1, self.node - 1, self.digit)
