"""The views of the page on gradient decay: each asks the numbers, mounts its pictures and says what they say."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from simulator.core.propagation.learning import Learning, clipping, learning, loss_window, smoothed
from simulator.core.propagation.microscope import profile_of
from simulator.core.run import Run
from simulator.drawing.steps import Curve, steps_picture
from simulator.scenes.gradient_decay.factors import products, sigmoid_bound
from simulator.scenes.gradient_decay.pictures import (
    Named,
    clipping_picture,
    decay_picture,
    factors_picture,
    learning_picture,
    named,
    split_picture,
    training_picture,
    underflow_picture,
)
from simulator.scenes.gradient_decay.settings import DepthSettings, Variant, remedy_chain
from simulator.scenes.gradient_decay.underflow import underflow
from simulator.scenes.gradient_decay.words import (
    clipping_words,
    decay_words,
    factors_words,
    fit_words,
    learning_words,
    split_words,
    underflow_words,
)
from simulator.texts import text
from simulator.texts.numbers import number_text
from simulator.ui.components.picture.picture import picture
from simulator.ui.components.player.player import player
from simulator.ui.frame.theme import display
from simulator.ui.runs import Start, Training, batch_of, runs_of, start_of

PAGE = "depth"


def variant_title(language: str, differ: str, code: str) -> str:
    """Return a network's name: what it differs in."""
    section = "depth.residual" if differ == "residual" else f"training.option.{differ}"
    return text(language, f"{section}.{code}")


def draw_view(settings: DepthSettings, language: str) -> None:
    """Draw the view that the settings name."""
    views: dict[str, Callable[[DepthSettings, str], None]] = {
        "decay": _decay,
        "microscope": _microscope,
        "learning": _learning,
        "remedies": _remedies,
        "factors": _factors,
        "underflow": _underflow,
        "explosion": _explosion,
    }
    views[settings.view](settings, language)


def fitted(height: int) -> int:
    """Return the height of a picture that fits this reader's screen: large text leaves less room."""
    return round(0.6 * height) if display().size == "hall" else height


def say(sentences: Sequence[str]) -> None:
    """Write the narration as one list under its picture."""
    st.markdown("\n".join(f"- {sentence.removeprefix('+ ')}" for sentence in sentences))


def _titled(settings: DepthSettings, language: str) -> list[tuple[str, Variant]]:
    return [(variant_title(language, settings.differ, variant.code), variant) for variant in settings.variants()]


def _entry(settings: DepthSettings, variant: Variant) -> Training:
    return Training(variant.network, settings.training(), settings.data)


def _starts(settings: DepthSettings, titled: Sequence[tuple[str, Variant]], language: str) -> list[tuple[Named, Start]]:
    found = []
    for title, variant in titled:
        start = start_of(_entry(settings, variant), settings.seeds)
        found.append((named(title, start.microscope, start.signal.weight_grad_norm), start))
    fewest = min(start.num_seeds for _, start in found)
    if fewest < settings.seeds:
        st.caption(text(language, "depth.seeds_reduced", count=fewest))
    return found


def _decay(settings: DepthSettings, language: str) -> None:
    found = _starts(settings, _titled(settings, language), language)
    names = [entry for entry, _ in found]
    picture(
        decay_picture(names, language, norm=settings.norm), key="depth_decay", language=language, height=fitted(430)
    )
    sentences = [decay_words(language, entry.title, entry.microscope) for entry in names]
    say([*sentences, text(language, "depth.decay.band", seeds=min(start.num_seeds for _, start in found))])


def _microscope(settings: DepthSettings, language: str) -> None:
    titled = _titled(settings, language)
    names = [entry for entry, _ in _starts(settings, titled, language)]
    picture(split_picture(names, language), key="depth_split", language=language, height=fitted(300))
    picture(decay_picture(names, language, foretold=True), key="depth_foretold", language=language, height=fitted(330))
    sentences = []
    for entry, (_, variant) in zip(names, titled, strict=True):
        sentences.append(split_words(language, entry.title, entry.microscope))
        sentences += fit_words(language, entry.title, variant.network, entry.microscope)
    say(list(dict.fromkeys(sentences)))
    st.dataframe(_numbers(names, language), hide_index=True)


def _numbers(names: Sequence[Named], language: str) -> pd.DataFrame:
    """Return slope, predictions and what they rest on as a table, one column a network."""
    columns: dict[str, list[str]] = {}
    for entry in names:
        scope, theory, theory_fit = entry.microscope, entry.microscope.theory, entry.microscope.theory_fit
        values = {
            "measured": scope.factor,
            "split": scope.split_fit.factor,
            "r2_split": scope.split_fit.r_squared,
            "theory": theory_fit.factor if theory_fit else float("nan"),
            "r2_theory": theory_fit.r_squared if theory_fit else float("nan"),
            "derivative_mean": _mean(scope.split.derivative_mean),
            "derivative_rms": _mean(scope.split.derivative_rms),
            "weights": _mean(scope.split.weights_foretold),
            "chi": theory.chi if theory else float("nan"),
            "fixed_point": theory.fixed_point if theory else float("nan"),
        }
        columns.setdefault(
            text(language, "depth.table.quantity"), [text(language, f"depth.table.{name}") for name in values]
        )
        columns[entry.title] = [_cell(value) for value in values.values()]
    return pd.DataFrame(columns)


