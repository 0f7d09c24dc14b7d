"""What search engines and link previews find, and where lost readers end up."""

import json
import re
import struct
from collections import defaultdict
from html.parser import HTMLParser
from itertools import pairwise
from types import SimpleNamespace
from urllib.parse import urlsplit

import jinja2
import pytest
from contents import CHAPTERS, ROOT
from test_pages import PAGES


class Head(HTMLParser):
    """The title, the canonical address and the descriptions of a page."""

    def __init__(self, text):
        super().__init__()
        self.title = re.search(r"<title>(.*?)</title>", text)[1]
        self.about, self.canonical = {}, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "meta" and "content" in attrs:
            name = attrs.get("name") or attrs.get("property")
            self.about[name] = attrs["content"]
        if tag == "link" and attrs.get("rel") == "canonical":
            self.canonical = attrs["href"]


@pytest.fixture(scope="module")
def heads(site_dir):
    return {
        name: Head((site_dir / f"book/{name}.html").read_text("utf8"))
        for name in PAGES
    }


@pytest.fixture(scope="module")
def address(heads):
    if not heads["intro"].canonical:
        pytest.skip("the site given with --site has no address")
    return heads["intro"].canonical.removesuffix("book/intro.html")


def test_each_page_has_a_title_and_a_description_of_its_own(heads):
    assert len({head.title for head in heads.values()}) == len(PAGES)
    descriptions = {head.about["description"] for head in heads.values()}
    assert len(descriptions) == len(PAGES)
    # Most search engines cut off longer ones.
    assert all(60 <= len(text) <= 160 for text in descriptions)
    assert all("RNN by Hand" in head.title for head in heads.values())


@pytest.mark.parametrize(
    ("name", "title", "said"),
    [
        ("05_gradient_checking", "Gradient checking an RNN in NumPy", ""),
        ("05_gradient_checking", "", "numerical gradient"),
        ("04_bptt", "Backpropagation through time (BPTT)", "BPTT"),
        ("10_gates", "LSTM and GRU", "LSTM and GRU by hand"),
        ("intro", "BPTT", "recurrent neural network"),
    ],
)
def test_pages_are_found_by_the_words_that_people_search(
    heads, name, title, said
):
    assert title in heads[name].title
    assert said in heads[name].about["description"]
    # Most search engines cut off longer ones.
    assert all(len(head.title.strip()) <= 70 for head in heads.values())


def structured(site_dir, name):
    html = (site_dir / f"book/{name}.html").read_text("utf8")
    (text,) = re.findall(
        '(?s)<script type="application/ld\\+json">(.*?)</script>', html
    )
    return json.loads(text)


@pytest.mark.parametrize("name", PAGES)
def test_each_page_describes_itself_to_programs(site_dir, heads, name):
    about = structured(site_dir, name)
    assert about["@context"] == "https://schema.org"
    assert "LearningResource" in about["@type"]
    assert about["description"] == heads[name].about["description"]
    assert about.get("url") == heads[name].canonical
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert about["license"] == licence
    assert about["author"][0]["name"] == "The authors of RNN by Hand"
    assert about["isAccessibleForFree"] is True
    assert all(about.values())
    if name == "intro":
        assert "Book" in about["@type"]
        code = about["hasPart"]
        if heads[name].canonical:
            assert code["license"].endswith("/LICENSE.txt")
    else:
        assert about["isPartOf"]["name"] == "RNN by Hand"
    if name in {path.stem for path in CHAPTERS}:
        assert "Chapter" in about["@type"]
        assert about["position"] == int(name[:2])
        assert re.fullmatch(r"PT\d+M", about["timeRequired"])


