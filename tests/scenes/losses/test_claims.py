"""Every number and every direction that the losses scene states, computed anew for random settings."""

import heapq
import math
from itertools import count

import numpy as np

from simulator.scenes.losses.scene import SCENE
from simulator.scenes.losses.settings import Losses
from tests.scenes.claims import for_each, near, read, sentences

NUM_SETTINGS = 120
FACTORS = {"mse_half_sum": lambda _k: 1.0, "mse_mean": lambda k: 2.0 / k, "mse_batch_mean": lambda _k: 2.0}
"""c in ∂L/∂y = c (y − t), one example and k outputs."""


def random_single() -> list[Losses]:
    draw = np.random.default_rng(11)
    return [
        Losses(
            output=str(draw.choice(["sigmoid", "softmax"])),
            target=int(draw.integers(2)),
            logit=round(float(draw.uniform(-10, 10)), 1),
            classes=int(draw.integers(2, 11)),
            squared=str(draw.choice(list(FACTORS))),
        )
        for _ in range(NUM_SETTINGS)
    ]


def outputs(settings: Losses, z: float) -> tuple[np.ndarray, np.ndarray]:
    """Return y and t of every output at logit z: the logits of the others are 0."""
    if settings.output == "sigmoid":
        return np.array([1 / (1 + math.exp(-z))]), np.array([float(settings.target)])
    powers = np.exp(np.array([z] + [0.0] * (settings.classes - 1)))
    target = np.zeros(settings.classes)
    target[0 if settings.target else 1] = 1.0
    return powers / powers.sum(), target


def costs(settings: Losses, z: float) -> tuple[float, float]:
    """Return squared error and cross-entropy."""
    y, t = outputs(settings, z)
    squared = FACTORS[settings.squared](len(y)) / 2 * float(((y - t) ** 2).sum())
    if settings.output == "sigmoid":
        return squared, -math.log(y[0] if settings.target else 1 / (1 + math.exp(z)))
    return squared, -math.log(float(y[t == 1.0][0]))


def pulls(settings: Losses, z: float) -> tuple[float, float]:
    """Return |∂L/∂z| of both by central differences."""
    step = 1e-5
    above, below = costs(settings, z + step), costs(settings, z - step)
    return abs(above[0] - below[0]) / (2 * step), abs(above[1] - below[1]) / (2 * step)


def error(settings: Losses, z: float) -> float:
    y, t = outputs(settings, z)
    return abs(float(y[0] - t[0]))


@for_each(random_single())
def test_what_an_error_costs_and_how_hard_it_pulls(settings):
    squared, cross = costs(settings, settings.logit)
    worst = 700.0 if settings.target == 0 else -700.0
    limit = costs(settings, math.copysign(300.0, worst))[0]
    for language, said in sentences(SCENE, "loss", settings).items():
        ko = language == "ko"
        pattern = (
            "오차 #의 손실은 제곱 오차로 #, 교차 엔트로피로 #"
            if ko
            else "Error #: squared error costs #, cross-entropy #"
        )
        assert read(pattern, said) == (near(error(settings, settings.logit)), near(squared), near(cross))
        assert read("제곱 오차는 # 이하" if ko else "never costs more than #", said)[0] == near(limit)
    grid = np.linspace(-10, 10, 401)
    pull, cross_pull = pulls(settings, settings.logit)
    mine = error(settings, settings.logit)
    unfair = any(error(settings, z) < mine - 1e-9 and pulls(settings, z)[0] > pull * (1 + 1e-4) for z in grid)
    for language, said in sentences(SCENE, "gradient", settings).items():
        ko = language == "ko"
        pattern = (
            "오차 #. 그래디언트의 크기는 제곱 오차 #, 교차 엔트로피 #"
            if ko
            else ("Error #. Squared error pulls with #, cross-entropy with #")
        )
        shown = read(pattern, said)
        assert np.allclose(shown, (mine, pull, cross_pull), rtol=8e-3, atol=1e-7), (shown, mine, pull, cross_pull)
        says = ("더 틀린 답이 덜 고쳐집니다" if ko else "a worse answer is corrected less") in said
        near_edge = abs(pull - max(pulls(settings, z)[0] for z in grid)) < 1e-3 * pull
        assert says == unfair or near_edge


@for_each(random_single())
def test_the_worked_example_is_of_the_output_that_is_chosen(settings):
    """With softmax chosen no sigmoid is worked out below."""
    y, t = outputs(settings, settings.logit)
    slope = float(y[0] * (1 - y[0]))
    for said in sentences(SCENE, "worked", settings).values():
        assert ("σ" in said) == (settings.output == "sigmoid")
        shown = read("= # − # = #", said)
        assert np.allclose(shown, (y[0], t[0], y[0] - t[0]), rtol=6e-4, atol=1e-6)
        if settings.output == "sigmoid":
            factor = FACTORS[settings.squared](1)
            (result,) = read(f"{slope_text(said)} = #", said)
            assert np.isclose(result, factor * (y[0] - t[0]) * slope, rtol=1e-3, atol=1e-9)


def slope_text(said: str) -> str:
    """Return the last factor of the product, as it is written."""
    return said.split("·σ′(z) = ")[1].split(" = ")[0].split(" · ")[-1]


