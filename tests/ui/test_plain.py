"""Words from links and files stand on a page as they are, wherever it shows them: no Markdown of theirs is read."""

import time
from collections.abc import Iterator

import pyarrow
import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from simulator.core.datasets import read_csv
from simulator.scenes.registry import SCENES, scene_named
from simulator.scenes.training.settings import Training
from simulator.scenes.training.uploads import keep
from simulator.texts import LANGUAGES
from simulator.ui.controls.session import _Memory
from simulator.ui.exercises.choosing import PARAMETERS as EXERCISES
from simulator.ui.lessons.page import PARAMETERS as LESSONS
from simulator.ui.plain import plain
from tests.hostile import HOSTILE, MARKUP, hostile_csv

PAGES = {name: "graph" if name == "computation_graph" else name for name in SCENES}
TABLE = read_csv(hostile_csv(), label=f"{HOSTILE[0]}.csv")
VIEWS = ("run", "network", "activations", "answers", "course")
STAGED = ("network_and_map", "confusion", "predictions")
AS_WRITTEN = {"id", "options", "placeholder", "default", "value", "raw_value", "raw_values", "element_id"}
"""Fields that Streamlit shows as they are, or not at all; labels are none of them."""
DRAWN_BY_US = ("bidi_component", "html", "image")
"""Their own tests say what they make of words."""


def strings(message: Message, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (where, what) of every string of a message that may be read as Markdown."""
    for field, value in message.ListFields():
        name = f"{path}.{field.name}"
        if field.name in AS_WRITTEN:
            continue
        for one in value if field.is_repeated else [value]:
            if isinstance(one, str):
                yield name, one
            elif isinstance(one, bytes):
                yield from ((name, word) for word in _table_words(one))
            elif isinstance(one, Message):
                yield from strings(one, name)


def _table_words(content: bytes) -> Iterator[str]:
    table = pyarrow.ipc.open_stream(content).read_all()
    yield from table.column_names
    for column in table.columns:
        yield from (word for word in column.to_pylist() if isinstance(word, str))


def written(app: AppTest) -> list[tuple[str, str]]:
    """Return all that stands on a page, as (element and field, what)."""
    found = []
    for root in (app.main, app.sidebar):
        for node in root:
            proto = getattr(node, "proto", None)
            if isinstance(proto, Message) and getattr(node, "type", "") not in DRAWN_BY_US:
                found += strings(proto, str(node.type))
    return found


def read_as_markdown(app: AppTest) -> list[tuple[str, str]]:
    """Return where something hostile stands as it was written."""
    return [(where, what) for where, what in written(app) if any(one in what for one in HOSTILE)]


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """A page that runs by itself has no navigation, and so no way to the pages beside it."""
    monkeypatch.setattr("simulator.ui.frame.page.family_of", lambda _name: ())


def opened(root, page: str, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(root / "pages" / f"{page}.py"), default_timeout=120)
    for name, value in parameters.items():
        app.query_params[name] = value
    return complete(app)


def complete(app: AppTest) -> AppTest:
    """Run a page until nothing is being computed for it."""
    app.run()
    late = time.monotonic() + 120
    while len(app.get("progress")):
        assert time.monotonic() < late
        app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("at", [*({"view": view} for view in VIEWS), *({"stage": panel} for panel in STAGED)], ids=str)
def test_names_of_an_uploaded_table(root, language, at):
    settings = Training(data="csv", table=keep(TABLE), hidden=(4,), epochs=2)
    app = opened(root, "training", lang=language, hidden="4", epochs="2")
    app.session_state["controls:training"] = _Memory(settings, page=at)
    complete(app)
    name = plain(f"{HOSTILE[0]}.csv")
    assert any(name in what for _, what in written(app)), "the name of the file is nowhere"
    assert not read_as_markdown(app)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", SCENES)
def test_values_of_a_link(root, scene, language):
    """Every parameter of a page says something hostile, each another thing."""
    links = [control.link for control in scene_named(scene).settings.controls().values() if control.link]
    for first in range(2):
        names = [*links, "view", "stage", "preset"]
        asked = {name: HOSTILE[(first + number) % len(HOSTILE)] for number, name in enumerate(names)}
        app = opened(root, PAGES[scene], lang=language, **asked)
        assert any(plain(one) in what for one in HOSTILE for _, what in written(app)), "it is said nowhere"
        assert not read_as_markdown(app)


@pytest.mark.parametrize(("page", "names"), [("exercises", EXERCISES), ("lesson", LESSONS)])
def test_a_link_of_the_course(root, page, names):
    for first in range(2):
        asked = {name: HOSTILE[(first + number) % len(HOSTILE)] for number, name in enumerate(names)}
        app = opened(root, page, lang="en", **asked)
        assert len(app.warning) == 1, "nobody is told that the link names what there is not"
        assert not read_as_markdown(app)


@pytest.mark.parametrize("markup", HOSTILE)
def test_a_sentence_about_a_page_that_failed(markup):
    def failing(value: str):
        from simulator.errors import InputError
        from simulator.ui.frame.failures import show_failure

        show_failure(InputError("choice", field="activation", value=value, choices=[value]))

    app = AppTest.from_function(failing, kwargs={"value": markup}).run()
    assert plain(markup) in app.error[0].value
    assert not read_as_markdown(app)


@pytest.mark.parametrize("markup", MARKUP)
def test_nothing_is_lost(markup):
    shown = plain(markup).replace("\u200b", "").replace("\\\\", "\0").replace("\\", "").replace("\0", "\\")
    assert shown == " ".join(markup.split())
