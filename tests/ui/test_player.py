"""Player and pictures, as the server sends them."""

import json
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from simulator.texts import LANGUAGES, text
from simulator.ui.components.assets import read_assets
from simulator.ui.components.picture.picture import SCRIPTS
from simulator.ui.components.player.player import WORDS


def player_page(language: str, epochs: bool):
    import numpy as np

    from simulator.ui.components.player.player import player

    shown = np.array([0.0, 0.5, 1.0]) if epochs else None
    player(np.array([0, 5, 10]), key="player", language=language, epochs=shown, num_steps=12)


def pictures_page(step: int):
    from simulator.scenes.training.pictures.curves import loss_curve
    from simulator.ui.components.picture.picture import picture
    from tests import fakes

    records, frames, network, *_ = fakes.trained((4,), num_steps=20, num_frames=5)
    frames = frames._replace(step=frames.step + step)
    picture(loss_curve(records, frames, "ko"), key="loss", language="ko")
    picture(fakes.diagram(records, frames, network, "ko"), key="a diagram/1", language="ko")


def sent(app: AppTest) -> list:
    assert not app.exception
    return [element.proto for element in app.main.children.values()]


def header(packed: bytes) -> dict:
    return json.loads(packed[8 : 8 + int.from_bytes(packed[:8], "little")])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("epochs", [True, False])
def test_the_player_gets_steps_and_words(language, epochs):
    app = AppTest.from_function(player_page, kwargs={"language": language, "epochs": epochs}, default_timeout=60)
    (proto,) = sent(app.run())
    data = json.loads(proto.json)
    assert data["steps"] == [0, 5, 10] and data["total"] == 12
    assert (data["epochs"] == [0.0, 0.5, 1.0]) if epochs else (data["epochs"] is None)
    assert set(WORDS) <= set(data["words"])
    assert data["words"]["play"] == text(language, "player.play")
    assert {"{step}", "{total}", "{epoch}"} == set(re.findall(r"\{\w+\}", data["words"]["position"]))


def test_a_picture_travels_once_as_bytes_and_changes_its_name_with_its_content():
    loss, diagram = (header(proto.bytes) for proto in sent(picture_app(0)))
    assert loss["title"] == text("ko", "figures.loss.title") and loss["step"][-1] == 20
    assert loss["vega"].startswith("/assets/vega-") and set(loss["themes"]) >= {"light", "dark"}
    assert diagram["file"] == "a_diagram_1" and "specs" not in diagram
    again, other = (header(sent(picture_app(step))[0].bytes) for step in (0, 1))
    assert loss["id"] == again["id"] != other["id"]


def picture_app(step: int) -> AppTest:
    return AppTest.from_function(pictures_page, kwargs={"step": step}, default_timeout=60).run()


@pytest.mark.parametrize("kind", SCRIPTS)
def test_scripts_run_under_the_content_policy(kind):
    script = read_assets(*SCRIPTS[kind])
    assert script.count("export default") == 1
    assert not re.search(r"\beval\(|new Function|innerHTML|setAttribute\(.on|https?://(?!www\.w3\.org)", script)


def test_scripts_lose_comments_and_nothing_else():
    script = read_assets("shared/bus.js")
    assert "// " not in script and "simulator:frame" in script
    assert script.count("{") == script.count("}")


def test_every_word_that_a_script_asks_for_is_sent():
    protos = sent(picture_app(0))
    for kind, proto in zip(("vega", "network"), protos, strict=True):
        asked = set(re.findall(r"words\.(\w+)", read_assets(*SCRIPTS[kind])))
        assert asked <= set(header(proto.bytes)["words"]), kind


def test_frames_are_numbered_like_their_steps():
    data = header(sent(picture_app(0))[0].bytes)
    now = data["frames"]["now"]["train"]
    assert now["shape"] == [5, 1] and len(data["step"]) == 5
    assert np.all(np.diff(data["step"]) > 0)
