"""One language of a lesson: MyST Markdown → parts, each a list of prose, panels and questions."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from simulator.errors import InputError

ROLE = re.compile(r"\{value\}`([^`]+)`")
_DIRECTIVE = re.compile(r"\{(?P<name>[a-z-]+)\}\s*(?P<argument>.*)")
_OPTION = re.compile(r":(?P<name>[a-z-]+):\s*(?P<value>.*)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")


class Prose(NamedTuple):
    """Markdown that is shown as it is, but for the values that it quotes."""

    text: str
    line: int


class Note(NamedTuple):
    """A remark that stands apart from the text: an erratum, for example."""

    text: str
    line: int


class PanelUse(NamedTuple):
    """A panel of one of the lesson's scenes, live."""

    scene: str  # name in the lesson
    panel: str
    line: int


class Hint(NamedTuple):
    """What is said to a wrong answer: the misconception's name, and a hint."""

    title: str
    text: str


class Question(NamedTuple):
    """A checkpoint in words."""

    name: str
    prompt: str
    options: tuple[str, ...]  # in the order of the plan
    left: tuple[str, ...]
    hints: dict[str, Hint]
    solution: str
    line: int


Block = Prose | Note | PanelUse | Question


class Part(NamedTuple):
    """One part: what stands below one heading."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    line: int


class Words(NamedTuple):
    """A whole lesson in one language."""

    title: str
    description: str
    goals: tuple[str, ...]
    parts: tuple[Part, ...]


class Mistake(NamedTuple):
    """A mistake of an author: where it is, and a sentence that says how to mend it."""

    file: str
    line: int
    error: InputError

    def say(self, language: str) -> str:
        """Return place and sentence."""
        return f"{self.file}:{self.line}: {self.error.in_language(language)}"


class Reader:
    """Reads one file and collects the mistakes in it."""

    def __init__(self, text: str, file: str):
        self.text, self.file, self.lines = text, file, text.splitlines()
        self.mistakes: list[Mistake] = []

    def wrong(self, line: int, code: str, **details: Any) -> None:
        """Note a mistake; lines count from 1."""
        self.mistakes.append(Mistake(self.file, line, InputError(code, **details)))

    def words(self) -> Words:
        """Return the lesson; what is wrong with it is in ``mistakes``."""
        tokens = _markdown().parse(self.text)
        front = self._front([token for token in tokens if token.type == "front_matter"])
        parts: list[Part] = []
        target, blocks = "", []
        pieces = list(self._pieces(tokens, 0))
        for piece in pieces:
            if isinstance(piece, _Target):
                target = piece.name
            elif isinstance(piece, _Heading):
                if not target:
                    self.wrong(piece.line, "lesson:target", value=piece.title)
                blocks = []
                parts.append(Part(target, piece.title, (), piece.line))
                target = ""
            elif not parts:
                self.wrong(getattr(piece, "line", 1), "lesson:before_parts")
            else:
                blocks.append(piece)
                parts[-1] = parts[-1]._replace(blocks=tuple(blocks))
        goals = front.get("goals") or []
        return Words(str(front["title"]), str(front["description"]), tuple(map(str, goals)), tuple(parts))

    def _front(self, tokens: list[Token]) -> dict[str, Any]:
        try:
            found = yaml.safe_load(tokens[0].content) if tokens else None
        except yaml.YAMLError:
            found = None
        found = found if isinstance(found, dict) else {}
        missing = [name for name in ("title", "description", "goals") if not found.get(name)]
        if missing or not isinstance(found["goals"], list):
            self.wrong(1, "lesson:front_matter", choices=missing or ["goals"])
        return {"title": "", "description": "", "goals": [], **found}

    def _pieces(self, tokens: Sequence[Token], offset: int) -> Iterator[Any]:
        """Yield what stands on the top level; prose that follows prose is one piece."""
        start = end = -1
        for place, token in enumerate(tokens):
            if token.type == "inline":
                self._check_inline(token, offset)
            if token.level or token.map is None or token.nesting < 0 or token.type == "front_matter":
                continue
            first, last = token.map
            piece = self._piece(token, tokens[place + 1 : place + 2], first + offset + 1)
            if piece is not None:
                if start >= 0:
                    yield self._prose(start, end)
                    start = -1
                yield piece
                continue
            start, end = (first + offset if start < 0 else start), last + offset
        if start >= 0:
            yield self._prose(start, end)

    def _prose(self, start: int, end: int) -> Prose:
        return Prose("\n".join(self.lines[start:end]).strip(), start + 1)

    def _check_inline(self, token: Token, offset: int) -> None:
        line = (token.map[0] if token.map else 0) + offset + 1
        for child in token.children or []:
            if child.type == "html_inline":
                self.wrong(line, "lesson:html")
            elif child.type == "myst_role" and child.meta.get("name") != "value":
                self.wrong(line, "lesson:role", value=str(child.meta.get("name"))[:40])

    def _check_inner(self, content: str, offset: int) -> None:
        for token in _markdown().parse(content):
            if token.type == "inline":
                self._check_inline(token, offset)
            elif token.type == "html_block":
                self.wrong(offset + (token.map[0] if token.map else 0) + 1, "lesson:html")

    def _piece(self, token: Token, after: Sequence[Token], line: int) -> Any:
        if token.type == "html_block":
            self.wrong(line, "lesson:html")
        if token.type == "myst_target":
            return _Target(str(token.content), line)
        if token.type == "heading_open" and token.tag in ("h1", "h2"):
            if token.tag == "h1":
                self.wrong(line, "lesson:heading")
            return _Heading(after[0].content if after else "", line)
        if token.type == "colon_fence":
            return self._directive(token, line)
        return None

    def _directive(self, token: Token, line: int) -> Block:
        found = _DIRECTIVE.fullmatch(token.info.strip())
        name, argument = (found["name"], found["argument"].strip()) if found else ("", "")
        options, body, skipped = _options(token.content)
        if name == "panel":
            scene, _, panel = argument.partition(" ")
            if not panel.strip():
                self.wrong(line, "lesson:panel_form")
            return PanelUse(scene, panel.strip(), line)
        if name == "exercise":
            if not options.get("label"):
                self.wrong(line, "lesson:label")
            return self._question(options.get("label", ""), body, line, line + skipped)
        if name == "note":
            self._check_inner(body, line + skipped)
            return Note(body.strip(), line)
        self.wrong(line, "lesson:directive", value=token.info.strip()[:40])
        return Prose("", line)

    def _question(self, name: str, body: str, line: int, offset: int) -> Question:
        prompt: list[str] = []
        hints: dict[str, Hint] = {}
        lists: dict[str, tuple[str, ...]] = {"bullet_list_open": (), "ordered_list_open": ()}
        solution = ""
        lines = body.splitlines()
        for token in _markdown().parse(body):
            if token.type == "inline":
                self._check_inline(token, offset)
            if token.level or token.map is None or token.nesting < 0:
                continue
            source = lines[token.map[0] : token.map[1]]
            if token.type == "html_block":
                self.wrong(offset + token.map[0] + 1, "lesson:html")
            elif token.type in lists:
                lists[token.type] = _items(source)
            elif token.type == "colon_fence":
                found = _DIRECTIVE.fullmatch(token.info.strip())
                options, content, skipped = _options(token.content)
                self._check_inner(content, offset + token.map[0] + 1 + skipped)
                if found and found["name"] == "hint":
                    hints[options.get("name", "")] = Hint(found["argument"].strip(), content.strip())
                elif found and found["name"] == "solution":
                    solution = content.strip()
                else:
                    self.wrong(offset + token.map[0] + 1, "lesson:inner", value=token.info.strip()[:40])
            else:
                prompt += [*source, ""]
        if not solution:
            self.wrong(line, "lesson:solution", value=name)
        text = "\n".join(prompt).strip()
        return Question(name, text, lists["bullet_list_open"], lists["ordered_list_open"], hints, solution, line)


class _Target(NamedTuple):
    name: str
    line: int


class _Heading(NamedTuple):
    title: str
    line: int


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark").enable("table")
    for plugin in (front_matter_plugin, dollarmath_plugin, colon_fence_plugin, myst_block_plugin, myst_role_plugin):
        markdown.use(plugin)
    return markdown


def _options(content: str) -> tuple[dict[str, str], str, int]:
    """Return the options at the head of a directive, what follows them, and how many lines they take."""
    lines, options = content.splitlines(), {}
    while lines and (found := _OPTION.fullmatch(lines[0].strip())):
        options[found["name"]] = found["value"].strip()
        del lines[0]
    return options, "\n".join(lines), len(options)


def _items(source: Sequence[str]) -> tuple[str, ...]:
    """Return the items of a list, each as one line of Markdown."""
    items: list[str] = []
    for line in source:
        if _ITEM.match(line) and not line.startswith("  "):
            items.append(_ITEM.sub("", line, count=1).strip())
        elif line.strip() and items:
            items[-1] += f" {line.strip()}"
    return tuple(items)


def quoted(text: str) -> tuple[str, ...]:
    """Return the names of the values that a text quotes.

    >>> quoted("It falls from {value}`before` to {value}`after`.")
    ('before', 'after')
    """
    return tuple(ROLE.findall(text))
