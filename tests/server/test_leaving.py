"""Ctrl-C and SIGTERM end the server within two seconds, whatever it is doing."""

import os
import signal
import socket
import time
from contextlib import ExitStack

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.server.client import reader
from tests.server.live import serving

SECONDS = 2.0
LONG = "epochs=20000&rows=20000&batch=1"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_during_a_long_run_and_with_connections_open(tmp_path, number):
    with ExitStack() as stack:
        server = stack.enter_context(serving(tmp_path / "log.txt"))
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
        start = time.monotonic()
        server.process.send_signal(number)
        code = server.process.wait(60)
        assert time.monotonic() - start < SECONDS
        assert code == -number
        assert "Traceback" not in server.log.read_text()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
def test_a_second_time_ends_it_at_once(tmp_path):
    with serving(tmp_path / "log.txt") as server:
        server.process.send_signal(signal.SIGINT)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(SECONDS) == -signal.SIGINT
        assert "Traceback" not in server.log.read_text()
