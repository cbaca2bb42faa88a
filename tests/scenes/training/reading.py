"""Sentences of the diagnosis read back: what a reader takes from them, by patterns of this file's own."""

import re
import tomllib
from pathlib import Path

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
NUMBER = r"[−-]?(?:[0-9.]+(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|∞)%?"


def number(written: str) -> float:
    """Return the number that is written: with a power of ten, a percentage, a minus sign of typography."""
    plain = written.replace("−", "-").replace("∞", "inf")
    share = plain.endswith("%")
    mantissa, _, exponent = plain.removesuffix("%").partition("×10")
    value = float(mantissa) * 10.0 ** int(exponent.translate(SUPERSCRIPTS) or 0)
    return value / 100.0 if share else value


def layer(written: str, num_layers: int) -> int:
    """Return the index of the layer that is named."""
    if "output" in written or "출력" in written:
        return num_layers - 1
    return int(re.findall(r"[0-9]+", written)[0]) - 1


SENTENCES: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8")
)
LAYERS = {"en": r"layer [0-9]+|the output layer|The output layer|Layer [0-9]+", "ko": r"[0-9]+층|출력층"}


def read(language: str, kind: str, sentence: str, num_layers: int) -> dict[str, float]:
    """Return the claims of a sentence: name → number, ``layer`` → index. Fails where the words are not those."""
    for template in SENTENCES[language][kind]:
        found = re.match(_pattern(language, template), sentence)
        if found is not None:
            values = found.groupdict()
            place = values.pop("layer", None)
            claims = {name: number(value) for name, value in values.items()}
            return claims if place is None else claims | {"layer": layer(place, num_layers)}
    raise AssertionError(f"{kind} in {language}: {sentence}")


def _pattern(language: str, template: str) -> str:
    # Words stand as they are (÷ for their slash), choices between slashes; claims become groups.
    words = template.split("/")
    literal = "".join(f"(?:{part})" if index % 2 else re.escape(part) for index, part in enumerate(words))
    claims = re.sub("<([a-z_]+)>", lambda name: f"(?P<{name[1]}>{NUMBER})", literal)
    return claims.replace("÷", "/").replace("<@layer>", f"(?P<layer>{LAYERS[language]})")
