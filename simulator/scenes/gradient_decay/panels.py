"""The panels of gradient decay: from numbers to pictures and what they say."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from simulator.core.propagation.microscope import profile_of
from simulator.core.run import Run
from simulator.scenes.gradient_decay.learned import Learned, learned_words, learning_picture, training_picture
from simulator.scenes.gradient_decay.networks import naming_words, networks_picture
from simulator.scenes.gradient_decay.numbers import Compared, Exploding, Factored, Formats, Lit, Trained
from simulator.scenes.gradient_decay.pictures import (
    Named,
    clipping_picture,
    decay_picture,
    factors_picture,
    named,
    split_picture,
    underflow_picture,
)
from simulator.scenes.gradient_decay.settings import BEFORE_REMEDIES, OPTION, GradientDecay, Variant
from simulator.scenes.gradient_decay.words import (
    batch_words,
    clipping_words,
    decay_words,
    end_words,
    factors_words,
    fit_words,
    microscope_table,
    split_words,
    survivor_words,
    underflow_words,
    weight_words,
)
from simulator.scenes.loss_curves import losses_picture, seeds_picture
from simulator.scenes.panel import Panel, Steps
from simulator.texts import text
from simulator.texts.numbers import number_text


def variant_title(language: str, differ: str, code: str) -> str:
    """Return a network's name: what it differs in."""
    return text(language, f"{OPTION[differ]}.{code}")


def _names(found: Sequence[Compared | Trained], settings: GradientDecay, language: str) -> list[Named]:
    titles = [variant_title(language, settings.differ, one.variant.code) for one in found]
    return [_named(title, one) for title, one in zip(titles, found, strict=True)]


def _named(title: str, one: Compared | Trained) -> Named:
    return named(title, one.start.microscope, one.start.signal.weight_grad_norm)


def _notes(found: Sequence[Compared | Trained], settings: GradientDecay, language: str) -> tuple[str, ...]:
    """Say where fewer random starts were drawn than asked for."""
    fewest = min(one.start.num_seeds for one in found)
    return (text(language, "gradient_decay.seeds_reduced", count=fewest),) if fewest < settings.seeds else ()


def networks(found: Sequence[Lit], settings: GradientDecay, language: str) -> Panel:
    """Draw the networks from input to output, lit by the gradient that arrives, for every depth of the slider."""
    titles = [variant_title(language, settings.differ, one.variant.code) for one in found]
    lit = [one.arriving for one in found]
    picture = networks_picture(titles, lit, settings.depth, language)
    at = lit[0].depths.index(settings.depth)
    seeds = min(one.num_seeds[at] for one in lit)
    notes = (f"{text(language, 'gradient_decay.networks.note', seeds=seeds)} {naming_words(language)}",)
    return Panel(question=picture.title, pictures=(picture,), notes=notes)


def decay(found: Sequence[Compared], settings: GradientDecay, language: str) -> Panel:
    """Draw the gradient norm of every layer."""
    names = _names(found, settings, language)
    picture = decay_picture(names, language, norm=settings.norm)
    sentences = [sentence for one in names for sentence in decay_words(language, one, settings.norm)]
    band = text(language, "gradient_decay.decay.band", seeds=min(one.start.num_seeds for one in found))
    notes = (band, *_notes(found, settings, language))
    return Panel(question=picture.title, pictures=(picture,), sentences=tuple(sentences), notes=notes)


def split(found: Sequence[Compared], settings: GradientDecay, language: str) -> Panel:
    """Draw by which factor each layer changes the gradient, and what of it φ′ and the weights do."""
    names = _names(found, settings, language)
    picture = split_picture(names, language)
    sentences = tuple(
        sentence
        for one in names
        for sentence in (split_words(language, one.title, one.microscope), *survivor_words(language, one))
    )
    notes = _notes(found, settings, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences, notes=notes)


