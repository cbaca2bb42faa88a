"""Data sets: toy problems, tables of scikit-learn, food, a reader's own files, and how they are split and scaled."""

from simulator.datasets.dataset import Dataset as Dataset
from simulator.datasets.idx import read_idx as read_idx
from simulator.datasets.labels import class_labels as class_labels
from simulator.datasets.labels import dataset_label as dataset_label
from simulator.datasets.labels import feature_labels as feature_labels
from simulator.datasets.registry import DATASET_NAMES as DATASET_NAMES
from simulator.datasets.registry import DatasetInfo as DatasetInfo
from simulator.datasets.registry import dataset_info as dataset_info
from simulator.datasets.registry import load_dataset as load_dataset
from simulator.datasets.scaling import Scaler as Scaler
from simulator.datasets.scaling import apply_scaler as apply_scaler
from simulator.datasets.scaling import fit_scaler as fit_scaler
from simulator.datasets.splits import Split as Split
from simulator.datasets.splits import split_rows as split_rows
from simulator.datasets.table_reader import read_csv as read_csv
