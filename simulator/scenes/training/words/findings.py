"""A finding as a title and a sentence with its evidence, followed by its cause and by what helps."""

from typing import Any

from simulator.core.diagnosis import Cause, Finding, Remedy
from simulator.scenes.training.words.common import capitalised, layer_name
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

SHARES = ("saturated_fraction", "saturated_at_start", "ups", "accuracy", "dropout", "kept")
"""Evidence written as a percentage."""


def finding_title(language: str, finding: Finding) -> str:
    """Return the name of what happened, in a few words."""
    return text(language, f"diagnosis.{finding.kind}.title")


def severity_name(language: str, severity: str) -> str:
    """Return the word for a severity, so that colour is not the only sign of it."""
    return text(language, f"diagnosis.severity.{severity}")


def narrate_finding(language: str, finding: Finding, num_layers: int) -> str:
    """Say what happened, with the numbers of its evidence, why, and what to do about it.

    Args:
      language: ``"ko"`` or ``"en"``.
      finding: of ``diagnose``.
      num_layers: layers with weights of the run's network, to name them.

    Returns:
      What happened; then, where they are known, the cause and what helps.
    """
    values = _written(finding.evidence)
    values["step"] = "–" if finding.step is None else number_text(finding.step)
    if finding.layer is not None:
        values["layer"] = layer_name(language, finding.layer, num_layers)
    if finding.kind == "diverged":
        values["place"] = text(language, f"diagnosis.quantity.{finding.evidence['quantity']}", **values)
    said = [text(language, f"diagnosis.{finding.kind}.{_sentence(finding)}", **values)]
    if finding.cause is not None:
        said.append(_cause(language, finding.cause, num_layers))
    if finding.remedy is not None:
        said.append(narrate_remedy(language, finding.remedy))
    if finding.kind in ("converged", "healthy"):
        said.append(text(language, f"diagnosis.next.{finding.evidence['task']}"))
    return " ".join(capitalised(sentence) for sentence in said)


def narrate_remedy(language: str, remedy: Remedy) -> str:
    """Say what to change, and to which value."""
    values = {"old": remedy.old, "new": remedy.new}
    if remedy.code == "initializer":
        values["new"] = text(language, f"training.option.initializer.{remedy.new}")
    return text(language, f"diagnosis.remedy.{remedy.code}", **_written(values))


def _cause(language: str, cause: Cause, num_layers: int) -> str:
    values, code = _written(cause.evidence), cause.code
    if "layer" in cause.evidence:
        values["layer"] = layer_name(language, cause.evidence["layer"], num_layers)
    if code == "scaling":
        code = "scaling_large" if cause.evidence["size"] > 1.0 else "scaling_small"
    return text(language, f"diagnosis.cause.{code}", **values)


def _written(evidence: dict[str, Any]) -> dict[str, str]:
    return {name: _number(name, value) for name, value in evidence.items()}


def _number(name: str, value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return percent_text(value) if name in SHARES else number_text(value)
    return str(value)


def _sentence(finding: Finding) -> str:
    evidence = finding.evidence
    if finding.kind == "diverged":
        return "loss" if evidence["finite"] else "nonfinite" if finding.step else "nonfinite_at_once"
    if finding.kind == "exploding_gradient":
        return "across" if "ratio" in evidence else "grown"
    if finding.kind == "vanishing_gradient" and evidence["adaptive"]:
        return "sentence_adaptive"
    if finding.kind == "overfitting" and "test_loss" in evidence:
        return "unseen"
    if finding.kind == "underfitting" and evidence["accuracy"] is not None:
        return "sentence_accuracy"
    return "sentence"
