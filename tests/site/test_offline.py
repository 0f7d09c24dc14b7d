"""The copy of the site that is read from a folder, opened as a double-click opens it."""

import re
import zipfile

import offline
import pytest
from contents import CHAPTERS
from in_page import button, scroll_to, wait_for_explorables, wait_until
from lone import address_of
from offer import offer
from playwright.sync_api import expect
from test_pages import PAGES

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def archive(site_dir, tmp_path_factory):
    path = tmp_path_factory.mktemp("offline") / offline.NAME
    offline.write(site_dir, path)
    return path


@pytest.fixture(scope="module")
def folder(archive):
    """Unpack the zip where an address needs escapes, and give the address of the folder."""
    place = archive.parent / "My folder é"
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(place)
    return f"{(place / offline.FOLDER).as_uri()}/"


def test_it_is_small_and_has_nothing_that_no_page_names(archive):
    with zipfile.ZipFile(archive) as packed:
        files = {info.filename: info.file_size for info in packed.infolist()}
    assert archive.stat().st_size < 6 * MEGABYTE
    assert sum(files.values()) < 15 * MEGABYTE
    assert {name.split("/")[0] for name in files} == {offline.FOLDER}
    for kind in (".map", ".woff2", ".pdf", ".whl", ".zip"):
        assert not [name for name in files if name.endswith(kind)]
    assert not [name for name in files if re.search("vendor|awesome", name)]


def test_twice_made_it_is_the_same(site_dir, archive, tmp_path):
    again = tmp_path / "again.zip"
    offline.write(site_dir, again)
    assert again.read_bytes() == archive.read_bytes()
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
        assert names == sorted(names)
        assert {info.date_time[0] for info in packed.infolist()} == {1980}


def test_it_does_not_depend_on_what_else_has_been_made(site_dir, tmp_path):
    page = (site_dir / "book/01_recurrence.html").read_text("utf8")
    made = tmp_path / "made.html"
    made.write_text(page, encoding="utf8")
    for what in ("pdf", "lite", "epub", "offline"):
        offer(tmp_path, what)
    made = made.read_text("utf8")
    assert re.search('<a href="[^"]*zip"', made)
    name, address = "book/01_recurrence.html", "https://rnn.example/"
    assert offline.for_a_folder(made, name, address) == offline.for_a_folder(
        page, name, address
    )


def test_its_pages_name_no_module_and_no_missing_file(archive):
    with zipfile.ZipFile(archive) as packed:
        names = set(packed.namelist())
        pages = {
            name: packed.read(name).decode()
            for name in names
            if name.endswith(".html")
        }
    assert len(pages) > len(PAGES)
    for name, text in pages.items():
        assert '<script type="module"' not in text
        for address in re.findall(r'(?:href|src)="([^"#?]+)', text):
            if not re.match(r"[a-z]+:", address):
                place = f"/{name}".rpartition("/")[0] + f"/{address}"
                parts = []
                for part in place.split("/")[1:]:
                    parts = (
                        parts[:-1]
                        if part == ".."
                        else [*parts, part]
                        if part != "."
                        else parts
                    )
                assert "/".join(parts) in names, f"{name}: {address}"


def test_the_site_is_named_where_something_needs_it(site_dir, archive):
    name = f"book/{CHAPTERS[0].name.removesuffix('.ipynb')}.html"
    with zipfile.ZipFile(archive) as packed:
        text = packed.read(f"{offline.FOLDER}/{name}").decode()
    assert "lite/notebooks" not in text
    address = address_of(site_dir)
    there = f'<a href="{address}{name}">This page on the site</a>'
    assert (there in text) == bool(address)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_trouble(folder, new_page, name):
    """The fixture fails on errors, and on requests to other hosts."""
    page = new_page()
    page.goto(f"{folder}book/{name}.html")
    wait_for_explorables(page)
    page.evaluate("document.fonts.ready.then(() => true)")
    fonts = "[...document.fonts].filter((font) => font.status === 'loaded')"
    assert page.evaluate(f"{fonts}.length") >= 1


def test_it_begins_with_its_first_page_and_sliders_move(folder, page):
    page.goto(f"{folder}index.html")
    page.wait_for_url("**/book/intro.html")
    wait_for_explorables(page)
    page.get_by_role("link", name="Backpropagation through time").first.click()
    page.wait_for_url("**/book/04_bptt.html")
    wait_for_explorables(page)
    explorable = page.locator("rnn-bptt").first
    before = explorable.evaluate("(one) => [one.wx, one.readout.loss]")
    slider = explorable.locator("input[type=range]#wx")
    slider.focus()
    slider.press("ArrowRight")
    after = explorable.evaluate("(one) => [one.wx, one.readout.loss]")
    assert after[0] > before[0]
    assert after[1] != before[1]


@pytest.fixture
def addressed(archive, folder):
    """Give a function that opens a chapter of a site that has this address, or none."""
    made = []

    def put(address):
        book = archive.parent / "My folder é" / offline.FOLDER / "book"
        text = re.sub(
            '<link rel="canonical"[^>]*>',
            "",
            (book / "04_bptt.html").read_text(encoding="utf8"),
        )
        if address:
            link = f'<link rel="canonical" href="{address}book/04_bptt.html">'
            text = text.replace("</head>", f"{link}</head>")
        made.append(book / "addressed.html")
        made[-1].write_text(text, encoding="utf8")
        return f"{folder}book/{made[-1].name}"

    yield put
    for path in made:
        path.unlink()


