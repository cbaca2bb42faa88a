"""The store of a class, on a real SQLite and a real PostgreSQL: nothing that was said to be noted is lost."""

import glob
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from simulator.course.progress import Answered, LessonProgress, Progress
from simulator.errors import InputError
from tests.server.live import free_port

pytest.importorskip("sqlalchemy")
from sqlalchemy import event

from simulator.course.class_store import ClassStore, stumbles

ROOT = Path(__file__).parents[2]
ANSWERING = """
import sys
from sqlalchemy import event  # noqa: E402

from simulator.course.class_store import ClassStore
store = ClassStore(sys.argv[1])
for number in range(100_000):
    store.answer("one", "01-a", f"q{number % 50}", right=False, wrong=f"w{number}")
    print(number, flush=True)
"""


def programs() -> str:
    """Return the folder of PostgreSQL's programs; empty where there is none."""
    found = shutil.which("initdb") or next(iter(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))), "")
    return os.path.dirname(found)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    """Address of a PostgreSQL of our own; required with ``POSTGRES_REQUIRED=1``."""
    folder, refuse = programs(), pytest.fail if os.environ.get("POSTGRES_REQUIRED") else pytest.skip
    if not folder:
        refuse("There is no PostgreSQL: install Debian's package postgresql.")
    if importlib.util.find_spec("psycopg") is None:
        refuse("There is no psycopg: install the extra class.")
    home, port = tmp_path_factory.mktemp("postgres"), free_port()
    user = "postgres" if os.getuid() == 0 else None  # PostgreSQL does not run as root
    if user:
        for place in (home, *home.parents[:3]):
            place.chmod(0o755)
        shutil.chown(home, user)
    data, sockets = str(home / "data"), f"-k {home} -h 127.0.0.1 -p {port} -c fsync=on"

    def run(program: str, *options: str) -> None:
        subprocess.run([f"{folder}/{program}", *options], check=True, user=user, cwd=home, stdout=subprocess.DEVNULL)

    run("initdb", "-D", data, "-A", "trust", "-U", "course", "--no-locale", "-E", "UTF8")
    run("pg_ctl", "-D", data, "-o", sockets, "-w", "-l", str(home / "log"), "start")
    yield f"postgresql+psycopg://course@127.0.0.1:{port}/postgres"
    run("pg_ctl", "-D", data, "-m", "immediate", "stop")


