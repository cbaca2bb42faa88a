"""The language of the document, which screen readers and line breaking go by."""

from streamlit.components.v2 import component

_SCRIPT = "export default ({data}) => { document.documentElement.lang = data.language }"
_component = component("simulator_document", js=_SCRIPT)


def set_document_language(language: str) -> None:
    """Set ``<html lang>``: the reader may switch after the document was served."""
    _component(data={"language": language}, key="frame.document", height=1)
