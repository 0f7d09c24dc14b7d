"""How many words a notebook has, for the limit on chapters and for the time that one takes to read."""

import json
import re

#: Careful reading of a text with formulas and figures; novels are read nearly twice as fast.
WORDS_PER_MINUTE = 150

ONE_WORD = (
    r"(?s)\$\$.+?\$\$(?: *\([\w-]+\))?",  # a formula, with its label
    r"\$[^$]+\$",
    r"\{[\w:]+\}`[^`]*`",  # a citation or the number of an equation
)
NOT_TEXT = (
    r"(?<=\])\([^)\s]+\)",  # the target of a link
    r"(?m)^\([\w-]+\)=$",
    r"<[^>]+>",
)


def prose(path):
    """Join the Markdown cells of a notebook."""
    cells = json.loads(path.read_text(encoding="utf8"))["cells"]
    return "\n\n".join(
        "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "markdown"
    )


def count(text):
    """Count the words of a Markdown text; a formula is one word."""
    for pattern in ONE_WORD:
        text = re.sub(pattern, " formula ", text)
    for pattern in NOT_TEXT:
        text = re.sub(pattern, " ", text)
    return sum(any(map(str.isalnum, word)) for word in text.split())


def minutes(path):
    """Estimate how long a chapter takes to read, without its exercises and its self-test."""
    text = prose(path).partition("\n## Exercises")[0]
    return round(count(text) / WORDS_PER_MINUTE)
