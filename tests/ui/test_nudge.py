"""The nudge on its two pages without a browser: it opens, says why it does not, and takes what a browser sends."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from simulator.errors import InputError
from simulator.scenes.chain_rule.scene import SCENE
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.scenes.computation_graph.settings import ComputationGraph
from simulator.texts import text
from simulator.ui.components.nudge.component import choose, take
from simulator.ui.controls.session import Controls


class Held(Controls):
    """Controls that hold their settings themselves."""

    def __init__(self, settings: Any):
        self.held, self.told, self.taken = settings, 3, 0
        self._name = "held"

    @property
    def settings(self) -> Any:
        return self.held

    @property
    def revision(self) -> int:
        return self.told

    def change(self, **changes: Any) -> None:
        self.held, self.told = self._changed(changes), self.told + 1

    def take(self, **changes: Any) -> None:
        self.held, self.taken = self._changed(changes), self.taken + 1


def opened(root, page: str, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(root / "pages" / f"{page}.py"), default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("page", "asking", "entry"),
    [
        ("graph", {"predict": "2"}, "computation_graph.nudge_predicting"),
        ("chain_rule", {"ask": "1"}, "chain_rule.predicting"),
    ],
)
def test_a_nudge_opens_and_gives_way_to_a_prediction(root, page, asking, entry, language):
    app = opened(root, page, lang=language, view="nudge", delta="-0.25")
    assert not app.exception and not app.warning and not app.info
    assert app.query_params["delta"] == "-0.25"
    app = opened(root, page, lang=language, view="nudge", **asking)
    assert not app.exception and [info.value for info in app.info] == [text(language, entry)]


@pytest.mark.parametrize("view", ["weight", "nudge", "matrices", "update"])
def test_no_view_of_the_chain_page_shows_what_is_to_be_predicted(root, view):
    app = opened(root, "chain_rule", lang="en", view=view, ask="1")
    shown = [element.value for kind in (app.markdown, app.table, app.caption) for element in kind]
    assert not app.exception and not app.table and not any("adient of" in str(words) for words in shown)
    for panel in {"nudge": ("nudge", "tangent")}.get(view, (view,)):
        with pytest.raises(InputError):
            SCENE.panel(panel, ChainRule(ask=True), "en")
    app.button(key="chain_rule_stop_asking").click().run()
    assert not app.exception and not app.info and "ask" not in app.query_params


def test_a_stop_that_the_browser_shows_is_taken_and_a_typed_one_computed():
    controls = Held(ComputationGraph())
    take(controls, {"delta": 0.75, "shown": True, "revision": 3})
    assert (controls.settings.delta, controls.taken, controls.revision) == (0.75, 1, 3)
    take(controls, {"delta": 0.123, "shown": False, "revision": 3})
    assert (controls.settings.delta, controls.taken, controls.revision) == (0.123, 1, 4)
    late = {"delta": 1.0, "shown": True, "revision": 3}
    for sent in (late, None, {}, *({"delta": bad, "revision": 4} for bad in ("1", True, None, float("nan"), 1e300))):
        take(controls, sent)
    assert controls.settings.delta == 0.123


def test_another_input_weight_or_entry_is_nudged():
    graph = Held(ComputationGraph(example="network_2_2_1", variable="W2", entry=(2, 1)))
    choose(graph, {"input": "b1", "entry": []})
    assert (graph.settings.variable, graph.settings.entry) == ("b1", ())
    choose(graph, {"input": "W1", "entry": [2, 1]})
    assert (graph.settings.variable, graph.settings.entry) == ("W1", (2, 1))
    choose(graph, {"input": "W1", "entry": [9, 9]})
    assert (graph.settings.variable, graph.settings.entry) == ("W1", (2, 1))  # there is no such place
    chain = Held(ChainRule())
    choose(chain, {"input": "2", "entry": [2, 4]})
    assert chain.settings.weight == (2, 2, 4)
    for sent in (None, {"input": 3, "entry": []}, {"input": "1", "entry": "11"}, {"input": "1", "entry": [1.5, True]}):
        choose(chain, sent)
    assert chain.settings.weight == (2, 2, 4)
