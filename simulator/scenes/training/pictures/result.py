"""What came of a run: its result in numbers, and in words what happened and how to mend it."""

import math

from simulator.core.diagnosis import diagnose
from simulator.core.run import Run
from simulator.drawing.picture import Picture, Reading
from simulator.scenes.training.words.findings import finding_title, narrate_finding, severity_name
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text


def result_card(run: Run, language: str) -> Picture:
    """Return the card of a run: a drawing of kind ``result``.

    Its table ``results`` holds the numbers with their names; ``findings`` the severity, title and sentence of each.
    """
    found = diagnose(run)
    findings = {
        "severity": [finding.severity for finding in found],
        "severity_name": [severity_name(language, finding.severity) for finding in found],
        "title": [finding_title(language, finding) for finding in found],
        "sentence": [narrate_finding(language, finding, run.network.num_layers) for finding in found],
    }
    measured = _measured(run)
    names = [text(language, f"training.{name}") for name in measured]
    not_finite = text(language, "training.nan")
    written = [one if one is not None else not_finite for one in measured.values()]
    said = " ".join(
        f"{title}: {sentence}" for title, sentence in zip(findings["title"], findings["sentence"], strict=True)
    )
    numbers = ", ".join(f"{name} {value}" for name, value in zip(names, written, strict=True))
    return Picture(
        kind="result",
        title=text(language, "training.what_happened"),
        alt=text(language, "training.result_alt", numbers=numbers),
        tables={"results": {"code": list(measured), "name": names, "value": written}, "findings": findings},
        reading=Reading(
            "results",
            {"name": text(language, "training.result_name"), "value": text(language, "training.result_value")},
        ),
        words={"size": _size(run, language)},
        sentences=(said,) if said else (),
    )


def _measured(run: Run) -> dict[str, str | None]:
    """Return the numbers of the result by their codes, as they are written; ``None`` for one that is not finite."""
    classification = run.dataset.task == "classification"
    value = run.test_accuracy if classification else run.test_loss
    loss = float(run.records.loss[-1])
    name = ("test" if len(run.split.test) else "train") + ("_accuracy" if classification else "_loss")
    shown = percent_text(value) if classification else number_text(value)
    return {
        name: shown if math.isfinite(value) else None,
        "final_loss": number_text(loss) if math.isfinite(loss) else None,
    }


def _size(run: Run, language: str) -> str:
    """Say how many rows and updates there were."""
    split = run.split
    counts = {"train": len(split.train), "validation": len(split.validation), "test": len(split.test)}
    size = {
        "steps": f"{run.num_steps:,}",
        "parameters": f"{run.network.num_parameters:,}",
        "seconds": number_text(run.seconds),
    }
    return " ".join([text(language, "training.rows_split", **counts), text(language, "training.size", **size)])
