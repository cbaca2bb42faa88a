"""Predict before reveal: wrong, right and unreadable answers, what is held back, and what the session keeps."""

import pytest
from streamlit.testing.v1 import AppTest

from simulator.texts import text


def _app(language="en", lesson=0):
    import streamlit as st

    from simulator.course.grading import Question, WrongAnswer
    from simulator.ui.components.prediction.prediction import answered, prediction

    details = {"node": "a_1*", "operand": "z1", "output": "L", "entry": "1"}
    product = Question(
        kind="number",
        prompt="misconceptions.ask.product",
        answer=0.75 + lesson,
        details=details,
        wrong=(WrongAnswer("sign", -0.75),),
    )
    shape = Question(
        kind="shape",
        prompt="misconceptions.ask.shape",
        answer=(2, 3),
        details=details,
        wrong=(WrongAnswer("transpose_missing", (3, 2)),),
    )
    nodes = Question(
        kind="nodes",
        prompt="misconceptions.ask.receivers",
        answer=frozenset({"w", "x"}),
        details=details,
        choices=("w", "x", "t"),
        wrong=(WrongAnswer("one_branch", frozenset({"w"})),),
    )
    choice = Question(
        kind="formula",
        prompt="misconceptions.ask.rule",
        answer=r"a \cdot w",
        details=details,
        choices=(r"a \cdot w", r"a \cdot x", "a"),
        wrong=(WrongAnswer("derivative_forgotten", "a"),),
    )
    asked = (product, shape, nodes, choice)
    st.write("before:" + str(answered("quiz", asked)))
    prediction(asked, key="quiz", language=language)
    st.write("after:" + str(answered("quiz", asked)))


def opened(**kwargs) -> AppTest:
    return AppTest.from_function(_app, default_timeout=30, kwargs=kwargs).run()


def press(app: AppTest, entry: str, language: str = "en") -> AppTest:
    label = text(language, entry)
    return next(button for button in app.button if button.label == label).click().run()


def revealed(app: AppTest) -> bool:
    states = {mark.value.split(":")[1] for mark in app.markdown if mark.value.startswith(("before:", "after:"))}
    assert len(states) == 1  # what stands over the question and what stands under it agree
    return states == {"True"}


def words(app: AppTest) -> str:
    kinds = (app.warning, app.success, app.info, app.markdown, app.caption)
    return " ".join(element.value for kind in kinds for element in kind)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_wrong_answer_is_named_and_nothing_is_revealed(language):
    app = opened(language=language)
    app.text_input[0].set_value("-3/4")
    press(app, "prediction.check", language)
    assert text(language, "misconceptions.names.sign") in app.warning[0].value
    assert text(language, "misconceptions.explain.sign") in app.warning[0].value
    assert "0.75" not in words(app)
    assert app.text_input[0].value == "-3/4"
    assert not revealed(app)


def test_an_answer_that_cannot_be_read_counts_as_no_attempt():
    app = opened()
    app.text_input[0].set_value("a lot")
    press(app, "prediction.check")
    assert "cannot be read" in app.warning[0].value
    app.text_input[0].set_value("0,75")
    press(app, "prediction.check")
    assert app.success[0].value == "Correct: 0.75"
    assert not app.text_input  # no box that shows an earlier answer
    for _ in range(3):
        press(app, "prediction.next")
        press(app, "prediction.show")
    assert "1 of 4 found by yourself, 1 of them at the first try." in words(app)


def test_every_kind_can_be_answered_and_then_the_page_reveals():
    app = opened()
    app.text_input[0].set_value("1")
    press(app, "prediction.check")
    app.text_input[0].set_value("75 %")
    press(app, "prediction.check")
    press(app, "prediction.next")
    app.text_input[0].set_value("3x2")
    press(app, "prediction.check")
    assert "transpose missing" in app.warning[0].value
    app.text_input[0].set_value("2×3")
    press(app, "prediction.check")
    press(app, "prediction.next")
    app.button_group[0].set_value(["w"])
    press(app, "prediction.check")
    assert "only one of the branches" in app.warning[0].value
    app.button_group[0].set_value(["w", "x"])
    press(app, "prediction.check")
    assert app.success[0].value == "Correct: w, x"
    press(app, "prediction.next")
    assert not revealed(app)
    app.radio[0].set_value("a")
    press(app, "prediction.check")
    assert "activation derivative forgotten" in app.warning[0].value and not revealed(app)
    app.radio[0].set_value(r"a \cdot w")
    press(app, "prediction.check")
    assert app.success[0].value == r"Correct: $a \cdot w$"
    assert revealed(app)
    assert "4 of 4 found by yourself, 0 of them at the first try." in words(app)


def test_names_from_the_graph_are_no_markup():
    assert any(r"a\_1\*" in mark.value for mark in opened().markdown)


def test_asking_again_hides_what_was_revealed():
    app = opened()
    for step in range(4):
        press(app, "prediction.show")
        if step < 3:
            press(app, "prediction.next")
    assert revealed(app)
    app.button(key="quiz_again").click().run()
    assert not revealed(app)
    assert not app.info
    assert app.text_input[0].value == ""


def test_other_questions_start_afresh_and_the_old_ones_are_remembered():
    app = opened()
    press(app, "prediction.show")
    assert app.info
    other = AppTest.from_function(_app, default_timeout=30, kwargs={"lesson": 1})
    other.session_state["prediction:quiz"] = app.session_state["prediction:quiz"]
    other.run()
    assert not other.info and not other.text_input[0].disabled
    back = AppTest.from_function(_app, default_timeout=30)
    back.session_state["prediction:quiz"] = other.session_state["prediction:quiz"]
    back.run()
    back.button(key="quiz_back").click().run()
    assert back.info[0].value.startswith("The answer is 0.75")
