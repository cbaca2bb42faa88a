"""What the chain rule says, read back: losses, gradients, paths and changes by finite differences of a network anew."""

import math

import numpy as np

from simulator.scenes.chain_rule.numbers import PASS
from simulator.scenes.chain_rule.scene import SCENE
from simulator.scenes.chain_rule.settings import ChainRule
from tests.scenes.claims import for_each, near, read, sentences

PHI = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh, "elu": lambda z: np.where(z > 0, z, np.expm1(z))}


def random_settings() -> list[ChainRule]:
    draw = np.random.default_rng(12)
    found = []
    for _ in range(100):
        sizes = [int(size) for size in draw.integers(1, 5, int(draw.integers(2, 5)))]
        loss = "binary_cross_entropy" if sizes[-1] == 1 else "cross_entropy"
        layer = int(draw.integers(1, len(sizes)))
        found.append(
            ChainRule(
                net="-".join(map(str, sizes)),
                activation=str(draw.choice(list(PHI))),
                loss=str(draw.choice([loss, "mse_half_sum"])),
                rows=int(draw.integers(1, 6)),
                rate=float(draw.choice([0.01, 0.5, 5.0])),
                seed=int(draw.integers(999)),
                weight=(layer, int(draw.integers(1, sizes[layer - 1] + 1)), int(draw.integers(1, sizes[layer] + 1))),
            )
        )
    return found


class Network:
    """The network of some settings, written anew in float64."""

    def __init__(self, settings: ChainRule):
        made = PASS.of(settings)
        self.settings = settings
        self.inputs, self.targets = settings.examples.inputs, settings.examples.targets
        self.arrays = [np.array(array, float) for pair in zip(*made.parameters, strict=True) for array in pair]

    def loss(self, arrays) -> float:
        value = self.inputs
        for place in range(0, len(arrays), 2):
            z = value @ arrays[place] + arrays[place + 1]
            value = PHI[self.settings.activation](z) if place + 2 < len(arrays) else z
        rows = len(value)
        if self.settings.loss == "cross_entropy":
            logs = value - np.log(np.exp(value).sum(axis=1, keepdims=True))
            return -float((self.targets * logs).sum()) / rows
        if self.settings.loss == "binary_cross_entropy":
            return float((np.logaddexp(0, value) - self.targets * value).sum()) / rows
        return 0.5 * float(((value - self.targets) ** 2).sum())

    def gradients(self) -> list[np.ndarray]:
        found, step = [], 1e-5
        for place, array in enumerate(self.arrays):
            gradient = np.zeros_like(array)
            for entry in np.ndindex(array.shape):
                ends = []
                for sign in (1, -1):
                    moved = [one.copy() for one in self.arrays]
                    moved[place][entry] += sign * step
                    ends.append(self.loss(moved))
                gradient[entry] = (ends[0] - ends[1]) / (2 * step)
            found.append(gradient)
        return found


def loosely(value: float) -> object:
    return near(value) if abs(value) > 1e-6 else value


@for_each(random_settings())
def test_loss_gradients_paths_and_changes(settings):
    network = Network(settings)
    gradients, start = network.gradients(), network.loss(network.arrays)
    number = sum(array.size for array in network.arrays)
    largest = max((float(gradient.flat[np.abs(gradient).argmax()]) for gradient in gradients), key=abs)
    for language, said in sentences(SCENE, "pass", settings).items():
        ko = language == "ko"
        assert settings.net in said
        (loss,) = read("은 #입니다" if ko else ": #.", said)[:1]
        assert np.isclose(loss, start, rtol=6e-3)
        assert read("매개변수 #개" if ko else "all # parameters", said)[0] == number
        place = said.rsplit("의 " if ko else ", at ", 1)
        written = read("#입니다", place[1])[0] if ko else read("largest is #", said)[0]
        assert np.isclose(abs(written), abs(largest), rtol=6e-3, atol=1e-7)
    layer, source, target = settings.weight
    expected = float(gradients[2 * (layer - 1)][source - 1, target - 1])
    paths = math.prod(settings.sizes[layer + 1 :])
    for language, said in sentences(SCENE, "weight", settings).items():
        ko = language == "ko"
        total = read("그래디언트는 #입니다" if ko else f"in layer {layer} is #", said)[0]
        assert np.isclose(total, expected, rtol=6e-3, atol=1e-7)
        if paths * settings.rows > 1:
            pattern = "경로(#개)와 예제(#개)마다 하나씩" if ko else "for each path (#) and example (#)"
            assert read(pattern, said) == (paths, settings.rows)
            assert read("곱 #개" if ko else "# products", said)[0] == paths * settings.rows
    squared = sum(float((gradient**2).sum()) for gradient in gradients)
    moved = [array - settings.rate * gradient for array, gradient in zip(network.arrays, gradients, strict=True)]
    actual, predicted = network.loss(moved) - start, -settings.rate * squared
    for language, said in sentences(SCENE, "update", settings).items():
        ko = language == "ko"
        pattern = "예측한 변화는 #, 실제 변화는 #" if ko else "the prediction is #, the loss changes by #"
        shown = read(pattern, said)
        assert np.allclose(shown, (predicted, actual), rtol=8e-3, atol=1e-6)
        rises = ("손실이 오히려 커집니다" if ko else "so long that the loss rises") in said
        good = ("믿을 만합니다" if ko else "a good guide here") in said
        if abs(actual) > 1e-6:
            assert rises == (actual > 0)
            off = abs(actual / predicted - 1)
            assert good == (off <= 0.1 and actual < 0) or abs(off - 0.1) < 1e-3
