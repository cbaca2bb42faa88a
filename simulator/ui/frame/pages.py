"""Every page of the application in one table."""

from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[2]
ROOT = PACKAGE / "app" if (PACKAGE / "app").is_dir() else PACKAGE.parent
"""Folder that holds ``pages`` and ``lessons``: inside the installed package, or the checkout."""


@dataclass(frozen=True, kw_only=True)
class PageEntry:
    """One page: its words are the entries ``frame.pages.<name>.title`` and ``.summary`` of the catalogue.

    Args:
      name: of the file in ``pages`` and of the address.
      section: heading in the navigation, the entry ``frame.sections.<section>``; empty for none.
      icon: a Material symbol; Streamlit brings their font, while an emoji needs one of the reader's system.
      within: the page beside which it stands: the navigation names that one, and both show the way to each other.
      folder: where the file is.
    """

    name: str
    section: str
    icon: str
    within: str = ""
    folder: Path = ROOT / "pages"

    @property
    def file(self) -> Path:
        """The script of the page."""
        return self.folder / f"{self.name}.py"

    @property
    def url(self) -> str:
        """Its address below the application's own: empty for the first page."""
        return "" if self.name == "home" else self.name


PAGES = (
    PageEntry(name="home", section="", icon=":material/home:"),
    PageEntry(name="lesson", section="course", icon=":material/school:"),
    PageEntry(name="exercises", section="course", icon=":material/edit_note:"),
    PageEntry(name="graph", section="backward", icon=":material/account_tree:"),
    PageEntry(name="chain_rule", section="backward", icon=":material/link:"),
    PageEntry(name="trust_lab", section="backward", icon=":material/fact_check:"),
    PageEntry(name="training", section="networks", icon=":material/model_training:"),
    PageEntry(name="learning_rate", section="networks", icon=":material/route:"),
    PageEntry(name="optimizer_race", section="networks", icon=":material/sports_score:", within="learning_rate"),
    PageEntry(name="gradient_decay", section="networks", icon=":material/stacked_line_chart:"),
    PageEntry(name="initialization", section="networks", icon=":material/casino:"),
    PageEntry(name="atlas", section="networks", icon=":material/map:"),
    PageEntry(name="fractal", section="networks", icon=":material/grain:", within="atlas"),
    PageEntry(name="chaos", section="networks", icon=":material/blur_on:", within="atlas"),
    PageEntry(name="generalization", section="networks", icon=":material/scatter_plot:"),
    PageEntry(name="activations", section="pieces", icon=":material/show_chart:"),
    PageEntry(name="losses", section="pieces", icon=":material/trending_down:"),
    PageEntry(name="softmax", section="pieces", icon=":material/bar_chart:"),
)
"""In the order of the navigation; the first is the first page."""


def family_of(name: str) -> tuple[PageEntry, ...]:
    """Return the pages that stand beside one another with this one, itself included; none where it stands alone."""
    head = next((page.within or page.name for page in PAGES if page.name == name), name)
    family = tuple(page for page in PAGES if head in (page.name, page.within))
    return family if len(family) > 1 else ()
