"""The address that is shared: on the host that this reader's browser uses, as short as it can be; and its QR code."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

import segno
import streamlit as st

_PLAIN = ",.:;*()!~"
"""Signs that an address takes as they are, so that it stays short."""
_MARGIN = 4
"""Modules of white around a code, as the standard asks."""


def shared_address(parameters: Mapping[str, str]) -> str:
    """Return the address of this page with other parameters.

    Scheme and host are those in the reader's own address bar: behind a proxy the server knows neither.
    """
    page = urlsplit(st.context.url or "")
    query = urlencode(parameters, quote_via=quote, safe=_PLAIN)
    return f"{page.scheme}://{page.netloc}{page.path}" + (f"?{query}" if query else "")


def code_of(address: str) -> segno.QRCode | None:
    """Return the QR code of an address; ``None`` where it is too long for one.

    A code that is read from the last row has few and large modules, so it corrects as much as costs no further row.
    """
    for error in ("m", "l"):
        try:
            return segno.make(address, error=error, micro=False)
        except segno.DataOverflowError:
            continue
    return None


def code_image(address: str) -> str:
    """Return the QR code of an address as an SVG in a data address, black on white in every theme; empty for none."""
    code = code_of(address)
    return "" if code is None else code.svg_data_uri(dark="#000", light="#fff", border=_MARGIN, omitsize=True)
