from pathlib import Path

from simulator.ui.frame.page import run_frame
from simulator.ui.frame.pages import PAGES, PageEntry

# The words of the first page, the address and the script of the failing one.
FAILING = PageEntry(name="softmax", section="", icon=":material/bug_report:", folder=Path(__file__).parent)

if __name__ == "__main__":
    run_frame((PAGES[0], FAILING))
