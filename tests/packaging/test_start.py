"""The application starts: from the checkout by ``streamlit run``, and from an installed wheel in an empty folder."""

import json
import os
import re
import site
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

STARTING_SECONDS = 90


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status, answer.read().decode()


@contextmanager
def started(command: list[str], port: int, folder: Path, log: Path) -> Iterator[str]:
    """Run a command in a folder until the block ends; yield the address at which the application answers."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    clean["BACKPROP_SIMULATOR_WARM_UP"] = "off"
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=folder, env=clean, stdout=output, stderr=output)
        try:
            url = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + STARTING_SECONDS
            while time.monotonic() < deadline and process.poll() is None:
                with suppress(OSError):
                    read(f"{url}/healthz")
                    break
                time.sleep(0.1)
            else:
                pytest.fail(f"It did not start:\n{log.read_text()}")
            yield url
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory) -> Path:
    """The built wheel."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)], cwd=root, check=True)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Folder of the commands of an environment that holds the wheel and borrows all other packages from this one."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    purelib = Path(
        subprocess.check_output(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
        ).strip()
    )
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", "-q"]
    subprocess.run([*install, str(wheel)], check=True)
    (purelib / "borrowed.pth").write_text("\n".join(site.getsitepackages()))
    return scripts


def test_streamlit_run_in_the_checkout(root, tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", f"--server.port={port}", "--server.headless=true"]
    with started(command, port, root, tmp_path / "log.txt") as url:
        assert json.loads(read(f"{url}/healthz")[1])["status"] == "ok"
        assert read(url)[0] == 200


def test_the_wheel_carries_pages_lessons_words_and_settings(wheel, root):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "simulator/app/streamlit_app.py" in names
    assert "simulator/app/.streamlit/config.toml" in names
    for page in (root / "pages").glob("*.py"):
        assert f"simulator/app/pages/{page.name}" in names
    for file in (root / "lessons").rglob("*.*"):
        assert f"simulator/app/{file.relative_to(root).as_posix()}" in names
    for file in (root / "simulator").rglob("*"):
        if file.is_file() and file.suffix not in {".pyc", ""}:
            assert file.relative_to(root).as_posix() in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "test" in name.split("/")[0]]


def test_the_installed_command_starts_the_application_in_an_empty_folder(installed, tmp_path):
    port, empty = free_port(), tmp_path / "empty"
    empty.mkdir()
    (empty / "random.py").write_text("raise SystemExit('a file of the reader, not ours')\n")
    command = [str(installed / "backprop-simulator"), "--no-browser", "--port", str(port)]
    with started(command, port, empty, tmp_path / "log.txt") as url:
        health = json.loads(read(f"{url}/healthz")[1])
        assert health["version"] not in {"", "checkout"}
        status, page = read(f"{url}/?lang=ko")
        assert status == 200
        assert '<html lang="ko">' in page
        status, page = read(f"{url}/training?lang=en")
        assert status == 200
        assert '<html lang="en">' in page
        # The packaged settings are in force: no other machine, and no other name.
        assert "http://0.0.0.0" not in (tmp_path / "log.txt").read_text()
        assert "127.0.0.1" in (tmp_path / "log.txt").read_text()
    assert {path.name for path in empty.iterdir()} == {"random.py"}


def test_the_installed_pages_run(installed, tmp_path):
    script = tmp_path / "visit.py"
    script.write_text(
        "from streamlit.testing.v1 import AppTest\n"
        "from simulator.ui.application import MAIN_SCRIPT\n"
        "from simulator.ui.frame.pages import PAGES, ROOT\n"
        "assert ROOT.name == 'app', ROOT\n"
        "app = AppTest.from_file(str(MAIN_SCRIPT), default_timeout=120).run()\n"
        "assert not app.exception and app.title, app\n"
        "assert len(PAGES) > 1\n"
    )
    python = installed / ("python.exe" if os.name == "nt" else "python")
    done = subprocess.run([python, str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr


def test_the_constraints_name_every_dependency_without_an_address(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {name.replace("_", "-").lower() for name in (re.split("[>[]", requirement)[0] for requirement in wanted)}
    assert names <= pins.keys()
    assert "torch" not in pins
    assert not [line for line in lines if "/" in line or "@" in line]
