"""The command's options."""

import os
import socket

import pytest

from simulator import cli
from simulator.ui.frame.security import FRAME_ANCESTORS
from simulator.ui.frame.version import version
from simulator.ui.server.hosts import HOSTS


def options(*arguments: str) -> list[str]:
    return cli.streamlit_options(cli._parser().parse_args(arguments))


def test_by_default_it_serves_this_machine_and_opens_a_browser(monkeypatch):
    monkeypatch.delenv("STREAMLIT_SERVER_PORT", raising=False)
    assert options() == ["--server.port=8501"]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7"])
def test_serving_other_machines_opens_no_browser(host):
    assert options("--host", host)[1:] == [f"--server.address={host}", "--server.headless=true"]


def test_it_says_its_version(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"backprop-simulator {version()}\n"


def refusal(capsys, *arguments: str) -> str:
    """Return the sentence with which the command ends."""
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert end.value.code == 2
    *usage, sentence = capsys.readouterr().err.splitlines()
    assert usage[0].startswith("usage:")
    return sentence.removeprefix("backprop-simulator: error: ")


@pytest.mark.parametrize("port", ["many", "99999", "-1", "8501.5", "", "８５０１"])
def test_a_port_is_a_number_up_to_65535(capsys, port):
    assert f"a whole number up to 65535. Got {port!r}." in refusal(capsys, f"--port={port}")


def test_a_port_from_the_environment_is_checked_too(capsys, monkeypatch):
    monkeypatch.setenv(cli.PORT, "abc")
    assert cli.PORT in refusal(capsys)


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("nowhere.invalid", "There is no address nowhere.invalid."),
        ("a..b", "There is no address a..b."),
        ("192.0.2.7", "192.0.2.7 is not an address of this machine."),
    ],
)
def test_a_host_is_an_address_of_this_machine(capsys, host, sentence):
    assert refusal(capsys, "--host", host, "--port", "0").startswith(sentence)


def test_a_port_in_use_is_said(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refusal(capsys, "--port", str(port)).startswith(f"Port {port} is in use.")


def test_a_wrong_frame_ancestor_is_said(capsys, monkeypatch):
    monkeypatch.setenv(FRAME_ANCESTORS, "https://a.example; script-src *")
    assert refusal(capsys, "--port", "0").startswith(f"{FRAME_ANCESTORS} must be")


def test_it_hands_the_packaged_script_to_streamlit(monkeypatch):
    called: list[tuple[list[str], dict]] = []
    monkeypatch.setattr("streamlit.web.cli.main", lambda **keywords: called.append((list(cli.sys.argv), keywords)))
    monkeypatch.setattr(cli.sys, "argv", ["backprop-simulator"])
    monkeypatch.setenv(HOSTS, "one.example")
    cli.main(["--port", "0", "--name", "two.example", "--name", "three.example"])
    (argv, _) = called[0]
    assert argv == ["streamlit", "run", str(cli.ROOT / "streamlit_app.py"), "--server.port=0"]
    assert os.environ[HOSTS] == "one.example two.example three.example"
