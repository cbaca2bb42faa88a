"""Widgets look up their values one by one, and show what they showed before."""

import pytest
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import AppTest

from simulator.ui.server import values


@pytest.fixture
def gathered(monkeypatch) -> list[int]:
    """How often all values of a session were gathered, while widgets look theirs up."""
    found: list[int] = []
    before = values._gathered

    def gather(session):
        found.append(1)
        return before(session)

    monkeypatch.setattr(values, "_gathered", gather)
    monkeypatch.setattr(SafeSessionState, "filtered_state", SafeSessionState.filtered_state)  # put back afterwards
    values.look_values_up()
    return found


def page():
    import streamlit as st

    st.session_state.setdefault("number", 3)
    st.session_state.setdefault("none", None)
    st.session_state.own = "mine"
    st.number_input("number", 0, 9, key="number")
    st.selectbox("none", ["a", "b"], key="none")
    st.selectbox("first", ["a", "b"], key="first")
    st.selectbox("nameless", ["a", "b"])
    st.text_input("text", key="text")
    st.slider("slider", 0, 9, key="slider")


def journey() -> list[object]:
    """Return what the widgets show at first, and what the session holds after they were moved."""
    app = AppTest.from_function(page).run()
    shown = [one.value for one in (*app.number_input, *app.selectbox, *app.text_input, *app.slider)]
    app.number_input(key="number").set_value(5).run()
    app.selectbox(key="none").set_value("b").run()
    app.selectbox(key="first").set_value(None).run()
    assert not app.exception
    return [*shown, *(app.session_state[name] for name in ("number", "none", "first", "own"))]


def test_widgets_show_the_same_without_gathering_all_values(request):
    before = journey()
    gathered = request.getfixturevalue("gathered")
    assert journey() == before
    assert before[:6] == [3, None, "a", "a", "", 0]
    assert not gathered


def test_all_of_them_are_still_there_for_who_asks_for_all(gathered):
    def all_values():
        import streamlit as st

        st.session_state.own = "mine"
        st.slider("slider", 0, 9, key="slider")
        st.write(" ".join(sorted(map(str, st.session_state))), str(len(st.session_state)))

    app = AppTest.from_function(all_values).run()
    assert app.markdown[0].value == "own slider 2"
    assert gathered
