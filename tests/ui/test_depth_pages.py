"""The three pages in both languages: every view draws, links are mended, presets and controls reach the numbers."""

import pytest
from streamlit.testing.v1 import AppTest

from simulator.texts import text

WITHOUT_TRAINING = [
    *(("gradient_decay", view) for view in ("decay", "microscope", "factors", "underflow")),
    *(("initialization", view) for view in ("signal", "histograms")),
    *(("activations", view) for view in ("curves", "zigzag", "cost")),
]
SMALL = {
    "gradient_decay": {"depth": "5", "width": "8", "seeds": "8"},
    "initialization": {"depth": "10", "width": "8", "seeds": "8"},
}
TITLES = {
    "gradient_decay": "gradient_decay.title",
    "initialization": "initialization.title",
    "activations": "activations.title",
}


def opened(root, page: str, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(root / "pages" / f"{page}.py"), default_timeout=60)
    for name, value in {"lang": "en", **SMALL.get(page, {}), **parameters}.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(("page", "view"), WITHOUT_TRAINING)
def test_every_view_draws(root, page, view, language):
    app = opened(root, page, view=view, lang=language)
    assert not app.exception
    assert app.title[0].value == text(language, TITLES[page])
    assert not app.warning


@pytest.mark.parametrize(
    ("page", "parameters", "sentences"),
    [
        ("gradient_decay", {"depth": "1e9", "activation": "softplus", "values": "x"}, 3),
        ("gradient_decay", {"preset": "nothing", "std": "nan"}, 2),
        ("gradient_decay", {"view": "factors", "factors": "0.5,x,2000"}, 1),
        ("initialization", {"initializers": "he", "depth": "-3"}, 2),
        ("activations", {"z": "1e30", "functions": "", "slope": "steep"}, 3),
    ],
)
def test_bad_links_get_a_sentence_each_and_a_page(root, page, parameters, sentences):
    for language in ("ko", "en"):
        app = opened(root, page, lang=language, **parameters)
        assert not app.exception
        assert len(app.warning) == sentences
        assert "preset" not in app.query_params


@pytest.mark.parametrize(
    ("page", "preset", "view"),
    [
        ("gradient_decay", "narrow", "microscope"),
        ("initialization", "histograms", "histograms"),
        ("activations", "zigzag", "zigzag"),
    ],
)
def test_a_preset_in_the_link_opens_its_view(root, page, preset, view):
    app = AppTest.from_file(str(root / "pages" / f"{page}.py"), default_timeout=60)
    app.query_params["preset"], app.query_params["lang"] = preset, "en"
    app.run()
    assert not app.exception
    assert app.query_params["view"] == view
    assert "preset" not in app.query_params
    assert app.selectbox(key=f"controls:{page}:preset:en").value == preset


def test_moving_the_depth_changes_the_words_and_the_link(root):
    app = opened(root, "gradient_decay", view="microscope")  # the first view's picture moves the depth itself
    before = app.markdown[-1].value
    app.slider(key="controls:gradient_decay:depth:en").set_value(9).run()
    assert app.query_params["depth"] == "9"
    assert app.markdown[-1].value != before


def test_another_difference_brings_its_own_choices(root):
    app = opened(root, "gradient_decay")
    app.selectbox(key="controls:gradient_decay:differ:en").set_value("normalization").run()
    assert app.query_params["values"] == "none.batch"
    assert app.multiselect(key="controls:gradient_decay:values:en").value == ["none", "batch"]
    assert not app.exception


def test_with_fewer_than_two_networks_the_last_comparison_stays(root):
    app = opened(root, "gradient_decay")
    app.multiselect(key="controls:gradient_decay:values:en").set_value(["relu"]).run()
    assert not app.exception
    assert "values" not in app.query_params  # still the default two


def test_erratum_of_source_e_is_said_plainly(root):
    for language in ("ko", "en"):
        shown = " ".join(element.value for element in opened(root, "activations", lang=language).markdown)
        assert "1.8158×10⁻⁴" in shown and "4.501×10⁻⁷" in shown and "0.006648" in shown


def test_errata_of_source_b_are_said_with_measured_numbers(root):
    app = opened(root, "initialization")
    shown = " ".join(element.value for element in app.markdown)
    assert "√16 = 4" in shown and "whatever the activation" in shown
    assert len(app.table[0].value) == 3


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("page", "view"),
    [
        *(("gradient_decay", view) for view in ("decay", "microscope", "underflow")),
        *(("initialization", view) for view in ("signal", "histograms")),
    ],
)
@pytest.mark.parametrize("std", ["0", "10"])
def test_extreme_weights_get_sentences_not_errors(root, page, view, std, language):
    """All weights 0, and weights with which every number overflows."""
    extreme = {"view": view, "std": std, "initializer": "normal", "depth": "50", "width": "16", "activation": "relu"}
    extreme |= {"differ": "activation", "values": "relu.identity", "initializers": "normal.constant", "value": std}
    app = opened(root, page, lang=language, **extreme)
    assert not app.exception and not app.warning


def test_the_view_of_exploding_gradients_opens_with_a_network_that_explodes(root):
    app = opened(root, "gradient_decay", depth="20", width="32", seeds="32")
    app.segmented_control(key="controls:gradient_decay:view:en").set_value("explosion").run()
    assert not app.exception
    assert app.selectbox(key="controls:gradient_decay:activation:en").value == "relu"
    assert app.selectbox(key="controls:gradient_decay:initializer:en").value == "normal"
    app.segmented_control(key="controls:gradient_decay:view:en").set_value("decay").run()
    assert not app.exception
    assert app.selectbox(key="controls:gradient_decay:differ:en").value == "activation"
    assert app.selectbox(key="controls:gradient_decay:initializer:en").value == "he_normal"


def test_chosen_settings_stay_when_the_view_changes(root):
    app = opened(root, "gradient_decay", initializer="xavier_normal")
    app.segmented_control(key="controls:gradient_decay:view:en").set_value("explosion").run()
    assert app.selectbox(key="controls:gradient_decay:initializer:en").value == "xavier_normal"
