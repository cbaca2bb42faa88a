"""Starting points: each shows one idea about the learning rate."""

from simulator.scenes.learning_rate.settings import LearningRate
from simulator.scenes.scene import Preset

PRESETS: dict[str, Preset] = {
    "bowl": Preset(LearningRate()),
    "too_large": Preset(LearningRate(rate=0.21)),
    "parabola": Preset(LearningRate(surface="parabola", rate=1.7, steps=20)),
    "one_step": Preset(LearningRate(surface="parabola", rate=1.0, steps=10)),
    "valley": Preset(
        LearningRate(
            surface="valley", rate=0.095, runs=2, optimizer_b="momentum", rate_b=0.05, momentum_b=0.8, steps=75
        )
    ),
    "local": Preset(LearningRate(surface="double_well", rate=0.05, steps=50)),
    "escape": Preset(LearningRate(surface="double_well", rate=0.12, steps=50)),
    "saddle": Preset(
        LearningRate(surface="saddle", rate=0.1, runs=2, optimizer_b="momentum", rate_b=0.1, momentum_b=0.8, steps=75)
    ),
    "plateau": Preset(LearningRate(surface="plateau", rate=0.1, runs=2, optimizer_b="adam", rate_b=0.1, steps=75)),
    "noise": Preset(LearningRate(surface="noisy", rate=0.15, runs=2, optimizer_b="sgd", rate_b=0.02, steps=150)),
    "decay": Preset(
        LearningRate(
            surface="noisy",
            curvature=3.0,
            rate=0.17,
            runs=2,
            optimizer_b="sgd",
            rate_b=0.17,
            schedule_b="cosine",
            factor=0.0,
            steps=200,
        ),
        "rates",
    ),
    "rosenbrock": Preset(
        LearningRate(
            surface="rosenbrock",
            rate=0.001,
            runs=3,
            optimizer_b="nesterov",
            rate_b=0.0008,
            momentum_b=0.95,
            optimizer_c="adam",
            rate_c=0.5,
            steps=200,
        )
    ),
    "ripples": Preset(
        LearningRate(
            surface="own", expression="x**2 + 1.5*sin(2*x)", rate=0.1, runs=2, optimizer_b="sgd", rate_b=0.5, steps=30
        )
    ),
    "sharp": Preset(
        LearningRate(
            surface="own",
            expression="(x**2 + y**2)/20 - 2*exp(-10*((x - 1)**2 + y**2)) - exp(-((x + 1)**2 + y**2)/2)",
            start=(1.5, 0.5),
            rate=0.04,
            runs=2,
            optimizer_b="sgd",
            rate_b=0.15,
            steps=100,
        )
    ),
    "edge": Preset(LearningRate(), "sharpness"),
    "edge_lower": Preset(LearningRate(net_rate=0.1), "sharpness"),
    "edge_never": Preset(LearningRate(net_rate=0.01), "sharpness"),
    "edge_diverges": Preset(LearningRate(net_data="circles", net_rate=0.3), "sharpness"),
    "plane": Preset(LearningRate(net_rate=0.3, net_steps=200), "landscape"),
    "plane_random": Preset(LearningRate(net_rate=0.3, net_steps=200, directions="random"), "landscape"),
}
