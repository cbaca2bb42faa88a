"""The parts of the page of losses and entropy; each reads its controls, which live in the page's state."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from simulator.scenes.losses.entropy import BASE_PROBABILITIES, BASES, FAIR_DIE, LOADED_DIE, cross_entropy, entropy
from simulator.scenes.losses.huffman import huffman_code, mean_code_length
from simulator.scenes.losses.pictures.entropy import gibbs_curve, loss_terms, surprise_curve
from simulator.scenes.losses.pictures.single import gradient_comparison, loss_comparison
from simulator.scenes.losses.pictures.tree import huffman_tree
from simulator.scenes.losses.single import OUTPUTS, SQUARED_ERRORS, TARGETS, squared_error_factor, worked_example
from simulator.scenes.losses.words import (
    narrate_code,
    narrate_gibbs,
    narrate_single,
    narrate_surprise,
    narrate_terms,
    narrate_wrong_code,
)
from simulator.texts import text
from simulator.texts.numbers import number_text
from simulator.ui.components.distribution.component import distribution_bars
from simulator.ui.components.losses.controls import bound, change, state
from simulator.ui.components.losses.race import draw_race
from simulator.ui.components.picture.picture import picture
from simulator.ui.components.player.player import player

LETTERS = (*BASES, "E", "F", "H", "I")
MESSAGE_LETTERS = 16
SCALING_EXAMPLE = (32, 10)
"""Batch size and outputs for which the constants of the three scalings are shown."""
MAX_TERM_CLASSES = 5
FRAMEWORKS = (
    ("torch.nn.CrossEntropyLoss", "one_answer"),
    ("optax.softmax_cross_entropy", "one_answer"),
    ("keras.losses.CategoricalCrossentropy", "one_answer"),
    ("torch.nn.BCEWithLogitsLoss", "many_answers"),
    ("optax.sigmoid_binary_cross_entropy", "many_answers"),
    ("keras.losses.BinaryCrossentropy", "many_answers"),
)


def draw_section(language: str) -> None:
    """Draw the open section."""
    sections: dict[str, Callable[[str], None]] = {
        "single": _single,
        "digits": draw_race,
        "dice": _dice,
        "codes": _codes,
        "gibbs": _gibbs,
        "terms": _terms,
    }
    sections[state().section](language)


def _single(language: str) -> None:
    left, right = st.columns(2, vertical_alignment="bottom")
    with left, st.container(horizontal=True):
        bound(st.segmented_control, "output", language, OUTPUTS, format_func=_option(language), required=True)
        bound(st.segmented_control, "target", language, TARGETS, required=True)
    with right:
        bound(
            st.selectbox, "squared", language, SQUARED_ERRORS, format_func=lambda n: text(language, f"losses.name.{n}")
        )
    with left:
        bound(st.slider, "logit", language, -10.0, 10.0, step=0.1)
    if state().output == "softmax":
        with right:
            bound(st.slider, "classes", language, 2, 10)
    now = state()
    settings = (now.squared, now.output, now.target, now.logit, now.classes)
    left, right = st.columns(2)
    with left:
        picture(loss_comparison(*settings, language), key="losses_loss", language=language, height=340)
    with right:
        picture(gradient_comparison(*settings, language), key="losses_gradient", language=language, height=340)
    st.write(narrate_single(language, *settings))
    left, right = st.columns(2)
    with left:
        _worked(language)
    with right:
        _scalings(language)


def _worked(language: str) -> None:
    example = worked_example(state().logit, state().target)
    st.subheader(text(language, "losses.single.worked"))
    numbers = {name: number_text(value, 4) for name, value in example._asdict().items()}
    error = number_text(example.output - state().target, 4)
    st.write(
        text(
            language,
            "losses.single.worked_squared",
            error=f"({error})" if example.output < state().target else error,
            derivative=numbers["derivative"],
            squared=numbers["squared_gradient"],
        )
    )
    cross = numbers["cross_entropy_gradient"]
    st.write(text(language, "losses.single.worked_cross", output=numbers["output"], target=state().target, cross=cross))
    st.write(text(language, "losses.single.worked_why"))


def _scalings(language: str) -> None:
    examples, outputs = SCALING_EXAMPLE
    st.subheader(text(language, "losses.single.scalings"))
    st.write(text(language, "losses.single.scalings_intro", examples=examples, outputs=outputs))
    headings = [text(language, f"losses.single.{name}") for name in ("formula", "factor", "shown")]
    rows = []
    for loss in SQUARED_ERRORS:
        value = number_text(squared_error_factor(loss, examples, outputs))
        cells = (
            text(language, f"losses.single.formula_{loss}"),
            text(language, f"losses.single.factor_{loss}", value=value),
            "●" if loss == state().squared else "",
        )
        rows.append(dict(zip(headings, cells, strict=True)))
    st.table(rows, hide_index=True)


def _dice(language: str) -> None:
    st.write(text(language, "losses.dice.intro"))
    presets = {
        "fair_loaded": (FAIR_DIE, LOADED_DIE),
        "loaded_fair": (LOADED_DIE, FAIR_DIE),
        "fair_fair": (FAIR_DIE, FAIR_DIE),
    }
    rows = distribution_bars(
        (state().die, state().die_model),
        [str(face) for face in range(1, 7)],
        presets,
        language,
        bits=False,
        resizable=False,
        words_from=lambda name: f"losses.dice_words.{name}",
        revision=st.session_state["losses.revision"],
        key="losses.dice",
    )
    change(die=rows[0], die_model=rows[1])
    left, right = st.columns([3, 2], vertical_alignment="center")
    with right:
        bound(st.slider, "happened", language, 0.01, 1.0, step=0.01)
        st.write(narrate_surprise(language, state().happened))
    with left:
        picture(surprise_curve(state().happened, language), key="losses_surprise", language=language)


def _codes(language: str) -> None:
    st.write(text(language, "losses.codes.intro"))
    equal = (0.25,) * 4
    halves = (0.5, 0.25, 0.125, 0.125)
    presets = {"genome": (BASE_PROBABILITIES, equal), "uniform": (equal, equal), "halves": (halves, equal)}
    rows = distribution_bars(
        (state().letters, state().letters_model),
        LETTERS,
        presets,
        language,
        bits=True,
        resizable=True,
        words_from=lambda name: f"losses.codes_words.{name}",
        revision=st.session_state["losses.revision"],
        key="losses.codes",
    )
    change(letters=rows[0], letters_model=rows[1])
    letters = LETTERS[: len(rows[0])]
    code, wrong = huffman_code(rows[0]), huffman_code(rows[1])
    left, right = st.columns([3, 2])
    with left:
        tree = huffman_tree(code, letters, language)
        player(tree.step, key="losses.tree_player", language=language, run=repr(rows[0]), group="tree")
        picture(tree, key="losses_tree", language=language, height=400, group="tree")
    with right:
        st.write(narrate_code(language, code))
        st.table(_code_rows(rows[0], rows[1], language), hide_index=True)
        st.subheader(text(language, "losses.codes.wrong_title"))
        st.write(text(language, "losses.codes.row_intro"))
        st.write(narrate_wrong_code(language, rows[0], rows[1], wrong))


def _code_rows(letters: tuple[float, ...], model: tuple[float, ...], language: str) -> list[dict[str, str]]:
    p, q = np.array(letters), np.array(model)
    costs = {
        "own": huffman_code(letters).mean_length,
        "fixed": float(np.ceil(np.log2(len(letters)))),
        "wrong": mean_code_length(huffman_code(model).codes, letters),
        "entropy": entropy(p, base=2),
        "cross": cross_entropy(p, q, base=2),
    }
    headings = [text(language, f"losses.codes.{name}") for name in ("case", "bits")]
    headings.append(text(language, "losses.codes.message", num=MESSAGE_LETTERS))
    return [
        dict(
            zip(
                headings,
                (text(language, f"losses.codes.{name}"), number_text(cost, 4), number_text(MESSAGE_LETTERS * cost, 4)),
                strict=True,
            )
        )
        for name, cost in costs.items()
    ]


def _gibbs(language: str) -> None:
    left, right = st.columns([3, 2], vertical_alignment="center")
    with right:
        bound(st.slider, "p", language, 0.0, 1.0, step=0.01)
        bound(st.slider, "q", language, 0.01, 0.99, step=0.01)
        st.write(narrate_gibbs(language, state().p, state().q))
        st.write(text(language, "losses.gibbs.training"))
    with left:
        picture(gibbs_curve(state().p, state().q, language), key="losses_gibbs", language=language, height=380)


def _terms(language: str) -> None:
    left, right = st.columns([3, 2])
    with right:
        outputs, target = _outputs(language)
        st.write(narrate_terms(language, outputs, target))
    with left:
        picture(loss_terms(outputs, target, language), key="losses_terms", language=language, height=340)
    st.subheader(text(language, "losses.terms.frameworks"))
    headings = [text(language, f"losses.terms.{name}") for name in ("framework", "computes")]
    rows = [(name, text(language, f"losses.terms.{kind}")) for name, kind in FRAMEWORKS]
    st.table([dict(zip(headings, row, strict=True)) for row in rows], hide_index=True)
    st.write(text(language, "losses.terms.use"))


def _outputs(language: str) -> tuple[np.ndarray, int]:
    """Return outputs with sum 1 and the right class: a confidence, and the rest shared equally."""
    now = state()
    classes = len(now.outputs)
    st.session_state["losses.confidence"] = float(np.clip(round(now.outputs[now.right], 2), 0.01, 0.99))
    st.session_state["losses.num_classes"] = classes
    st.session_state["losses.right"] = now.right + 1

    def keep() -> None:
        number = int(st.session_state["losses.num_classes"])
        right = min(int(st.session_state["losses.right"]), number) - 1
        sure = float(st.session_state["losses.confidence"])
        shares = [(1.0 - sure) / (number - 1)] * number
        shares[right] = sure
        change(outputs=tuple(shares), right=right)

    st.slider(
        text(language, "losses.control.confidence"), 0.01, 0.99, step=0.01, key="losses.confidence", on_change=keep
    )
    most = max(MAX_TERM_CLASSES, classes)
    st.slider(text(language, "losses.control.classes_terms"), 2, most, key="losses.num_classes", on_change=keep)
    st.segmented_control(
        text(language, "losses.control.right"),
        range(1, classes + 1),
        key="losses.right",
        on_change=keep,
        required=True,
    )
    return np.clip(np.array(now.outputs), 1e-12, 1.0 - 1e-12), now.right


def _option(language: str) -> Callable[[str], str]:
    return lambda name: text(language, f"losses.option.{name}")
