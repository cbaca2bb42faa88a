"""What a person typed is shown as it is: no Markdown, no link, no picture of theirs on anybody's page."""

import re

_MARKDOWN = re.compile(r"([\\`*_\[\]|~$<>:#!])")


def plain(sentence: str) -> str:
    """Return a sentence whose every letter shows as itself where Markdown is read.

    >>> plain("write ** here")
    'write \\\\*\\\\* here'
    """
    return _MARKDOWN.sub(r"\\\1", sentence)
