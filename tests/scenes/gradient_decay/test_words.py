"""What is said of decay, learning, remedies and clipping, held to numbers taken anew from the raw records."""

import re
from functools import cache

import numpy as np
import pytest

from simulator.core.datasets import load_dataset
from simulator.core.propagation.starts import batch_of, seconds_of, start_of
from simulator.core.run import Run, train
from simulator.scenes.gradient_decay.numbers import REMEDIES_TRAINED, TRAINED, case_of, trained_starts
from simulator.scenes.gradient_decay.scene import SCENE
from simulator.scenes.gradient_decay.settings import BEFORE_REMEDIES, GradientDecay, remedy_chain
from simulator.scenes.loss_curves import losses_picture
from simulator.texts import LANGUAGES, text
from simulator.texts.numbers import number_text, percent_text

SHORT = GradientDecay(steps=40, seeds=8)


@cache
def panel(name: str, settings: GradientDecay, language: str):
    return SCENE.panel(name, settings, language)


def norms(settings: GradientDecay, number: int, quantity: str) -> np.ndarray:
    start = start_of(case_of(settings, settings.variants()[number]), settings.seeds)
    return (start.signal.weight_grad_norm if quantity == "weight" else start.signal.grad_norm).astype(float)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("quantity", ["pre_activation", "weight"])
def test_the_sentences_are_about_the_gradient_that_is_drawn(language, quantity):
    settings = GradientDecay(depth=10, seeds=8, norm=quantity)
    said = panel("decay", settings, language).sentences
    for number, sentence in enumerate(said):
        middle = np.exp(np.log(norms(settings, number, quantity)).mean(axis=0))[:-1]
        slope = np.polyfit(np.arange(len(middle)), np.log(middle), 1)[0]
        assert number_text(np.exp(-slope)) in sentence
        assert {"pre_activation": "∂L/∂z", "weight": "∂L/∂W"}[quantity] in sentence
    other = panel("decay", settings.change(norm="weight" if quantity != "weight" else "pre_activation"), language)
    assert said != other.sentences


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_narrow_network_is_not_described_by_its_survivors_unsaid(language):
    settings = SCENE.presets["narrow"].settings
    relu = norms(settings, 0, "pre_activation")[:, :-1]
    zero = int((relu[:, 0] == 0).sum())
    name = text(language, "training.option.activation.relu")
    expected = text(
        language, "gradient_decay.decay.mostly_zero", name=name, zero=zero, seeds=settings.seeds, quantity="∂L/∂z"
    )
    drawn = panel("decay", settings, language)
    assert drawn.sentences[0] == expected
    shown = drawn.numbers
    first = shown.iloc[0, list(shown.columns).index(text(language, "gradient_decay.line.measured"))]
    assert first == 0.0  # most starts, not the two others
    most = int((relu == 0).sum(axis=0).max())
    values = {"name": name, "zero": most, "seeds": settings.seeds, "left": settings.seeds - most}
    for other in ("split", "predicted"):
        assert text(language, "gradient_decay.decay.survivors", **values) in panel(other, settings, language).sentences


def test_layers_out_of_reach_of_float32_are_said_to_be():
    settings = GradientDecay(depth=100, seeds=8)
    sigmoid = norms(settings, 0, "pre_activation")[:, :-1]
    gone = int(((sigmoid == 0).mean(axis=0) > 0.5).sum())
    assert gone > 0
    expected = text("en", "gradient_decay.decay.zero", name="sigmoid", count=gone, quantity="∂L/∂z")
    assert panel("decay", settings, "en").sentences[0] == expected


@pytest.mark.parametrize(("seed", "least"), [(0, 0.8), (1, 0.6), (2, 0.6)])
def test_who_learns_opens_where_nobody_can_doubt_it(seed, least):
    """84% against 10% on the test set, and who learns does not hang on the one start that is drawn."""
    settings = GradientDecay(seed=seed)
    assert (settings.rate, settings.steps) == (0.02, 1000)
    accuracy = []
    for variant in settings.variants():
        run = train(variant.network, settings.training(), settings.dataset())
        accuracy.append(run.test_accuracy)
    assert accuracy[0] < 0.15 and accuracy[1] > least


def starts(settings: GradientDecay, number: int) -> list[Run]:
    """Train one network from each of its three starts, here."""
    variant = settings.variants()[number]
    return [_run(variant.network, settings.training(seed=settings.seed + more), settings.data) for more in range(3)]


