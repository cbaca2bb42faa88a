"""What a person typed is shown as it is: no Markdown, no link, no picture of theirs on anybody's page."""

import re

_BLANKS = re.compile(r"[ \t\r\n]+")
_MARKDOWN = re.compile(r"[\\`*_\[\]|~$<>#!&]")
_LIST_ITEM = re.compile(r"^\d{0,9}(?=[-+.)](?:\s|$))")
_REWRITTEN = re.compile(r"(?<=:)(?=[:/\w])|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
_ARROW = re.compile(r"(?:(?<=\s)|^)([-<>~])(?=(?:->|-|>|=)(?:\s|$))")
_NOTHING = "\u200b"
"""A space without width: Streamlit makes links of addresses, pictures of words between colons and arrows of signs even
where every letter is escaped, but not where they are taken apart."""


def plain(sentence: str) -> str:
    """Return a sentence, in one line, whose every letter shows as itself where Markdown is read.

    >>> plain("write ** here")
    'write \\\\*\\\\* here'
    >>> plain("1. www.a.example")
    '1\\\\. www\\u200b.a.example'
    """
    line = _BLANKS.sub(" ", sentence).strip(" ")
    apart = _ARROW.sub(rf"\1{_NOTHING}", _REWRITTEN.sub(_NOTHING, line))
    escaped = _MARKDOWN.sub(r"\\\g<0>", apart)
    return _LIST_ITEM.sub(r"\g<0>\\", escaped)
