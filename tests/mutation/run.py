"""Would the tests notice? Changes one thing in the code at a time and runs the tests beside it; lists what survives.

python -m pip install -c constraints.txt -e ".[mutation]"
python -m tests.mutation.run                                     50 changes anywhere in the simulator
python -m tests.mutation.run --sample 200 simulator/core/engine  200 changes in some files or folders

A change is a sign, a constant, a comparison, a condition or an operator. It is made in a copy of the checkout: nothing
here is touched. The same seed makes the same changes. Cosmic Ray finds and makes them.
"""
# pyright: reportMissingImports=false

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome

ROOT = Path(__file__).resolve().parents[2]
_ARITHMETIC = "(Add|Sub|Mul|Div)"
CHANGES = re.compile(
    f"core/(ReplaceBinaryOperator_{_ARITHMETIC}_{_ARITHMETIC}|ReplaceComparisonOperator_|ReplaceUnaryOperator_"
    "|ReplaceAndWithOr|ReplaceOrWithAnd|ReplaceTrueWithFalse|ReplaceFalseWithTrue|AddNot|NumberReplacer)"
)
"""Names of the operators; others, such as a shift of a float, end in an error that any test would notice."""
WIDE = {Path("tests"), Path("tests/core"), Path("tests/scenes")}
"""Folders of many subjects: beside a file right in one of them are only the tests that are named like it."""
LONGEST = 900.0  # seconds that the tests beside a file may take


def changes(paths: Iterable[Path]) -> list[MutationSpec]:
    """Return every change that can be made in some files."""
    with tempfile.TemporaryDirectory() as folder, use_db(Path(folder) / "changes.sqlite", WorkDB.Mode.create) as found:
        init([str(path) for path in paths], found, {})
        made = [mutation for item in found.work_items for mutation in item.mutations]
    return [mutation for mutation in made if CHANGES.match(mutation.operator_name)]


def beside(path: Path) -> list[str]:
    """Return the tests beside a file: those named like it first, then those of its folder, then its own examples.

    >>> beside(Path("simulator/core/losses.py"))
    ['tests/core/test_losses.py', 'simulator/core/losses.py']
    >>> beside(Path("simulator/graph/nudge.py"))
    ['tests/graph/test_nudge.py', 'tests/graph', 'simulator/graph/nudge.py']
    """
    mirrored = Path("tests", *path.with_suffix("").parts[1:])
    named = _tests_of(mirrored)
    folder = next(place for place in mirrored.parents if (ROOT / place).is_dir())
    room = [] if folder in WIDE else [str(folder)]
    found = [*named, *room] or _tests_of(folder / mirrored.relative_to(folder).parts[0]) or [str(folder)]
    return [*dict.fromkeys(found), str(path)]


def _tests_of(place: Path) -> list[str]:
    files = sorted(str(file.relative_to(ROOT)) for file in (ROOT / place).parent.glob(f"test_{place.name}*.py"))
    return [*files, *([str(place)] if (ROOT / place).is_dir() else [])]


def copied(folder: Path) -> None:
    """Copy the files that git knows."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


class Tests:
    """Runs tests and knows how long they take when nothing is changed."""

    def __init__(self) -> None:
        self._seconds: dict[str, float | None] = {}

    def command(self, path: Path) -> str:
        """Return the command that runs the tests beside a file."""
        return " ".join([sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *beside(path)])

    def timeout(self, path: Path) -> float | None:
        """Return after how long a changed program hangs; None where the tests fail without a change."""
        command = self.command(path)
        if command not in self._seconds:
            start = time.perf_counter()
            try:
                done = subprocess.run(command.split(), capture_output=True, timeout=LONGEST)
            except subprocess.TimeoutExpired:
                self._seconds[command] = None
            else:
                self._seconds[command] = time.perf_counter() - start if done.returncode == 0 else None
        taken = self._seconds[command]
        return None if taken is None else 3.0 * taken + 30.0


def outcomes(sample: list[MutationSpec]) -> Iterator[tuple[MutationSpec, str]]:
    """Make each change, run the tests, take it back; yield what came of it."""
    tests = Tests()
    for mutation in sample:
        timeout = tests.timeout(mutation.module_path)
        if timeout is None:
            yield mutation, "the tests fail or take too long without it"
            continue
        result = mutate_and_test([mutation], tests.command(mutation.module_path), timeout)
        outcome = "survived" if result.test_outcome == TestOutcome.SURVIVED else "noticed"
        yield mutation, outcome if outcome == "noticed" else f"survived\n{result.diff}"


def main(arguments: list[str]) -> None:
    """Print each change's outcome, and how many were noticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=["simulator"], help="files or folders in the checkout")
    parser.add_argument("--sample", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        copied(Path(folder))
        os.chdir(folder)
        os.environ["PYTHONPATH"] = folder
        os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(Path(folder) / "programs"))
        given = [Path(path) for path in asked.paths]
        files = sorted({file for path in given for file in ([path] if path.is_file() else path.rglob("*.py"))})
        found = changes(file for file in files if file.suffix == ".py")
        sample = random.Random(asked.seed).sample(found, min(asked.sample, len(found)))
        count: Counter[str] = Counter()
        for number, (mutation, outcome) in enumerate(sample, start=1):
            count[outcome.split("\n")[0]] += 1
            line = f"{mutation.module_path}:{mutation.start_pos[0]} {mutation.operator_name.removeprefix('core/')}"
            print(f"{number}/{len(sample)} {line}: {outcome}", flush=True)
    print(f"{len(found)} possible changes, {len(sample)} made: {dict(count)}")


if __name__ == "__main__":
    main(sys.argv[1:])