@pytest.fixture
def opened():
    """Open stores that are closed in the end."""
    stores: list[ClassStore] = []

    def open_store(address: str) -> ClassStore:
        stores.append(ClassStore(address))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path, opened) -> str:
    """Address of an empty store."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/class.sqlite"
    address = request.getfixturevalue("postgres")
    opened(address).forget()
    return address


def outcome(store: ClassStore, lesson: str = "01-a", checkpoint: str = "x") -> Answered:
    (learner,) = store.learners()
    return learner.progress.lessons[lesson].checkpoints[checkpoint]


def test_answers_are_counted_and_wrong_ones_named(url, opened):
    store = opened(url)
    assert store.answer("one", "01-a", "x", right=False, wrong="sign").tries == 1
    assert store.answer("one", "01-a", "x", right=True, wrong="") == Answered(done="right", tries=2, wrong=["sign"])
    assert outcome(opened(url)) == Answered(done="right", tries=2, wrong=["sign"])


def test_what_a_browser_knows_is_added_and_nothing_falls_back(url, opened):
    store = opened(url)
    store.answer("one", "01-a", "x", right=True, wrong="")
    lessons = {"01-a": LessonProgress(checkpoints={"x": Answered(tries=1, wrong=["sign"]), "y": Answered(tries=1)})}
    both = store.save("one", Progress(lessons=lessons), ("01-a", "see"))
    assert both.lessons["01-a"].checkpoints["x"] == Answered(done="right", tries=1, wrong=["sign"])
    (learner,) = store.learners()
    assert learner.progress == both.model_copy(update={"learner": ""}) and (learner.lesson, learner.part) == (
        "01-a",
        "see",
    )


def test_names_are_short_and_may_be_none(url, opened):
    store = opened(url)
    assert store.name("one") == ""
    store.rename("one", "  김\n민지\x00 " + "x" * 100)
    assert store.name("one") == ("김 민지 " + "x" * 100)[:40]


def test_what_no_column_can_hold_is_left_out_and_the_rest_is_kept(url, opened):
    strange = {"x\x00": Answered(tries=1), "y" * 65: Answered(tries=1), "": Answered(tries=1), "z": Answered(tries=1)}
    lessons = {"01-a": LessonProgress(checkpoints=strange), "\x00": LessonProgress(checkpoints=strange)}
    store = opened(url)
    store.save("one", Progress(lessons=lessons))
    assert outcome(store, checkpoint="z") == Answered(tries=1)
    assert [list(one.progress.lessons["01-a"].checkpoints) for one in store.learners()] == [["z"]]


def test_the_class_counts_learners_not_tries(url, opened):
    store = opened(url)
    for learner in ("one", "two", "three"):
        store.answer(learner, "01-a", "x", right=False, wrong="sign")
        store.answer(learner, "01-a", "x", right=False, wrong="sign")
    store.answer("three", "01-a", "x", right=False, wrong="half")
    store.answer("four", "01-a", "x", right=True, wrong="")
    found = [(one.wrong, one.learners, one.asked) for one in stumbles(store.learners())]
    assert found == [("sign", 3, 4), ("half", 1, 4)]


def test_tabs_that_answer_at_once_lose_nothing(url, opened):
    stores = [opened(url) for _ in range(4)]
    failures: list[BaseException] = []

    def answer(number: int) -> None:
        try:
            for turn in range(10):
                stores[number].answer("one", "01-a", "x", right=False, wrong=f"w{number}-{turn}")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    found = outcome(stores[0])
    assert found.tries == 40 and set(found.wrong) == {f"w{number}-{turn}" for number in range(4) for turn in range(10)}


def test_a_process_that_is_killed_has_kept_every_answer_that_it_noted(url, opened):
    with subprocess.Popen(
        [sys.executable, "-c", ANSWERING, url], cwd=ROOT, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdout is not None
        last = 0
        for line in process.stdout:
            last = int(line)
            if last == 60:
                process.send_signal(signal.SIGKILL)  # in the middle of the next answer
    (learner,) = opened(url).learners()
    tries = sum(answered.tries for answered in learner.progress.lessons["01-a"].checkpoints.values())
    assert tries in (last + 1, last + 2), "the answer that was under way is there, or it is not"


def test_a_full_disk_is_a_sentence_and_what_was_there_stays(tmp_path, opened):
    store = opened(f"sqlite:///{tmp_path}/class.sqlite")
    store.answer("one", "01-a", "x", right=True, wrong="")

    def fill(connection, _record, _proxy) -> None:
        connection.execute(f"PRAGMA max_page_count={connection.execute('PRAGMA page_count').fetchone()[0]}")

    event.listen(store._engine, "checkout", fill)  # SQLite's own "database or disk is full"
    with pytest.raises(InputError) as found:
        for number in range(2000):
            store.answer("one", "01-a", f"q{number}", right=False, wrong="sign")
    assert "full" in str(found.value) and re.search("[가-힣]", found.value.in_language("ko"))
    assert outcome(opened(f"sqlite:///{tmp_path}/class.sqlite")).done == "right"


@pytest.mark.parametrize("address", ["sqlite:////nowhere/at/all.sqlite", "nothing", "mongo://x", "sqlite:///{folder}"])
def test_a_store_that_is_not_there_is_a_sentence(tmp_path, address, opened):
    with pytest.raises(InputError, match="cannot be reached"):
        opened(address.format(folder=tmp_path))


def test_every_process_has_the_same_key(url, opened):
    key = opened(url).key()
    assert len(key) >= 20 and opened(url).key() == key
    opened(url).forget()
    assert opened(url).key() == key and opened(url).learners() == []
