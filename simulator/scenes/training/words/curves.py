"""Sentences for the pictures over steps: loss, accuracy, gradient norms, updates, activations."""

import numpy as np

from simulator.core.activations import SATURATING
from simulator.core.run import Run
from simulator.scenes.training.words.common import capitalised, evaluated_row, layer_name, not_finite, row_at
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text

SAME_LOSS = 1e-6
"""Relative change under which a loss is said to have stayed: float32 rounds at about this size."""


def narrate_loss(language: str, run: Run, step: int | None = None) -> str:
    """Say how the loss went over the run, or what it is at a step.

    Args:
      language: ``"ko"`` or ``"en"``.
      run: what ``train`` returned.
      step: a step of the run; ``None`` for the whole of it.

    Returns:
      One or two sentences; the second is the validation loss, where it was measured.
    """
    records, row = run.records, row_at(run, step)
    first, last = float(records.loss[0]), float(records.loss[row])
    if step is not None:
        sentence = text(
            language,
            "narration.loss.at_step",
            step=number_text(int(records.step[row])),
            epoch=number_text(float(records.epoch[row])),
            loss=number_text(last),
            first=number_text(first),
        )
    else:
        change = "same" if abs(last - first) <= SAME_LOSS * abs(first) else "fell" if last < first else "rose"
        sentence = text(
            language,
            f"narration.loss.{change}",
            first=number_text(first),
            last=number_text(last),
            num_steps=number_text(int(records.step[-1])),
        )
    return " ".join([sentence, *_penalty(language, run, row), *_validation(language, run, row, "loss")])


def _penalty(language: str, run: Run, row: int) -> list[str]:
    """Say how much of the loss is penalty, which validation losses leave out."""
    if not (run.training.l1 or run.training.l2):
        return []
    return [text(language, "narration.loss.penalty", penalty=number_text(run.records.penalty[row]))]


def narrate_accuracy(language: str, run: Run, step: int | None = None) -> str:
    """Say how the accuracy went over the run, or what it is at a step."""
    records, row = run.records, row_at(run, step)
    if run.dataset.task == "regression":
        return text(language, "narration.accuracy.none")
    if step is None:
        first, last = percent_text(records.accuracy[0]), percent_text(records.accuracy[row])
        sentence = text(language, "narration.accuracy.overall", first=first, last=last)
    else:
        sentence = text(
            language,
            "narration.accuracy.at_step",
            step=number_text(int(records.step[row])),
            accuracy=percent_text(records.accuracy[row]),
        )
    return " ".join([sentence, *_validation(language, run, row, "accuracy")])


def _validation(language: str, run: Run, row: int, what: str) -> list[str]:
    measured = evaluated_row(run, row)
    if measured is None:
        return []
    records = run.records
    step = number_text(int(records.step[measured]))
    if what == "loss":
        loss = number_text(records.validation_loss[measured])
        return [text(language, "narration.loss.validation", loss=loss, step=step)]
    accuracy = percent_text(records.validation_accuracy[measured])
    return [text(language, "narration.accuracy.validation", accuracy=accuracy, step=step)]


def narrate_gradients(language: str, run: Run, step: int | None = None) -> str:
    """Compare the gradient norms ‖∂L/∂z‖ of the first layer and the output layer at a step (the last by default)."""
    row = row_at(run, step)
    norms = np.asarray(run.records.pre_activation_grad_norm)[row]
    first, output = float(norms[0]), float(norms[-1])
    values = {"step": number_text(int(run.records.step[row])), "output": number_text(output)}
    if not (np.isfinite(first) and np.isfinite(output)):
        return not_finite(language, values["step"])
    if len(norms) == 1:
        return text(language, "narration.gradients.one_layer", **values)
    if output == 0:
        return text(language, "narration.gradients.zero", **values)
    if first == 0:
        return text(language, "narration.gradients.stopped", **values)
    ratio = first / output
    sentence = text(language, "narration.gradients.ratio", first=number_text(first), ratio=number_text(ratio), **values)
    if len(norms) < 3:
        return sentence
    per_layer = number_text(ratio ** (1.0 / (len(norms) - 1)))
    return f"{sentence} {text(language, 'narration.gradients.factor', per_layer=per_layer)}"


def narrate_updates(language: str, run: Run, step: int | None = None) -> str:
    """Say in which layer the update is largest and smallest against the weights, at a step (the last by default)."""
    row = row_at(run, step)
    ratios = np.asarray(run.records.update_ratio)[row]
    num_layers = len(ratios)
    values = {"step": number_text(int(run.records.step[row])), "largest": number_text(np.max(ratios))}
    if not np.isfinite(ratios).all():
        return not_finite(language, values["step"])
    if not ratios.any():
        return text(language, "narration.updates.none", step=values["step"])
    if num_layers == 1:
        return text(language, "narration.updates.one_layer", **values)
    return text(
        language,
        "narration.updates.sentence",
        largest_layer=layer_name(language, int(np.argmax(ratios)), num_layers),
        smallest_layer=layer_name(language, int(np.argmin(ratios)), num_layers),
        smallest=number_text(np.min(ratios)),
        **values,
    )


def narrate_activations(language: str, run: Run, step: int | None = None, layer: int | None = None) -> str:
    """Describe the activations of a layer at a step; by default the last hidden layer at the last step."""
    records, row = run.records, row_at(run, step)
    num_layers = run.network.num_layers
    step_text = number_text(int(records.step[row]))
    if not np.isfinite(records.activation_std[row]).all():
        return not_finite(language, step_text)
    if num_layers == 1:
        return text(
            language,
            "narration.activations.output",
            step=step_text,
            mean=number_text(records.activation_mean[row, 0]),
            std=number_text(records.activation_std[row, 0]),
        )
    layer = num_layers - 2 if layer is None else layer
    sentence = text(
        language,
        "narration.activations.sentence",
        step=step_text,
        layer=layer_name(language, layer, num_layers),
        mean=number_text(records.activation_mean[row, layer]),
        std=number_text(records.activation_std[row, layer]),
    )
    sentences = [capitalised(sentence)]
    if run.network.activation == "relu":
        zero = percent_text(records.zero_fraction[row, layer])
        sentences.append(text(language, "narration.activations.zero", zero=zero))
    elif run.network.activation in SATURATING:
        saturated = percent_text(records.saturated_fraction[row, layer])
        sentences.append(text(language, "narration.activations.saturated", saturated=saturated))
    if num_layers > 2:
        first, last = records.activation_std[row, 0], records.activation_std[row, num_layers - 2]
        change = text(language, "narration.activations.change", first=number_text(first), last=number_text(last))
        sentences.append(change)
    return " ".join(sentences)


def narrate_test(language: str, run: Run) -> str:
    """Say how the finished network does on the rows that training never saw."""
    count = number_text(len(run.split.test))
    if len(run.split.test) == 0:
        return text(language, "narration.test.none")
    loss = number_text(run.test_loss)
    if run.dataset.task == "regression":
        return text(language, "narration.test.loss", count=count, loss=loss)
    return text(language, "narration.test.accuracy", count=count, loss=loss, accuracy=percent_text(run.test_accuracy))
