"""The same experiment as one runnable file in NumPy, JAX or PyTorch."""

import base64
import io
import textwrap
from itertools import chain

import numpy as np

from simulator.core.export.pieces import LINE_LENGTH, pieces, render
from simulator.core.export.settings import constants_of, flags_of, is_full_batch, reported_losses, values_of
from simulator.core.losses import NATURAL_OUTPUT
from simulator.core.run import Run
from simulator.errors import check_choice
from simulator.texts import LANGUAGES, text

FRAMEWORKS = ("numpy", "jax", "torch")
MAX_EMBEDDED = 100_000
"""Characters of packed data that a script carries itself: 1000 lines at its end, enough for every data set that comes
with the simulator except the downloaded ones. Larger data lies in ``data.npz``."""

IMPORTS = {
    "base64.": "import base64",
    "io.": "import io",
    "math.": "import math",
    "pathlib.": "import pathlib",
}
FRAMEWORK_IMPORTS = {
    "numpy": ("import numpy as np",),
    "jax": ("import jax", "import jax.numpy as jnp", "import numpy as np", "import optax"),
    "torch": ("import numpy as np", "import torch"),
}


def script(run: Run, framework: str, language: str = "en", *, embed: bool | None = None) -> str:
    """Return a Python file that trains the same network on the same data and prints the same losses.

    It holds the code of this configuration only, needs NumPy and the framework (JAX: and optax), and draws split,
    initial weights and batches from the same streams of random numbers. Dropout's masks cannot be the same in another
    framework; the file says so.

    Args:
      run: what ``train`` returned.
      framework: one of ``FRAMEWORKS``.
      language: of the comments.
      embed: whether the data stands in the file; by default where it is small (``needs_data_file``). Otherwise the
        file reads ``data.npz`` beside it, which ``data_npz`` gives.

    Returns:
      Source code.

    Raises:
      InputError: for an unknown framework or language.
    """
    check_choice("framework", framework, FRAMEWORKS)
    check_choice("language", language, LANGUAGES)
    embedded = not needs_data_file(run) if embed is None else embed
    flags, values = flags_of(run), values_of(run, framework, language)
    library = {**pieces("common"), **pieces(framework)}

    def section(title: str, names: list[str]) -> str:
        code = [render(library[name], flags, values, language) for name in names if name in library]
        headline = f"# {'-' * 12} {text(language, f'export.section.{title}')}"
        return "\n\n\n".join([headline, *code])

    parts = [section(title, names) for title, names in sections(run, embedded).items() if library.keys() & set(names)]
    body = "\n\n\n".join(parts)
    if embedded:
        body += "\n\n\n" + _embedded_data(run, language)
    body += '\n\n\nif __name__ == "__main__":\n    main()\n'
    imports = [line for used, line in IMPORTS.items() if used in body]
    libraries = [*FRAMEWORK_IMPORTS[framework]]
    if "F." in body and framework == "torch":
        libraries.append("import torch.nn.functional as F")
    head = [_header(run, framework, language, embedded), "\n".join(imports), "\n".join(libraries)]
    return "\n\n".join([*filter(None, head), _constants(run, language)]) + "\n\n\n" + body


