"""The pages after the chapters: the index of figures, the glossary, the links to settings."""

import gzip
import json
import re
from html import unescape
from io import BytesIO
from urllib.parse import parse_qsl

import pytest
from contents import BOOK, CHAPTERS, NOTEBOOKS, PAGES, ROOT
from in_page import SOME_TEXT, readout, wait_until
from PIL import Image
from playwright.sync_api import expect

from rnn_by_hand import explorables


def cells(path):
    return json.loads(path.read_text("utf8"))["cells"]


def text_of(path):
    if path.suffix == ".md":
        return path.read_text("utf8")
    return "\n".join(
        "".join(cell["source"])
        for cell in cells(path)
        if cell["cell_type"] == "markdown"
    )


def figures_of(path):
    """Give the ids of the cells that show a figure in the committed notebook."""
    return [
        cell["id"]
        for cell in cells(path)
        if 'class=\\"rnn-figure' in json.dumps(cell.get("outputs"))
    ]


def links_to_settings():
    """Give each link to a setting: the page it is on, its target and its fragment."""
    for page in PAGES:
        for target, setting in re.findall(
            r"\]\(([\w/]+)\.ipynb#([\w-]+:[^)\s]*)\)", text_of(page)
        ):
            yield page.name, target, setting


def test_lecturers_are_told_what_a_student_needs_on_a_server():
    """The sentences agree with the table, which is output of bench_kernel.py."""
    text = text_of(BOOK / "for_lecturers.md")
    server = int(re.search(r"^JupyterLab +(\d+) MiB$", text, re.M)[1])
    rows = re.findall(r"^(\d\w+) +(\d+) MiB +([\d.]+) s$", text, re.M)
    assert [name for name, _, _ in rows] == [path.stem for path in CHAPTERS]
    *_, second, first = sorted(int(memory) for _, memory, _ in rows)
    assert f"up to {server + first} MiB" in text
    limit = int(re.search(r"`mem_limit: (\d+)M`", text)[1])
    assert limit >= server + first + second
    assert sum(float(seconds) for _, _, seconds in rows) < 60


def test_lecturers_are_told_what_can_be_read_out():
    text = text_of(BOOK / "for_lecturers.md")
    tags = re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)
    rows = re.findall(r"^\| `([A-Z]\w+)` \| (.*) \|$", text, re.MULTILINE)
    scripts = ROOT.glob("src/rnn_by_hand/js/rnn-*.js")
    assert {f"rnn-{tag}" for tag in tags} == {path.stem for path in scripts}
    for tag, (name, read_out) in zip(tags, rows, strict=True):
        explorable = getattr(explorables, name)()
        assert explorable.tag == f"rnn-{tag}"
        told = set(re.findall(r"`(\w+)`", read_out))
        told |= {re.sub("^wx_", "wRec_", key) for key in told}
        assert told == explorable.readout.keys() - set(explorable.parameters)


def page_of(site_dir, name):
    return (site_dir / "book" / f"{name}.html").read_text("utf8")


def test_every_figure_is_in_the_index(site_dir):
    index = page_of(site_dir, "figures")
    listed = set(re.findall(r'href="(\w+)\.html#(fig-[\w-]+)"', index))
    shown = {
        (path.stem, f"fig-{cell}")
        for path in NOTEBOOKS
        for cell in figures_of(path)
    }
    assert len(shown) > 40
    assert listed == shown


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_figure_is_at_its_address(site_dir, path):
    page = page_of(site_dir, path.stem)
    for cell in figures_of(path):
        assert page.count(f'id="fig-{cell}"') == 1
        cell_of_page = page.partition(f'id="fig-{cell}"')[2]
        before_the_next = cell_of_page.partition('class="cell ')[0]
        assert 'class="rnn-figure"' in before_the_next


