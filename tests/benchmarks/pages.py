"""What a run of each page costs the server: milliseconds of processor time after something small has changed.

python -m tests.benchmarks.pages                 this tree
python -m tests.benchmarks.pages OLD_TREE        this tree beside another one, by turns, and their ratio
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 3
RUNS = 15
MEASURE = "--measure"  # the tree in whose folder this runs


def measured() -> dict[str, float]:
    """Return milliseconds of processor time of a page's run, by page: the median of ``RUNS``, once all is kept."""
    from streamlit.testing.v1 import AppTest

    found = {}
    for page in sorted(Path("pages").glob("*.py")):
        app = AppTest.from_file(str(page.resolve()), default_timeout=300)
        for _ in range(3):
            app.run()
        spent = []
        for run in range(RUNS):
            app.query_params["lang"] = ("en", "ko")[run % 2]
            start = time.process_time()
            app.run()
            spent.append(1000 * (time.process_time() - start))
        found[page.stem] = statistics.median(spent)
    return found


def of_tree(root: Path) -> dict[str, float]:
    """Measure a tree in a process of its own."""
    command, environment = [sys.executable, __file__, MEASURE], os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main(others: list[str]) -> None:
    """Print a line for each page."""
    trees = [ROOT, *(Path(other).resolve() for other in others)]
    rounds = [[of_tree(tree) for tree in trees] for _ in range(ROUNDS)]
    for page in rounds[0][0]:
        best = [min(one[place].get(page, float("nan")) for one in rounds) for place in range(len(trees))]
        ratios = "".join(f"  {best[0] / other:6.2f} of {other:6.1f} ms" for other in best[1:])
        print(f"{page:20} {best[0]:6.1f} ms{ratios}")


if __name__ == "__main__":
    print(json.dumps(measured())) if sys.argv[1:] == [MEASURE] else main(sys.argv[1:])
