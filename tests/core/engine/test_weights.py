"""One parameter is set by hand in every layout that parameters have on their way through the loop."""

from itertools import pairwise

import jax
import numpy as np
import pytest

import simulator as sim
from simulator.core.engine.shapes import shape_for
from simulator.core.engine.weights import pack, pad_params, unpack, unpad_params, with_parameter
from simulator.core.network import LayerParams

LAYOUTS = {
    "no hidden layer": (3, 2),
    "one vector": (3, 5, 4, 2),
    "an array each": (40, 500, 500, 10),
    "one stack": (3, *[8] * 40, 2),
}


def params_of(sizes: tuple[int, ...]) -> tuple[LayerParams, ...]:
    random = np.random.default_rng(0)
    return tuple(
        LayerParams(*(random.normal(size=size).astype(np.float32) for size in (pair, pair[1:])))
        for pair in pairwise(sizes)
    )


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("source", [0, 2, None])
def test_one_parameter_is_another_number_and_all_others_are_the_same_bits(name, source):
    sizes = LAYOUTS[name]
    network = sim.NetworkConfig(layer_sizes=sizes, activation="tanh")
    shape = shape_for(network, sim.TrainingConfig(), batch=32, rows=100, validation_rows=0)
    assert (shape.flat, shape.scanned) == {"an array each": (False, False), "one stack": (shape.flat, True)}.get(
        name, (True, False)
    )
    params = params_of(sizes)
    weights, running = pad_params(params, shape)
    packed = pack(weights, shape)
    before = jax.tree.map(np.array, packed)
    for layer in {0, len(sizes) // 2 - 1, len(sizes) - 2}:
        changed = with_parameter(packed, shape, network, layer, source, 1, -7.5)
        assert jax.tree.structure(changed) == jax.tree.structure(packed)
        found = unpad_params(unpack(changed, shape), running, network)
        for at, (there, own) in enumerate(zip(found, params, strict=True)):
            weight, bias = own.weight.copy(), own.bias.copy()
            if at == layer:
                (bias if source is None else weight[source])[1] = -7.5
            np.testing.assert_array_equal(there.weight, weight)
            np.testing.assert_array_equal(there.bias, bias)
    for one, there in zip(jax.tree.leaves(packed), jax.tree.leaves(before), strict=True):
        np.testing.assert_array_equal(one, there)


def test_what_normalization_and_prelu_add_comes_back_and_nothing_else():
    """Of a batch-normalized, a layer-normalized and a plain layer; the padded layer and the padded units stay out."""
    sizes, random = (3, 5, 4, 6, 2), np.random.default_rng(1)
    network = sim.NetworkConfig(layer_sizes=sizes, activation="prelu", normalization=("batch", "layer", "none"))
    shape = shape_for(network, sim.TrainingConfig(), batch=32, rows=100, validation_rows=0)
    params = []
    for layer, entry in enumerate(params_of(sizes)):
        scale, shift, mean, variance = random.normal(size=(4, sizes[layer + 1])).astype(np.float32)
        kind = (*network.normalizations, "output")[layer]
        entry = entry._replace(slope=np.float32(0.1 + layer) if kind != "output" else None)
        entry = entry._replace(scale=scale, shift=shift) if kind in ("batch", "layer") else entry
        params.append(entry._replace(running_mean=mean, running_var=variance) if kind == "batch" else entry)
    weights, running = pad_params(tuple(params), shape)
    found = unpad_params(unpack(pack(weights, shape), shape), running, network)
    for own, there in zip(params, found, strict=True):
        for name, value in own._asdict().items():
            if value is None:
                assert getattr(there, name) is None, name
            else:
                np.testing.assert_array_equal(getattr(there, name), value, err_msg=name)
    assert running is not None
    np.testing.assert_array_equal(running.mean[1:], 0.0)
    np.testing.assert_array_equal(running.variance[1:], 1.0)
    assert not weights.slope[3] and not weights.scale[3].any() and not weights.shift[:, 6:].any()
