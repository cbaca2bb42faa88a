"""The catalogue: nothing missing, nothing unused, everything translated, the same placeholders in both languages."""

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from simulator.scenes.registry import SCENES, scene_named
from simulator.texts import LANGUAGES, catalogue, particle, text

ROOT = Path(__file__).parents[2]
PARTICLES = {"은/는", "이/가", "을/를", "과/와", "으로/로", "이라/라", "이에요/예요", "이/"}
HANGUL = re.compile("[가-힣]")
BILINGUAL = {"frame.language"}
"""Entries that say both languages on purpose."""
OUTPUT = {"export.print.heading"}
"""Lines that an exported script prints above columns of numbers: their spaces and words are part of the script."""
NOT_WORDS = {"cos", "exp", "log", "max", "min", "sin", "sum", "tanh"}
"""Names in formulas, which every language shares."""


def sources() -> Iterator[Path]:
    yield from sorted((ROOT / "simulator").rglob("*.py"))
    yield from sorted((ROOT / "pages").glob("*.py"))
    yield ROOT / "streamlit_app.py"


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in sources())


def pattern(node: ast.expr) -> str | None:
    """Return a regular expression for the strings that an expression can be, or None where that says nothing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values]
        return "".join(parts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = pattern(node.left), pattern(node.right)
        return (left or ".+") + (right or ".+")
    return None


def entry_patterns(node: ast.expr) -> set[str]:
    """Return the entries that a string may name: itself, and as an error's code its sentence."""
    found = pattern(node)
    if found is None or (found.startswith(".+") and not re.search(r"\\\.[a-z_]+\\\.", found)):
        return set()  # it could be anything
    patterns = {found}
    if ":" in found:
        section, _, name = found.partition(":")
        patterns.add(rf"errors_{section}\.{name}")
    return patterns


@cache
def used_patterns() -> frozenset[str]:
    used: set[str] = set()
    for path, tree in trees():
        puts_together = path == ROOT / "simulator" / "errors.py"  # every code: that would hide an unused one
        for node in ast.walk(tree):
            if isinstance(node, ast.expr) and not puts_together:
                used |= {found for found in entry_patterns(node) if "." in found}
            if isinstance(node, ast.Call) and called(node) == "InputError" and node.args:
                used |= {rf"errors\.{found}" for found in entry_patterns(node.args[0])}
    return frozenset(found for found in used if r"\ " not in found)


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def asked_entries() -> Iterator[tuple[str, str]]:
    """Yield where and which entries the code names outright."""
    for path, tree in trees():
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        optional = {pattern(node.args[1]) for node in calls if called(node) == "has_text" and len(node.args) >= 2}
        for node in calls:
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            if called(node) == "text" and len(node.args) >= 2 and (found := pattern(node.args[1])) not in optional:
                yield where, found or ".+"
            if called(node) == "InputError" and node.args and (found := pattern(node.args[0])):
                section, _, name = found.rpartition(":")
                yield where, rf"errors_{section}\.{name}" if section else rf"errors\.{name}"


