"""Files to download are there as long as a page can show their buttons, though Streamlit would drop them before."""

from collections import OrderedDict
from itertools import pairwise

from streamlit import runtime
from streamlit.runtime.media_file_manager import MediaFileManager, _get_session_id
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

RUNS = 3
"""Of a page, after which what it offered is gone: a browser shows a button until it has drawn a later run."""
MAX_MADE_BYTES = 64 * 2**20
"""Of the files made when their buttons were pressed, of all readers; beyond it the oldest go."""
_MADE = "made"


class LastingFiles(MediaFileManager):
    """Streamlit's manager, which also holds what pages offered in the runs before, and what was made for a press.

    Streamlit forgets a page's files when its next run begins, and drops what is forgotten when anybody's run ends:
    while a page is computed, or its browser is slow, the buttons still on screen would lead nowhere. A file made for a
    press is of no page at all: in a hall of learners it would be gone before its browser asks for it.
    """

    def __init__(self, storage: MemoryMediaFileStorage, max_bytes: int = MAX_MADE_BYTES):
        super().__init__(storage)
        self._max_bytes = max_bytes
        self._made: OrderedDict[str, int] = OrderedDict()  # names with their bytes, the latest last

    def clear_session_refs(self, session_id: str | None = None) -> None:
        """Note that a run of this session begins; with a session's name, forget one that has ended."""
        session = session_id or _get_session_id()
        names = [session, *(f"{session} {before}" for before in range(1, RUNS + 1))]
        with self._lock:
            held = self._files_by_session_and_coord
            if session_id is None:
                for newer, older in reversed([*pairwise(names)]):
                    held[older] = held.pop(newer, {})
            else:
                for name in names:
                    held.pop(name, None)

    def execute_deferred(self, file_id: str) -> str:
        """Make the file of a button that was pressed, hold it for its browser, and return its address."""
        address = super().execute_deferred(file_id)
        name = address.rpartition("/")[2].partition(".")[0]
        file = self.read_file(name)
        with self._lock:
            self._made[name] = file.content_size if file is not None else 0
            self._made.move_to_end(name)
            while len(self._made) > 1 and sum(self._made.values()) > self._max_bytes:
                self._made.popitem(last=False)
            self._files_by_session_and_coord[_MADE] = {one: one for one in self._made}
        return address


def let_files_last() -> None:
    """Put such a manager in the place of Streamlit's, which is chosen nowhere else; before anybody's page runs."""
    serving = runtime.get_instance()
    storage = serving.media_file_mgr._storage
    assert isinstance(storage, MemoryMediaFileStorage)  # what st.App makes
    serving._media_file_mgr = LastingFiles(storage)
