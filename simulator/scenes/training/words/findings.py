"""A finding as a title and a sentence with its evidence, followed by its remedy."""

from typing import Any

from simulator.core.activations import SATURATING
from simulator.core.diagnosis import Finding
from simulator.scenes.training.words.common import capitalised, layer_name
from simulator.texts import has_text, text
from simulator.texts.numbers import number_text, percent_text

SHARES = ("dead_fraction", "dead_at_start", "saturated_fraction", "saturated_at_start", "ups", "accuracy")
"""Evidence written as a percentage."""


def finding_title(language: str, finding: Finding) -> str:
    """Return the name of what happened, in a few words."""
    return text(language, f"diagnosis.{finding.kind}.title")


def severity_name(language: str, severity: str) -> str:
    """Return the word for a severity, so that colour is not the only sign of it."""
    return text(language, f"diagnosis.severity.{severity}")


def narrate_finding(language: str, finding: Finding, num_layers: int) -> str:
    """Say what happened, with the numbers of its evidence, and what to do about it.

    Args:
      language: ``"ko"`` or ``"en"``.
      finding: of ``diagnose``.
      num_layers: layers with weights of the run's network, to name them.

    Returns:
      Two sentences.
    """
    values = {name: _written(name, value) for name, value in finding.evidence.items()}
    values["step"] = "–" if finding.step is None else number_text(finding.step)
    if finding.layer is not None:
        values["layer"] = layer_name(language, finding.layer, num_layers)
    if finding.kind == "diverged":
        values["quantity"] = _quantity(language, str(finding.evidence["quantity"]))
    if "initializer" in finding.evidence:
        values["initializer"] = (
            text(language, f"training.option.initializer.{finding.evidence['initializer']}")
            if has_text(language, f"training.option.initializer.{finding.evidence['initializer']}")
            else str(finding.evidence["initializer"])
        )
    sentence = text(language, f"diagnosis.{finding.kind}.{_sentence(finding)}", **values)
    remedy = text(language, f"diagnosis.{finding.kind}.{_remedy(finding)}", **values)
    return f"{capitalised(sentence)} {capitalised(remedy)}"


def _written(name: str, value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return percent_text(value) if name in SHARES else number_text(value)
    return str(value)


def _quantity(language: str, quantity: str) -> str:
    entry = f"diagnosis.quantity.{quantity}"
    if has_text(language, entry):
        return text(language, entry)
    return text(language, "diagnosis.quantity.other", name=quantity)


def _sentence(finding: Finding) -> str:
    evidence = finding.evidence
    if finding.kind == "diverged":
        return "loss" if evidence["finite"] else "nonfinite"
    if finding.kind == "exploding_gradient":
        return "across" if "ratio" in evidence else "grown"
    if finding.kind == "underfitting" and evidence["accuracy"] is not None:
        return "sentence_accuracy"
    return "sentence"


def _remedy(finding: Finding) -> str:
    evidence = finding.evidence
    if finding.kind == "vanishing_gradient" and evidence["activation"] in SATURATING:
        return "remedy_saturating"
    if finding.kind == "underfitting" and evidence["num_hidden_layers"] == 0:
        return "remedy_no_hidden"
    if finding.kind == "symmetry" and evidence["initializer"] not in ("zeros", "constant"):
        return "remedy_random"
    return "remedy"
