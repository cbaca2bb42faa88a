"""Settings to start from: pure data. Title and what to look at are in the catalogue."""

from simulator.scenes.training.settings import Training

PRESETS: dict[str, Training] = {
    "first_look": Training(data="moons", hidden=(8, 8), rate=0.1, batch=32, epochs=60),
    # Curriculum 1: targets −1, 1, 1, 1; tanh and mean squared error, rate 0.1, 500 full-batch updates.
    "or_perceptron": Training(
        data="or_table",
        hidden=(),
        outputs="single",
        output="tanh",
        initializer="normal",
        loss="mse_mean",
        rate=0.1,
        batch=None,
        epochs=500,
        validation=0.0,
        test=0.0,
    ),
    "xor_without_hidden": Training(data="xor", hidden=(), initializer="xavier_normal", rate=0.3, epochs=100),
    "xor_with_hidden": Training(
        data="xor", hidden=(8,), activation="tanh", initializer="xavier_normal", rate=0.3, batch=32, epochs=100
    ),
    # Curriculum 11: 4-32-32-4 with ReLU, batch 256, 1000 epochs, rate 0.01, features divided by their maximum.
    "food": Training(data="food", hidden=(32, 32), activation="relu", scaling="max", batch=256, epochs=1000, rate=0.01),
    # Source E: one hidden layer, tanh throughout, squared error averaged over the batch.
    "digits_tanh_mse": Training(
        data="digits",
        hidden=(64,),
        activation="tanh",
        output="tanh",
        initializer="xavier_normal",
        loss="mse_batch_mean",
        scaling="max",
        rate=0.05,
        batch=32,
        epochs=30,
    ),
    "digits_deep": Training(
        data="digits",
        hidden=(64, 64, 64, 64),
        activation="tanh",
        initializer="xavier_normal",
        scaling="max",
        rate=0.1,
        batch=32,
        epochs=20,
    ),
    # So large a step throws the biases of the second layer far below 0 within a few updates.
    "dying_relu": Training(data="circles", hidden=(16, 16), activation="relu", rate=3.0, epochs=40),
    "diverging_rate": Training(
        data="sine", hidden=(16, 16), activation="relu", loss="mse_mean", rate=2.0, batch=32, epochs=40
    ),
    # From step 3 a tenth of the rate saves the run, with every seed that was tried; from step 10 only its numbers.
    "fork_recovers": Training(
        data="sine",
        hidden=(16, 16),
        activation="tanh",
        loss="mse_mean",
        rate=0.4,
        batch=None,
        epochs=400,
        fork=3,
        fork_factor=0.1,
    ),
    "vanishing_sigmoid": Training(
        data="moons",
        hidden=(16, 16, 16, 16, 16, 16, 16, 16),
        activation="sigmoid",
        initializer="xavier_normal",
        rate=0.1,
        batch=32,
        epochs=60,
    ),
}
