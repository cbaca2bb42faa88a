"""The controls of a fork: three lists that name a weight, and what the player's button does under a lock."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from simulator.texts import LANGUAGES, text


def controls_page(language: str, step: int | None = None):
    import streamlit as st

    from simulator.scenes.registry import scene_named
    from simulator.ui.controls.session import Controls
    from simulator.ui.controls.widgets import draw_control

    controls = Controls(scene_named("training"), language)
    for name in ("fork", "fork_weight", "fork_value"):
        if controls.settings.applies(name):
            draw_control(controls, name)
    controls.publish()
    st.json({"forks": controls.branches})
    if step is not None:
        controls.branch_at(step)
        st.json({"fork": controls.settings.fork, "opened": controls.opened()})


def opened(language: str = "en", step: int | None = None, **parameters: str) -> AppTest:
    app = AppTest.from_function(controls_page, kwargs={"language": language, "step": step}, default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def key(part: str, language: str = "en") -> str:
    return f"controls:training:fork_weight:{language}:{part}"


def link(app: AppTest) -> dict[str, str]:
    found = {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}
    return {name: value for name, value in found.items() if name.startswith("fork")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_weight_is_chosen_from_lists_and_stands_in_the_link(language):
    app = opened(language, hidden="3")
    layers = app.selectbox(key=key("layer", language))
    assert layers.options[0] == text(language, "training.off.fork_weight")
    assert layers.options[1:] == [words.capitalize() for words in layer_words(language)]
    assert len(app.selectbox) == 1 and len(app.number_input) == 0 and link(app) == {}
    layers.select_index(2).run()
    assert link(app) == {"fork_weight": "2.1.1"}
    source, unit = (app.selectbox(key=key(part, language)) for part in ("from", "to"))
    assert source.options == [text(language, "training.by_hand.bias"), "1", "2", "3"] and unit.options == ["1", "2"]
    source.select_index(3).run()
    app.selectbox(key=key("to", language)).select_index(1).run()
    app.number_input[0].set_value(-1.5).run()
    assert not app.exception
    assert link(app) == {"fork_weight": "2.3.2", "fork_value": "-1.5"}
    app.selectbox(key=key("layer", language)).select_index(1).run()
    assert link(app)["fork_weight"] == "1.2.2"  # the nearest that layer 1 has: two inputs
    app.selectbox(key=key("layer", language)).select_index(0).run()
    assert "fork_weight" not in link(app)


def layer_words(language: str) -> list[str]:
    return [text(language, "narration.layer.hidden", number=1), text(language, "narration.layer.output")]


def test_a_link_with_a_bias_of_the_network_opens_with_it():
    app = opened(hidden="3", fork_weight="1.0.3", fork_value="0.25")
    assert [app.selectbox(key=key(part)).value for part in ("layer", "from", "to")] == [1, 0, 3]
    assert app.number_input[0].value == 0.25


@pytest.mark.parametrize(
    ("parameters", "forks"),
    [({}, True), ({"fix": "rate"}, True), ({"fix": "fork"}, False), ({"only": "norm_bars"}, False)],
)
def test_the_player_forks_unless_a_teacher_has_settled_the_step(parameters, forks):
    app = opened(step=7, **parameters)
    before, after = (json.loads(element.value) for element in app.json)
    assert before == {"forks": forks}
    assert after == ({"fork": 7, "opened": "fork_loss"} if forks else {"fork": 10, "opened": None})


def messages_page():
    import streamlit as st

    from simulator.scenes.registry import scene_named
    from simulator.ui.controls.session import Controls

    controls = Controls(scene_named("training"), "en")
    for step, weight, value in [
        (None, (None, None, None), None),
        ("7", (1, 2.5, 1), "0"),
        (True, (1, 1, 1, 1), float("nan")),
        (-1, (0, 0, 0), 1e9),
    ]:
        controls.branch_at(step, **controls.settings.by_hand(weight, value))
    st.json({name: getattr(controls.settings, name) for name in ("fork", "fork_weight", "fork_value")})
    controls.branch_at(7, **controls.settings.by_hand((1, 2, 3), -0.25))
    st.json({name: getattr(controls.settings, name) for name in ("fork", "fork_weight", "fork_value")})


def test_what_a_diagram_cannot_have_sent_is_dropped():
    app = AppTest.from_function(messages_page, default_timeout=60).run()
    assert not app.exception
    before, after = (json.loads(element.value) for element in app.json)
    assert before == {"fork": 10, "fork_weight": [], "fork_value": 0.0}
    assert after == {"fork": 7, "fork_weight": [1, 2, 3], "fork_value": -0.25}