def test_a_page_without_an_address_gives_programs_none(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    import findable
    from docutils import nodes

    env = SimpleNamespace(
        doc2path=lambda name: ROOT / f"{name}.ipynb",
        titles={"book/intro": nodes.title("", "RNN by Hand")},
        metadata={"book/intro": {"description": "D.", "found_as": "F"}},
    )
    config = SimpleNamespace(
        html_baseurl="",
        html_title="RNN by Hand",
        root_doc="book/intro",
        html_theme_options={"repository_url": ""},
    )
    about = findable.structured(
        SimpleNamespace(env=env, config=config), "book/intro"
    )
    assert not {"url", "image"} & about.keys()
    assert not {"license", "codeRepository"} & about["hasPart"].keys()


def test_robots_are_told_where_the_list_is(site_dir, address):
    lines = (site_dir / "robots.txt").read_text("utf8").splitlines()
    assert f"Sitemap: {address}sitemap.xml" in lines
    assert f"Disallow: {urlsplit(address).path}lite/" in lines
    assert (site_dir / "sitemap.xml").is_file()


def test_the_list_says_when_a_page_was_changed(site_dir, address, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    import edition

    text = (site_dir / "sitemap.xml").read_text("utf8")
    dates = re.findall(r"<lastmod>(\d{4}-\d\d-\d\d)</lastmod>", text)
    known = edition.changed(ROOT / "README.md")
    assert len(dates) == (len(PAGES) if known else 0)
    shallow = {"rev-parse": "true", "log": "2026-01-02"}
    monkeypatch.setattr(edition, "git", lambda *words: shallow[words[0]])
    # In a clone without history, every page would seem to be new.
    assert edition.changed("some/page") == ""


def test_a_page_without_a_description_is_a_warning(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    import findable

    metadata = defaultdict(dict, described={"description": "What it is."})
    env = SimpleNamespace(found_docs={"described", "bare"}, metadata=metadata)
    warned = []
    monkeypatch.setattr(
        findable.LOGGER,
        "warning",
        lambda *_, location: warned.append(location),
    )
    findable.check_descriptions(None, env)
    assert warned == ["bare"]


def test_each_page_knows_its_own_address(heads, address):
    assert urlsplit(address).scheme == "https"
    for name, head in heads.items():
        assert head.canonical == f"{address}book/{name}.html"
        assert head.about["og:url"] == head.canonical


def test_each_page_has_a_picture_that_it_does_not_load(
    heads, address, site_dir
):
    pictures = {head.about["og:image"] for head in heads.values()}
    assert len(pictures) == len(PAGES)
    for picture in pictures:
        png = (site_dir / picture.removeprefix(address)).read_bytes()
        assert png.startswith(b"\x89PNG")
        assert struct.unpack(">II", png[16:24]) == (1200, 630)
        assert len(png) < 60_000
    for name in PAGES:
        body = (site_dir / f"book/{name}.html").read_text("utf8")
        assert "card-" not in body.partition("</head>")[2]


@pytest.mark.parametrize("chapters", [1, 8, 13])
def test_a_picture_has_room_for_a_step_per_chapter(monkeypatch, chapters):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    import findable

    fig = findable.draw_card("Book", "Chapter", 1, chapters)
    boxes = [
        line.get_window_extent()
        for line in fig.axes[0].lines
        if line.get_marker() == "o"
    ]
    assert len(boxes) == chapters
    assert boxes[0].x0 > 0.07 * fig.bbox.width
    assert boxes[-1].x1 < 0.93 * fig.bbox.width
    for box, following in pairwise(boxes):
        assert following.x0 - box.x1 > 0.5 * box.width


def test_the_list_for_search_engines_has_every_page(site_dir, heads, address):
    listed = re.findall(
        "<loc>(.*?)</loc>", (site_dir / "sitemap.xml").read_text("utf8")
    )
    assert sorted(listed) == sorted(head.canonical for head in heads.values())
    for name in ("search", "genindex", "404"):
        head = Head((site_dir / f"{name}.html").read_text("utf8"))
        assert head.about["robots"] == "noindex"
        assert head.canonical is None


def test_the_root_of_the_site_only_redirects(site_dir):
    html = (site_dir / "index.html").read_text("utf8")
    assert "url=book/intro.html" in html
    assert not re.search("https?:", html)


@pytest.mark.parametrize(
    "given", ["https://a.example/b", "https://a.example/b/"]
)
def test_an_environment_variable_sets_the_address(monkeypatch, given):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    import findable

    class Config:
        html_baseurl = ""

    monkeypatch.delenv("SITE_ADDRESS", raising=False)
    findable.set_address(None, Config)
    assert Config.html_baseurl == ""
    monkeypatch.setenv("SITE_ADDRESS", given)
    findable.set_address(None, Config)
    assert Config.html_baseurl == "https://a.example/b/"


@pytest.mark.parametrize("pageurl", [None, "https://a.example/b.html"])
def test_a_page_without_an_address_names_none(pageurl):
    """Otherwise a copy would tell search engines that the book is elsewhere."""
    layout = ROOT / "book" / "_templates" / "layout.html"
    templates = jinja2.DictLoader(
        {
            "!layout.html": "{% block extrahead %}{% endblock %}",
            "layout.html": layout.read_text(encoding="utf8"),
        }
    )
    head = (
        jinja2.Environment(loader=templates)
        .get_template("layout.html")
        .render(
            title="B",
            description="B.",
            card="card",
            pageurl=pageurl,
            pathto=lambda path, _: path,
        )
    )
    assert "og:description" in head
    assert bool(pageurl) == ("og:url" in head) == ("og:image" in head)


@pytest.mark.parametrize("lost", ["no", "book/no.html", "very/much/too/deep/"])
def test_a_lost_reader_finds_the_chapters(site_dir, browser, address, lost):
    """The route answers as a static host would, at the address that the site was built for."""
    page = browser.new_page()

    def answer(route):
        path = urlsplit(route.request.url).path
        file = site_dir / path.removeprefix(urlsplit(address).path)
        if file.is_file():
            route.fulfill(path=file)
        else:
            route.fulfill(status=404, path=site_dir / "404.html")

    page.route("**/*", answer)
    assert page.goto(address + lost).status == 404
    links = page.locator("li a")
    assert links.count() >= len(PAGES) - 1
    links.filter(has_text="The recurrence").click()
    page.wait_for_url(f"{address}book/01_recurrence.html")
    page.close()