def random_distributions(size: int | None = None) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    draw = np.random.default_rng(3)
    pairs = []
    for place in range(100):
        length = size or int(draw.integers(2, 9))
        p, q = draw.dirichlet(np.ones(length) * draw.choice([0.2, 1, 5]), 2)
        pairs.append((tuple(p.tolist()), tuple((p if place % 7 == 0 else q).tolist())))
    return pairs


def bits(p, q=None, base: float = 2.0) -> float:
    return -math.fsum(a * math.log(b, base) for a, b in zip(p, p if q is None else q, strict=True) if a > 0)


@for_each(random_distributions(6))
def test_the_mean_surprise_of_a_die(pair):
    p, q = pair
    entropy, cross = bits(p, base=math.e), bits(p, q, math.e)
    for language, said in sentences(SCENE, "dice", Losses(die=p, die_model=q)).items():
        ko = language == "ko"
        assert (("믿음이 실제와 같습니다" if ko else "You believe what is true") in said) == (cross - entropy < 5e-5)
        if cross - entropy >= 5e-5:
            pattern = (
                "놀라움은 # nat, 엔트로피 # nat보다 # nat 큽니다"
                if ko
                else ("mean surprise is # nats, # more than the entropy #")
            )
            expected = (cross, entropy, cross - entropy) if ko else (cross, cross - entropy, entropy)
            assert np.allclose(read(pattern, said), expected, atol=6e-5)


def huffman(p) -> list[int]:
    """Return the lengths of Huffman's words, by merging the two least likely trees."""
    order = count()
    heap = [(share, next(order), [letter]) for letter, share in enumerate(p)]
    heapq.heapify(heap)
    lengths = [0] * len(p)
    while len(heap) > 1:
        (one, _, left), (other, _, right) = heapq.heappop(heap), heapq.heappop(heap)
        for letter in (*left, *right):
            lengths[letter] += 1
        heapq.heappush(heap, (one + other, next(order), left + right))
    return lengths


@for_each(random_distributions())
def test_what_codes_cost(pair):
    p, q = pair
    own = sum(share * length for share, length in zip(p, huffman(p), strict=True))
    settings = Losses(letters=p, letters_model=q)
    for language, said in sentences(SCENE, "tree", settings).items():
        ko = language == "ko"
        mean, fixed = read(
            "글자당 #비트, 고정 길이 부호는 #비트" if ko else "needs # bits a letter, a fixed code #", said
        )
        assert (mean, fixed) == (near(own, 4), math.ceil(math.log2(len(p))))
        assert read("엔트로피는 #비트" if ko else "entropy is #", said)[0] == near(bits(p), 4)
        assert bits(p) <= own + 1e-9 < bits(p) + 1 + 1e-9
    cross = bits(p, q)
    for language, said in sentences(SCENE, "codes", settings).items():
        ko = language == "ko"
        assert read("H(P, Q) = #", said)[0] == near(cross, 4)
        gap = read("KL = #", said)[0]
        assert abs(gap - (cross - bits(p))) <= 1e-3 * max(gap, 1e-9) + 1e-9
        wrong = read("글자당 #비트" if ko else "a letter costs #", said)[0]
        assert wrong >= own - 1e-3 * own


@for_each(
    [(round(p, 2), round(q, 2)) for p, q in np.random.default_rng(2).uniform(0.01, 0.99, (100, 2))] + [(0.3, 0.3)]
)
def test_a_wrong_belief_costs_the_divergence(pair):
    p, q = map(float, pair)
    floor, cost = bits((p, 1 - p)), bits((p, 1 - p), (q, 1 - q))
    for language, said in sentences(SCENE, "gibbs", Losses(p=p, q=q)).items():
        ko = language == "ko"
        pattern = (
            "비용은 #비트, 엔트로피는 #비트, 차이 KL은 #비트"
            if ko
            else ("the cost is # bits, the entropy # bits, the gap KL = # bits")
        )
        shown = read(pattern, said)
        assert shown[:2] == (near(cost), near(floor))
        assert abs(shown[2] - (cost - floor)) <= 5e-3 * shown[2] + 1e-12
        assert shown[2] >= 0 and (shown[2] == 0) == (p == q)


@for_each(random_distributions())
def test_two_losses_of_one_name(pair):
    y, _ = pair
    right = int(np.random.default_rng(len(y)).integers(len(y)))
    categorical = -math.log(y[right])
    binary = categorical - math.fsum(math.log1p(-share) for place, share in enumerate(y) if place != right)
    for said in sentences(SCENE, "terms", Losses(outputs=y, right=right + 1)).values():
        assert read("ln yₖ = #", said)[0] == near(categorical)
        assert read("ln(1 − yₖ)] = #", said)[0] == near(binary)


@for_each(np.random.default_rng(4).uniform(0.01, 1, 100).round(2).tolist())
def test_surprise(p):
    p = float(p)
    for language, said in sentences(SCENE, "surprise", Losses(happened=p)).items():
        found = read(
            "확률이 #인 일의 놀라움은 # nat" if language == "ko" else "probability # surprises by # nats", said
        )
        assert np.allclose(found, (p, -math.log(p)), atol=6e-5)
