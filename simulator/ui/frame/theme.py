"""Colours and text sizes of the frame: light and dark are Streamlit's own themes, high contrast lies over them."""

from typing import NamedTuple

import streamlit as st

from simulator.drawing.theme import THEMES
from simulator.texts import text
from simulator.ui.frame.language import language
from simulator.ui.link import choose, linked_choice

CONTRASTS = ("normal", "high")
STAGE_THEMES = ("page", "dark")
"""Colours of the stage: those of the page, or dark ones whatever the page has."""
LINK_COLOURS = {"light": "#005A8D", "dark": "#7CC0EC", "contrast_light": "#00436B", "contrast_dark": "#9AD4FF"}
"""Of links on the page, by theme."""
EDGE_COLOURS = {"light": "#C5CCD6", "dark": "#414B5A", "contrast_light": "#000000", "contrast_dark": "#FFFFFF"}
"""Of borders, by theme."""
RAISED_COLOURS = {"light": "#F1F4F8", "dark": "#1C222B", "contrast_light": "#FFFFFF", "contrast_dark": "#000000"}
"""Behind what stands out from the page, by theme."""


class Display(NamedTuple):
    """How this reader looks at the page; enough for a picture to carry what the reader sees."""

    language: str  # "ko" or "en"
    scheme: str  # "light" or "dark"
    contrast: str  # "normal" or "high"
    repainted: bool = False  # Streamlit's own colours are those of the other scheme

    @property
    def theme(self) -> str:
        """Name of the colours in ``simulator.drawing.theme.THEMES``."""
        return f"contrast_{self.scheme}" if self.contrast == "high" else self.scheme


def display() -> Display:
    """Return how this reader looks at the page, from the link and the browser."""
    scheme = st.context.theme.type or "light"
    return Display(language(), scheme, linked_choice("contrast", CONTRASTS, "normal"))


def stage_display() -> Display:
    """Return how the stage looks: like the page, or dark where the reader has chosen that."""
    shown = display()
    if linked_choice("stage_theme", STAGE_THEMES, "page") == "dark" and shown.scheme != "dark":
        return shown._replace(scheme="dark", repainted=True)
    return shown


def draw_contrast_switch() -> None:
    """Offer high contrast; the choice goes into the link."""
    _draw_switch("contrast", "high", "normal", text(language(), "frame.contrast"))


def draw_dark_switch() -> None:
    """Offer a dark stage; the choice goes into the link."""
    if display().scheme != "dark":
        _draw_switch("stage_theme", "dark", "page", text(language(), "frame.stage.dark"))


def _draw_switch(name: str, on: str, off: str, label: str) -> None:
    key = f"frame.{name}"
    st.session_state[key] = linked_choice(name, (off, on), off) == on
    st.toggle(label, key=key, on_change=lambda: choose(name, on if st.session_state[key] else off, off))


def apply_theme(shown: Display) -> None:
    """Put the style of this appearance on the page."""
    st.html(f"<style>{style_sheet(shown)}</style>")


def style_sheet(shown: Display) -> str:
    """Return the CSS of one appearance.

    Custom properties reach into components, too: a picture drawn in the browser reads ``--sim-forward``.
    """
    theme = shown.theme
    names = ("surface", "ink", "muted", "grid", "forward", "gradient", "update")
    colours = {name: THEMES[theme][name] for name in names}
    colours |= {"link": LINK_COLOURS[theme], "edge": EDGE_COLOURS[theme], "raised": RAISED_COLOURS[theme]}
    properties = " ".join(f"--sim-{name}: {colour};" for name, colour in colours.items())
    rules = [f":root {{ {properties} }}", _BASE]
    if shown.scheme == "dark":
        rules.append(_DARK)
    if shown.contrast == "high" or shown.repainted:
        rules.append(_REPAINTED)
    if shown.contrast == "high":
        rules.append(_HIGH_CONTRAST)
    return "\n".join(rules)