@cache
def _run(network, training, data) -> Run:
    return train(network, training, load_dataset(data))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_of_learning_is_the_median_of_every_start(language):
    said = panel("learning", SHORT, language).sentences
    for number, variant in enumerate(SHORT.variants()):
        runs = starts(SHORT, number)
        records = [run.records for run in runs]
        assert runs[0].num_steps > SHORT.steps  # whole passes over the data: longer than what is drawn
        losses = sorted(float(one.loss[SHORT.steps]) for one in records)  # nothing is averaged in a run this short
        name = text(language, f"training.option.activation.{variant.code}")
        own = [sentence for sentence in said if sentence.startswith(f"{name}:")]
        assert f"→ {number_text(losses[1])}" in own[0]
        before, after = [run.params_at(0) for run in runs], [run.params_at(SHORT.steps) for run in runs]
        moved = [
            [
                np.linalg.norm(new[layer].weight - old[layer].weight) / np.linalg.norm(old[layer].weight)
                for layer in (0, -1)
            ]
            for new, old in zip(after, before, strict=True)
        ]
        first, last = np.sort(moved, axis=0)[1]
        assert first == 0 or (number_text(first) in own[0] and number_text(last) in own[0])
        if first == 0:
            counts = {"still": sum(one[0] == 0 for one in moved), "seeds": 3, "steps": SHORT.steps}
            entry = "still_all" if counts["still"] == 3 else "still"
            loss = {
                "start": number_text(sorted(float(one.loss[0]) for one in records)[1]),
                "end": number_text(losses[1]),
            }
            assert own[0] == text(language, f"gradient_decay.learning.{entry}", name=name, **counts, **loss)
        assert said[number] == own[0]  # the first thing about every network comes first
        step = records[0].step[records[0].evaluated & (records[0].step <= SHORT.steps)][-1]
        at = list(records[0].step).index(step)
        low, middle, high = sorted(float(one.validation_accuracy[at]) for one in records)
        values = {"accuracy": percent_text(middle), "low": percent_text(low), "high": percent_text(high)}
        entry = "accuracy" if values["low"] == values["high"] else "accuracies"
        expected = text(language, f"gradient_decay.learning.{entry}", name=name, seeds=3, step=int(step), **values)
        assert expected in own
        assert number % 2 == 1 or len(own) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_starts_that_leave_the_numbers_are_counted(language):
    """One of three starts lost: its step is said, and the median of all three goes on."""
    settings = GradientDecay(depth=3, width=8, values=("identity", "tanh"), rate=0.2, steps=40, seeds=8)
    lost = [run.first_nonfinite for run in starts(settings, 0)]
    steps = [at.step for at in lost if at is not None and at.step <= settings.steps]
    assert 0 < len(steps) < 3
    name = text(language, "training.option.activation.identity")
    values = {"name": name, "seeds": 3, "lost": len(steps), "step": min(steps), "steps": settings.steps}
    own = [one for one in panel("learning", settings, language).sentences if one.startswith(f"{name}:")]
    assert own[0] == text(language, "gradient_decay.learning.lost", **values)
    assert (len(own) > 1) is (len(steps) == 1)


