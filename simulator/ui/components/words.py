"""Words for the browser: templates of the catalogue whose placeholders a component fills."""

from collections.abc import Callable

from simulator.texts import templates


def words(language: str, entry: Callable[[str], str]) -> dict[str, str]:
    """Return a table of the catalogue as templates; the browser fills their placeholders.

    Args:
      language: of the words.
      entry: full name of an entry from its name in the table.
    """
    return templates(language, entry("").removesuffix("."))
