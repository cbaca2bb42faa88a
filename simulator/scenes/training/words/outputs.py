"""Sentences for what the network answers: the confusion matrix and a few predictions."""

import numpy as np

from simulator.core.datasets import class_labels
from simulator.core.run import Run
from simulator.scenes.training.words.common import frame_at, not_finite
from simulator.scenes.training.words.maps import predicted_classes
from simulator.texts import text
from simulator.texts.numbers import number_text, percent_text


def narrate_confusion(language: str, run: Run, step: int | None = None) -> str:
    """Say how many rows are right and which mistake is the most frequent."""
    if run.dataset.task == "regression":
        return text(language, "narration.confusion.none")
    frames, frame = run.frames, frame_at(run, step)
    counts = frames.confusion[frame]
    right, total = int(np.trace(counts)), int(counts.sum())
    part = "test" if len(run.split.test) else "training"
    sentence = text(
        language,
        "narration.confusion.sentence",
        step=number_text(int(frames.step[frame])),
        right=number_text(right),
        total=number_text(total),
        part=text(language, f"narration.part.{part}"),
        accuracy=percent_text(right / total if total else float("nan")),
    )
    mistakes = counts - np.diag(np.diag(counts))
    if mistakes.sum() == 0:
        return f"{sentence} {text(language, 'narration.confusion.perfect')}" if total else sentence
    true, predicted = np.unravel_index(int(np.argmax(mistakes)), mistakes.shape)
    names = class_labels(language, run.dataset)
    worst = text(
        language,
        "narration.confusion.worst",
        true=names[true],
        predicted=names[predicted],
        count=number_text(int(mistakes[true, predicted])),
    )
    return f"{sentence} {worst}"


def narrate_predictions(language: str, run: Run, step: int | None = None) -> str:
    """Say how many of the examples shown are right and where the network is least sure."""
    frames, frame = run.frames, frame_at(run, step)
    output, step_text = frames.output[frame], number_text(int(frames.step[frame]))
    total = len(frames.example_row)
    if not np.isfinite(output).all():
        return not_finite(language, step_text)
    if run.dataset.task == "regression":
        errors = np.abs(output - frames.example_target)
        example, unit = np.unravel_index(int(np.argmax(errors)), errors.shape)
        return text(
            language,
            "narration.predictions.regression",
            step=step_text,
            total=number_text(total),
            error=number_text(errors[example, unit]),
            row=number_text(int(frames.example_row[example])),
            output=number_text(output[example, unit]),
            target=number_text(frames.example_target[example, unit]),
        )
    predicted = predicted_classes(run, output)
    labels = np.asarray(run.dataset.labels)[frames.example_row]
    right = int(np.sum(predicted == labels))
    sentence = text(
        language, "narration.predictions.classes", step=step_text, right=number_text(right), total=number_text(total)
    )
    confidence = confidences(run, output)
    if confidence is None:
        return sentence
    example = int(np.argmin(confidence))
    least_sure = text(
        language,
        "narration.predictions.least_sure",
        row=number_text(int(frames.example_row[example])),
        predicted=class_labels(language, run.dataset)[predicted[example]],
        confidence=percent_text(confidence[example]),
    )
    return f"{sentence} {least_sure}"


def confidences(run: Run, output: np.ndarray) -> np.ndarray | None:
    """Return the probability of each answer, or ``None`` where the outputs are not probabilities."""
    if run.network.output_activation == "softmax":
        return output.max(axis=-1)
    if run.network.output_activation == "sigmoid" and output.shape[-1] == 1:
        return np.maximum(output[..., 0], 1.0 - output[..., 0])
    return None
