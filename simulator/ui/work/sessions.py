"""Whose work it is: the session that asks, and whether it is still there. All that depends on Streamlit's runtime."""

from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx


def this_session() -> str:
    """Return the session that the running script belongs to; empty where there is none."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context is not None else ""


def asks_by_itself() -> bool:
    """Return whether the script runs because a part of the page asks how far its work is: nobody moved a control."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and bool(context.fragment_ids_this_run)


def is_there(session: str) -> bool:
    """Say whether a browser is connected to a session. For any thread.

    A closed tab is gone at once. A lost connection is too, and comes back when the browser reconnects.
    """
    return not Runtime.exists() or bool(Runtime.instance().is_active_session(session))
