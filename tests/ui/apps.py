"""A page of the application without a browser."""

from pathlib import Path

from streamlit.testing.v1 import AppTest


def open_page(root: Path, page: str, language: str, **parameters: str) -> AppTest:
    """Run a page with the parameters of a link, which must not fail."""
    app = AppTest.from_file(str(root / "pages" / f"{page}.py"), default_timeout=60)
    for name, value in {"lang": language, **parameters}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app
