"""The command's options."""

import pytest

from simulator import cli
from simulator.ui.frame.version import version


def options(*arguments: str) -> list[str]:
    return cli.streamlit_options(cli._parser().parse_args(arguments))


def test_by_default_it_serves_this_machine_and_opens_a_browser(monkeypatch):
    monkeypatch.delenv("STREAMLIT_SERVER_PORT", raising=False)
    assert options() == ["--server.port=8501"]


def test_serving_everywhere_accepts_every_name():
    assert options("--host", "0.0.0.0")[1:] == [
        "--server.address=0.0.0.0",
        "--server.allowedHosts=*",
        "--server.headless=true",
    ]


def test_serving_one_address_accepts_its_name_alone():
    assert "--server.allowedHosts=192.0.2.7" in options("--host", "192.0.2.7")
    assert "--server.allowedHosts=*" not in options("--host", "192.0.2.7")


def test_it_says_its_version(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"backprop-simulator {version()}\n"


def test_a_port_is_a_number(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--port", "many"])
    assert "--port" in capsys.readouterr().err


def test_it_hands_the_packaged_script_to_streamlit(monkeypatch):
    called: list[tuple[list[str], dict]] = []
    monkeypatch.setattr("streamlit.web.cli.main", lambda **keywords: called.append((list(cli.sys.argv), keywords)))
    monkeypatch.setattr(cli.sys, "argv", ["backprop-simulator"])
    cli.main(["--port", "8600"])
    (argv, _) = called[0]
    assert argv == ["streamlit", "run", str(cli.ROOT / "streamlit_app.py"), "--server.port=8600"]
