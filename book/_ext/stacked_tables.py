"""Mark the tables that are too wide for a phone, where book.css puts the cells of a row below each other.

There each cell needs the heading of its column before it, and CSS can only take it from an attribute.
"""

import re
from html import escape

from bs4 import BeautifulSoup

TABLE = re.compile(r'(?s)<table class="(?:rnn-)?table">.*?</table>')
CELL = re.compile(r"<td(?=[ >])")
#: How many characters of a table a phone has room for, and of a cell that is more than one line.
ROOM, LINE = 55, 20
PADDING = 2


def text_of(cell):
    # Mathematics is there twice: for screen readers, and as it is seen.
    for hidden in cell.select(".katex-mathml"):
        hidden.decompose()
    return " ".join(cell.get_text().split())


def width(column):
    """Give the number of characters that a column needs to be read with ease.

    A heading may have a word in each line.
    """
    longest_word = max(len(word) for text in column for word in text.split())
    longest_text = max(map(len, column[1:]))
    return PADDING + max(longest_word, min(longest_text, LINE))


def stack(table):
    """Give the HTML of a table, marked and with the headings of its columns if it is wide."""
    rows = [
        [text_of(cell) for cell in row.find_all(["td", "th"])]
        for row in BeautifulSoup(table, "html.parser").find_all("tr")
    ]
    if sum(width(column) for column in zip(*rows, strict=False)) <= ROOM:
        return table
    head, body = re.split(r"(?<=</tr>)", table, maxsplit=1)
    return head.replace('table"', 'table stacked"', 1) + "".join(
        name_cells(row, rows[0]) for row in re.split(r"(?=<tr)", body)
    )


def name_cells(row, headings):
    names = iter(headings)
    return CELL.sub(lambda _: f'<td data-column="{escape(next(names))}"', row)


def mark(app, pagename, templatename, context, doctree):
    if app.builder.name == "html" and "body" in context:
        context["body"] = TABLE.sub(
            lambda table: stack(table[0]), context["body"]
        )


def setup(app):
    app.connect("html-page-context", mark)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