def test_links_to_a_setting_lead_to_the_site(addressed, new_page):
    """Nobody else could open what is in the folder of a reader."""
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(addressed("https://rnn.example/by-hand/"))
    wait_for_explorables(page)
    explorable = page.locator("rnn-bptt").first
    button(explorable, "Copy link").click()
    expect(button(explorable, "Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    fragment = page.evaluate("location.hash")
    assert fragment.startswith("#bptt:wx=")
    assert link == f"https://rnn.example/by-hand/book/04_bptt.html{fragment}"
    button(explorable, "Embed").click()
    expect(button(explorable, "Code copied")).to_be_visible()
    code = page.evaluate("navigator.clipboard.readText()")
    assert f'src="https://rnn.example/by-hand/embed.html{fragment}"' in code


def test_without_an_address_there_is_no_link_to_a_setting(addressed, page):
    page.goto(addressed(""))
    wait_for_explorables(page)
    explorable = page.locator("rnn-bptt").first
    expect(button(explorable, "Save")).to_be_visible()
    for name in ("Copy link", "Embed"):
        expect(button(explorable, name)).to_have_count(0)


def test_the_map_of_fates_needs_no_worker(folder, page):
    page.goto(f"{folder}book/intro.html")
    wait_for_explorables(page)
    page.get_by_role("button", name="Every start").click()
    legend = page.locator("rnn-learning .legend").first
    expect(legend).to_be_visible()
    expect(legend).to_contain_text("%", timeout=30_000)


def test_search_finds_and_fetches_nothing(folder, page):
    page.goto(f"{folder}book/01_recurrence.html")
    wait_for_explorables(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("condition number")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=condition+number")
    found = page.locator("#search-results li a")
    expect(found.filter(has_text="The ravine").first).to_be_visible()
    expect(page.locator("#search-results")).to_contain_text("finished")
    found.filter(has_text="The ravine").first.click()
    page.wait_for_url("**/book/06_ravine.html*")
    wait_for_explorables(page)


def test_a_term_is_explained(folder, page):
    page.goto(f"{folder}book/04_bptt.html")
    wait_for_explorables(page)
    page.locator("article a[href$='#term-gradient']").first.hover()
    expect(page.locator(".term-tip")).to_contain_text("How fast the loss")


def test_a_tick_stays(folder, page):
    page.goto(f"{folder}book/01_recurrence.html")
    wait_for_explorables(page)
    tick = page.get_by_role("button", name=re.compile("^I am done with"))
    scroll_to(tick)
    tick.click()
    page.goto(f"{folder}book/02_unrolling.html")
    wait_for_explorables(page)
    expect(page.locator(".bd-links .tick")).to_have_count(1)


def test_an_explorable_is_shown_alone(folder, page):
    for query in ("", "?present"):
        page.goto(f"{folder}embed.html{query}#bptt:wx=1.25")
        wait_until(page, "() => document.querySelector('rnn-bptt')?.readout")
        assert page.locator("rnn-bptt").evaluate("(one) => one.wx") == 1.25


def test_a_saved_figure_has_its_fonts_and_does_not_say_where_it_was(
    folder, page
):
    page.goto(f"{folder}book/04_bptt.html")
    wait_for_explorables(page)
    # A site without an address has none of its own to name.
    page.evaluate("document.querySelector('link[rel=canonical]')?.remove()")
    explorable = page.locator("rnn-bptt").first
    explorable.get_by_role("button", name="Save", exact=True).click()
    with page.expect_download() as saved:
        explorable.get_by_role("button", name="Save as SVG").click()
    text = saved.value.path().read_text(encoding="utf8")
    assert "@font-face" in text
    assert "data:" in text
    assert "file:" not in text


BPTT = "document.querySelector('rnn-bptt')"
READY = f"""async () => {{
    {BPTT}.scrollIntoView();
    while (!{BPTT}.readout) await new Promise(requestAnimationFrame);
    {BPTT}.shadowRoot.querySelector("input[type=range]#wx").focus();
    await document.fonts.ready;
    const fonts = [...document.fonts].map(({{ status }}) => status);
    return [{BPTT}.wx, fonts.includes("loaded"), fonts.includes("error")];
}}"""
FOUND = """async () => {
    const found = () => document.querySelectorAll("#search-results li a");
    while (!document.querySelector("#search-results")?.textContent.includes("finished"))
        await new Promise(requestAnimationFrame);
    return [...found()].map((link) => link.textContent);
}"""
TERM = """(() => {
    const term = document.querySelector("article a[href$='#term-gradient']");
    term.scrollIntoView({ block: "center", behavior: "instant" });
    const { x, y } = term.getBoundingClientRect();
    return [x, y];
})()"""
TIP = """(async () => {
    const tip = document.querySelector(".term-tip");
    while (tip.hidden) await new Promise(requestAnimationFrame);
    return tip.textContent;
})()"""


def test_it_works_in_firefox_too(folder, firefox):
    firefox.open(f"{folder}book/04_bptt.html")
    before, loaded, broken = firefox.run(f"({READY})()")
    firefox.press("\ue014")  # right
    assert firefox.run(f"{BPTT}.wx") > before
    assert loaded
    assert not broken
    x, y = firefox.run(TERM)
    firefox.point(x + 5, y + 5)
    assert "How fast the loss" in firefox.run(TIP)
    assert list(firefox.troubles()) == []
    firefox.open(f"{folder}search.html?q=saddle")
    assert "The ravine" in firefox.run(f"({FOUND})()")
    assert list(firefox.troubles()) == []
    firefox.open(f"{folder}embed.html#bptt:wx=1.25")
    there = "customElements.whenDefined('rnn-bptt')"
    assert firefox.run(f"{there}.then(() => {BPTT}.wx)") == 1.25
    assert list(firefox.troubles()) == []
