"""Ctrl-C and SIGTERM end the server within two seconds, whatever it is doing."""

import os
import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.server.client import reader
from tests.server.live import ROOT, children, runs, serving

SECONDS = 2.0
LONG = "epochs=40000&rows=20000&batch=32"  # seven minutes, in a process of its own


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
@pytest.mark.parametrize(
    ("number", "script"), [(signal.SIGINT, None), (signal.SIGTERM, ROOT / "streamlit_app.py")], ids=["int", "term"]
)
def test_it_ends_during_a_long_run_and_with_connections_open(tmp_path, number, script):
    """Started by its own command and by Streamlit's: worker processes import what the process was started with."""
    with ExitStack() as stack:
        server = stack.enter_context(serving(tmp_path / "log.txt", script=script))
        learner, other = (stack.enter_context(reader(server.url)) for _ in range(2))
        upload = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        other.open("softmax")
        message = BackMsg()
        message.rerun_script.page_name, message.rerun_script.query_string = "training", LONG
        learner.send(message)
        learner.until("delta")
        upload.sendall(b"PUT /_stcore/upload_file/a/b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n")
        time.sleep(5)  # the run compiles and trains now
        assert server.process.poll() is None
        began = children(server.process.pid)
        assert len(began) == 2 or not Path("/proc").exists()  # the worker, and what keeps track of its locks
        start = time.monotonic()
        server.process.send_signal(number)
        code = server.process.wait(60)
        assert time.monotonic() - start < SECONDS
        assert code == -number
        while any(runs(process) for process in began):
            assert time.monotonic() - start < SECONDS
            time.sleep(0.01)
        log = server.log.read_text()
        assert "Traceback" not in log and "leaked" not in log and "worker" not in log


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
def test_a_second_time_ends_it_at_once(tmp_path):
    with serving(tmp_path / "log.txt") as server:
        server.process.send_signal(signal.SIGINT)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(SECONDS) == -signal.SIGINT
        assert "Traceback" not in server.log.read_text()
