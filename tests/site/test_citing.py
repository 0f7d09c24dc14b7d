"""How to cite the book, and what the licences are."""

import re
from html import unescape

import pytest
from contents import PAGES, ROOT
from playwright.sync_api import expect
from pybtex.database import parse_string


@pytest.fixture
def citing(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    import citing

    return citing


def test_the_page_shows_a_reference_and_an_entry(site_dir, citing):
    html = (site_dir / "book" / "references.html").read_text("utf8")
    section = html.partition('id="how-to-cite"')[2].partition("</section>")[0]
    text = unescape(re.sub("<[^>]*>", "", section))
    cited = citing.citation()
    canonical = re.findall(r'rel="canonical" href="(.*?)book/', html)
    address = canonical[0] if canonical else ""
    assert citing.bibtex(cited, address) in text
    for part in (*citing.authors(cited), cited["title"], cited["version"]):
        assert part in text.partition("@misc")[0]
    assert address in text.partition("@misc")[0]


def test_the_entry_says_what_the_file_says(citing):
    cited = citing.citation()
    for address in ("", "https://a.example/book_1/"):
        read = parse_string(citing.bibtex(cited, address), "bibtex")
        (entry,) = read.entries.values()
        assert entry.fields["title"] == f"{{{cited['title']}}}"
        assert entry.fields["year"] == str(cited["date-released"])[:4]
        assert cited["version"] in entry.fields["note"]
        assert entry.fields.get("url") == (address or None)
        (author,) = entry.persons["author"]
        assert str(author).strip("{}") == cited["authors"][0]["name"]


def test_people_are_cited_by_their_names(citing):
    cited = {
        "title": "R&D by Hand",
        "date-released": "2027-01-02",
        "version": "1.0",
        "authors": [
            {"family-names": "de la Cruz", "given-names": "Ana"},
            {"name": "The rest of us"},
        ],
    }
    entry = parse_string(citing.bibtex(cited), "bibtex").entries[
        "rdbyhand2027"
    ]
    person, others = entry.persons["author"]
    assert person.prelast_names == ["de", "la"]
    assert person.last_names == ["Cruz"]
    assert str(others) == "{The rest of us}"
    assert entry.fields["title"] == r"{R\&D by Hand}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_page_names_its_licences(site_dir, path):
    html = (site_dir / "book" / f"{path.stem}.html").read_text("utf8")
    foot = html.partition('<footer class="bd-footer-content">')[2]
    licences = re.findall(r'<a rel="license" href="([^"]*)">([^<]*)</a>', foot)
    assert licences == [
        ("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
        ("../LICENSE.txt", "MIT"),
    ]
    assert re.search('href="(references.html)?#how-to-cite"', foot)


def test_the_site_has_the_text_of_the_licence(site_dir, citing):
    text = (site_dir / "LICENSE.txt").read_text("utf8")
    assert text == (ROOT / "LICENSE").read_text("utf8")
    assert citing.LICENCES["text"][1] in text
    assert [name for name, _ in citing.LICENCES.values()] == [
        "CC BY 4.0",
        "MIT",
    ]
    assert citing.citation()["license"] == ["MIT", "CC-BY-4.0"]


def test_the_entry_can_be_copied(site, page):
    page.goto(f"{site}book/references.html")
    code = page.locator("#how-to-cite pre")
    expect(code).to_contain_text("@misc{rnnbyhand")
    expect(page.locator("#how-to-cite button.copybtn")).to_have_count(1)
