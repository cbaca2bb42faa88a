"""The records of a run as files."""

from simulator.core.run import Run


def records_csv(run: Run) -> bytes:
    """Return the records as CSV: a row a recorded step, per-layer columns ``name_1`` … ``name_output``.

    The file begins with a byte order mark, so that spreadsheet programs read it as UTF-8.
    """
    return ("\ufeff" + (run.to_csv() or "")).encode("utf-8")


def records_npz(run: Run) -> bytes:
    """Return the records and the final parameters as a compressed NumPy archive."""
    return run.to_npz() or b""
