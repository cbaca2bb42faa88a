"""Every preset shows what it says, and quickly."""

from functools import cache

import numpy as np
import pytest

from simulator.core.diagnosis import diagnose
from simulator.core.run import Run, train
from simulator.errors import InputError
from simulator.scenes.registry import scene
from simulator.scenes.training.presets import PRESETS
from simulator.scenes.training.scene import SCENE
from simulator.scenes.training.settings import Training
from simulator.texts import LANGUAGES, catalogue, has_text, text

# Asked for by name below, so that a test cannot pass over a preset that is gone.
NAMES = (
    "first_look",
    "or_perceptron",
    "xor_without_hidden",
    "xor_with_hidden",
    "food",
    "digits_tanh_mse",
    "digits_deep",
    "dying_relu",
    "diverging_rate",
    "fork_recovers",
    "vanishing_sigmoid",
)


def run_of(settings: Training) -> Run:
    dataset = settings.dataset()
    return train(settings.network(dataset), settings.training(), dataset)


@cache
def run(name: str) -> Run:
    return run_of(PRESETS[name])


def kinds(name: str) -> set[str]:
    return {finding.kind for finding in diagnose(run(name))}


def test_the_presets_of_the_training_page_are_there():
    assert tuple(PRESETS) == NAMES == tuple(SCENE.presets)
    assert {name: preset.settings for name, preset in SCENE.presets.items()} == PRESETS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_each_has_a_title_and_one_sentence(language: str, name: str):
    assert has_text(language, f"training.preset.{name}")
    assert text(language, f"training.look.{name}").endswith(".")


def test_no_sentence_for_a_preset_that_is_gone():
    looks = {entry for entry in catalogue("en") if entry.startswith("training.look.")}
    assert looks == {f"training.look.{name}" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_each_fits_into_a_link(name: str):
    assert Training.read(PRESETS[name].to_link()) == (PRESETS[name], ())


@pytest.mark.parametrize("name", NAMES)
def test_each_has_the_panel_that_it_is_about(name: str):
    panel = SCENE.presets[name].panel
    assert SCENE.view(panel).exists(PRESETS[name])


def test_an_unknown_preset_names_the_known_ones():
    with pytest.raises(InputError, match="first_look"):
        scene("training", preset="last_look")


def test_first_look_learns():
    assert run("first_look").network.layer_sizes == (2, 8, 8, 2)
    assert run("first_look").test_accuracy > 0.9
    assert kinds("first_look") <= {"converged", "still_learning"}


def test_or_perceptron_is_the_curriculum_s():
    found = run("or_perceptron")
    assert found.network.layer_sizes == (2, 1) and found.num_steps == 500
    assert found.records.accuracy[-1] == 1.0
    # Inputs {0, 1}²: the line separates (0, 0) from the rest, as w = (1, 1), b = −0.5 does.
    outputs = found.predict(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
    assert np.sign(outputs[:, 0]).tolist() == [-1, 1, 1, 1]


def test_xor_needs_a_hidden_layer():
    assert run("xor_without_hidden").records.accuracy[-30:].mean() < 0.65
    assert "underfitting" in kinds("xor_without_hidden")
    assert run("xor_with_hidden").test_accuracy > 0.95
    assert kinds("xor_with_hidden") == {"healthy"}


def test_food_is_the_curriculum_s():
    found = run("food")
    assert found.network.layer_sizes == (4, 32, 32, 4)
    assert (found.training.batch_size, found.training.num_epochs, found.training.learning_rate) == (256, 1000, 0.01)
    assert found.test_accuracy > 0.8


def test_digits_are_read():
    assert run("digits_tanh_mse").test_accuracy > 0.9
    assert run("digits_deep").test_accuracy > 0.93


def test_the_deep_network_s_gradients_stay_close_together():
    assert run("digits_deep").network.num_hidden_layers == 4
    norms = run("digits_deep").records.pre_activation_grad_norm[0, :-1]
    assert norms.max() < 5 * norms.min()


def test_relu_dies():
    found = run("dying_relu")
    (finding,) = [finding for finding in diagnose(found) if finding.kind == "dead_layer"]
    assert finding.step is not None and 15 < finding.step < 25  # "about twenty updates"
    assert finding.layer == 1  # "layer 2"
    assert found.records.dead_fraction[0].max() < 0.5
    assert (found.records.dead_fraction[-10:, finding.layer] == 1.0).all()
    assert (found.records.pre_activation_grad_norm[-10:, 0] == 0.0).all()


def test_the_rate_diverges_and_a_hundredth_of_it_does_not():
    assert run("diverging_rate").first_nonfinite is not None
    assert not np.isfinite(run("diverging_rate").records.loss[-1])
    assert "diverged" in kinds("diverging_rate")
    settings = PRESETS["diverging_rate"]
    healed = run_of(settings.change(rate=settings.rate / 100))
    assert healed.records.loss[-1] < 0.5 * healed.records.loss[0]


def test_the_gradient_vanishes_evenly():
    norms = run("vanishing_sigmoid").records.pre_activation_grad_norm[0]
    assert "vanishing_gradient" in kinds("vanishing_sigmoid")
    steps = np.diff(np.log10(norms))
    assert norms[0] < 1e-4 * norms[-1]
    assert (steps > 0.2).all() and (steps < 1.2).all()
