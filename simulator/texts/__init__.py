"""Every sentence a reader sees, one catalogue a language.

A catalogue is the folder of a language: each TOML file in it is a section, and nested tables join with dots, so
``training.toml`` with ``[controls] rate = "…"`` is the entry ``training.controls.rate``. Placeholders are those of
``str.format``; a Korean particle that depends on the sound before it is written as its two forms:

>>> text("ko", "errors.at_least", label="에폭 수", value=0, minimum=1)
'에폭 수는 1 이상이어야 합니다. 받은 값: 0.'
"""

import string
import tomllib
import unicodedata
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

LANGUAGES = ("ko", "en")
"""Languages with a complete catalogue; the first is the default of the interface."""

_PARTICLES = {"은/는", "이/가", "을/를", "과/와", "으로/로", "이라/라", "이에요/예요", "이/"}
_DIGIT_FINALS = {"0": 21, "1": 8, "3": 16, "6": 1, "7": 8, "8": 8}
"""Index of the final consonant with which a digit's Korean name ends; digits left out end in a vowel."""
_SIGN_FINALS = {"%": 0, "∞": 0, "ε": 4}
"""The same of signs: 퍼센트, 무한대, 엡실론."""
_POWERS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹")
_LETTER_FINALS = {"l": 8, "m": 16, "n": 16}
_POWER_FINAL = 17
"""제곱."""


class Phrase(NamedTuple):
    """An entry with its values, to be said in a language that is not known yet."""

    entry: str
    values: dict[str, Any] = {}  # noqa: RUF012 – never changed

    def say(self, language: str) -> str:
        """Return the phrase in a language."""
        return text(language, self.entry, **self.values)


def text(language: str, entry: str, /, **values: Any) -> str:
    """Return one entry of a catalogue with its placeholders filled.

    Args:
      language: one of ``LANGUAGES``.
      entry: dotted name, for example ``"training.title"``.
      values: the placeholders of the entry.

    Returns:
      The sentence.

    Raises:
      KeyError: when the catalogue has no such entry, which a test rules out for entries named in the code.
    """
    template, particles = _template(language, entry)
    for name, placeholder, forms in particles:
        values[name] = particle(str(values[placeholder]), forms)
    return template.format_map(values)


def has_text(language: str, entry: str) -> bool:
    """Say whether a catalogue has an entry, for entries whose name is put together from data."""
    return entry in catalogue(language)


def templates(language: str, table: str) -> dict[str, str]:
    """Return the entries below a table with their placeholders, by their names in it: for who fills them elsewhere.

    >>> templates("en", "errors_scene")["rule_choice"]
    'it is one of {choices}'
    """
    entries = catalogue(language).items()
    return {name.removeprefix(f"{table}."): words for name, words in entries if name.startswith(f"{table}.")}


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return every entry of a language as ``{dotted name: template}``."""
    entries: dict[str, str] = {}
    folder = resources.files(__name__) / language
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            section = tomllib.loads(file.read_text(encoding="utf-8"))
            entries.update(_flatten(section, file.name.removesuffix(".toml")))
    return entries


def _flatten(table: dict[str, Any], prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in table.items():
        entry = f"{prefix}.{name}"
        flat.update(_flatten(value, entry) if isinstance(value, dict) else {entry: value})
    return flat


@cache
def _template(language: str, entry: str) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    """Return an entry with each particle as a placeholder of its own: (its name, the word's placeholder, two forms)."""
    template, particles = "", []
    for literal, placeholder, form, conversion in string.Formatter().parse(catalogue(language)[entry]):
        template += literal.replace("{", "{{").replace("}", "}}")
        if placeholder is None:
            continue
        if form in _PARTICLES:
            name = f"particle {len(particles)}"
            particles.append((name, placeholder, form))
            template += f"{{{placeholder}}}{{{name}}}"
        else:
            converted = f"!{conversion}" if conversion else ""
            template += f"{{{placeholder}{converted}{':' if form else ''}{form}}}"
    return template, tuple(particles)


def particle(word: str, forms: str) -> str:
    """Choose the form of a Korean particle that follows ``word``.

    >>> particle("학습률", "은/는"), particle("에폭 수", "은/는"), particle("3", "으로/로")
    ('은', '는', '으로')
    >>> particle("94.8%", "이/가"), particle("1×10⁻⁴", "으로/로"), particle("z₁", "으로/로")
    ('가', '으로', '로')
    """
    after_consonant, after_vowel = forms.split("/")
    final = _final_consonant(word)
    if final == 8 and forms == "으로/로":  # ㄹ takes 로
        return after_vowel
    return after_consonant if final else after_vowel


def _final_consonant(word: str) -> int:
    last = next((character for character in reversed(word) if character.isalnum() or character in _SIGN_FINALS), "")
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28
    if last in _SIGN_FINALS:
        return _SIGN_FINALS[last]
    if last in _POWERS:
        return _POWER_FINAL
    if last.isdigit():
        return _DIGIT_FINALS.get(str(unicodedata.digit(last)), 0)  # also an index: z₁
    return 8 if word.strip() == "R" else _LETTER_FINALS.get(last.lower(), 0)
