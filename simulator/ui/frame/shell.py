"""The HTML document that Streamlit's pages live in, with our title and the reader's language."""

import json
import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from streamlit import config

from simulator.texts import LANGUAGES, text
from simulator.ui.frame.language import preferred_language

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
_ONE_ENTRY_A_PAGE = """{
const push = history.pushState
history.pushState = function (state, unused, url) {
  const stays = new URL(url ?? location.href, location.href).pathname === location.pathname
  return (stays ? history.replaceState : push).call(this, state, unused, url)
}
}"""
"""Streamlit adds every new address to the browser's history, and settings do not follow it: Back would undo nothing
and have to be pressed once a change. So only another page is an entry of its own."""


def base_path() -> str:
    """Return what ``server.baseUrlPath`` puts before every address: ``""`` or ``"/name"``."""
    path = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


@cache
def index_html(language: str) -> str:
    """Return Streamlit's own document with language and title set, and without the font that we do not use."""
    page = INDEX.read_text(encoding="utf-8")
    page = page.replace('<html lang="en">', f'<html lang="{language}">')
    page = page.replace("<title>Streamlit</title>", f"<title>{text(language, 'frame.name')}</title>")
    page = re.sub(r'<link\s+rel="preload"[^>]*as="font"[^>]*>', "", page)
    page = re.sub(r'<link\s+rel="service-desc"[^>]*>', "", page)
    sentence = f"<noscript><p>{text(language, 'frame.needs_javascript')}</p></noscript>"
    page = re.sub(r"<noscript>.*?</noscript>", lambda _: sentence, page, flags=re.DOTALL)
    page = page.replace("</head>", f"<script>{_ONE_ENTRY_A_PAGE}</script><style>{connection_style()}</style></head>")
    return re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL).lstrip()


def connection_style() -> str:
    """Return the style that says in the reader's language that the connection is lost; Streamlit says it in English.

    It stands in the document, since nothing comes from the server then, and in every language, since the reader may
    have switched.
    """
    lost = "[data-testid='stConnectionStatus']"
    dialog = f":has({lost}) [data-testid='stDialog'] h2[slot='title']"
    places = {
        f" {lost} label": "frame.connection.status",
        dialog: "frame.connection.title",
        f"{dialog} + div": "frame.connection.sentence",
    }
    rules = [f"{dialog} + div > * {{display: none}}", f"{dialog}, {lost} label {{font-size: 0 !important}}"]
    for language in LANGUAGES:
        for place, entry in places.items():
            words = json.dumps(text(language, entry), ensure_ascii=False)
            size = "1.5rem" if place == dialog else "1rem"
            rules.append(
                f":root:lang({language}){place}::after {{content: {words}; font-size: {size}; word-break: keep-all}}"
            )
    return " ".join(rules)


async def shell(request: Request) -> Response:
    """Answer with the document in the language of the link, or else of the browser."""
    asked = request.query_params.get("lang", "")
    accepted = request.headers.get("accept-language", "").split(",")[0].strip()
    language = asked if asked in LANGUAGES else preferred_language(accepted)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return HTMLResponse(index_html(language), headers=headers)
