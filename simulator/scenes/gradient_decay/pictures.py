"""The pictures of the page on gradient decay: each answers one question about networks that differ in one thing."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simulator.core.propagation.learning import Clipping
from simulator.core.propagation.microscope import Microscope, Profile, profile_of
from simulator.drawing.panels import Panel, panels_picture
from simulator.drawing.panels_spec import Line
from simulator.drawing.picture import Picture
from simulator.scenes.gradient_decay.underflow import Underflow
from simulator.texts import text
from simulator.texts.numbers import number_text

NORM_AXES = {
    "pre_activation": "figures.quantity.pre_activation_grad_norm",
    "weight": "figures.quantity.weight_grad_norm",
}


class Named(NamedTuple):
    """A network's name in the reader's language, and what is known of its gradient."""

    title: str
    microscope: Microscope
    weight_profile: Profile
    num_seeds: int

    def profile(self, norm: str) -> Profile:
        """Return the norms of one of ``settings.NORMS``."""
        return self.weight_profile if norm == "weight" else self.microscope.profile


def decay_picture(
    networks: Sequence[Named], language: str, *, norm: str = "pre_activation", foretold: bool = False
) -> Picture:
    """Draw the gradient norm of every layer at the start, with a band over the seeds.

    Args:
      networks: side by side.
      norm: ``pre_activation`` for ‖∂L/∂z‖ or ``weight`` for ‖∂L/∂W‖.
      foretold: draw what the split and the theory foretell, too (only for pre-activations).
    """
    lines = [Line(name="measured", label=text(language, "gradient_decay.line.measured"), color="gradient")]
    if foretold:
        lines.append(
            Line(name="split", label=text(language, "gradient_decay.line.split"), color="ink", symbol="square")
        )
        lines.append(
            Line(
                name="theory", label=text(language, "gradient_decay.line.theory"), color="forward", symbol="triangle-up"
            )
        )
    panels = []
    for one in networks:
        profile, microscope = one.profile(norm), one.microscope
        values = {"measured": profile.drawn}
        if foretold:
            values["split"] = 10.0**microscope.split_fit.log_norm
            if microscope.theory_fit is not None:
                values["theory"] = 10.0**microscope.theory_fit.log_norm
        panels.append(Panel(title=one.title, values=values, low=profile.low, high=profile.high))
    ends = "; ".join(
        text(language, "gradient_decay.decay.alt_end", name=panel.title, first=number_text(panel.values["measured"][0]))
        for panel in panels
    )
    return panels_picture(
        language,
        panels,
        lines,
        title=text(language, "gradient_decay.microscope.title" if foretold else "gradient_decay.decay.title"),
        alt=text(language, "gradient_decay.decay.alt", networks=len(panels), ends=ends),
        axis=text(language, NORM_AXES[norm]),
        zero=text(language, "figures.exactly_zero"),
    )


def split_picture(networks: Sequence[Named], language: str) -> Picture:
    """Draw by which factor each layer changes the gradient norm, and what of it φ′ and the weights do."""
    lines = [
        Line(name="measured", label=text(language, "gradient_decay.line.factor"), color="gradient"),
        Line(
            name="activation",
            label=text(language, "gradient_decay.line.activation"),
            color="forward",
            symbol="triangle-up",
        ),
        Line(name="weights", label=text(language, "gradient_decay.line.weights"), color="ink", symbol="square"),
    ]
    panels = [
        Panel(
            title=name,
            values={
                "measured": microscope.split.measured,
                "activation": microscope.split.activation * microscope.split.normalization,
                "weights": microscope.split.weights,
            },
            last_is_output=False,
        )
        for name, microscope, *_ in networks
    ]
    ends = "; ".join(
        text(language, "gradient_decay.split.alt_end", name=name, factor=number_text(microscope.factor))
        for name, microscope, *_ in networks
    )
    return panels_picture(
        language,
        panels,
        lines,
        title=text(language, "gradient_decay.split.title"),
        alt=text(language, "gradient_decay.split.alt", networks=len(panels), ends=ends),
        axis=text(language, "gradient_decay.split.axis"),
        level=1.0,
    )


def factors_picture(left: np.ndarray, bound: np.ndarray | None, language: str) -> Picture:
    """Draw what is left of the gradient at each layer of source E's table, and the bound of sigmoid beside it."""
    lines = [Line(name="left", label=text(language, "gradient_decay.line.left"), color="gradient", dots=True)]
    values = {"left": np.abs(left)}
    if bound is not None:
        lines.append(
            Line(name="bound", label=text(language, "gradient_decay.line.bound"), color="ink", symbol="diamond")
        )
        values["bound"] = bound
    panel = Panel(title="", values=values, last_is_output=False)
    return panels_picture(
        language,
        [panel],
        lines,
        title=text(language, "gradient_decay.factors.title"),
        alt=text(language, "gradient_decay.factors.alt", layers=len(left), first=number_text(float(left[0]))),
        axis=text(language, "gradient_decay.factors.axis"),
        zero=text(language, "figures.exactly_zero"),
    )


def underflow_picture(formats: Sequence[Underflow], language: str) -> Picture:
    """Draw the gradient norm of every layer computed in three number formats, with the smallest number of each."""
    lines = [
        Line(name="measured", label=text(language, "gradient_decay.line.measured"), color="gradient"),
        Line(
            name="smallest", label=text(language, "gradient_decay.line.smallest"), color="ink", symbol="triangle-down"
        ),
    ]
    panels = [
        Panel(
            title=entry.format,
            values={"measured": entry.grad_norm, "smallest": np.full(len(entry.grad_norm), entry.smallest)},
        )
        for entry in formats
    ]
    ends = "; ".join(
        text(language, "gradient_decay.underflow.alt_end", name=entry.format, zero=entry.zero_layers)
        for entry in formats
    )
    return panels_picture(
        language,
        panels,
        lines,
        title=text(language, "gradient_decay.underflow.title"),
        alt=text(language, "gradient_decay.underflow.alt", layers=len(formats[0].grad_norm) - 1, ends=ends),
        axis=text(language, NORM_AXES["pre_activation"]),
        zero=text(language, "figures.exactly_zero"),
    )


def clipping_picture(clipped: Clipping, low_high: Profile, language: str) -> Picture:
    """Draw the weight gradient of every layer before and after clipping: the same shape, moved down."""
    lines = [Line(name="norm", label=text(language, "gradient_decay.line.measured"), color="gradient")]
    panels = [
        Panel(
            title=text(language, "gradient_decay.clip.before"),
            values={"norm": clipped.before},
            low=low_high.low,
            high=low_high.high,
        ),
        Panel(title=text(language, "gradient_decay.clip.after"), values={"norm": clipped.after}),
    ]
    return panels_picture(
        language,
        panels,
        lines,
        title=text(language, "gradient_decay.clip.title"),
        alt=text(
            language,
            "gradient_decay.clip.alt",
            total=number_text(clipped.total_norm),
            factor=number_text(clipped.factor),
        ),
        axis=text(language, NORM_AXES["weight"]),
    )


def named(title: str, microscope: Microscope, weight_grad_norm: np.ndarray) -> Named:
    """Return a network as the pictures take it."""
    return Named(title, microscope, profile_of(weight_grad_norm), len(weight_grad_norm))