def predicted(found: Sequence[Compared], settings: GradientDecay, language: str) -> Panel:
    """Draw the decay with what the split and the theory predict."""
    names = _names(found, settings, language)
    picture = decay_picture(names, language, foretold=True)
    sentences: list[str] = []
    for name, one in zip(names, found, strict=True):
        sentences += fit_words(language, name.title, one.variant.network, name.microscope)
        sentences += survivor_words(language, name)
    table = pd.DataFrame(microscope_table(language, [(one.title, one.microscope) for one in names]))
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=tuple(dict.fromkeys(sentences)),
        tables=(("", table),),
    )


def learning(found: Sequence[Trained], settings: GradientDecay, language: str) -> Panel:
    """Draw how far each layer's weights have moved."""
    learned = _learned(found, settings, language)
    picture = learning_picture(learned, language)
    return Panel(
        question=picture.title,
        pictures=(picture,),
        sentences=_told(learned, language),
        notes=(_starts_note(found, settings, language),),
        steps=_steps(found, settings),
    )


def training(found: Sequence[Trained], settings: GradientDecay, language: str) -> Panel:
    """Draw the gradient norm of every layer during training."""
    picture = training_picture(_learned(found, settings, language), _names(found, settings, language), language)
    return Panel(question=picture.title, pictures=(picture,), steps=_steps(found, settings))


def _learned(found: Sequence[Trained], settings: GradientDecay, language: str) -> list[Learned]:
    titles = [variant_title(language, settings.differ, one.variant.code) for one in found]
    return [Learned(title, one.runs, one.learning) for title, one in zip(titles, found, strict=True)]


def _told(learned: Sequence[Learned], language: str) -> tuple[str, ...]:
    """Say the first thing about every network, then the rest: a screen may have room for few."""
    said = [learned_words(language, one) for one in learned]
    return (*(one[0] for one in said), *(sentence for one in said for sentence in one[1:]))


def _steps(found: Sequence[Trained], settings: GradientDecay) -> Steps:
    return Steps(found[0].learning[0].step, run=settings.to_text(), group="depth")


def _starts_note(found: Sequence[Trained], settings: GradientDecay, language: str) -> str:
    """Say from how many starts the networks were trained."""
    seeds = len(found[0].runs)
    values = {"seeds": seeds, "first": settings.seed, "last": settings.seed + seeds - 1}
    return text(language, f"gradient_decay.learning.{'one_start' if seeds == 1 else 'starts'}", **values)


def loss(found: Sequence[Trained], settings: GradientDecay, language: str) -> Panel:
    """Draw the losses of the networks that are compared."""
    return _losses(found, _learned(found, settings, language), settings, language)


def _losses(found: Sequence[Trained], learned: Sequence[Learned], settings: GradientDecay, language: str) -> Panel:
    picture = seeds_picture([one.title for one in learned], [one.runs for one in learned], language)
    return Panel(question=picture.title, pictures=(picture,), notes=(_starts_note(found, settings, language),))


def remedies(found: Sequence[Compared], settings: GradientDecay, language: str) -> Panel:
    """Draw what each remedy of history does to the gradient."""
    names = [_named(_remedy(language, one.variant), one) for one in found]
    picture = replace(decay_picture(names, language), title=text(language, "gradient_decay.remedies.title"))
    said = [_named(_remedy_said(language, one.variant, settings), one) for one in found]
    sentences = [sentence for one in said for sentence in decay_words(language, one)]
    sentences += batch_words(language, [(name, one.variant.network) for name, one in zip(said, found, strict=True)])
    if len(found) == 1:
        sentences.append(text(language, "gradient_decay.remedies.none"))
    notes = (text(language, "gradient_decay.remedies.start", std=_std()), *_notes(found, settings, language))
    return Panel(question=picture.title, pictures=(picture,), sentences=tuple(sentences), notes=notes)


