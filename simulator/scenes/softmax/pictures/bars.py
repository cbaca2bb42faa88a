"""The logits as bars to drag, with everything that follows from them: a drawing of our own."""

import numpy as np

from simulator.core.softmax import MAX_TEMPERATURE, MIN_TEMPERATURE, Examination
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.softmax.settings import LARGEST_LOGIT, LOGIT_PRESETS, MAX_LOGITS, MIN_LOGITS, Softmax
from simulator.scenes.softmax.words import narrate_bars
from simulator.texts import templates, text
from simulator.texts.numbers import number_text

KIND = "softmax_bars"
_SWEEP = [float(f"{temperature:.4g}") for temperature in np.geomspace(MIN_TEMPERATURE, MAX_TEMPERATURE, 81)]
_LIMITS = {
    "low": MIN_TEMPERATURE,
    "high": MAX_TEMPERATURE,
    "logit": LARGEST_LOGIT,
    "fewest": MIN_LOGITS,
    "most": MAX_LOGITS,
}


def bars_picture(found: Examination, settings: Softmax, language: str) -> Picture:
    """Draw logits, probabilities and gradients, and the probabilities at every temperature.

    The browser computes the rest from the logits with the equations of ``simulator.core.softmax``, frame by frame.

    Args:
      found: what softmax makes of the logits.
      settings: the logits, the temperature and the right class.
      language: of the words.
    """
    state = {"logits": list(settings.logits), "temperature": settings.temperature, "target": settings.target_index}
    headings = {name: text(language, f"softmax.axis.{name}") for name in ("class", "logit", "probability", "gradient")}
    return Picture(
        kind=KIND,
        title=text(language, "softmax.bars.title"),
        alt=text(
            language,
            "softmax.bars.alt",
            classes=len(settings.logits),
            logits=", ".join(number_text(logit) for logit in settings.logits),
            temperature=number_text(settings.temperature),
            values=", ".join(number_text(p) for p in found.probabilities),
        ),
        content={
            "state": state,
            "limits": _LIMITS,
            "presets": {name: list(logits) for name, logits in LOGIT_PRESETS.items()},
            "sweep": _SWEEP,
        },
        words={
            **templates(language, "softmax.component"),
            **{f"preset_{name}": text(language, f"softmax.preset.{name}") for name in LOGIT_PRESETS},
        },
        tables={
            "classes": {
                "class": np.arange(1, len(settings.logits) + 1),
                "logit": settings.vector,
                "probability": found.probabilities,
                "gradient": found.gradient,
            }
        },
        reading=Reading("classes", headings),
        sentences=(narrate_bars(language, found, settings.temperature, settings.target),),
    )
