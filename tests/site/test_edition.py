"""What each page says of its edition, its source and its errors, with and without a repository."""

import re
from html import unescape
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import jinja2
import pytest
import yaml
from contents import PAGES, ROOT
from playwright.sync_api import expect


@pytest.fixture
def edition(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    import edition

    return edition


def foot_of(html):
    """Give the links at the foot of a page, by their text, and the text."""
    foot = html.partition('<footer class="bd-footer-content">')[2]
    links = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', foot)
    text = " ".join(re.sub("<[^>]*>", " ", foot).split())
    return {name: unescape(link) for link, name in links}, text


def html_of(site_dir, name):
    return (site_dir / "book" / f"{name}.html").read_text("utf8")


def repository_of(site_dir):
    links, _ = foot_of(html_of(site_dir, "references"))
    source = links.get("Source of this page", "")
    return source.partition("/blob/")[0]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_page_says_which_version_it_is(site_dir, edition, path):
    html = html_of(site_dir, path.stem)
    _, text = foot_of(html)
    (said,) = re.findall(r"Version (\S+)", text)
    assert said == edition.citation()["version"]
    dates = re.findall(r'<time datetime="([^"]*)">([^<]*)<', html)
    for date, words in dates:
        assert edition.in_words(date) == words
    assert bool(dates) == bool(edition.commit()[1])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_page_leads_to_its_source_and_takes_errors(site_dir, path):
    repository = repository_of(site_dir)
    html = html_of(site_dir, path.stem)
    links, text = foot_of(html)
    if not repository:
        assert not {"Source", "Report"} & {*text.split()}
        assert not re.search("mybinder|colab.research|/issues/new", html)
        return
    source = f"{repository}/blob/main/book/{path.name}"
    assert links["Source of this page"] == source
    report = urlsplit(links["Report an error on this page"])
    assert report._replace(query="").geturl() == f"{repository}/issues/new"
    asked = parse_qs(report.query)
    (title,) = re.findall(r"<h1>(.*?)<a", html)
    assert asked["title"] == [f"Error in “{title}”"]
    assert path.stem in asked["body"][0]
    if path.suffix == ".ipynb":
        name = repository.removeprefix("https://github.com/")
        assert f"https://mybinder.org/v2/gh/{name}/main" in html
        assert f"https://colab.research.google.com/github/{name}/" in html


def render_foot(about):
    folder = jinja2.FileSystemLoader(ROOT / "book" / "_templates")
    html = (
        jinja2.Environment(loader=folder, autoescape=True)
        .get_template("last-updated.html")
        .render(edition=about, pathto=lambda path: f"{path}.html")
    )
    links, text = foot_of(f'<footer class="bd-footer-content">{html}')
    assert links.pop("How to cite") == "book/references.html#how-to-cite"
    return links, text.replace(" How to cite", "")


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("", []),
        ("https://elsewhere.example/owner/name", ["Source"]),
        (
            "https://github.com/owner/name",
            ["Source of this page", "Report an error on this page"],
        ),
    ],
)
def test_a_page_without_a_repository_has_no_dead_link(edition, address, names):
    about = edition.edition(address, "main", "book/a.ipynb", "A & B")
    links, text = render_foot(about)
    assert [*links] == names
    assert all(link.startswith(f"{address}") for link in links.values())
    assert text.startswith("Version ")


def test_an_error_is_reported_with_page_and_version(edition, monkeypatch):
    monkeypatch.setattr(edition, "commit", lambda: ("0123abcd", "2026-01-02"))
    about = edition.edition(
        "https://github.com/owner/name",
        "main",
        "book/a.ipynb",
        "Gates & more",
        "https://a.example/book/a.html",
    )
    assert about["in_words"] == "2 January 2026"
    asked = parse_qs(urlsplit(about["report"]).query)
    assert asked["title"] == ["Error in “Gates & more”"]
    (body,) = asked["body"]
    assert "https://a.example/book/a.html" in body
    assert f"{about['version']} 2026-01-02 0123abcd" in body


@pytest.mark.parametrize("ending", ["", "/", ".git", ".git/"])
def test_an_environment_variable_sets_the_repository(
    monkeypatch, edition, ending
):
    config = SimpleNamespace(html_theme_options={"repository_url": ""})
    monkeypatch.delenv("BOOK_REPOSITORY", raising=False)
    edition.set_repository(None, config)
    assert config.html_theme_options["repository_url"] == ""
    address = "https://github.com/owner/name"
    monkeypatch.setenv("BOOK_REPOSITORY", address + ending)
    edition.set_repository(None, config)
    assert config.html_theme_options["repository_url"] == address


def test_what_is_no_address_is_a_warning(monkeypatch, edition):
    config = SimpleNamespace(html_theme_options={"repository_url": ""})
    monkeypatch.setenv("BOOK_REPOSITORY", "owner/name")
    warned = []
    monkeypatch.setattr(
        edition.LOGGER, "warning", lambda *text: warned.append(text)
    )
    edition.set_repository(None, config)
    assert warned
    assert config.html_theme_options["repository_url"] == ""


def test_without_git_there_is_no_date(monkeypatch, edition, tmp_path):
    assert edition.git("log", root=ROOT / "book") == ""  # someone else's
    assert edition.git("log", root=tmp_path) == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert edition.git("log") == ""
    monkeypatch.setattr(edition, "commit", lambda: ("", ""))
    about = edition.edition("", "main", "book/a.ipynb", "A")
    _, text = render_foot(about)
    assert text == f"Version {about['version']}"


def test_the_version_is_that_of_the_helper(edition):
    project = (ROOT / "pyproject.toml").read_text("utf8")
    (version,) = re.findall(r'(?m)^version = "(.*)"', project)
    assert edition.citation()["version"] == version


def test_the_workflow_says_where_the_repository_is():
    text = (ROOT / ".github/workflows/publish.yml").read_text("utf8")
    steps = yaml.safe_load(text)["jobs"]["build"]["steps"]
    (build,) = (s for s in steps if "SITE_ADDRESS" in s.get("env", {}))
    assert build["env"]["BOOK_REPOSITORY"] == (
        "${{ github.server_url }}/${{ github.repository }}"
    )


@pytest.mark.parametrize("width", [320, 1366, 1920])
def test_the_foot_of_a_page_has_room(site, new_page, width):
    page = new_page(viewport={"width": width, "height": 641})
    page.goto(f"{site}book/references.html")
    foot = page.locator("footer.bd-footer-content")
    expect(foot).to_contain_text("Version")
    boxes = [one.bounding_box() for one in foot.locator("p, li").all()]
    assert all(box["x"] + box["width"] <= width for box in boxes)
    # It begins where the text does.
    text = page.locator("article h1").bounding_box()
    assert abs(boxes[0]["x"] - text["x"]) < 1
