"""What a reader sees when something fails."""

import logging

import pytest
from streamlit.testing.v1 import AppTest

from simulator.texts import text


def page(error: str):
    from simulator.errors import InputError
    from simulator.ui.frame.failures import show_failure

    try:
        if error == "input":
            raise InputError("at_least", field="num_epochs", value=0, minimum=1)
        raise RuntimeError("what only the log may know")
    except Exception as raised:
        assert show_failure(raised)


def unknown():
    from simulator.ui.frame.failures import show_unknown_page

    show_unknown_page()


def shown(script, language: str, **values) -> AppTest:
    app = AppTest.from_function(script, kwargs=values)
    app.query_params["lang"] = language
    return app.run()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_log_has_the_traceback_under_the_number_that_the_reader_sees(language, caplog):
    with caplog.at_level(logging.ERROR, logger="simulator"):
        app = shown(page, language, error="other")
    (record,) = [record for record in caplog.records if record.name == "simulator"]
    number = record.args[0]
    assert app.error[0].value == text(language, "frame.failure.sentence", number=number)
    assert "what only the log may know" in caplog.text
    assert "Traceback" in caplog.text


def test_nothing_of_the_error_reaches_the_page():
    app = shown(page, "en", error="other")
    assert not app.exception
    assert all("only the log" not in str(element) for element in app.main)


def test_wrong_input_speaks_for_itself_in_the_readers_language(caplog):
    app = shown(page, "ko", error="input")
    assert app.error[0].value == text("ko", "errors.at_least", label="에폭 수", value=0, minimum=1)
    assert not [record for record in caplog.records if record.name == "simulator"]


def test_a_failed_page_offers_itself_afresh_and_the_first_page():
    links = shown(page, "ko", error="other").get("html")[-1].proto.body
    assert links.count('href="') == 2
    assert links.count("lang=ko") == 2


def test_an_unknown_address_offers_the_first_page():
    app = shown(unknown, "en")
    assert app.title[0].value == text("en", "frame.unknown.title")
    assert app.get("html")[-1].proto.body.count('href="') == 1