def literals() -> set[str]:
    constants = (node for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant))
    names = {node.arg for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg}
    fields = {
        node.target.id
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    return {node.value for node in constants if isinstance(node.value, str)} | names | fields


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_both_languages_have_the_same_entries():
    korean, english = (set(catalogue(language)) for language in LANGUAGES)
    assert korean == english


def test_no_entry_named_in_the_code_is_missing():
    entries = catalogue("en")
    names = {re.escape(entry) for entry in entries}
    missing = [
        (where, asked)
        for where, asked in asked_entries()
        if asked not in names and not (".+" in asked and any(re.fullmatch(asked, entry) for entry in entries))
    ]
    assert not missing, "\n".join(map(str, missing))


def scene_entries(known: set[str]) -> set[str]:
    """Return what the frame of every scene asks for: its title, and words for controls, presets and tabs that exist."""
    entries = set()
    for scene in map(scene_named, SCENES):
        texts, controls = scene.settings.texts, scene.settings.controls()
        entries |= {f"{texts}.title", f"{texts}.lead"}
        entries |= {f"{texts}.{kind}.{name}" for kind in ("control", "help", "off") for name in controls}
        entries |= {f"{texts}.{kind}.{name}" for kind in ("preset", "look") for name in scene.presets}
        entries |= {f"{texts}.{kind}.{name}" for kind in ("view", "leads") for name in known}
    return entries


def test_no_entry_is_unused():
    entries, known = set(catalogue("en")), literals()
    used = {entry for entry in entries if re.escape(entry) in used_patterns()}
    used |= {entry for entry in entries if entry.startswith("fields.") and entry.removeprefix("fields.") in known}
    used |= scene_entries(known) & entries
    composed = [re.compile(found) for found in used_patterns() if ".+" in found]
    tables = {name.rstrip(".") for name in known if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+\.?", name)}
    composed += [re.compile(rf"{re.escape(name)}\..+") for name in tables]
    unused = sorted(entry for entry in entries - used if not any(found.fullmatch(entry) for found in composed))
    assert not unused, "\n".join(unused)


def test_placeholders_agree():
    korean, english = catalogue("ko"), catalogue("en")
    different = {e for e in korean.keys() & english.keys() if placeholders(korean[e]) != placeholders(english[e])}
    assert not different


def test_everything_is_translated():
    korean, english = catalogue("ko"), catalogue("en")
    shared = korean.keys() & english.keys()
    words = {
        entry: re.findall(r"\b[a-z]{3,}\b", re.sub(r"\{[^}]*\}|\$[^$]*\$|`[^`]*`", "", english[entry]))
        for entry in shared
    }
    not_korean = {
        entry
        for entry in shared - OUTPUT
        if len(set(words[entry]) - NOT_WORDS) >= 2 and not HANGUL.search(korean[entry])
    }
    not_english = {entry for entry in shared - BILINGUAL if HANGUL.search(english[entry])}
    assert not not_korean
    assert not not_english


def test_no_entry_is_empty_and_none_ends_in_a_space():
    bad = {
        entry
        for language in LANGUAGES
        for entry, words in catalogue(language).items()
        if not words or (words != words.strip() and entry not in OUTPUT)
    }
    assert not bad


@pytest.mark.parametrize("language", LANGUAGES)
def test_format_specs_are_numbers_or_known_particles(language):
    unknown = {}
    for entry, template in catalogue(language).items():
        for _, name, spec, _ in string.Formatter().parse(template):
            if name and spec and spec not in PARTICLES and not re.fullmatch(r"[,.]?\d*[,.]?\d*[defg%]?", spec):
                unknown[entry] = spec
    assert not unknown


def test_a_particle_follows_the_sound_before_it():
    assert particle("활성 함수", "이/가") == "가"
    assert particle("학습률", "으로/로") == "로"
    assert particle("ReLU", "은/는") == "는"
    assert particle("Adam", "은/는") == "은"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        *(("0%", "퍼센트"), ("94.8%", "퍼센트"), ("10⁻¹³", "제곱"), ("3.1×10⁵", "제곱"), ("x²", "제곱")),
        *(("∞", "무한대"), ("z₁", "일"), ("b₂", "이"), ("W₃", "삼"), ("ε", "엡실론"), ("R", "알"), ("L", "엘")),
        *(("0.25", "오"), ("1.5배", "배")),
    ],
)
@pytest.mark.parametrize("forms", sorted(PARTICLES))
def test_signs_powers_and_indices_are_spoken_as_they_are_read(word, said, forms):
    assert particle(word, forms) == particle(said, forms)


def test_text_fills_placeholders():
    assert "a1b2c3" in text("en", "frame.failure.sentence", number="a1b2c3")
    with pytest.raises(KeyError):
        text("en", "frame.no_such_entry")


def named_fields() -> set[str]:
    """Return what errors name as their field: keywords, the checks' first argument, and every control of a page."""
    found = set()
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found |= {
                    word.value.value
                    for word in node.keywords
                    if word.arg == "field" and isinstance(word.value, ast.Constant)
                }
                if str(called(node)).startswith("check_") and node.args and isinstance(node.args[0], ast.Constant):
                    found.add(node.args[0].value)
            if isinstance(node, ast.AnnAssign | ast.Assign) and isinstance(node.value, ast.Dict):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(target, ast.Name) and target.id == "CONTROLS" for target in targets):
                    found |= {key.value for key in node.value.keys if isinstance(key, ast.Constant)}
    return {name for name in found if isinstance(name, str)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_that_an_error_names_has_a_label(language):
    labels = {entry.removeprefix("fields.") for entry in catalogue(language) if entry.startswith("fields.")}
    assert len(named_fields()) > 50
    assert named_fields() - labels == set()
