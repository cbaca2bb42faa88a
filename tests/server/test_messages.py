"""What a client may ask of the server over its WebSocket, with a client that asks for more."""

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from simulator.ui.server.messages import NEEDED, is_needed
from tests.server.client import reader
from tests.server.live import serving


def heartbeat() -> BackMsg:
    message = BackMsg()
    message.app_heartbeat = True
    return message


def test_clearing_the_caches_of_all_readers_does_nothing(tmp_path):
    """Streamlit's handler runs before the next message is read, and what it clears is computed again: see the log."""
    script = tmp_path / "app.py"
    script.write_text(
        "import streamlit as st\n"
        "from simulator.ui.application import lifespan, middleware, routes\n"
        f"app = st.App({str(tmp_path / 'main.py')!r}, lifespan=lifespan, routes=routes(), middleware=middleware())\n"
    )
    (tmp_path / "main.py").write_text(
        "import streamlit as st\n"
        "@st.cache_resource\ndef pool():\n    print('a pool is made', flush=True)\n    return object()\n"
        "@st.cache_data\ndef table():\n    print('a table is read', flush=True)\n    return 1\n"
        "pool(); table()\n"
    )
    with serving(tmp_path / "log.txt", script=script) as server, reader(server.url) as hostile:
        hostile.open()
        message = BackMsg()
        message.clear_cache = True
        hostile.send(message)
        hostile.send(heartbeat())
        hostile.until("heartbeat_ack", 10)
        hostile.open()
        log = server.log.read_text()
    assert (log.count("a pool is made"), log.count("a table is read")) == (1, 1)


@pytest.mark.parametrize("kind", sorted({field.name for field in BackMsg.DESCRIPTOR.fields} - NEEDED))
def test_what_only_developers_need_is_dropped(kind):
    message = BackMsg()
    setattr(message, kind, True)
    assert message.WhichOneof("type") == kind
    assert not is_needed(message.SerializeToString())


def test_an_empty_message_is_dropped_and_an_unreadable_one_ends_the_connection():
    assert not is_needed(b"")
    assert is_needed(b"\xff\xff\xff")
    assert is_needed(None)  # a text: Streamlit closes


def test_a_huge_message_is_refused_while_it_arrives(server):
    with reader(server.url) as hostile:
        hostile.open("softmax")
        message = BackMsg()
        message.rerun_script.query_string = "x" * (3 * 2**20)
        with pytest.raises((ConnectionClosed, ConnectionError)):
            hostile.send(message)
            hostile.until("script_finished", 10)
