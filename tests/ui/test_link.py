"""Choices that live in the link."""

from streamlit.testing.v1 import AppTest


def page():
    import streamlit as st

    from simulator.ui.link import choose, linked_choice

    def pick(value):
        choose("size", value, "normal")

    st.write(linked_choice("size", ("normal", "hall"), "normal"))
    st.button("hall", on_click=pick, args=("hall",))
    st.button("normal", on_click=pick, args=("normal",))


def started(**query) -> AppTest:
    app = AppTest.from_function(page)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def linked(app: AppTest, name: str) -> str:
    value = app.query_params[name]  # a list where the test wrote it, a string where the page did
    return value if isinstance(value, str) else value[0]


def test_the_link_decides_at_the_start():
    assert started(size="hall").markdown[0].value == "hall"


def test_a_value_that_is_no_choice_is_ignored_and_leaves_the_link():
    app = started(size="<script>")
    assert app.markdown[0].value == "normal"
    assert "size" not in app.query_params


def test_a_choice_goes_into_the_link_and_the_default_leaves_it():
    app = started()
    app.button[0].click().run()
    assert app.markdown[0].value == "hall"
    assert linked(app, "size") == "hall"
    app.button[1].click().run()
    assert "size" not in app.query_params


def test_an_old_link_that_arrives_late_undoes_nothing():
    app = started(size="hall")
    app.button[1].click().run()
    app.query_params["size"] = "hall"
    app.run()
    assert app.markdown[0].value == "normal"
    assert "size" not in app.query_params


def test_a_page_without_the_parameter_gets_it_back():
    app = started(size="hall")
    del app.query_params["size"]
    app.run()
    assert linked(app, "size") == "hall"
