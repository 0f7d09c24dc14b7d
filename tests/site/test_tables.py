"""Tables on a phone: all of each in sight, and no cell so narrow that its words stand below each other."""

from itertools import pairwise

import pytest
from contents import BOOK, PAGES
from test_look import LAY_OUT, PHONE
from test_pages import LAPTOP

#: The table, and what is wrong with it. A heading, a formula and a few words may have short lines.
CRAMPED = """() => [...document.querySelectorAll("article table")].flatMap((table) => {
    const wrong = [];
    const { left, right } = table.getBoundingClientRect();
    if (left < 0 || right > innerWidth) wrong.push(`ends at ${right}`);
    const lineOf = ({ bottom }) => Math.round(bottom / 6);
    for (const cell of table.querySelectorAll("td:not(:has(.katex))")) {
        const lines = new Set();
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        for (let text; text = texts.nextNode();) {
            for (const { index, 0: word } of text.data.matchAll(/[^\\s-]+/g)) {
                const range = document.createRange();
                range.setStart(text, index);
                range.setEnd(text, index + word.length);
                const parts = new Set([...range.getClientRects()].map(lineOf));
                if (parts.size > 1) wrong.push(`${word} is broken`);
                for (const line of parts) lines.add(line);
            }
        }
        const characters = cell.textContent.trim().length;
        if (characters > 20 && characters / lines.size < 7) wrong.push(`${cell.textContent} has ${lines.size} lines`);
    }
    return wrong.map((what) => `${table.textContent.trim().slice(0, 40)}: ${what}`);
})"""
#: Only what is open and near the screen would have a place otherwise.
OPEN = """async (css) => {
    document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    document.body.getBoundingClientRect(); // asks for the fonts of formulas, which are wider than others
    await document.fonts.ready;
}"""
BEFORE = "cell => getComputedStyle(cell, '::before').content"


def test_no_table_is_cramped_or_cut_on_a_phone(site, site_dir, new_page):
    page = new_page(**PHONE, java_script_enabled=False)
    names = [
        path.stem
        for path in PAGES
        if "<table"
        in (site_dir / "book" / f"{path.stem}.html").read_text("utf8")
    ]
    assert len(names) > 10
    for name in names:
        page.goto(f"{site}book/{name}.html")
        page.evaluate(OPEN, LAY_OUT)
        assert page.evaluate(CRAMPED) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_cells_below_each_other_say_which_column_they_are_from(
    site, new_page, theme
):
    page = new_page(**PHONE, color_scheme=theme)
    page.goto(f"{site}book/for_lecturers.html#fifty-minutes")
    row = page.locator("#fifty-minutes tbody tr").first
    cells = row.locator("td").all()
    headings = page.locator("#fifty-minutes th")
    assert not headings.first.is_visible()
    for cell, heading in zip(
        cells[1:], headings.all_text_contents()[1:], strict=True
    ):
        assert cell.evaluate(BEFORE) == f'"{heading}"'
    boxes = [cell.bounding_box() for cell in cells]
    for box, below in pairwise(boxes):
        assert box["x"] == below["x"]
        assert box["y"] + box["height"] <= below["y"]
    page.set_viewport_size(LAPTOP)
    assert headings.first.is_visible()
    assert cells[1].evaluate(BEFORE) == "none"


def table(*rows):
    cells = ["".join(f"<td>{text}</td>" for text in row) for row in rows[1:]]
    head = "".join(f"<th>{text}</th>" for text in rows[0])
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return f'<table class="rnn-table"><tr>{head}</tr>{body}</table>'


def test_a_table_is_marked_if_its_words_do_not_fit_beside_each_other(
    monkeypatch,
):
    monkeypatch.syspath_prepend(BOOK / "_ext")
    import stacked_tables

    narrow = table(["what", "a", "b"], ["a sentence that can wrap", "1", "2"])
    assert stacked_tables.stack(narrow) == narrow
    long = "a sentence that can wrap, too"
    wide = table(["what", "<code>a</code> &amp; b", "c"], [long, long, long])
    marked = stacked_tables.stack(wide)
    assert marked.startswith('<table class="rnn-table stacked"><tr><th>')
    assert f'<td data-column="a &amp; b">{long}</td>' in marked
    assert marked.count("data-column") == 3
