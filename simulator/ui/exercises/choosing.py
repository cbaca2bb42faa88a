"""What is open on the page of exercises: a problem, the topics that the reader wants, practice or sheets."""

import secrets
from typing import NamedTuple

import streamlit as st

from simulator.course.exercises.registry import GROUPS, LARGEST_SEED, TOPICS, group_title, title
from simulator.texts import text
from simulator.ui import link

PAGE = "exercises"
PARAMETERS = ("topic", "seed", "topics", "view")
VIEWS = ("practice", "sheet")
_OPEN = "exercises:open"
FIRST_SEED = 1


class Open(NamedTuple):
    """What the page shows."""

    topic: str
    seed: int
    picked: tuple[str, ...] = ()  # topics that the reader wants; none for all
    view: str = VIEWS[0]

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that problems come from."""
        return self.picked or tuple(TOPICS)


def opened(language: str) -> Open:
    """Return what is open: at first what the link names; where it names what there is not, a sentence says so."""
    arrived = link.arrived_with(PAGE, PARAMETERS)
    if arrived is not None:
        st.session_state[_OPEN] = found = read(arrived)
        if not is_whole(arrived, found):
            st.warning(text(language, "exercises.mended"))
    shown: Open = st.session_state.setdefault(_OPEN, read({}))
    default = {"topics": "", "view": VIEWS[0]}
    values = {name: value for name, value in _parameters(shown).items() if value != default.get(name)}
    link.publish(PAGE, PARAMETERS, values)
    return shown


def is_whole(parameters: dict[str, str], found: Open) -> bool:
    """Say whether everything that a link names was found.

    >>> asked = {"topics": "momentum,adam", "seed": "3"}
    >>> is_whole(asked, read(asked)), is_whole({"seed": "x"}, read({"seed": "x"}))
    (True, False)
    """
    topics = parameters.get("topics", "").split(",")
    named = {name: value for name, value in _parameters(found).items() if name in parameters and name != "topics"}
    return all(parameters[name] == value for name, value in named.items()) and set(topics) - {""} == set(found.picked)


def _parameters(shown: Open) -> dict[str, str]:
    return {"topic": shown.topic, "seed": str(shown.seed), "topics": ",".join(shown.picked), "view": shown.view}


def read(parameters: dict[str, str]) -> Open:
    """Return what the parameters of a link name; what they do not name rightly is the nearest that there is.

    >>> read({"topic": "adam", "seed": "12", "topics": "adam,none"})
    Open(topic='adam', seed=12, picked=('adam',), view='practice')
    >>> read({"topic": "none", "seed": "-3"})
    Open(topic='forward', seed=1, picked=(), view='practice')
    """
    picked = tuple(topic for topic in TOPICS if topic in parameters.get("topics", "").split(","))
    topic, written = parameters.get("topic", ""), parameters.get("seed", "")
    seed = int(written) if written.isascii() and written.isdecimal() and len(written) <= 6 else FIRST_SEED
    view = parameters.get("view", "")
    return Open(
        topic if topic in TOPICS else (*picked, *TOPICS)[0],
        seed if seed <= LARGEST_SEED else FIRST_SEED,
        picked,
        view if view in VIEWS else VIEWS[0],
    )


def new_problem() -> None:
    """Open a new problem of one of the topics that the reader wants, another topic than before where there is one."""
    shown: Open = st.session_state[_OPEN]
    others = [topic for topic in shown.topics if topic != shown.topic] or [shown.topic]
    _open(shown, secrets.choice(others))


def _open(shown: Open, topic: str) -> None:
    st.session_state[_OPEN] = shown._replace(topic=topic, seed=1 + secrets.randbelow(LARGEST_SEED))


def draw_topics(shown: Open, language: str) -> None:
    """Offer every topic by what it belongs to; none chosen means all of them."""
    st.caption(text(language, "exercises.pick"))
    for group, topics in GROUPS.items():
        key = f"exercises:topics:{group}"
        st.session_state[key] = [topic for topic in topics if topic in shown.picked]
        st.pills(
            group_title(group, language),
            list(topics),
            selection_mode="multi",
            format_func=lambda topic: title(topic, language),
            key=key,
            wrap=True,
            on_change=_pick,
            args=(group, key),
        )


def _pick(group: str, key: str) -> None:
    shown: Open = st.session_state[_OPEN]
    chosen = set(st.session_state[key] or ())
    wanted = {topic for topic in shown.picked if topic not in GROUPS[group]} | chosen
    picked = tuple(topic for topic in TOPICS if topic in wanted)
    st.session_state[_OPEN] = shown = shown._replace(picked=picked)
    added = [topic for topic in picked if topic in chosen and topic != shown.topic]
    if picked and shown.topic not in picked:
        _open(shown, (added or picked)[-1])


def draw_views(shown: Open, language: str) -> None:
    """Offer practice and sheets."""
    key = "exercises:view"
    st.session_state[key] = shown.view
    names = {"practice": "exercises.view.practice", "sheet": "exercises.view.sheet"}
    st.segmented_control(
        text(language, "frame.view"),
        VIEWS,
        format_func=lambda view: text(language, names[view]),
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=_view,
        args=(key,),
    )


def _view(key: str) -> None:
    st.session_state[_OPEN] = st.session_state[_OPEN]._replace(view=st.session_state[key])
