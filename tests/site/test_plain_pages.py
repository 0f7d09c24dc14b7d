"""The copies of the pages in plain Markdown, and the list of them."""

import json
import re
from types import SimpleNamespace
from urllib.parse import urldefrag, urljoin

import pytest
from contents import PAGES, ROOT
from test_pages import Links


def copy_of(site_dir, path):
    return (site_dir / "book" / f"{path.stem}.md").read_text("utf8")


def page_of(site_dir, path):
    return (site_dir / "book" / f"{path.stem}.html").read_text("utf8")


@pytest.fixture
def plain_pages(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    import plain_pages

    return plain_pages


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_page_has_a_copy_that_needs_no_sphinx(site_dir, path):
    text, html = copy_of(site_dir, path), page_of(site_dir, path)
    assert f'type="text/markdown" href="{path.stem}.md"' in html
    without_code = re.sub(r"(?ms)^```.*?^```", "", text)
    special = r"\{(?:cite:\w|eq|ref|doc|term)\}`|^```\{|^\([\w-]+\)=$|\.ipynb\b[)#]|<!-- drawing"
    assert not re.findall(f"(?m){special}", text)
    headings = re.findall(r"(?m)^(#+) ", without_code)
    assert [len(marks) for marks in headings] == [
        int(level) for level in re.findall(r"<h([1-3])>", html)
    ]
    assert text.startswith("# ")
    assert text.count("```") % 2 == 0


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_of_a_copy_lead_somewhere(site_dir, path):
    text = re.sub(r"(?ms)^```.*?^```", "", copy_of(site_dir, path))
    links = {
        link
        for link in re.findall(r"\]\(([^)\s]+)\)", text)
        if not re.match("https?:", link)
    }
    if path.suffix == ".ipynb":
        assert links
    for link in links:
        target, anchor = urldefrag(urljoin(f"{path.stem}.html", link))
        page = site_dir / "book" / target
        assert page.is_file(), link
        anchor = re.sub(r"(?<=:).*", "", anchor)
        assert not anchor or anchor in Links(page.read_text("utf8")).anchors


@pytest.mark.parametrize(
    "path",
    [path for path in PAGES if path.suffix == ".ipynb"],
    ids=lambda path: path.stem,
)
def test_a_copy_says_what_the_page_shows(site_dir, path):
    text, html = copy_of(site_dir, path), page_of(site_dir, path)
    for cell in json.loads(path.read_text("utf8"))["cells"]:
        for shown in cell.get("outputs", ()):
            assert "".join(shown.get("text", "")).strip() in text
        figure = f"fig-{cell['id']}"
        if f'id="{figure}"' in html:
            described = f"]({path.stem}.html#{figure})"
            assert described in text


def test_what_only_sphinx_understands_is_written_out(plain_pages):
    slugs = {"horners-rule": (2, "horner-s-rule", "Horner's rule")}
    env = SimpleNamespace(metadata={"book/b_1": {"myst_slugs": slugs}})
    lists = plain_pages.Lists(SimpleNamespace(env=env))
    lists.figure_list = lambda: "- a figure"
    text = plain_pages.prose(
        "(old)=\n## A {eq}`loss`\n\nBy {cite:t}`hochreiter1997` "
        "{cite:p}`cho2014,werbos1990`, see [a](b_1.ipynb#c:d=1) and "
        "[e](f.md), [g](b_1.ipynb#horners-rule), [h](#i), [j](https://k.example/l.md).\n\n"
        "```{glossary}\nfirst\nsecond\n  Both.\n  See.\n\nthird\n  It.\n```\n"
        "\n```{figure-list}\n```\n",
        lists,
    )
    assert text.strip() == (
        "## A (loss)\n\nBy Hochreiter and Schmidhuber (1997) "
        "(Cho et al. 2014; Werbos 1990), see [a](b_1.html#c:d=1) and "
        "[e](f.html), [g](b_1.html#horner-s-rule), [h](#i), [j](https://k.example/l.md).\n\n"
        "**first**\n\n**second**\n\nBoth.\nSee.\n\n**third**\n\nIt.\n\n"
        "- a figure"
    )


def test_a_table_stays_a_table(plain_pages):
    html = "<table><tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td><code>&lt;</code></td></tr></table>"
    assert plain_pages.output({"data": {"text/html": html}}) == (
        "| a | b |\n|---|---|\n| 1 | < |"
    )


def test_the_list_names_each_copy_once_and_in_order(site_dir):
    text = (site_dir / "llms.txt").read_text("utf8")
    assert text.startswith("# RNN by Hand\n\n> ")
    listed = re.findall(r"(?m)^- \[.+\]\(\S*book/(\w+)\.md\): (.{60,})$", text)
    assert [name for name, _ in listed] == [path.stem for path in PAGES]
    assert "## Learning" in text
    canonical = re.findall(
        r'rel="canonical" href="(.*?)book/', page_of(site_dir, PAGES[0])
    )
    for base in canonical:
        assert text.count(f"]({base}book/") == len(PAGES)
