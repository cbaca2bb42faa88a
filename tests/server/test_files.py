"""Buttons that are still on screen lead to their files, though their page, and everybody else's, has run again."""

import gc

import pytest
from streamlit.runtime import media_file_manager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from simulator.core.export import records_csv
from simulator.scenes.training.numbers import RUN
from simulator.scenes.training.settings import Training
from simulator.ui.components.training import downloads
from simulator.ui.server.files import RUNS, LastingFiles
from tests.server.client import reader
from tests.server.test_owners import MINE, files, got
from tests.server.test_uploads import cookie_of

SETTINGS = Training().change(epochs=2, rows=20, hidden=(4,))


@pytest.fixture
def session(monkeypatch):
    """The session whose page runs, to be set."""
    running = {"name": "one"}
    monkeypatch.setattr("simulator.ui.server.files._get_session_id", lambda: running["name"])
    monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: running["name"])
    return running


@pytest.fixture
def manager(session) -> LastingFiles:
    return LastingFiles(MemoryMediaFileStorage("/media"), max_bytes=100)


def run(manager: LastingFiles, content: bytes, make=None) -> tuple[str, str]:
    """Run a page with two buttons; return the name of one's file, and what the other's press asks for."""
    manager.clear_session_refs()
    address = manager.add(content, "text/plain", "0", "a.txt", is_for_static_download=True)
    pressed = manager.add_deferred(make or (lambda: content * 2), "text/plain", "1", "b.txt")
    manager.remove_orphaned_files()
    return address.rpartition("/")[2], pressed


def others_run(manager: LastingFiles, session: dict[str, str]) -> None:
    mine = session["name"]
    session["name"] = "another"
    for _ in range(3):
        run(manager, b"another")
    session["name"] = mine


def test_what_a_page_offered_is_there_while_later_runs_come_and_gone_after_them(manager, session):
    name, pressed = run(manager, b"first")
    for number in range(RUNS):
        others_run(manager, session)
        manager.clear_session_refs()  # the next run has begun, and offers nothing yet
        others_run(manager, session)
        assert manager.read_file(name) is not None, number
        assert manager.read_file(manager.execute_deferred(pressed).rpartition("/")[2]).content == b"firstfirst"
    manager.clear_session_refs()
    manager.remove_orphaned_files()
    manager.remove_orphaned_files()
    assert manager.read_file(name) is None
    with pytest.raises(MediaFileStorageError):
        manager.execute_deferred(pressed)


def test_nothing_is_left_of_a_session_that_has_ended(manager, session):
    names = [run(manager, content)[0] for content in (b"first", b"second", b"third")]
    manager.clear_session_refs(session["name"])
    for _ in range(2):
        manager.remove_orphaned_files()
    assert [manager.read_file(name) for name in names] == [None] * 3
    assert not manager._deferred_callables


def test_a_file_made_for_a_press_waits_for_its_browser_and_all_of_them_have_a_bound(manager, session):
    def made(content: bytes) -> str:
        _, pressed = run(manager, content)
        return manager.execute_deferred(pressed).rpartition("/")[2]

    first = made(b"1" * 20)
    others_run(manager, session)
    assert manager.read_file(first).content == b"1" * 40
    second, third = made(b"2" * 20), made(b"3" * 20)
    others_run(manager, session)
    assert manager.read_file(first) is None
    assert [manager.read_file(name).content[:1] for name in (second, third)] == [b"2", b"3"]
    large = made(b"4" * 200)
    others_run(manager, session)
    assert len(manager.read_file(large).content) == 400


def test_a_button_keeps_no_run_and_computes_it_again(monkeypatch):
    offered = {}
    monkeypatch.setattr(
        downloads.st, "download_button", lambda _, make, name, *rest, **more: offered.update({name: make})
    )
    found = RUN.of(SETTINGS)
    wanted = records_csv(found)
    downloads.downloads(found, SETTINGS, "en")
    (csv,) = [make for name, make in offered.items() if name.endswith(".csv")]
    assert csv() == wanted
    del found
    RUN.forget(SETTINGS)
    gc.collect()
    assert RUN.known(SETTINGS) is None
    assert csv() == wanted
    assert RUN.known(SETTINGS) is not None  # it was computed


def test_a_slow_browser_gets_the_file_of_a_button_that_it_still_shows(server):
    with reader(server.url, cookie=cookie_of(MINE)) as learner, reader(server.url) as other:
        (path, *_) = files(learner, "lesson")
        for page in ("softmax", "losses"):
            learner.open(page)
            other.open(page)
        assert got(server.port, path, MINE) == 200
