"""Names of data sets, features and classes in the reader's language."""

from simulator.core.datasets.dataset import Dataset
from simulator.core.datasets.extra_inputs import extra_input_names
from simulator.texts import has_text, text


def dataset_label(language: str, name: str) -> str:
    """Return the name of a data set for readers; a name of the reader's own stays as it is.

    >>> dataset_label("ko", "food")
    '식품'
    """
    entry = f"datasets.{name}.name"
    return text(language, entry) if has_text(language, entry) else name


def feature_labels(language: str, dataset: Dataset) -> tuple[str, ...]:
    """Return the name of every feature for readers."""
    own = dataset.feature_names[: dataset.num_own_features]
    labels = tuple(_label(language, f"datasets.{dataset.name}.features.{name}", name) for name in own)
    return (*labels, *extra_input_names(labels, dataset.extra_inputs))


def class_labels(language: str, dataset: Dataset) -> tuple[str, ...]:
    """Return the name of every class for readers; empty for regression."""
    return tuple(_label(language, f"datasets.{dataset.name}.classes.{name}", name) for name in dataset.class_names)


def _label(language: str, entry: str, name: str) -> str:
    return text(language, entry) if has_text(language, entry) else name
