"""The browser's own arithmetic of the chain rule: the same sums as Python's, and words for all that it writes."""

import json
import re
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from simulator.drawing.picture import pack
from simulator.scenes.chain_rule import weight_chain
from simulator.scenes.chain_rule.content import chain_content, held_back, hidden_steps
from simulator.scenes.chain_rule.numbers import pass_of
from simulator.scenes.chain_rule.settings import ChainRule
from simulator.texts import catalogue
from simulator.ui.components.chain.component import SCRIPTS

ASSETS = Path(__file__).parents[2] / "simulator" / "ui" / "components"
CASES = {
    "default": ChainRule(net="2-3-2-2", rows=2),
    "squared": ChainRule(net="2-3-2-2", loss="mse_mean", output="sigmoid", activation="tanh", rows=3),
    "food": ChainRule(net="4-32-32-4", activation="relu", rows=4),
    "many paths": ChainRule(net="2-32-32-32-32-3", activation="gelu", rows=1),
}


@pytest.fixture(scope="module")
def numbers(browser):
    """A blank page that holds the browser's own equations."""
    page = browser.new_page()
    page.add_script_tag(content=read(name for name in SCRIPTS if name != "chain/view.js"))
    yield page
    page.close()


def read(names) -> str:
    return "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in names)


def load(numbers, settings: ChainRule, hidden: int | None = None) -> None:
    """Give the browser a pass; with ``hidden``, at that step and without what is to be predicted."""
    content = chain_content(settings, pass_of(settings), "pass")
    sent = content if hidden is None else held_back(content, hidden_steps(content), hidden)
    numbers.evaluate("bytes => { data = unpack(new Uint8Array(bytes)); m = passMatrices(data) }", list(pack(sent)))


@pytest.mark.parametrize("name", CASES)
def test_the_browser_writes_the_chain_that_python_writes(numbers, name):
    settings = CASES[name]
    load(numbers, settings)
    made = pass_of(settings)
    sizes = settings.sizes
    for layer in range(1, len(sizes)):
        source, target, example = min(2, sizes[layer - 1]), sizes[layer], made.num_rows - 1
        found = numbers.evaluate("place => weightChain(data, m, ...place)", [layer, source, target, example])
        expected = weight_chain(made, layer, source, target, example=example)
        assert found["num_paths"] == expected.num_paths
        assert [path["units"] for path in found["paths"]] == [list(path.units) for path in expected.paths]
        for one, other in zip(found["paths"], expected.paths, strict=True):
            assert one["value"] == pytest.approx(other.value, rel=1e-5, abs=1e-12)
            assert [factor["kind"] for factor in one["factors"]] == [factor.kind for factor in other.factors]
            values = [factor["value"] for factor in one["factors"]]
            assert values == pytest.approx([factor.value for factor in other.factors], rel=1e-5, abs=1e-9)
        assert found["each"] == pytest.approx(expected.each, rel=1e-5, abs=1e-9)
        assert found["rest"] == pytest.approx(expected.rest, rel=1e-3, abs=1e-7)
        assert found["total"] == pytest.approx(expected.total, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("name", ["default", "squared", "food"])
def test_every_equation_of_every_step_holds(numbers, name):
    """What is written beside an entry gives the entry: every product, sum and difference of every step."""
    settings = CASES[name]
    load(numbers, settings)
    off = numbers.evaluate(
        """() => {
          let worst = 0, count = 0
          for (const step of data.steps)
            for (const equation of equationsOf(data, m, step, [1, 1, 1], 0.5)) {
              const { result, applied, scale } = equation
              if (applied || equation.loss) continue
              for (let row = 0; row < result.matrix.rows; row++)
                for (let col = 0; col < result.matrix.cols; col++) {
                  let total = 0
                  for (const factors of equation.parts(row, col))
                    total += (factors[0].minus ? -1 : 1) * factors.reduce((product, one) => product * one.value, 1)
                  worst = Math.max(worst, Math.abs(total * (scale ?? 1) - result.matrix.at(row, col)))
                  count += 1
                }
            }
          return [worst, count]
        }"""
    )
    assert off[0] < 2e-6
    assert off[1] > 50


@pytest.mark.parametrize("name", ["default", "squared", "food"])
def test_a_result_that_is_held_back_has_no_entry_and_its_operands_have(numbers, name):
    settings = CASES[name]
    for place, step in enumerate(settings.steps):
        if step.kind not in ("weights", "inputs", "through"):
            continue
        load(numbers, settings, hidden=place)
        first = numbers.evaluate(
            """place => equationsOf(data, m, data.steps[place], [1, 1, 1], 0.5).slice(0, 1).map(({ result, terms }) =>
                 [result, ...terms].map(({ matrix }) => [matrix.rows, matrix.cols, matrix.at(0, 0)]))[0]""",
            place,
        )
        assert first[0][2] is None
        assert all(isinstance(rows, int) and isinstance(cols, int) for rows, cols, _ in first)
        assert all(entry is not None for _, _, entry in first[1:])
        if step.kind == "through":  # its slope is asked for, too: the z stands there that it is taken at
            assert first[2][2] == pytest.approx(pass_of(settings).pre_activation[step.layer - 1][0, 0], rel=1e-6)
            entry = numbers.evaluate("place => equationsOf(data, m, data.steps[place])[0].parts(0, 0)[0]", place)
            assert entry[0]["value"] is not None and entry[1]["value"] is None


def test_every_word_that_the_scripts_ask_for_is_there():
    """The catalogue's own test cannot see into scripts."""
    script = read(name for name in SCRIPTS if name.startswith("chain/"))
    there = {e.removeprefix("chain_rule.component.") for e in catalogue("en") if e.startswith("chain_rule.component.")}
    asked = set(re.findall(r"\b(?:words|table)\.([a-z_0-9]+)\b(?!\()", script)) - {"entries", "rows"}
    assert asked - {"stage"} <= there  # which is a word of the frame
    assert len(asked) > 30
    composed = {part for part in re.findall(r"(?:words|table)\[`(\w*)\$\{", script) if part}
    loose = set(re.findall(r'"([a-z_]+)"', script))
    unused = {word for word in there - asked - loose if not any(word.startswith(part) for part in composed)}
    composed_before = {f"rule_{name}_why" for name in ("weights", "bias", "inputs")}
    unused = {word for word in unused - composed_before if not word.startswith(("why_", "shapes_"))}
    assert not unused, json.dumps(sorted(unused))
