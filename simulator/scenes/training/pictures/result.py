"""What came of a run: its result in numbers, and in words what happened and how to mend it."""

import math

from simulator.core.diagnosis import diagnose
from simulator.core.diagnosis.curve import batch_rows, loss_of_rows
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
    """Return the numbers of the result by their codes, as they are written; ``None`` for one that is not finite.

    Every loss here is that of all examples of its part, without penalty, with the parameters the run ends with.
    """
    tested = len(run.split.test) > 0
    measured = {
        "train_accuracy": math.nan if tested else run.test_accuracy,
        "test_accuracy": run.test_accuracy if tested else math.nan,
        "train_loss": loss_of_rows(run, run.split.train, run.final_step),
        "test_loss": loss_of_rows(run, run.split.test, run.final_step) if tested else math.nan,
    }
    classes = run.dataset.task == "classification"
    part = "test" if tested else "train"
    shown = (f"{part}_accuracy", "train_loss") if classes else dict.fromkeys((f"{part}_loss", "train_loss"))
    return {name: _number(name, measured[name]) for name in shown}


def _number(name: str, value: float) -> str | None:
    if not math.isfinite(value):
        return None
    return percent_text(value) if name.endswith("accuracy") else number_text(value)


def _size(run: Run, language: str) -> str:
    """Say how many rows and updates there were, and what the losses on the card are."""
    split = run.split
    counts = {"train": len(split.train), "validation": len(split.validation), "test": len(split.test)}
    size = {
        "steps": f"{run.num_steps:,}",
        "parameters": f"{run.network.num_parameters:,}",
        "seconds": number_text(run.seconds),
    }
    summed = run.training.loss == "mse_half_sum"
    loss = text(language, f"training.loss_is.{'sum' if summed else 'mean'}", rows=batch_rows(run))
    return " ".join([text(language, "training.rows_split", **counts), text(language, "training.size", **size), loss])