def test_the_index_says_what_the_figures_say(site_dir):
    index = re.sub(r"<[^>]+>", "", page_of(site_dir, "figures"))
    index = " ".join(unescape(index).split())
    sentences = []
    for path in NOTEBOOKS:
        for alt in re.findall(
            r'<div class="output text_html"><figure class="rnn-figure"><svg role="img" aria-label="([^"]+)"',
            page_of(site_dir, path.stem),
        ):
            sentence = unescape(alt).partition(". ")[0].strip(".")
            sentence = re.sub(
                r"\b([wWxXS]) (x|Rec|k|n|\d+)\b", r"\1\2", sentence
            )
            assert sentence in index
            sentences.append(sentence)
    assert len(sentences) > 30
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("name", ["figures", "explorables"])
def test_each_explorable_is_listed_with_its_question(site, page, name):
    page.goto(f"{site}book/{name}.html")
    gallery = text_of(BOOK / "explorables.ipynb")
    questions = re.findall(r"^## (.*)", gallery, re.MULTILINE)
    wall = page.locator(".wall").first
    links = wall.locator("a:has(img)")
    assert links.all_inner_texts() == questions
    for link, question in zip(links.all(), questions, strict=True):
        expect(link).to_have_accessible_name(question)
    if name == "explorables":
        assert wall.evaluate("wall => !wall.closest('section section')")
        titles = page.locator("article h2").all_inner_texts()
        assert [title.strip("#") for title in titles] == questions


def test_a_question_leads_to_the_chapter_that_asks_it(site_dir):
    gallery = text_of(BOOK / "explorables.ipynb")
    asked = re.findall(r"^From \[.*?\]\((\w+)\.ipynb\)", gallery, re.MULTILINE)
    wall = page_of(site_dir, "figures").partition('class="wall')[2]
    wall = wall.partition("</ul>")[0]
    assert asked
    assert re.findall(r'href="(\w+)\.html#fig-[\w-]+"><img', wall) == asked


@pytest.mark.parametrize("name", ["figures", "explorables"])
def test_a_wall_shows_a_small_picture_of_each_figure(site_dir, name):
    page = page_of(site_dir, name)
    pictures = re.findall(r"<img [^>]*>", page.partition("<article")[2])
    assert len(pictures) >= 6
    for picture in pictures:
        assert 'loading="lazy"' in picture
        (source,) = re.findall(r'src="\.\./(_images/[^"]+)"', picture)
        svg = (site_dir / source).read_text("utf8")
        width, height = re.search(
            r'viewBox="\S+ \S+ (\S+) (\S+)"', svg
        ).groups()
        assert float(width) > 30
        assert float(height) > 30
        assert re.search(r"<(path|use|image) ", svg)
        # Words would be too small to read, and most of the file.
        assert not re.search(r"<text|scale\([\d.]+ -", svg)
        assert len(gzip.compress(svg.encode())) < 30_000


def test_pictures_on_a_phone_stand_in_two_columns(site, new_page):
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{site}book/figures.html")
    lefts = page.locator("#explorables .wall img").evaluate_all(
        "all => all.map((one) => Math.round(one.getBoundingClientRect().left))"
    )
    assert len(set(lefts)) == 2
    assert (
        page.locator("#explorables .wall img").first.bounding_box()["width"]
        > 140
    )


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("mode", ["auto", "light", "dark"])
def test_pictures_have_the_colours_of_the_page(site, new_page, system, mode):
    page = new_page(color_scheme=system)
    page.add_init_script(f"localStorage.setItem('mode', '{mode}')")
    page.goto(f"{site}book/explorables.html")
    picture = page.locator(".wall img").first
    picture.evaluate("image => image.decode()")
    shown = system if mode == "auto" else mode
    # That of the states, as palette.css has it.
    orange = {"light": (166, 98, 0), "dark": (240, 172, 60)}[shown]
    image = Image.open(BytesIO(picture.screenshot())).convert("RGB")
    colours = {colour for _, colour in image.getcolors(100_000)}
    assert orange in colours


def test_a_term_is_explained_where_the_glossary_says(site_dir):
    glossary = page_of(site_dir, "glossary")
    terms = re.findall(r'<dt id="(term-[\w-]+)">', glossary)
    assert len(terms) >= 25
    for definition in re.findall(r"(?s)<dd>.*?</dd>", glossary):
        assert ".html#" in definition or ".html" in definition


