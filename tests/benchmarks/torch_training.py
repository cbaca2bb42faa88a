"""PyTorch with hooks, as someone who knows it well would record these numbers; the CPU's fused optimizer is on.

Norms of parameters go through the ``_foreach`` functions, one call for all layers, as PyTorch's own gradient clipping
does; numbers stay tensors, and counts stay counts, until the run is over.
"""

import numpy as np
import torch
from torch import nn

from simulator.core.batches import batch_order
from simulator.core.initializers import initialize
from tests.benchmarks.cases import PER_LAYER, SATURATED_SHARE, Case, Recorded

_norms = torch._foreach_norm  # pyright: ignore[reportPrivateImportUsage]
_differences = torch._foreach_sub  # pyright: ignore[reportPrivateImportUsage]
_quotients = torch._foreach_div  # pyright: ignore[reportPrivateImportUsage]


class Recorder:
    """Collect per-layer numbers through forward hooks on the activations and hooks on their tensors."""

    def __init__(self, model: nn.Sequential):
        linears = [module for module in model if isinstance(module, nn.Linear)]
        self.weights = [linear.weight for linear in linears]
        self.biases = [linear.bias for linear in linears]
        self.forward: dict[str, list[torch.Tensor]] = {name: [] for name in PER_LAYER[:4]}
        self.backward: dict[str, list[torch.Tensor]] = {name: [] for name in PER_LAYER[4:]}
        self.loss: list[torch.Tensor] = []
        self.num_correct: list[torch.Tensor] = []
        for module in model:
            if isinstance(module, nn.ReLU):
                module.register_forward_hook(self._after_activation)

    def _after_activation(self, module: nn.Module, inputs: tuple[torch.Tensor], output: torch.Tensor) -> None:
        with torch.no_grad():
            std, mean = torch.std_mean(output, correction=0)
            alive = torch.count_nonzero(output)
        forward = self.forward
        forward["activation_mean"].append(mean)
        forward["activation_std"].append(std)
        forward["zero_fraction"].append(alive)
        forward["saturated_fraction"].append(alive)  # φ' of ReLU is 0 exactly where its value is
        inputs[0].register_hook(self._keep_norm("pre_activation_grad_norm"))
        output.register_hook(self._keep_norm("activation_grad_norm"))

    def _keep_norm(self, name: str):
        kept = self.backward[name]
        return lambda gradient: kept.append(torch.linalg.vector_norm(gradient))

    def after_output(self, logits: torch.Tensor, labels: torch.Tensor, loss: torch.Tensor) -> None:
        """Record the softmax outputs; ∂L/∂y of cross-entropy is −1/(n y) at the target and 0 elsewhere."""
        with torch.no_grad():
            output = torch.softmax(logits, dim=1)
            std, mean = torch.std_mean(output, correction=0)
            forward = self.forward
            forward["activation_mean"].append(mean)
            forward["activation_std"].append(std)
            forward["zero_fraction"].append(torch.count_nonzero(output))
            forward["saturated_fraction"].append(torch.count_nonzero(output * (1 - output) >= SATURATED_SHARE / 4))
            at_target = output.gather(1, labels[:, None])
            gradient = torch.linalg.vector_norm(at_target.clamp_min(1e-12).reciprocal())
            self.loss.append(loss.detach())
            self.num_correct.append(torch.count_nonzero(logits.argmax(1) == labels))
        self.backward["activation_grad_norm"].append(gradient)
        logits.register_hook(self._keep_norm("pre_activation_grad_norm"))

    @torch.no_grad()
    def update(self, optimizer: torch.optim.Optimizer) -> None:
        """Make the update and record norms of weights, gradients and the update."""
        count = len(self.weights)
        gradients = [parameter.grad for parameter in self.weights + self.biases if parameter.grad is not None]
        gradient_norms = _norms(gradients)
        weight_norms = _norms(self.weights)
        before = [weight.clone() for weight in self.weights]
        optimizer.step()
        update_norms = _norms(_differences(self.weights, before))
        backward = self.backward
        backward["weight_grad_norm"] += gradient_norms[:count]
        backward["bias_grad_norm"] += gradient_norms[count:]
        backward["weight_norm"] += weight_norms
        backward["update_ratio"] += _quotients(update_norms, weight_norms)

    def records(self, batch_size: int) -> Recorded:
        """Return everything as NumPy arrays; what was counted becomes a share only here."""
        records = {
            "loss": torch.stack(self.loss).numpy(),
            "accuracy": torch.stack(self.num_correct).numpy() / batch_size,
        }
        for name, column in {**self.forward, **self.backward}.items():
            records[name] = torch.stack(column).reshape(-1, len(self.weights)).numpy()
        sizes = np.array([batch_size * len(bias) for bias in self.biases])
        for name in ("zero_fraction", "saturated_fraction"):
            records[name] = 1 - records[name] / sizes
        # Backward hooks fire from the output back; ∂L/∂y of the output was put there first, before them.
        for name in ("pre_activation_grad_norm", "activation_grad_norm"):
            records[name] = records[name][:, ::-1]
        records["activation_grad_norm"][:, -1] /= batch_size
        return records


def train(case: Case, num_steps: int) -> Recorded:
    """Train a case and return its records."""
    training = case.training(num_steps)
    model = _model(case)
    inputs = torch.from_numpy(case.dataset.inputs)
    labels = torch.from_numpy(np.asarray(case.dataset.labels, np.int64))
    optimizer = torch.optim.SGD(model.parameters(), lr=training.learning_rate, fused=True)
    loss_function = nn.CrossEntropyLoss()
    recorder = Recorder(model)
    for epoch in range(training.num_epochs):
        for batch in batch_order(len(inputs), training.batch_size, training.seed, epoch):
            rows = torch.from_numpy(batch)
            targets = labels[rows]
            logits = model(inputs[rows])
            loss = loss_function(logits, targets)
            recorder.after_output(logits, targets, loss)
            optimizer.zero_grad()
            loss.backward()
            recorder.update(optimizer)
    return recorder.records(case.batch_size)


def _model(case: Case) -> nn.Sequential:
    modules: list[nn.Module] = []
    for layer in initialize(case.network, case.training().seed):
        linear = nn.Linear(*layer.weight.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(layer.weight.T.copy()))
            linear.bias.copy_(torch.from_numpy(layer.bias))
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1])