# Streamlit's header lies over the first line of the page; only its own buttons shall take clicks.
_BASE = """
[data-testid="stHeader"], [data-testid="stToolbar"] { pointer-events: none; }
[data-testid="stHeader"] :is(button, a) { pointer-events: auto; }
:root:lang(ko) .stApp * { word-break: keep-all !important; overflow-wrap: anywhere; }
[data-testid="stHeader"] { background: transparent; pointer-events: none; }
[data-testid="stHeader"] > * > * { pointer-events: auto; }
[data-testid="stMainBlockContainer"] { padding: 2.25rem 2rem 1rem; }
[data-testid="stSidebarHeader"] { height: 2.5rem; min-height: 0; margin-bottom: 0; padding-top: 0; padding-bottom: 0; }
/* The page itself takes the focus after a click on nothing; an outline around everything says nothing. */
.stApp [data-testid="stMain"]:focus-visible { outline: none !important; }
/* Streamlit writes "Press Enter to apply" in English only. */
[data-testid="InputInstructions"] { display: none; }
/* Its names for the address of a heading and for emptying a list are English only, too. */
[data-testid="stHeaderActionElements"] a, [data-testid="stMultiSelect"] [aria-label="Clear all"] { display: none; }
/* Its own "Stop", in English, ends the drawing of the page and not the work that is under way. */
[data-testid="stStatusWidget"] button { display: none; }
[class*="_enlarge"] button { min-width: 2.75rem; min-height: 2.75rem; }
[class*="_enlarge"] [data-testid="stIconMaterial"] { font-size: 1.5rem; }
/* On a small screen the pages, the language and the way to the hall are in sight together. */
@media (max-height: 850px) {
  [data-testid="stSidebarNavLink"] { min-height: 0 !important; height: auto !important; margin-block: 0 !important;
    line-height: 1.3 !important; padding-block: 0.1rem !important; }
  [data-testid="stNavSectionHeader"] { padding-block: 0 !important; margin-block: 0.15rem 0 !important; }
  [data-testid="stSidebarUserContent"] { padding-block: 0.5rem !important; }
  [data-testid="stSidebarUserContent"] [data-testid="stVerticalBlock"] { gap: 0.3rem !important; }
}
/* What is chosen must not look switched off. */
.stApp :is([data-testid="stMain"], [data-testid="stSidebar"]) [data-testid="stButtonGroup"]
  :is([data-testid$="Active"], [aria-checked="true"], [aria-pressed="true"]) {
  background: var(--sim-ink); border-color: var(--sim-ink); color: var(--sim-surface); }
.stApp [data-testid="stButtonGroup"]
  :is([data-testid$="Active"], [aria-checked="true"], [aria-pressed="true"]) :is(p, span, div) {
  color: var(--sim-surface); font-weight: 600; }
[role="dialog"] [data-testid="stButtonGroup"] :is([data-testid$="Active"], [aria-checked="true"],
  [aria-pressed="true"]) { background: var(--sim-ink) !important; border-color: var(--sim-ink); }
[role="dialog"] [data-testid="stButtonGroup"] :is([data-testid$="Active"], [aria-checked="true"], [aria-pressed="true"])
  :is(p, span, div) { color: var(--sim-surface) !important; font-weight: 600; }
/* The player stays in sight while its pictures are read. */
.stApp [data-testid="stMain"] [class*="_player"] { position: sticky; top: 0; z-index: 40;
  background: var(--sim-surface); }
.st-key-prose { max-width: 48rem; }
a.sim-way-back { display: inline-block; padding: 0.4rem 0.9rem; margin: 0 0.5rem 0.5rem 0; border-radius: 0.5rem;
  border: 1px solid currentColor; }
.sim-forward, .sim-gradient { display: inline-block; width: 3.5rem; height: 0; border-top: 4px solid;
  vertical-align: middle; }
.sim-forward { border-color: var(--sim-forward); }
.sim-gradient { border-color: var(--sim-gradient); }
.sim-negative { border-top-style: dashed; }
"""

_DARK = """
[data-testid^="stBaseButton-primary"] { color: #11151b; }
"""

# Streamlit keeps its colours in generated classes, so this names parts of the page by their test ids. What has a
# colour of its own (formulas, pictures, components behind a shadow root) is left alone.
_REPAINTED = """
.stApp, .stApp [data-testid="stSidebar"], .stApp [data-testid="stSidebarContent"], .stApp pre, .stApp code,
.stApp :where([data-testid="stAlertContainer"], [data-testid="stMetricDelta"], input, textarea, summary, button,
  a[data-testid^="stBaseLinkButton"], [data-testid="stFileUploaderDropzone"], [data-testid="stNumberInputContainer"],
  [data-testid="stSidebarNavLink"], [data-testid="stSelectbox"] [role="group"],
  [data-testid="stMultiSelect"] [role="group"]),
[data-testid="stPopoverBody"], [role="dialog"], [role="listbox"], [role="menu"] {
  background: var(--sim-surface) !important; color: var(--sim-ink) !important; }
:is(.stApp, [data-testid="stPopoverBody"], [role="dialog"], [role="listbox"], [role="menu"]) :where(
  p, li, label, span, h1, h2, h3, h4, h5, h6, td, th, input, textarea, button, summary, small, div, code, strong
  ):not(.katex *, .katex, [style*="color"]:not(input), [data-testid^="stBidiComponent"] *) {
  color: var(--sim-ink) !important; border-color: var(--sim-edge) !important; }
.stApp :where(p, label, span, small, [data-testid="stCaptionContainer"]) { opacity: 1 !important; }
.stApp [data-testid="stMain"] a { color: var(--sim-link) !important; text-decoration: underline; }
.stApp [data-testid="stAlertContainer"], .stApp [data-testid="stCheckbox"] label > span + div {
  border: 1px solid var(--sim-edge); }
.stApp [data-testid="stMultiSelect"] [role="group"] :is(button, input) { background: transparent !important; }
.stApp [data-testid="stMultiSelect"] [data-tag] { background: var(--sim-raised) !important;
  outline: 1px solid var(--sim-edge); }
.stApp [data-testid="stRadioOption"] > div > div:first-child { outline: 1px solid var(--sim-ink); }
.stApp :is(button[data-selected="true"], button[aria-checked="true"], button[aria-pressed="true"],
  [data-testid^="stBaseButton-primary"], [data-testid$="Active"]),
.stApp :is(button[data-selected="true"], button[aria-checked="true"], button[aria-pressed="true"],
  [data-testid^="stBaseButton-primary"], [data-testid$="Active"]) :is(p, span, div) {
  background: var(--sim-ink) !important; color: var(--sim-surface) !important; }
[data-testid^="stBidiComponent"] { --st-text-color: var(--sim-ink) !important;
  --st-background-color: var(--sim-surface) !important;
  --st-secondary-background-color: var(--sim-raised) !important; --st-border-color: var(--sim-edge) !important;
  --st-link-color: var(--sim-link) !important; }
"""

_HIGH_CONTRAST = """
.stApp [data-testid="stSidebarNavLink"][aria-current="page"] { outline: 2px solid var(--sim-ink); }
.stApp [data-testid="stSidebar"] { border-right: 2px solid var(--sim-ink); }
.stApp [role="tab"][aria-selected="true"] { border-bottom: 3px solid var(--sim-ink); }
.stApp :focus-visible { outline: 3px solid var(--sim-link) !important; outline-offset: 2px; }
"""