#: What the page for lecturers says about the settings it links to.
OUTCOMES = {
    "states:wx=1,wRec=-1,x=1111111111": lambda r: r["y"] == 0,
    "unrolled:wx=1,wRec=0.99,n=60,k=1": lambda r: 0.5 < r["weight"] < 0.6,
    "bptt:wx=1,wRec=0.5,x=1011001110,step=20": lambda r: (
        r["wx_grad"] < -5
        and r["wRec_grad"] < -5
        and abs(sum(r["wx_terms"][:5])) < 0.05 * abs(r["wx_grad"])
    ),
    "bptt:wx=1,wRec=1,x=1011001110,step=20": lambda r: not any(r["delta"]),
    "gradient-check:wx=1,wRec=1,bug=sign": lambda r: (
        r["passed"] and r["wx_ratio"] is None
    ),
    "gradient-check:wx=1.2,wRec=1.2,bug=wx+for+wRec": lambda r: r["passed"],
    "gradient-check:wx=0.8,wRec=0.9,bug=wx+for+wRec": lambda r: (
        not r["passed"]
    ),
    "gradient-check:wx=1.2,wRec=1.2,eps=0.1": lambda r: (
        not r["passed"] and r["wx_error"] < 1e-9 and r["wRec_error"] > 0.1
    ),
    "gradient-check:wx=1.2,wRec=1.2,eps=1e-6": lambda r: (
        r["passed"] and max(r["wx_error"], r["wRec_error"]) < 1e-9
    ),
    "gradient-check:wx=1.2,wRec=1.2,eps=1e-12": lambda r: (
        not r["passed"] and min(r["wx_error"], r["wRec_error"]) > 1e-6
    ),
    "adder:a=188,b=132,step=3,pushed=3,across=-0.9,up=-1": lambda r: (
        r["sum"] == 312 and r["true_sum"] == 320 and r["wrong"] == 4
    ),
    "gradient-check:wx=1.2,wRec=1.2,eps=1e-7,precision=float32": lambda r: (
        not r["passed"] and min(r["wx_error"], r["wRec_error"]) > 0.01
    ),
}
FATES = {
    (1, 0.5, 0.001, "gradient+descent"): "near (1, 1)",
    (1, 0.5, 0.002, "gradient+descent"): "still on the way",
    (1, 0.5, 0.001, "Adam"): "still on the way",
    (1, 0.5, 0.1, "Adam"): "near (1, 1)",
    (-1.5, -2, 0.001, "Rprop"): "wrong valley",
    (-1.5, 2, 0.001, "gradient+descent"): "blown up",
}
for (wx, wRec, rate, name), fate in FATES.items():
    OUTCOMES[
        f"descent:wx={wx},wRec={wRec},rate={rate},optimizer={name},steps=500,show=loss"
    ] = lambda r, fate=fate: r["fate"] == fate


def test_settings_with_an_expected_outcome_are_linked():
    linked = {setting for name, _, setting in links_to_settings()}
    assert OUTCOMES.keys() <= linked


LINKED = sorted({(at, setting) for _, at, setting in links_to_settings()})
FOLLOW = """(setting) => new Promise((done) => {
    addEventListener("hashchange", () => requestAnimationFrame(done), { once: true });
    location.hash = setting;
})"""


@pytest.mark.parametrize("target", sorted({at for at, _ in LINKED}))
def test_a_link_to_a_setting_opens_it(site, new_page, target):
    """The first link opens the page, the others are followed on it."""
    page = new_page(viewport={"width": 390, "height": 800})
    first, *others = (setting for at, setting in LINKED if at == target)
    page.goto(f"{site}book/{target}.html#{first}")
    assert_opened(page, first)
    for setting in others:
        page.evaluate(FOLLOW, setting)
        assert_opened(page, setting)


def assert_opened(page, setting):
    """Fail unless the explorable is in view, at the setting in the address."""
    name, _, values = setting.partition(":")
    kind, _, place = re.fullmatch(r"(.*?)(-(\d+))?", name).groups()
    wait_until(page, "tag => customElements.get(tag)", arg=f"rnn-{kind}")
    element = page.locator(f"rnn-{kind}").nth(int(place or 1) - 1)
    expect(element.get_by_role("img").first).to_have_attribute(
        "aria-label", SOME_TEXT
    )
    expect(element).to_be_in_viewport()
    shown = readout(element)
    wanted = parse_qsl(
        values.replace(",", "&"), keep_blank_values=True, strict_parsing=True
    )
    for key, value in wanted:
        is_number = isinstance(shown[key], (int, float))
        assert written(shown[key]) == (float(value) if is_number else value)
    assert OUTCOMES.get(setting, bool)(shown)


def written(value):
    """Give a value as it is written in an address, but leave a number a number."""
    return "".join(map(str, value)) if isinstance(value, list) else value