def sections(run: Run, embedded: bool) -> dict[str, list[str]]:
    """Return the pieces of a run's script, section by section, in order; a framework may lack some of them."""
    network, training, flags = run.network, run.training, flags_of(run)
    encoding = "regression" if "classes" not in flags else "single" if "single" in flags else "one_hot"
    hidden = network.num_hidden_layers > 0
    loss = "mse" if training.loss.startswith("mse") else training.loss
    return {
        "data": [
            "random",
            "data.embedded" if embedded else "data.file",
            *(["extra_inputs"] if run.dataset.extra_inputs else []),
            "split.stratified" if run.dataset.splittable else "split.whole",
            f"scaling.{training.scaling}",
            f"targets.{encoding}",
            "batches.full" if is_full_batch(run) else "batches.mini",
        ],
        "initial": [f"initializer.{network.initializer}", "initialize"],
        "forward": [
            *([f"activation.{network.activation}"] if hidden else []),
            *(["normalize"] if "norm" in flags else []),
            *(["remember"] if "batch_norm" in flags else []),
            "forward" if hidden else "forward.none",
            f"output.{network.output_activation}",
        ],
        "loss": [
            # Cross-entropies have the derivative of their output function within their own.
            *([f"output_backward.{network.output_activation}"] if loss not in NATURAL_OUTPUT else []),
            f"loss.{loss}",
            *(["penalty"] if "penalty" in flags else []),
        ],
        "backward": ["backward" if hidden else "backward.none"],
        "update": [
            f"schedule.{training.schedule}",
            *(["clip"] if "clip" in flags else []),
            f"optimizer.{training.optimizer}",
            "step",
        ],
        "training": [
            "report",
            *(["zeros_like"] if flags & {"velocity", "squares"} else []),
            "as_tensors",
            "train",
            "main",
        ],
    }


def needs_data_file(run: Run) -> bool:
    """Say whether the data is too large to stand in the script, so that ``data.npz`` must lie beside it."""
    return len(base64.b64encode(data_npz(run))) > MAX_EMBEDDED


def data_npz(run: Run) -> bytes:
    """Return the data as the script reads it: inputs, and labels or targets, unscaled, in a compressed npz file."""
    dataset = run.dataset
    own = dataset.inputs[:, : dataset.num_own_features]
    buffer = io.BytesIO()
    if dataset.labels is not None:
        np.savez_compressed(buffer, inputs=own, labels=dataset.labels)
    else:
        np.savez_compressed(buffer, inputs=own, targets=np.asarray(dataset.targets))
    return buffer.getvalue()


def _embedded_data(run: Run, language: str) -> str:
    lines = textwrap.wrap(base64.b64encode(data_npz(run)).decode("ascii"), LINE_LENGTH)
    headline = f"# {text(language, 'export.comment.data')}"
    return "\n".join([headline, 'DATA = """', *lines, '"""'])


def _header(run: Run, framework: str, language: str, embedded: bool) -> str:
    names = {"numpy": "NumPy", "jax": "JAX", "torch": "PyTorch"}
    sentences = [
        text(
            language,
            "export.header.what",
            framework=names[framework],
            sizes="-".join(map(str, run.network.layer_sizes)),
        ),
        text(language, f"export.header.needs_{framework}"),
    ]
    if not embedded:
        sentences.append(text(language, "export.header.data_file"))
    dropout = "dropout" in flags_of(run)
    sentences.append(text(language, "export.header.dropout" if dropout else "export.header.tolerance"))
    if run.cancelled:
        sentences.append(text(language, "export.header.cancelled"))
    title, *rest = sentences
    width = LINE_LENGTH if language == "en" else LINE_LENGTH * 6 // 10  # Korean letters are nearly twice as wide
    wrapped = chain.from_iterable(["", *textwrap.wrap(sentence, width)] for sentence in rest)
    return "\n".join([f'"""{title}', *wrapped, '"""'])


def _tuple(items: list[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _in_rows(items: list[str]) -> list[str]:
    rows = ["   "]
    for item in items:
        if len(rows[-1]) + len(item) + 2 > LINE_LENGTH and rows[-1].strip():
            rows.append("   ")
        rows[-1] += f" {item},"
    return rows


def _constants(run: Run, language: str) -> str:
    lines = []
    for name, items in constants_of(run):
        line = f"{name} = {items if isinstance(items, str) else _tuple(items)}"
        if isinstance(items, str) or len(line) <= LINE_LENGTH:
            lines.append(line)
        else:
            lines += [f"{name} = (", *_in_rows(items), ")"]
    losses = [f"    {step}: {loss}," for step, loss in reported_losses(run).items()]
    lines += ["", f"# {text(language, 'export.comment.simulator_losses')}", "SIMULATOR_LOSSES = {", *losses, "}"]
    return "\n".join(lines)
