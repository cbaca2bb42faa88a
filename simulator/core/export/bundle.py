"""Everything of a run in one zip file."""

import io
import json
import math
import zipfile
from dataclasses import asdict
from typing import Any

from simulator.core.export.script import FRAMEWORKS, data_npz, needs_data_file, script
from simulator.core.export.tables import records_csv, records_npz
from simulator.core.run import Run
from simulator.texts import LANGUAGES, text
from simulator.texts.numbers import Number, number_text, percent_text

FRAMEWORK_NAMES = {"numpy": "NumPy", "jax": "JAX", "torch": "PyTorch"}
EPOCH = (2026, 1, 1, 0, 0, 0)
"""Date of every file in the zip: the same run gives the same bytes."""


def bundle(run: Run, language: str = "en") -> bytes:
    """Return a zip file: three scripts, their data, the records, the configuration, and a README in each language.

    Args:
      run: what ``train`` returned.
      language: of the comments in the scripts.

    Returns:
      The bytes of the zip file.
    """
    files: dict[str, bytes] = {script_name(name): script(run, name, language).encode("utf-8") for name in FRAMEWORKS}
    files["data.npz"] = data_npz(run)
    files["records.csv"] = records_csv(run)
    files["records.npz"] = records_npz(run)
    files["configuration.json"] = configuration_json(run).encode("utf-8")
    for each in LANGUAGES:
        files[f"README.{each}.md"] = readme(run, each).encode("utf-8")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def script_name(framework: str) -> str:
    """Return the file name of a framework's script; not the framework's own name, which an import would find."""
    return f"experiment_{framework}.py"


def configuration_json(run: Run) -> str:
    """Return the configuration of network and training, and what the data set is, as JSON."""
    dataset = run.dataset
    content: dict[str, Any] = {
        "network": asdict(run.network),
        "training": asdict(run.training),
        "dataset": {
            "name": dataset.name,
            "num_rows": dataset.num_rows,
            "feature_names": list(dataset.feature_names),
            "class_names": list(dataset.class_names),
        },
        "result": {
            "num_steps": run.num_steps,
            "stopped_early": run.stopped_early,
            "cancelled": run.cancelled,
            "loss": _finite(run.records.loss[-1]),
            "test_loss": _finite(run.test_loss),
            "test_accuracy": _finite(run.test_accuracy),
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _finite(value: Number) -> float | None:
    return float(value) if math.isfinite(value) else None


def readme(run: Run, language: str) -> str:
    """Return what is in the zip file, for a reader of one language."""
    sizes = "-".join(map(str, run.network.layer_sizes))
    steps, loss = number_text(run.num_steps), number_text(run.records.loss[-1])
    what = text(language, "export.readme.what", sizes=sizes, num_steps=steps, loss=loss)
    if run.dataset.task == "classification" and len(run.split.test):
        what += " " + text(language, "export.readme.test", accuracy=percent_text(run.test_accuracy))
    tolerance = "dropout" if any(run.network.dropouts) else "tolerance"
    lines = {
        script_name(framework): text(language, "export.readme.script", framework=name, name=script_name(framework))
        for framework, name in FRAMEWORK_NAMES.items()
    }
    lines["data.npz"] = text(language, "export.readme.data")
    if needs_data_file(run):
        lines["data.npz"] += f" ({text(language, 'export.header.data_file')})"
    lines["records.csv"] = text(language, "export.readme.records")
    lines["records.npz"] = text(language, "export.readme.arrays")
    lines["configuration.json"] = text(language, "export.readme.configuration")
    return "\n".join(
        [
            f"# {text(language, 'export.readme.title')}",
            "",
            what,
            "",
            text(language, "export.readme.files"),
            "",
            *(f"- `{name}`: {sentence}" for name, sentence in lines.items()),
            "",
            text(language, f"export.header.{tolerance}"),
            "",
        ]
    )
