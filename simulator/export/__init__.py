"""Downloads: records as tables, pictures as files, and the experiment as a runnable script."""

from simulator.export.bundle import bundle, configuration_json
from simulator.export.pictures import picture_png, picture_svg
from simulator.export.script import FRAMEWORKS, data_npz, needs_data_file, script
from simulator.export.tables import records_csv, records_npz

__all__ = [
    "FRAMEWORKS",
    "bundle",
    "configuration_json",
    "data_npz",
    "needs_data_file",
    "picture_png",
    "picture_svg",
    "records_csv",
    "records_npz",
    "script",
]
