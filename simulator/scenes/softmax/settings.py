"""What softmax is shown with: logits, a temperature, the right class, and the seed of the draws."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.core.softmax import MAX_TEMPERATURE, MIN_TEMPERATURE
from simulator.errors import InputError
from simulator.scenes.kinds import Kind, Number, Numbers, Whole
from simulator.scenes.settings import Settings, control, replaced, within

MIN_LOGITS = 2
MAX_LOGITS = 8
LARGEST_LOGIT = 10_000.0
MAX_SEED = 9999
LOGIT_PRESETS: dict[str, tuple[float, ...]] = {
    "lecture": (1.54, 2.90, -0.26),
    "equal": (1.0, 1.0, 1.0),
    "one_hot": (0.0, 8.0, 0.0),
    "overflow": (1000.0, 1001.0, 1002.0),
}
TEMPERATURES = (0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0)


@dataclass(frozen=True, kw_only=True)
class Softmax(Settings):
    """Logits, temperature and target.

    Args:
      logits: z of 2 to 8 classes, each between −10,000 and 10,000.
      temperature: T, 0.05 to 20.
      target: the right class, counted from 1.
      seed: of the draws.
    """

    texts = "softmax"

    logits: tuple[float, ...] = control(
        LOGIT_PRESETS["lecture"], Numbers(-LARGEST_LOGIT, LARGEST_LOGIT, MIN_LOGITS, MAX_LOGITS)
    )
    temperature: float = control(1.0, Number(MIN_TEMPERATURE, MAX_TEMPERATURE, stops=TEMPERATURES, log=True), link="T")
    target: int = control(2, Whole(1, MAX_LOGITS))
    seed: int = control(0, Whole(0, MAX_SEED, look="box"))

    @classmethod
    def fit(cls, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[InputError, ...]]:
        """Return values whose right class is one of the classes."""
        classes = len(values["logits"])
        if values["target"] <= classes:
            return values, ()
        error = replaced(cls, "target", values["target"], classes, _classes(classes))
        return {**values, "target": classes}, (error,)

    def kind(self, name: str) -> Kind:
        """Return what a control may hold: the right class is one of the classes."""
        return _classes(len(self.logits)) if name == "target" else super().kind(name)

    @property
    def vector(self) -> np.ndarray:
        """The logits as float64 (classes,)."""
        return np.array(self.logits, dtype=np.float64)

    @property
    def target_index(self) -> int:
        """The right class, counted from 0 as arrays are."""
        return self.target - 1


def _classes(count: int) -> Kind:
    return within(Softmax.controls()["target"].kind, maximum=count)
