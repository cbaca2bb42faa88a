"""Downloads: records as tables, pictures as files, and the experiment as a runnable script."""

from simulator.core.export.bundle import bundle, configuration_json
from simulator.core.export.pictures import picture_png, picture_svg
from simulator.core.export.script import FRAMEWORKS, data_npz, needs_data_file, script
from simulator.core.export.tables import records_csv, records_npz

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
