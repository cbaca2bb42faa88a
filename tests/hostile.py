"""What somebody may write into a link or a file so that a page shows something else than that."""

HOSTILE = (
    "[Log in](https://evil.example)",
    "**x**",
    "$x$",
    ":red[x]",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/x.png)",
    "`x`",
)
"""Of each kind of markup one, for places that hold a few."""
MARKUP = (
    *HOSTILE,
    "https://evil.example/a",
    "www.evil.example",
    "WWW.Evil.example",
    "a@evil.example",
    "mailto:a@evil.example",
    "<https://evil.example>",
    "<b>x</b>",
    "&lt;b&gt; &copy; &#58;",
    ":cat: ::cat:: 12:30",
    ":material/home: :material_home: :streamlit:",
    ":red-background[x] :small[x] :blue-badge[x]",
    ":::note",
    "::note[x]",
    "a -> b <- c <-> d -- e >= f <= g ~= h",
    "# x",
    "- x",
    "+ x",
    "1. x",
    "12) x",
    "> x",
    "_x_ ~~x~~ x^2^ [^1]",
    "\\*x\\*",
    "|a|b|\n|-|-|\n|c|d|",
    "x\n===",
    "x\n\n    y",
)


def hostile_csv() -> bytes:
    """Return a table whose columns and classes have such names."""
    names = [name for name in HOSTILE if "," not in name]
    header = ",".join(["class", names[0], names[1]])
    rows = [f'"{names[row % len(names)]}",{row % 7 / 7},{row % 5 / 5}' for row in range(70)]
    return "\n".join([header, *rows]).encode()
