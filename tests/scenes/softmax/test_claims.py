"""Every number and every direction that the softmax scene states, computed anew for random logits and temperatures."""

import math

import numpy as np
import pytest

from simulator.scenes.softmax.scene import SCENE
from simulator.scenes.softmax.settings import Softmax
from tests.scenes.claims import for_each, near, read, sentences

NUM_SETTINGS = 120


def random_settings() -> list[Softmax]:
    """Return logits of every size and spread; a third of them with equal largest ones, some with nothing but equals."""
    draw = np.random.default_rng(5)
    found = []
    for place in range(NUM_SETTINGS):
        count = int(draw.integers(2, 9))
        logits = np.round(draw.normal(size=count) * draw.choice([0.3, 2.0, 20.0, 900.0]), 2)
        if place % 3 == 0:
            logits[draw.integers(count)] = logits.max()
        if place % 10 == 0:
            logits[:] = logits[0]
        temperature = float(np.round(np.exp(draw.uniform(np.log(0.05), np.log(20.0))), 2))
        target = int(draw.integers(1, count + 1))
        values = {"temperature": temperature, "target": target, "seed": int(draw.integers(100))}
        found.append(Softmax(logits=tuple(map(float, logits)), **values))
    return found


SETTINGS = random_settings()


def logs(settings: Softmax, temperature: float) -> list[float]:
    """Return log p with Python's own mathematics, largest first taken off."""
    most = max(settings.logits)
    shifted = [(logit - most) / temperature for logit in settings.logits]
    total = math.log(math.fsum(math.exp(value) for value in shifted))
    return [value - total for value in shifted]


def shares(settings: Softmax, temperature: float | None = None) -> list[float]:
    return [math.exp(value) for value in logs(settings, settings.temperature if temperature is None else temperature)]


def leaders(settings: Softmax) -> list[int]:
    return [k for k, logit in enumerate(settings.logits, 1) if logit == max(settings.logits)]


@for_each(SETTINGS)
def test_the_bars_name_the_leader_the_entropy_and_the_loss(settings):
    p, first = shares(settings), leaders(settings)
    entropy = -math.fsum(value * math.log(value) for value in p if value > 0)
    loss = -logs(settings, settings.temperature)[settings.target - 1]
    alone, even = len(first) == 1, max(p) - min(p) < 0.02
    for language, said in sentences(SCENE, "bars", settings).items():
        ko = language == "ko"
        assert read("손실: #" if ko else "the loss is #", said)[-1] == near(loss)
        if even:
            assert read("엔트로피: # nat" if ko else "the entropy is # nats", said)[0] == near(entropy)
        elif not alone and max(p) <= 0.98:
            listed = ", ".join(map(str, first))
            assert f"클래스 {listed}번" in said if ko else f"classes {listed} share" in said
        else:
            number, most = (
                read(
                    "클래스 #번의 확률이 가장 큽니다 (p = #"
                    if ko and max(p) <= 0.98
                    else "클래스 #번이 확률을 거의 다 가져갑니다 (p = #",
                    said,
                )
                if ko
                else read(
                    "class # leads with p = #" if max(p) <= 0.98 else "class # takes almost everything: p = #", said
                )
            )
            assert number in first and abs(most - max(p)) <= 0.00051
        right = "그 클래스가 정답" in said or "It is the right class" in said
        assert right == (alone and not even and settings.target == first[0])
        if not right:
            assert read("정답은 클래스 #번" if ko else "The right class is #", said)[0] == settings.target


@for_each(SETTINGS)
def test_both_ends_of_the_temperature_are_those_of_these_logits(settings):
    count, classes = len(leaders(settings)), len(settings.logits)
    cold = np.sort(shares(settings, 1e-9))[::-1]  # what a small T really does
    for language, said in sentences(SCENE, "sweep", settings).items():
        ko = language == "ko"
        all_to_one = "로짓이 확률을 모두 가져가고" if ko else "gives everything to the largest logit"
        assert (all_to_one in said) == (cold[0] > 0.999)
        assert (
            read("가장 큰 확률은 #" if ko else "largest probability is #", said)[0] == near(max(shares(settings)))
            if (count < classes)
            else read("일 때도 #" if ko else "it is #", said)[0] == near(1 / classes)
        )
        if 1 < count < classes:
            assert read("로짓이 #개로" if ko else "# logits share", said)[0] == count
    for language in ("ko", "en"):
        alt = SCENE.panel("entropy", settings, language).pictures[0].alt
        least = read("가까우면 # nat" if language == "ko" else "near # nats for a T near 0", alt)[0]
        assert least == near(math.log(count))


