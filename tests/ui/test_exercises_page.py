"""The page of exercises: what is said to answers, what is never sent before it is due, and what the link keeps."""

import pytest
from streamlit.testing.v1 import AppTest

from simulator.course.exercises.registry import GROUPS, TOPICS, exercise, said, title
from simulator.course.grading import grade
from simulator.course.progress import TRIES, load
from simulator.texts import LANGUAGES, text
from simulator.ui.exercises.choosing import read
from simulator.ui.lessons.keeping import _Memory
from tests.ui.apps import open_page

SEED = 12
MADE = exercise("weight_chain", SEED)


def opened(root, language="en", **parameters) -> AppTest:
    return open_page(root, "exercises", language, **parameters)


def press(app, label, language="en"):
    next(one for one in app.button if one.label == text(language, label)).click().run()
    assert not app.exception


def linked(app, name) -> str:
    value = app.query_params.get(name, "")
    return value if isinstance(value, str) else value[0]


def give(app, answer, language="en"):
    app.text_input[0].set_value(answer)
    press(app, "lessons.ask.check", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_wrong_answers_bring_the_solution_and_nothing_brings_it_before(root, sent, language):
    app = opened(root, language, topic="weight_chain", seed=str(SEED))
    assert app.subheader[0].value == title("weight_chain", language)
    secrets = [MADE.key.encode(), *(line.words.say(language).encode() for line in MADE.solution)]
    for tries, wrong in enumerate(MADE.question.wrong[:TRIES], start=1):
        assert not [secret for secret in secrets if any(secret in element for element in sent)]
        give(app, f"{wrong.answer}", language)
        if tries < TRIES:
            assert app.warning[0].value == said(MADE, grade(MADE.question, wrong.answer), language)
            told = text(language, "lessons.said.tries", tries=tries, limit=TRIES)
            assert told in [one.value for one in app.caption]
    assert app.info[0].value == text(language, "lessons.said.shown")
    assert all(any(secret in element for element in sent) for secret in secrets)
    assert text(language, "exercises.score", right=0, total=1) in [one.value for one in app.caption]


def test_a_right_answer_then_another_problem_of_the_topics_that_are_wanted(root):
    app = opened(root, topic="weight_chain", seed=str(SEED), topics="weight_chain,adam")
    give(app, str(MADE.question.answer).replace("-", "−").replace(".", ","))
    assert app.success[0].value == text("en", "lessons.said.right")
    assert text("en", "exercises.score", right=1, total=1) in [one.value for one in app.caption]
    press(app, "exercises.new")
    assert (linked(app, "topic"), linked(app, "topics")) == ("adam", "weight_chain,adam")
    assert not app.success
    assert linked(app, "seed") != str(SEED)
    assert app.text_input[0].value == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_practised_is_kept_and_counted_by_topic(root, language):
    app = opened(root, language, topic="weight_chain", seed=str(SEED))
    assert not app.table
    give(app, str(MADE.question.wrong[0].answer), language)
    give(app, str(MADE.question.answer), language)
    app.query_params["seed"] = str(SEED + 1)
    app.run()
    give(app, str(exercise("weight_chain", SEED + 1).question.answer), language)

    again = AppTest.from_file(str(root / "pages" / "exercises.py"), default_timeout=60)
    again.session_state["lessons:progress"] = _Memory(
        load(app.session_state["lessons:progress"].progress.text()).progress
    )
    for name, value in {"lang": language, "topic": "weight_chain", "seed": str(SEED)}.items():
        again.query_params[name] = value
    again.run()
    assert not again.exception and again.success[0].value == text(language, "lessons.said.right")
    assert again.table[0].value.to_numpy().tolist() == [[title("weight_chain", language), 1, 1, 0]]
    assert text(language, "exercises.practised.kept") in [one.value for one in again.caption]


def test_what_cannot_be_read_is_no_attempt(root):
    app = opened(root, topic="weight_chain", seed=str(SEED))
    give(app, "about six")
    assert "cannot be read" in app.warning[0].value
    assert not [one for one in app.caption if "Attempt" in one.value]
    app = opened(root, topic="wrong_step", seed="3")
    press(app, "lessons.ask.check")
    assert app.warning[0].value == text("en", "exercises.choose")
    assert not [one for one in app.caption if "Attempt" in one.value]
    answer = str(exercise("wrong_step", 3).question.answer)
    app.radio[0].set_value(next(one for one in app.radio[0].options if one.strip("()") != answer).strip("()"))
    press(app, "lessons.ask.check")
    assert app.warning[0].value == text("en", "exercises.wrong.wrong_step")
    app.radio[0].set_value(answer)
    press(app, "lessons.ask.check")
    assert len(app.success) == 1


def test_the_solution_on_request(root):
    app = opened(root, topic="shapes", seed="5")
    press(app, "exercises.show")
    assert app.info[0].value == text("en", "lessons.said.shown")
    assert any(exercise("shapes", 5).key in one.value for one in app.markdown)


def test_another_language_keeps_the_problem_and_the_topics(root):
    app = opened(root, "ko", topic="adam", seed="41", topics="adam")
    app.session_state["link:lang"] = "en"
    app.run()
    assert app.subheader[0].value == title("adam", "en")
    assert (linked(app, "topic"), linked(app, "seed"), linked(app, "topics")) == ("adam", "41", "adam")


def test_choosing_a_topic_opens_a_problem_of_it(root):
    app = opened(root, topic="forward", seed="1")
    pills = {group: app.button_group(key=f"exercises:topics:{group}") for group in GROUPS}
    pills["optimizers"].set_value(["momentum"]).run()
    assert (linked(app, "topic"), linked(app, "topics")) == ("momentum", "momentum")
    pills = {group: app.button_group(key=f"exercises:topics:{group}") for group in GROUPS}
    pills["layers"].set_value(["collapse"]).run()
    assert (linked(app, "topic"), linked(app, "topics")) == ("momentum", "collapse,momentum")


@pytest.mark.parametrize(
    "parameters",
    [
        {"topic": "no_such"},
        {"topic": "adam", "seed": "-1"},
        {"topic": "adam", "seed": "１２"},
        {"topic": "adam", "seed": "9" * 50},
        {"topic": "adam", "seed": "1", "topics": "adam,<script>"},
        {"topic": "adam", "seed": "1", "view": "nothing"},
    ],
)
def test_a_damaged_address_opens_the_nearest_problem_and_says_so(root, parameters):
    app = opened(root, **parameters)
    assert app.warning[0].value == text("en", "exercises.mended")
    assert linked(app, "topic") == (parameters["topic"] if parameters["topic"] in TOPICS else "forward")
    assert linked(app, "seed") == "1"
    app.run()
    assert not app.warning


def test_a_whole_address_says_nothing(root):
    app = opened(root, topic="adam", seed="99999", topics="adam,momentum", view="sheet")
    assert not app.warning
    assert read({}) == read({"topic": "forward", "seed": "1"})
    assert app.subheader[0].value == text("en", "exercises.print.title")
    assert text("en", "exercises.print.one", topics=2, problems=5, first=1) in [one.value for one in app.caption]
    app.number_input[1].set_value(30).run()
    many = text("en", "exercises.print.many", topics=2, problems=5, sheets=30, first=1, last=30)
    assert many in [one.value for one in app.caption]
    app.session_state["link:lang"] = "ko"
    app.run()
    assert [one.value for one in app.number_input] == [5, 30, 1]
    app.number_input[0].set_value(40)
    app.number_input[1].set_value(51).run()
    assert "50" in app.warning[0].value
