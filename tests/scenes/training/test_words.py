"""The numbers in the sentences are those of the records, in both languages."""

import dataclasses
import re

import numpy as np
import pytest

from simulator.core.datasets import class_labels
from simulator.scenes.training.pictures.of_run import run_picture
from simulator.scenes.training.words import (
    PICTURES,
    layer_name,
    narrate_accuracy,
    narrate_activation_histogram,
    narrate_activations,
    narrate_boundary,
    narrate_confusion,
    narrate_curve_fit,
    narrate_frames,
    narrate_gradient_histogram,
    narrate_gradients,
    narrate_loss,
    narrate_network,
    narrate_neurons,
    narrate_predictions,
    narrate_test,
    narrate_updates,
)
from simulator.scenes.training.words.common import evaluated_row, frame_at, row_at
from simulator.texts import LANGUAGES, text
from simulator.texts.numbers import number_text, percent_text
from tests.scenes.training.runs import broken, dead, moons, numbers, run_of, sine, without_hidden


@pytest.fixture(params=LANGUAGES)
def language(request) -> str:
    return request.param


def test_loss_over_the_run(language: str):
    run = moons()
    first, last = number_text(run.records.loss[0]), number_text(run.records.loss[-1])
    found = numbers(narrate_loss(language, run))
    assert {first, last, number_text(run.num_steps)} <= set(found)
    assert number_text(run.records.validation_loss[-1]) in found


def test_loss_at_a_step_takes_the_last_validation_before_it(language: str):
    run = moons()
    row = 17
    step = int(run.records.step[row])
    measured = evaluated_row(run, row)
    assert measured is not None and run.records.step[measured] <= step
    found = numbers(narrate_loss(language, run, step))
    assert found[:4] == [
        number_text(step),
        number_text(run.records.epoch[row]),
        number_text(run.records.loss[row]),
        number_text(run.records.loss[0]),
    ]
    assert number_text(run.records.validation_loss[measured]) in found


@pytest.mark.parametrize(("sign", "word"), [(1, "rose"), (-1, "fell"), (0, "same")])
def test_the_word_for_a_loss_follows_its_direction(language: str, sign: int, word: str):
    run = moons()
    loss = np.linspace(1.0, 1.0 + 0.5 * sign, len(run.records.loss)).astype(np.float32)
    changed = dataclasses.replace(run, records=run.records._replace(loss=loss))
    expected = text(
        language,
        f"narration.loss.{word}",
        first=number_text(loss[0]),
        last=number_text(loss[-1]),
        num_steps=number_text(run.num_steps),
    )
    assert narrate_loss(language, changed).startswith(expected)


def test_accuracy(language: str):
    run = moons()
    found = numbers(narrate_accuracy(language, run))
    assert found[:2] == [percent_text(run.records.accuracy[0]), percent_text(run.records.accuracy[-1])]
    row = row_at(run, 100)
    assert percent_text(run.records.accuracy[row]) in numbers(narrate_accuracy(language, run, 100))
    assert numbers(narrate_accuracy(language, sine())) == []


def test_gradients_compare_the_first_layer_with_the_output_layer(language: str):
    run = moons()
    norms = run.records.pre_activation_grad_norm[row_at(run, 60)].astype(float)
    ratio = norms[0] / norms[-1]
    found = numbers(narrate_gradients(language, run, 60))
    assert number_text(ratio) in found and number_text(norms[0]) in found and number_text(norms[-1]) in found
    assert number_text(ratio ** (1 / 2)) in found


def test_gradients_of_one_layer_and_of_none(language: str):
    run = without_hidden()
    assert number_text(run.records.pre_activation_grad_norm[-1, 0]) in numbers(narrate_gradients(language, run))
    stopped = dead()
    assert stopped.records.pre_activation_grad_norm[-1, 0] == 0
    output = number_text(stopped.records.pre_activation_grad_norm[-1, -1])
    expected = text(language, "narration.gradients.stopped", step=number_text(stopped.num_steps), output=output)
    assert narrate_gradients(language, stopped) == expected


def test_updates_name_the_layers_that_move_most_and_least(language: str):
    run = moons()
    ratios = run.records.update_ratio[-1]
    sentence = narrate_updates(language, run)
    for chosen in (np.argmax, np.argmin):
        assert layer_name(language, int(chosen(ratios)), 3) in sentence
        assert number_text(ratios[chosen(ratios)]) in numbers(sentence)