def remedies_loss(found: Sequence[Trained], settings: GradientDecay, language: str) -> Panel:
    """Draw what each remedy does to the loss."""
    drawn = [Learned(_remedy(language, one.variant), one.runs, one.learning) for one in found]
    said = [Learned(_remedy_said(language, one.variant, settings), one.runs, one.learning) for one in found]
    return replace(_losses(found, drawn, settings, language), sentences=_told(said, language))


def _remedy(language: str, variant: Variant) -> str:
    return text(language, f"gradient_decay.remedy.{variant.code}")


def _remedy_said(language: str, variant: Variant, settings: GradientDecay) -> str:
    """Return a remedy as sentences name it: in full, which a picture has no room for."""
    if variant.code == "before":
        return text(language, "gradient_decay.remedy.before_said", std=_std())
    instead = variant.code == "layer" and "normalization" in settings.remedies
    name = text(language, "gradient_decay.remedy.layer_said") if instead else _remedy(language, variant)
    return name.removeprefix("+ ")


def _std() -> str:
    return number_text(BEFORE_REMEDIES["std"])


def factors(found: Factored, settings: GradientDecay, language: str) -> Panel:
    """Draw what a table of factors leaves of the gradient."""
    picture = factors_picture(found.left, found.bound, language)
    sentences = tuple(factors_words(language, settings.factors, settings.gain))
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences)


def underflow(found: Sequence[Formats], settings: GradientDecay, language: str) -> Panel:
    """Draw the gradient in every number format, and where it is exactly 0."""
    pictures, sentences = [], []
    for one in found:
        title = variant_title(language, settings.differ, one.variant.code)
        picture = underflow_picture(one.formats, language)
        pictures.append(replace(picture, title=f"{title}: {picture.title}" if len(found) > 1 else picture.title))
        said = [underflow_words(language, entry) for entry in one.formats]
        sentences += [f"{title}. {sentence}" if len(found) > 1 else sentence for sentence in said]
    notes = (text(language, "gradient_decay.underflow.flush"), text(language, "gradient_decay.underflow.plain"))
    return Panel(
        question=text(language, "gradient_decay.underflow.title"),
        pictures=tuple(pictures),
        sentences=tuple(sentences),
        notes=notes,
    )


def explosion(found: Exploding, settings: GradientDecay, language: str) -> Panel:
    """Draw the gradient of one network, layer by layer."""
    name = _exploding(found, settings, language)
    picture = decay_picture([name], language)
    picture = replace(picture, title=text(language, "gradient_decay.clip.explosion"))
    band = text(language, "gradient_decay.decay.band", seeds=found.start.num_seeds)
    sentences = tuple(decay_words(language, name))
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences, notes=(band,))


def _exploding(found: Exploding, settings: GradientDecay, language: str) -> Named:
    title = variant_title(language, "activation", settings.activation)
    return named(title, found.start.microscope, found.start.signal.weight_grad_norm)


def clip(found: Exploding, settings: GradientDecay, language: str) -> Panel:
    """Draw what clipping changes."""
    start, clipped = found
    picture = clipping_picture(clipped, profile_of(start.signal.weight_grad_norm), language)
    name = _exploding(found, settings, language)
    sentences = (weight_words(language, clipped, name), clipping_words(language, clipped, settings.clip))
    notes = (text(language, "gradient_decay.clip.one_start", seed=settings.seed, seeds=start.num_seeds),)
    return Panel(question=picture.title, pictures=(picture,), sentences=sentences, notes=notes)


def clip_loss(found: Sequence[Run], settings: GradientDecay, language: str) -> Panel:
    """Draw the loss with and without clipping."""
    clipped = text(language, "gradient_decay.clip.with_clip", clip=number_text(settings.clip))
    titles = [text(language, "gradient_decay.clip.without"), clipped]
    said = tuple(end_words(language, title, run) for title, run in zip(titles, found, strict=True))
    picture = losses_picture(titles, found, language)
    return Panel(question=picture.title, pictures=(picture,), sentences=said)
