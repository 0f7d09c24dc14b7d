"""The words of the book: one name for one thing, and none that the style of the house rules out."""

import re

import pytest
from contents import BOOK, CHAPTERS, ROOT
from words import prose

#: What must not be said, as a pattern, and what to say.
RATHER = {
    r"derivatives? by (?!hand|the|a\b|central)|differentiat\w+ by (?!hand)": "with respect to",
    r"on (?:the|its|their) way back|way back through": "the backward pass",
    r"\bwhoever\b": "if you, or those who",
    r"\b(?:obviously|simply|of course)\b": "nothing: leave it out",
    r"(?<=[a-z])!(?=\s|$)": "a full stop",
    r"\bchapters? \d": "its title, since no page shows a number",
    r"\b(?:neural net|weights? matrix|backprop pass)\b": "network, matrix, backward pass",
    r"\b(?:color|behavior|optimiz(?:e|ing|ation)|generaliz\w+|normaliz\w+|center(?:ed)?)\b": "British spelling",
}
PAGES = [*BOOK.glob("*.ipynb"), *BOOK.glob("*.md"), ROOT / "README.md"]


def said(path):
    if path.suffix == ".ipynb":
        return prose(path)
    return path.read_text(encoding="utf8")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_uses_the_words_of_the_house(path):
    text = re.sub(r"(?s)```.*?```|`[^`\n]+`|\(\S+\)", " ", said(path))
    for pattern, better in RATHER.items():
        found = [
            text[max(m.start() - 40, 0) : m.end() + 20]
            for m in re.finditer(pattern, text, re.IGNORECASE)
        ]
        assert not found, f"say {better}: {found}"


TITLES = {
    path.name: re.search(r"^# (.+)$", said(path), re.MULTILINE)[1]
    for path in CHAPTERS
}
#: A chapter is called by its title, or is where something stands: "exercise 3 of …".
LINK = r"\[([^\]]+)\]\(((?:\d\d_\w+)\.ipynb)\)"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_chapter_is_called_by_its_title(path):
    for text, name in re.findall(LINK, said(path)):
        assert text == TITLES[name], f"{text!r} leads to {TITLES[name]!r}"
