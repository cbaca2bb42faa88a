"""Colours and text sizes of the frame: light and dark are Streamlit's own themes, high contrast lies over them."""

from typing import NamedTuple

import streamlit as st

from simulator.drawing.theme import THEMES
from simulator.texts import text
from simulator.ui.frame.language import language
from simulator.ui.link import choose, linked_choice

CONTRASTS = ("normal", "high")
SIZES = ("normal", "hall")
HALL_TEXT_SHARE = 1 / 27
"""Height of body text in the lecture hall, as a share of the screen's: at least 1/28 reads from the last row."""
LINK_COLOURS = {"light": "#005A8D", "dark": "#7CC0EC", "contrast_light": "#00436B", "contrast_dark": "#9AD4FF"}
"""Of links on the page, by theme."""


class Display(NamedTuple):
    """How this reader looks at the page; enough for a picture to carry what the reader sees."""

    language: str  # "ko" or "en"
    scheme: str  # "light" or "dark"
    contrast: str  # "normal" or "high"
    size: str  # "normal" or "hall"

    @property
    def theme(self) -> str:
        """Name of the colours in ``simulator.drawing.theme.THEMES``."""
        return f"contrast_{self.scheme}" if self.contrast == "high" else self.scheme


def display() -> Display:
    """Return how this reader looks at the page, from the link and the browser."""
    scheme = st.context.theme.type or "light"
    return Display(
        language(), scheme, linked_choice("contrast", CONTRASTS, "normal"), linked_choice("size", SIZES, "normal")
    )


def draw_display_switches() -> None:
    """Offer high contrast and large text; both go into the link."""
    shown = display()
    for name, value, label in (
        ("contrast", "high", text(shown.language, "frame.contrast")),
        ("size", "hall", text(shown.language, "frame.hall")),
    ):
        key = f"frame.{name}"
        st.session_state[key] = getattr(shown, name) == value
        st.toggle(label, key=key, on_change=_switch, args=(name, value, key))


def _switch(name: str, value: str, key: str) -> None:
    choose(name, value if st.session_state[key] else "normal", "normal")


def apply_theme(shown: Display) -> None:
    """Put the style of this appearance on the page."""
    st.html(f"<style>{style_sheet(shown)}</style>")


def style_sheet(shown: Display) -> str:
    """Return the CSS of one appearance.

    Custom properties reach into components, too: a picture drawn in the browser reads ``--sim-forward``.
    """
    colours = THEMES[shown.theme] | {"link": LINK_COLOURS[shown.theme]}
    names = ("surface", "ink", "muted", "grid", "link", "forward", "gradient", "update")
    properties = " ".join(f"--sim-{name}: {colours[name]};" for name in names)
    rules = [f":root {{ {properties} }}", _BASE]
    if shown.scheme == "dark":
        rules.append(_DARK)
    if shown.contrast == "high":
        rules.append(_HIGH_CONTRAST)
    if shown.size == "hall":
        rules.append(_HALL)
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
_HIGH_CONTRAST = """
.stApp, .stApp [data-testid="stSidebar"], .stApp [data-testid="stSidebarContent"], .stApp pre, .stApp code,
.stApp :where([data-testid="stAlertContainer"], [data-testid="stMetricDelta"], input, textarea, summary, button,
  a[data-testid^="stBaseLinkButton"], [data-testid="stFileUploaderDropzone"], [data-testid="stNumberInputContainer"],
  [data-testid="stSidebarNavLink"], [data-testid="stSelectbox"] [role="group"]),
[data-testid="stPopoverBody"], [role="dialog"], [role="listbox"], [role="menu"] {
  background: var(--sim-surface) !important; color: var(--sim-ink) !important; }
:is(.stApp, [data-testid="stPopoverBody"], [role="dialog"], [role="listbox"], [role="menu"]) :where(
  p, li, label, span, h1, h2, h3, h4, h5, h6, td, th, input, textarea, button, summary, small, div, code, strong
  ):not(.katex *, .katex, [style*="color"]:not(input), [data-testid^="stBidiComponent"] *) {
  color: var(--sim-ink) !important; border-color: var(--sim-ink) !important; }
.stApp :where(p, label, span, small, [data-testid="stCaptionContainer"]) { opacity: 1 !important; }
.stApp [data-testid="stMain"] a { color: var(--sim-link) !important; text-decoration: underline; }
.stApp [data-testid="stAlertContainer"], .stApp [data-testid="stCheckbox"] label > span + div {
  border: 1px solid var(--sim-ink); }
.stApp [data-testid="stRadioOption"] > div > div:first-child { outline: 1px solid var(--sim-ink); }
.stApp :is(button[data-selected="true"], button[aria-checked="true"], button[aria-pressed="true"],
  [data-testid^="stBaseButton-primary"], [data-testid$="Active"]),
.stApp :is(button[data-selected="true"], button[aria-checked="true"], button[aria-pressed="true"],
  [data-testid^="stBaseButton-primary"], [data-testid$="Active"]) :is(p, span, div) {
  background: var(--sim-ink) !important; color: var(--sim-surface) !important; }
.stApp [data-testid="stSidebarNavLink"][aria-current="page"] { outline: 2px solid var(--sim-ink); }
.stApp [data-testid="stSidebar"] { border-right: 2px solid var(--sim-ink); }
.stApp [role="tab"][aria-selected="true"] { border-bottom: 3px solid var(--sim-ink); }
.stApp :focus-visible { outline: 3px solid var(--sim-link) !important; outline-offset: 2px; }
[data-testid^="stBidiComponent"] { --st-text-color: var(--sim-ink) !important;
  --st-background-color: var(--sim-surface) !important;
  --st-secondary-background-color: var(--sim-surface) !important; --st-border-color: var(--sim-ink) !important;
  --st-link-color: var(--sim-link) !important; }
"""

_HALL = f"""
html {{ font-size: {100 * HALL_TEXT_SHARE:.4f}vh !important; }}
[data-testid="stMainBlockContainer"] {{ padding: 1.75rem 1rem 0; }}
:is([data-testid="stWidgetLabel"], [data-testid="stPageLink"], [data-testid="stCaptionContainer"]) p {{
  font-size: 1rem !important; }}
"""
