"""What a fork changed, and what came of it: sentences from the records of both runs."""

from typing import Any

import numpy as np

from simulator.core.run import Run
from simulator.scenes.training.numbers import Forked
from simulator.scenes.training.words.common import unit_name
from simulator.texts import text
from simulator.texts.numbers import number_text

SAME = 0.02
"""Losses that differ by less than this share of the larger one are called about the same."""


def changes_text(language: str, run: Run, changes: dict[str, Any]) -> str:
    """Say what is different after the fork, as a list; empty where nothing is."""
    return ", ".join(
        text(
            language,
            f"fork.change.{name}",
            before=_value(language, name, getattr(run.training, name)),
            after=_value(language, name, value),
        )
        for name, value in changes.items()
    )


def _value(language: str, name: str, value: Any) -> str:
    if name in ("optimizer", "schedule"):
        return text(language, f"training.option.{name}.{value}")
    return text(language, "training.off.batch") if value is None else number_text(float(value))


def last_loss(run: Run) -> float:
    """Return the mean loss of the updates of a run's last epoch; not finite where one of them is not."""
    records = run.records
    last = records.epoch > records.epoch[-1] - 1.0
    return float(np.mean(records.loss[last], dtype=np.float64))


def parameter_text(language: str, found: Forked) -> str:
    """Say which weight or bias is set by hand, from which value to which; empty where none is."""
    chosen, num_layers = found.parameter, found.run.network.num_layers
    if chosen is None:
        return ""
    return text(
        language,
        "fork.change.bias" if chosen.source is None else "fork.change.weight",
        source=unit_name(language, chosen.layer - 1, num_layers),
        source_unit=number_text((chosen.source or 0) + 1),
        target=unit_name(language, chosen.layer, num_layers),
        target_unit=number_text(chosen.unit + 1),
        before=number_text(found.before),
        after=number_text(float(chosen.value)),
    )


def fork_sentences(language: str, found: Forked) -> tuple[str, ...]:
    """Say where the runs part, what is different from there on, what a changed weight does at once, and the ends."""
    run, fork, step = found.run, found.fork, found.step
    at_end, by_hand = step >= fork.num_steps, parameter_text(language, found)
    if not by_hand and (not found.changes or at_end):
        return (text(language, "fork.nothing", step=step),)
    changes = ", ".join(one for one in (by_hand, changes_text(language, run, found.changes)) if one)
    parted = text(language, "fork.parted", step=step, changes=changes)
    return (parted, *_at_once(language, found), *(() if at_end else (_ends(language, run, fork),)))


def _at_once(language: str, found: Forked) -> tuple[str, ...]:
    """Say what a changed weight does to the first loss that is recorded with it, where both are finite."""
    if found.parameter is None:
        return ()
    run, fork = found.run.records, found.fork.records
    row = int(np.searchsorted(run.step, found.step))
    before, after = float(run.loss[row]), float(fork.loss[row])
    if not np.isfinite(before) or not np.isfinite(after):
        return ()
    same = abs(after - before) <= SAME * max(after, before)
    entry = "same" if same else "lower" if after < before else "higher"
    said = {"run": number_text(before), "fork": number_text(after)}
    return (text(language, f"fork.at_once.{entry}", step=int(run.step[row]), **said),)


def _ends(language: str, run: Run, fork: Run) -> str:
    before, after = last_loss(run), last_loss(fork)
    found = {"run": number_text(before), "fork": number_text(after)}
    if not np.isfinite(before) and not np.isfinite(after):
        return text(language, "fork.ends.both_lost")
    if not np.isfinite(before):
        return text(language, "fork.ends.saved", lost=_lost(run), start=number_text(_start(fork)), **found)
    if not np.isfinite(after):
        return text(language, "fork.ends.ruined", lost=_lost(fork), **found)
    if abs(after - before) <= SAME * max(after, before):
        return text(language, "fork.ends.same", **found)
    return text(language, "fork.ends.lower" if after < before else "fork.ends.higher", **found)


def _start(run: Run) -> float:
    return float(run.records.loss[0])


def _lost(run: Run) -> int:
    """Return the first recorded step from which no loss is finite any more."""
    finite = np.flatnonzero(np.isfinite(run.records.loss))
    return int(run.records.step[finite[-1] + 1]) if len(finite) else 0
