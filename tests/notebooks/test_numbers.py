"""Every number in a sentence has a source on its page.

In the running text of a notebook, every number with decimals, every percentage and every number of
three digits or more must also occur, rounded to the digits that the text gives,

- in the output of a cell,
- in the code of a cell, which includes its settings and the descriptions of figures,
- or in a setting that the text asks the reader to choose: `wRec = 0.9`, `wRec` to 0.9.

Code, mathematics, headings and the targets of links are not running text.
"""

import html
import re

import nbformat
import pytest
from contents import NOTEBOOKS

NOT_TEXT = (
    r"(?ms)^```.*?^```",
    r"(?s)\$\$.*?\$\$(?: *\([\w-]+\))?",
    r"\$[^$]+\$",
    r"(?m)^#+ .*$",
    r"(?<=\])\([^)\s]+\)",  # the target of a link
    r"\{[\w:]+\}`[^`]*`",  # a role: a citation, an equation
    # The year of a citation, or a cell of a table with nothing but years.
    r"\((?:19|20)\d\d\)",
    r"(?<=\| )(?:19|20)\d\d(?:, (?:19|20)\d\d)*(?= \|)",
    # A sequence of bits is not a number, but a power of ten is.
    r"\b(?!10+\b)[01]{4,}\b",
    # A wrong answer in a self-test has a wrong number on purpose.
    r"(?s)<summary>(?:(?!</summary>).)*</summary>\s*No\.",
    r"<[^>]+>",
)
CODE = r"`[^`]+`"
SETTING = r"`(?:wx|wRec)` to ([-−]?[\d.]*\d)"

# A thin or an ordinary space may separate thousands; the sign is a minus sign or a hyphen.
SAID = re.compile(
    r"(?<![\w.,])(?P<sign>[-−])?"
    r"(?P<digits>\d{1,3}(?:[\u2009\u202f\u00a0 ]\d{3})+|\d+)(?P<decimals>\.\d+)?"
    r"(?P<percent> ?%| per cent)?(?!\w)"
)
SOURCE = re.compile(
    r"(?<![\w.])(?P<sign>(?<![\w)\]])[-−])?"
    r"(?P<digits>\d[\d_]*(?:[\u2009\u202f\u00a0]\d{3})*(?:\.\d*)?|\.\d+)(?P<power>e[+-]?\d+)?"
    r"(?P<percent>%)?"
)
# The separators of thousands, to be removed.
BESIDE = str.maketrans("", "", "\u2009\u202f\u00a0_ ")


def numbers_said(text):
    """Give the numbers in a text that need a source: as written, value, decimals, is a percentage."""
    for pattern in NOT_TEXT:
        text = re.sub(pattern, " ¦ ", text)
    text = re.sub(CODE, " ¦ ", text)
    for match in SAID.finditer(html.unescape(text)):
        digits = match["digits"].translate(BESIDE)
        decimals = match["decimals"] or ""
        if decimals or match["percent"] or len(digits) >= 3:
            sign = -1 if match["sign"] else 1
            yield (
                match[0].strip(),
                sign * float(digits + decimals),
                max(len(decimals) - 1, 0),
                bool(match["percent"]),
            )


def numbers_in(text):
    """Give every number in code or output, percentages as fractions."""
    for match in SOURCE.finditer(text):
        digits = match["digits"].translate(BESIDE)
        value = float(digits + (match["power"] or ""))
        sign = -1 if match["sign"] else 1
        yield sign * value / (100 if match["percent"] else 1)


def sources(notebook):
    """Collect the numbers that sentences may quote."""
    texts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = re.sub(NOT_TEXT[0], "", cell.source)
            texts += re.findall(CODE, text) + re.findall(SETTING, text)
            continue
        texts.append(cell.source)
        for output in cell.outputs:
            texts.append(output.get("text", ""))
            for mime in ("text/plain", "text/html"):
                data = output.get("data", {}).get(mime, "")
                texts.append(html.unescape(re.sub(r"<[^>]+>", " ", data)))
    return {number for text in texts for number in numbers_in(text)}


def has_source(value, decimals, percent, found):
    """Tell whether a number, rounded as it is written, is among those found."""
    tolerance = 0.5 * 10.0**-decimals * (1 + 1e-9)
    if percent:
        value, tolerance = value / 100, tolerance / 100
    # "12 below" may quote −12; "−12" may not quote 12.
    return any(
        abs((number if value < 0 else abs(number)) - value) <= tolerance
        for number in found
    )


def without_source(notebook):
    """List the numbers in the text of a notebook that nothing on the page gives."""
    found = sources(notebook)
    return [
        f"{cell.id}: {written}"
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for written, *number in numbers_said(cell.source)
        if not has_source(*number, found)
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_number_in_a_sentence_has_a_source(path):
    assert without_source(nbformat.read(path, 4)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The loss is 3.15 there.",
        "The loss is −2.5 there.",
        "It takes 451 steps.",
        "There are 40 001 of them.",
        "| 1 | 7.77 |",
        "A share of 86 %.",
        "A share of 86 per cent.",
        "<summary>It is 7.77.</summary>\n\nRight.",
        "Go to `wRec` = 1, where it is 9.999.",
    ],
)
def test_a_number_from_nowhere_is_found(sentence):
    assert len(without_source(page_with(sentence))) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "The loss is 3.14, or 3.1, or 3.",
        "The gradient is −1.25, and its size is 1.25.",
        "It takes 450 steps, or 40 000.",
        "A share of 87 %, or 87.5%, or 87.5 per cent.",
        "Set `wRec = 0.77` and watch what 0.77 does.",
        "Move `wRec` to 0.78, and it is 0.78.",
        "Somebody (2013) read 1011 and 0110.",
        "$7.77$ and `7.77` and [a link](page.md#7.77)",
        "<summary>It is 7.77.</summary>\n\nNo.",
        "## 7.77",
        "Two or 12 or twelve.",
    ],
)
def test_a_number_with_a_source_passes(sentence):
    assert without_source(page_with(sentence)) == []


def page_with(sentence):
    code = nbformat.v4.new_code_cell("rate = 4.5e2\nruns = 40_000")
    text = "loss 3.1416, gradient -1.25, share 87.5%"
    code.outputs = [nbformat.v4.new_output("stream", text=text)]
    return nbformat.v4.new_notebook(
        cells=[code, nbformat.v4.new_markdown_cell(sentence)]
    )