def test_activations_of_a_layer(language: str):
    run, row = moons(), row_at(moons(), 40)
    found = numbers(narrate_activations(language, run, 40, 0))
    records = run.records
    assert number_text(records.activation_mean[row, 0]) in found
    assert number_text(records.activation_std[row, 0]) in found
    assert percent_text(records.zero_fraction[row, 0]) in found
    assert number_text(records.activation_std[row, 1]) in found


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_histograms_name_their_fullest_bar(language: str, layer: int):
    run = moons()
    frames, frame = run.frames, frame_at(run, 100)
    counts = frames.activation_histogram[frame, layer]
    fullest = int(np.argmax(counts))
    found = numbers(narrate_activation_histogram(language, run, 100, layer))
    assert number_text(frames.histogram_edges[layer, fullest]) in found
    assert number_text(frames.histogram_edges[layer, fullest + 1]) in found
    assert percent_text(counts[fullest] / counts.sum()) in found
    gradients, zeros = frames.gradient_histogram[frame, layer], frames.gradient_zero_count[frame, layer]
    fullest = int(np.argmax(gradients))
    found = numbers(narrate_gradient_histogram(language, run, 100, layer))
    assert number_text(10.0 ** float(frames.gradient_histogram_edges[fullest])) in found
    assert percent_text(gradients[fullest] / (gradients.sum() + zeros)) in found


def test_boundary_measures_each_class(language: str):
    run = moons()
    frame = frame_at(run, None)
    answers = run.frames.grid_output[frame].argmax(axis=-1)
    found = numbers(narrate_boundary(language, run))
    assert {percent_text((answers == 0).mean()), percent_text((answers == 1).mean())} <= set(found)


def test_neurons_name_the_one_that_changes_most(language: str):
    run = moons()
    maps = run.frames.grid_activation[1][-1]
    spread = np.ptp(maps, axis=(0, 1))
    found = numbers(narrate_neurons(language, run, None, 1))
    unit = int(np.argmax(spread))
    assert str(unit + 1) in found
    assert {number_text(maps[..., unit].min()), number_text(maps[..., unit].max())} <= set(found)


def test_confusion_counts_and_names_the_worst_mistake(language: str):
    run = moons()
    counts = run.frames.confusion[0]
    sentence = narrate_confusion(language, run, 0)
    found = numbers(sentence)
    assert {str(np.trace(counts)), str(counts.sum()), percent_text(np.trace(counts) / counts.sum())} <= set(found)
    mistakes = counts * (1 - np.eye(2, dtype=int))
    assert any(str(mistakes.max()) == number.rstrip("%") for number in found)
    assert numbers(narrate_confusion(language, sine())) == []


def test_predictions_find_the_least_sure(language: str):
    run = moons()
    output, labels = run.frames.output[-1], run.dataset.labels
    assert labels is not None
    found = numbers(narrate_predictions(language, run))
    assert str(int((output.argmax(axis=1) == labels[run.frames.example_row]).sum())) in found
    assert percent_text(output.max(axis=1).min()) in found
    assert str(int(run.frames.example_row[output.max(axis=1).argmin()])) in found


def test_predictions_of_a_regression_name_the_largest_error(language: str):
    run = sine()
    errors = np.abs(run.frames.output[-1] - run.frames.example_target)
    found = numbers(narrate_predictions(language, run))
    assert number_text(errors.max()) in found
    assert str(int(run.frames.example_row[errors.argmax()])) in found


def test_curve_fit_gives_the_range(language: str):
    run = sine()
    points = np.linspace(run.dataset.inputs.min(), run.dataset.inputs.max(), 2000)[:, None]
    margin = 0.05 * np.ptp(run.dataset.inputs)
    points = np.concatenate([points, [points[0] - margin, points[-1] + margin]])  # the curve goes beyond the data
    low, high = numbers(narrate_curve_fit(language, run))[1:3]
    outputs = run.predict(points)
    assert float(low.replace("−", "-")) == pytest.approx(outputs.min(), abs=0.01)
    assert float(high) == pytest.approx(outputs.max(), abs=0.01)


def test_a_curve_of_one_height_has_no_range(language: str):
    run = run_of(data="sine", loss="mse_mean", initializer="zeros", rate=0.05, epochs=1)
    heights = run.predict(run.dataset.inputs)
    found = narrate_curve_fit(language, run)
    assert np.ptp(heights) == 0
    assert found.count(number_text(float(heights[0, 0]))) == 1
    assert {"en": "everywhere", "ko": "어디서나"}[language] in found