def test_large_networks_are_trained_from_one_start():
    """Nobody waits three times as long for a network that takes its time alone."""
    usual = (GradientDecay(), GradientDecay(depth=50), SHORT)
    assert [trained_starts(one, one.variants()) for one in usual] == [3, 3, 3]
    large = GradientDecay(depth=100, width=128)
    assert trained_starts(large, large.variants()) == 1
    assert TRAINED.seconds(large) == seconds_of([case_of(large, one) for one in large.variants()])
    assert REMEDIES_TRAINED.seconds(large) == seconds_of([case_of(large, one) for one in remedy_chain(large)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_remedies_are_trained_from_three_starts(language):
    """One start could tell another story: the picture, the sentences and the note are of the same three."""
    settings = SHORT.change(depth=4, remedies=("activation", "initializer"))
    drawn = panel("remedies_loss", settings, language)
    assert drawn.notes == (text(language, "gradient_decay.learning.starts", seeds=3, first=0, last=2),)
    curve, seeds = drawn.pictures[0].tables["curve"], drawn.pictures[0].tables["seeds"]
    for number, variant in enumerate(remedy_chain(settings)):
        trainings = [settings.training(seed=seed) for seed in range(3)]
        runs = [_run(variant.network, training, settings.data) for training in trainings]
        losses = np.array([run.records.loss[: SHORT.steps + 1] for run in runs])
        middle = np.sort(losses, axis=0)[1]
        own = np.asarray(curve["value"])[np.asarray(curve["series"]) == number]
        np.testing.assert_allclose(own[: len(middle)], middle, rtol=1e-6)
        assert any(f"→ {number_text(float(middle[-1]))}" in sentence for sentence in drawn.sentences)
        assert np.count_nonzero(np.asarray(seeds["series"]) == number) == 3 * len(own)


@pytest.mark.parametrize("language", LANGUAGES)
def test_weights_that_stay_although_their_gradient_is_not_zero_are_explained(language):
    runs = starts(SHORT, 0)
    still = [
        layer
        for layer in range(SHORT.depth + 1)
        if all(np.array_equal(run.params_at(0)[layer].weight, run.params_at(SHORT.steps)[layer].weight) for run in runs)
    ]
    assert still and 0 in still
    # By hand, in the first start: the float32 sum of a weight and its update is the weight.
    before, after = runs[0].params_at(0), runs[0].params_at(SHORT.steps)
    weight, batch = before[0].weight, batch_of(case_of(SHORT, SHORT.variants()[0]))
    value, slopes = batch.inputs.astype(np.float64), []
    for layer in after[:-1]:
        value = 1 / (1 + np.exp(-(value @ layer.weight.astype(np.float64) + layer.bias)))
        slopes.append(value * (1 - value))
    power = np.exp(value @ after[-1].weight + after[-1].bias)
    grad = (power / power.sum(axis=1, keepdims=True) - batch.targets) / len(power)
    for layer, slope in zip(after[:0:-1], slopes[::-1], strict=True):
        grad = (grad @ layer.weight.astype(np.float64).T) * slope
    update = (SHORT.rate * batch.inputs.T.astype(np.float64) @ grad).astype(np.float32)
    assert np.abs(update).max() > 0 and np.mean(weight - update == weight) > 0.999
    pattern = text(language, "gradient_decay.learning.rounded", name="N", count=len(still), gradient="GRADIENT")
    start, end = pattern.split("GRADIENT")
    name = text(language, "training.option.activation.sigmoid")
    said = "\n".join(panel("learning", SHORT, language).sentences)
    found = re.search(re.escape(start.replace("N:", f"{name}:")) + "(.+?)" + re.escape(end), said)
    assert found is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_remedies_name_their_start(language):
    settings = GradientDecay(remedies=("normalization", "layer"), seeds=8, depth=5)
    codes = [(one.code, one.network.normalizations[0]) for one in remedy_chain(settings)]
    assert codes == [("before", "none"), ("normalization", "batch"), ("layer", "layer")]
    drawn = panel("remedies", settings, language)
    std = number_text(BEFORE_REMEDIES["std"])
    assert drawn.sentences[0].startswith(text(language, "gradient_decay.remedy.before_said", std=std))
    assert any(one.startswith(text(language, "gradient_decay.remedy.layer_said")) for one in drawn.sentences)
    assert text(language, "gradient_decay.remedies.start", std=std) in drawn.notes


@pytest.mark.parametrize("language", LANGUAGES)
def test_batch_normalization_that_makes_the_gradient_grow_is_said_to(language):
    settings = SCENE.presets["remedies"].settings
    variant = remedy_chain(settings)[3]
    assert variant.code == "normalization"
    found = start_of(case_of(settings, variant), settings.seeds).signal.grad_norm.astype(float)
    share = np.exp(np.log(found[:, 0]).mean() - np.log(found[:, -2]).mean())
    assert share > 100
    name = text(language, "gradient_decay.remedy.normalization").removeprefix("+ ")
    expected = text(language, "gradient_decay.remedies.batch", name=name, share=number_text(share))
    assert expected in panel("remedies", settings, language).sentences
    calm = GradientDecay(remedies=("normalization",), seeds=8, depth=5)  # sigmoid: it does not grow
    assert not [one for one in panel("remedies", calm, language).sentences if "2019" in one]


@pytest.mark.parametrize("language", LANGUAGES)
def test_exploding_and_clipping_say_what_each_picture_draws(language):
    settings = SCENE.presets["exploding"].settings
    name = text(language, "training.option.activation.relu")
    start = start_of(case_of(settings, settings.variants()[1]), settings.seeds).signal
    grown = np.exp(np.log(start.grad_norm.astype(float)).mean(axis=0))
    explosion = panel("explosion", settings, language)
    assert number_text(grown[0] / grown[-2]) in explosion.sentences[0] and "∂L/∂z" in explosion.sentences[0]
    assert "∂L/∂z" in str(explosion.pictures[0].spec)
    first = start.weight_grad_norm[0].astype(float)  # the one start that is drawn
    clip = panel("clip", settings, language)
    assert text(language, "gradient_decay.clip.weights", share=number_text(first[0] / first[-2])) in clip.sentences[0]
    assert text(language, "gradient_decay.clip.why_level") in clip.sentences[0]  # 31 times ∂L/∂z, level ∂L/∂W
    assert name not in clip.sentences[0] and number_text(grown[0] / grown[-2]) not in " ".join(clip.sentences)
    calm = settings.change(std=0.24)
    assert text(language, "gradient_decay.clip.why_level") not in panel("clip", calm, language).sentences[0]


def test_a_loss_that_explodes_does_not_hide_the_others():
    settings = SCENE.presets["exploding"].settings
    runs = SCENE.view("clip_loss").numbers.of(settings)
    picture = losses_picture(["without", "with"], runs, "en")
    low, high = picture.signals["y_domain"]
    clipped = runs[1].records.loss
    assert np.nanmax(runs[0].records.loss) > 1e6 and high <= 100 * clipped[0]
    assert low < clipped[-1] < high
    said = panel("clip_loss", settings, "en").sentences
    first = int(np.argmax(~np.isfinite(runs[0].records.loss)))
    assert said[0] == text("en", "gradient_decay.clip.lost", name="without clipping", step=first)
    assert "1.52" in said[1]
