"""How long the chapters are, and what they say about it."""

import re

import pytest
from contents import CHAPTERS
from words import WORDS_PER_MINUTE, count, minutes, prose

ENOUGH = 3000
LIMITS = {
    # What is needed before anything can be differentiated has to be short.
    "03_loss": 2500,
    # Its sections stand alone; nobody reads them in one go.
    "11_practice": 5000,
}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_has_the_right_length(path):
    assert 1000 < count(prose(path)) <= LIMITS.get(path.stem, ENOUGH)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Two words.", 2),
        ("- a list\n- of – five words", 5),
        ("with $a + b = c$ in it", 4),
        ("so\n\n$$\na &= b \\\\\nb &= c\n$$ (two-lines)\n\nthus", 3),
        ("by {eq}`two-lines` and {cite:t}`werbos1990`", 4),
        ("[a link](04_bptt.ipynb#the-loss) and `wx = 1`", 5),
        ("(an-anchor)=\n## A heading", 2),
        ("<details>\n<summary>Hint</summary>\n\nRound up.\n\n</details>", 3),
        ("| a | table |\n|---|---|", 2),
    ],
)
def test_words_are_counted(text, words):
    assert count(text) == words


def test_the_time_leaves_out_the_exercises(tmp_path):
    path = tmp_path / "a.ipynb"
    text = "word " * 10 * WORDS_PER_MINUTE
    cell = '{{"cell_type": "{}", "source": ["{}"]}}'
    cells = [
        cell.format("markdown", text),
        cell.format("code", text),
        cell.format("markdown", rf"\n## Exercises\n\n{text}"),
    ]
    path.write_text(f'{{"cells": [{", ".join(cells)}]}}')
    assert minutes(path) == 10
    assert count(prose(path)) == 20 * WORDS_PER_MINUTE + 1


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_page_says_how_long_it_takes(site_dir, path):
    html = (site_dir / "book" / f"{path.stem}.html").read_text("utf8")
    (said,) = re.findall(r'class="reading-time">About (\d+) minutes', html)
    assert int(said) == minutes(path)