@pytest.mark.parametrize("quantity", ["weight", "weight_gradient", "weight_update"])
def test_network_names_the_largest_line(language: str, quantity: str):
    run = moons()
    values = [layer[-1] for layer in getattr(run.frames, quantity)]
    largest = max((value for layer in values for value in layer.flat), key=abs)
    found = numbers(narrate_network(language, run, None, quantity))
    assert number_text(largest) in found
    assert "114" in found


def test_the_test_part(language: str):
    run = moons()
    found = numbers(narrate_test(language, run))
    assert found[:3] == ["30", percent_text(run.test_accuracy), number_text(run.test_loss)]
    assert numbers(narrate_test(language, run_of(epochs=40, test=0.0))) == []


def test_every_picture_has_a_sentence_at_every_frame(language: str):
    for run in (moons(), sine(), without_hidden(), dead()):
        sentences = narrate_frames(language, run)
        assert set(sentences) <= set(PICTURES)
        for texts in sentences.values():
            assert len(texts) == len(run.frames.step)
            assert all(sentence and "NaN" not in sentence and "{" not in sentence for sentence in texts)


def test_nothing_is_said_of_numbers_that_are_not_finite(language: str):
    run = broken()
    assert not np.isfinite(run.records.loss[-1])
    sentences = narrate_frames(language, run)
    said = text(language, "narration.broken", step=number_text(int(run.frames.step[-1])))
    for name in ("gradients", "updates", "activations", "curve_fit", "predictions"):
        assert sentences[name][-1] == said
    assert said in sentences["network"][-1]


def test_korean_sentences_are_korean():
    for sentences in narrate_frames("ko", moons()).values():
        assert all(re.search("[가-힣]", sentence) for sentence in sentences)
    for sentences in narrate_frames("en", moons()).values():
        assert not any(re.search("[가-힣]", sentence) for sentence in sentences)


def test_the_largest_line_is_one_that_is_drawn(language: str):
    """Frames keep 32 nodes a layer and the diagram draws 16: no sentence names node 24."""
    run = run_of(hidden=(24, 24), epochs=3)
    content = run_picture(run, "network", language).content
    drawn = content["kept"]
    assert max(drawn) < 24
    for frame, step in enumerate(run.frames.step):
        sentence = narrate_network(language, run, int(step))
        weights = [run.params_at(int(step))[layer].weight[: drawn[layer], : drawn[layer + 1]] for layer in range(3)]
        layer = int(np.argmax([np.abs(weight).max() for weight in weights]))
        source, target = np.unravel_index(np.abs(weights[layer]).argmax(), weights[layer].shape)
        assert frame < len(run.frames.step)
        found = numbers(sentence.split("24-24-2")[1])
        assert number_text(weights[layer][source, target]) in found
        assert {str(source + 1), str(target + 1), str(max(drawn))} <= set(found)


def test_a_plane_of_one_class_is_said_so(language: str):
    run = run_of(data="circles", hidden=(16, 16), rate=3.0, epochs=40)
    answer = run.predict(run.dataset.inputs).argmax(axis=1)
    assert len(set(answer)) == 1
    sentence, name = narrate_boundary(language, run), class_labels(language, run.dataset)[answer[0]]
    assert name in sentence and "100%" in numbers(sentence)
    assert sorted(numbers(sentence)) == sorted([number_text(run.num_steps), "100%", *numbers(name)])


def test_the_highest_bar_may_be_that_of_the_zeros(language: str):
    said = set()
    for run in (run_of(epochs=40), run_of(epochs=40, activation="tanh")):
        for frame, step in enumerate(run.frames.step):
            zeros, counts = int(run.frames.gradient_zero_count[frame, 0]), run.frames.gradient_histogram[frame, 0]
            found = numbers(narrate_gradient_histogram(language, run, int(step)))
            shares = [one for one in found if one.endswith("%")]
            assert shares[0] == percent_text(max(zeros, counts.max()) / (counts.sum() + zeros))
            said.add(bool(zeros >= counts.max()))
    assert said == {True, False}


def test_a_penalty_is_said_apart(language: str):
    run = run_of(l2=0.01, epochs=40)
    assert number_text(run.records.penalty[-1]) in numbers(narrate_loss(language, run))
    weights = [layer.weight.astype(float) for layer in run.params_at(run.num_steps)]
    assert run.records.penalty[-1] == pytest.approx(0.01 * sum((weight**2).sum() for weight in weights), rel=1e-5)