@for_each(SETTINGS)
def test_entropy_is_a_share_of_the_most_that_is_possible(settings):
    p, most = shares(settings), math.log(len(settings.logits))
    entropy = -math.fsum(value * math.log(value) for value in p if value > 0)
    for language, said in sentences(SCENE, "entropy", settings).items():
        pattern = "엔트로피는 # nat, 최댓값의 #" if language == "ko" else "the entropy is # nats, # of the most"
        assert read(pattern, said) == (near(entropy), near(entropy / most))


@for_each(SETTINGS)
def test_pair_jacobian_and_draws(settings):
    p, classes = shares(settings), len(settings.logits)
    difference = (settings.logits[0] - settings.logits[1]) / settings.temperature
    sigmoid = 1 / (1 + math.exp(-difference)) if difference > -700 else 0.0
    largest = max(value * (1 - value) / settings.temperature for value in p)
    for language, said in sentences(SCENE, "pair", settings).items():
        assert read("σ(#) = #", said) == (near(difference), pytest.approx(sigmoid, rel=6e-3, abs=1e-300)), language
    for language, said in sentences(SCENE, "jacobian", settings).items():
        ko = language == "ko"
        assert read("클래스 수 #보다 하나 작은 #" if ko else "the rank is #, one less than the # classes", said) == (
            (classes, classes - 1) if ko else (classes - 1, classes)
        )
        assert read("가장 큰 값은 #" if ko else "largest entry is #", said)[0] == pytest.approx(
            largest, rel=6e-3, abs=1e-12
        )
    bars = SCENE.panel("sampling", settings, "en").pictures[0].tables["bars"]
    for language, said in sentences(SCENE, "sampling", settings).items():
        ko = language == "ko"
        pattern = (
            "#번 뽑았더니 클래스 #번이 #번 나왔습니다. 확률이 예고한 횟수는 #번"
            if ko
            else ("class # came up # times, its probability promises #")
        )
        *_, number, count, expected = read(pattern, said)
        assert number in leaders(settings)
        assert expected == near(100 * p[int(number) - 1])
        assert count == bars["count"][int(number) - 1] and sum(bars["count"]) == 100


@for_each(SETTINGS)
def test_softer_targets_grow_from_and_to_what_is_said(settings):
    small, large = min(logs(settings, 1.0)), min(logs(settings, 4.0))
    for language, said in sentences(SCENE, "distillation", settings).items():
        ko = language == "ko"
        grows = "커집니다" in said or "grows" in said
        assert grows == (large > small + 1e-12) == (len(leaders(settings)) < len(settings.logits))
        if grows and small > -690:
            assert read("#에서 #까지" if ko else "from # to #", said) == (near(math.exp(small)), near(math.exp(large)))
        elif grows:
            power = round(small / math.log(10))
            assert f"10{str(power).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"[:4] in said


@for_each(SETTINGS)
def test_calibration_keeps_the_answer_where_there_is_one(settings):
    plain, scaled = shares(settings, 1.0), shares(settings)
    for language, said in sentences(SCENE, "calibration", settings).items():
        ko = language == "ko"
        pattern = "신뢰도는 #, 온도가 없으면 #" if ko else "the confidence is #, without temperature it would be #"
        assert read(pattern, said) == (near(max(scaled)), near(max(plain)))
        named = "답은 어느 쪽이든" in said or "either way" in said
        assert named == (len(leaders(settings)) == 1)
        if named:
            assert read("클래스 #번" if ko else "is class #", said)[0] == leaders(settings)[0]
