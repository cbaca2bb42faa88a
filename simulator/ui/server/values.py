"""A widget looks up its own value in the session; Streamlit would first gather all values, for every widget anew."""

from collections.abc import Iterator, Mapping
from typing import Any

from streamlit.runtime.state.safe_session_state import SafeSessionState

_gathered = vars(SafeSessionState)["filtered_state"].__get__


class Values(Mapping[str, Any]):
    """What ``SafeSessionState.filtered_state`` holds, each value looked up when it is asked for.

    On the page of a training run 20 widgets ask, each for its own of 76 values, of which some are objects that are made
    anew whenever they are read: together a fifth of what the page costs the processor.
    """

    def __init__(self, session: SafeSessionState):
        self._session = session

    def __getitem__(self, key: str) -> Any:
        with self._session._lock:
            return self._session._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_gathered(self._session))

    def __len__(self) -> int:
        return len(_gathered(self._session))


def look_values_up() -> None:
    """Let the widgets of this process do so."""
    SafeSessionState.filtered_state = property(Values)  # pyright: ignore[reportAttributeAccessIssue]