def _mean(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else float("nan")


def _cell(value: float) -> str:
    return "–" if np.isnan(value) else number_text(value)


def draw_losses(titled: Sequence[tuple[str, Run]], language: str, key: str) -> None:
    curves = [Curve(title=title, step=run.records.step, values=smoothed(run.records.loss)) for title, run in titled]
    ends = "; ".join(
        text(language, "depth.loss.alt_end", name=curve.title, loss=number_text(float(curve.values[-1])))
        for curve in curves
    )
    finite = np.concatenate([np.asarray(curve.values, float) for curve in curves])
    finite = finite[np.isfinite(finite) & (finite > 0)]
    shown = steps_picture(
        language,
        curves,
        title=text(language, "depth.loss.title"),
        alt=text(language, "depth.loss.alt", steps=max(int(curve.step[-1]) for curve in curves), ends=ends),
        axis=text(language, "depth.loss.axis", count=max(loss_window(len(curve.step)) for curve in curves)),
        log=bool(len(finite) and finite.max() > 30 * finite.min()),
    )
    picture(shown, key=key, language=language, height=fitted(300))


def _trained(
    settings: DepthSettings, titled: Sequence[tuple[str, Variant]], language: str
) -> tuple[list[tuple[str, Run]], list[tuple[str, Learning]]] | None:
    entries = [_entry(settings, variant) for _, variant in titled]
    runs = runs_of(PAGE, entries, language)
    if runs is None:
        return None
    named_runs = [(title, run) for (title, _), run in zip(titled, runs, strict=True)]
    learned = [
        (title, learning(run, batch_of(entry), settings.steps))
        for (title, run), entry in zip(named_runs, entries, strict=True)
    ]
    return named_runs, learned


def _told(named_runs: Sequence[tuple[str, Run]], learned: Sequence[tuple[str, Learning]], language: str) -> None:
    sentences = []
    for (title, run), (_, entry) in zip(named_runs, learned, strict=True):
        lost = run.first_nonfinite
        step = lost.step if lost is not None and lost.step <= int(entry.step[-1]) else None
        sentences.append(learning_words(language, title, entry, run.records.loss, step))
    say(sentences)


def _learning(settings: DepthSettings, language: str) -> None:
    titled = _titled(settings, language)
    names = [entry for entry, _ in _starts(settings, titled, language)]
    trained = _trained(settings, titled, language)
    if trained is None:
        return
    named_runs, learned = trained
    player(learned[0][1].step, key="depth_player", language=language, run=str(hash(settings)))
    picture(learning_picture(learned, language), key="depth_learning", language=language, height=fitted(300))
    picture(training_picture(learned, names, language), key="depth_training", language=language, height=fitted(300))
    draw_losses(named_runs, language, "depth_loss")
    _told(named_runs, learned, language)


def _remedies(settings: DepthSettings, language: str) -> None:
    chain = [(text(language, f"depth.remedy.{variant.code}"), variant) for variant in remedy_chain(settings)]
    names = [entry for entry, _ in _starts(settings, chain, language)]
    shown = decay_picture(names, language)
    picture(
        replace(shown, title=text(language, "depth.remedies.title")),
        key="depth_remedies",
        language=language,
        height=fitted(360),
    )
    sentences = [decay_words(language, entry.title, entry.microscope) for entry in names]
    say(sentences if len(chain) > 1 else [*sentences, text(language, "depth.remedies.none")])
    trained = _trained(settings, chain, language)
    if trained is not None:
        draw_losses(trained[0], language, "depth_remedies_loss")
        _told(*trained, language)


def _factors(settings: DepthSettings, language: str) -> None:
    bound = sigmoid_bound(len(settings.factors), settings.gain)
    shown = factors_picture(products(settings.factors), bound, language)
    picture(shown, key="depth_factors", language=language, height=fitted(430))
    say(factors_words(language, settings.factors, settings.gain))


def _underflow(settings: DepthSettings, language: str) -> None:
    for title, variant in _titled(settings, language):
        plain = settings.network(**{settings.differ: variant.code, "normalization": "none", "residual": "off"})
        batch = batch_of(Training(plain, settings.training(), settings.data))
        formats = underflow(plain, batch, settings.seed)
        shown = underflow_picture(formats, language)
        st.markdown(f"#### {title}")
        picture(shown, key=f"depth_underflow_{variant.code}", language=language, height=fitted(270))
        say([underflow_words(language, entry) for entry in formats])
        if settings.differ in ("normalization", "residual"):
            break
    st.caption(f"{text(language, 'depth.underflow.flush')} {text(language, 'depth.underflow.plain')}")


def _explosion(settings: DepthSettings, language: str) -> None:
    network = settings.network()
    entry = Training(network, settings.training(), settings.data)
    start = start_of(entry, settings.seeds)
    weight_norm = start.signal.weight_grad_norm
    clipped = clipping(weight_norm[0], settings.clip)
    shown = clipping_picture(clipped, profile_of(weight_norm), language)
    picture(shown, key="depth_clip", language=language, height=fitted(330))
    title = variant_title(language, "activation", settings.activation)
    say([decay_words(language, title, start.microscope), clipping_words(language, clipped, settings.clip)])
    held = Training(network, settings.training(clip_norm=settings.clip), settings.data)
    runs = runs_of(PAGE, [entry, held], language)
    if runs is not None:
        titles = [
            text(language, "depth.clip.without"),
            text(language, "depth.clip.with_clip", clip=number_text(settings.clip)),
        ]
        draw_losses(list(zip(titles, runs, strict=True)), language, "depth_clip_loss")
