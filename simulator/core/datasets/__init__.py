"""Data sets: toy problems, tables of scikit-learn, food, a reader's own files, and how they are split and scaled."""

from simulator.core.datasets.dataset import Dataset as Dataset
from simulator.core.datasets.extra_inputs import EXTRA_INPUTS as EXTRA_INPUTS
from simulator.core.datasets.extra_inputs import expanded as expanded
from simulator.core.datasets.extra_inputs import with_extra_inputs as with_extra_inputs
from simulator.core.datasets.idx import read_idx as read_idx
from simulator.core.datasets.labels import class_labels as class_labels
from simulator.core.datasets.labels import dataset_label as dataset_label
from simulator.core.datasets.labels import feature_labels as feature_labels
from simulator.core.datasets.registry import DATASET_NAMES as DATASET_NAMES
from simulator.core.datasets.registry import DatasetInfo as DatasetInfo
from simulator.core.datasets.registry import dataset_info as dataset_info
from simulator.core.datasets.registry import load_dataset as load_dataset
from simulator.core.datasets.scaling import Scaler as Scaler
from simulator.core.datasets.scaling import apply_scaler as apply_scaler
from simulator.core.datasets.scaling import fit_scaler as fit_scaler
from simulator.core.datasets.splits import Split as Split
from simulator.core.datasets.splits import split_rows as split_rows
from simulator.core.datasets.table_reader import read_csv as read_csv
