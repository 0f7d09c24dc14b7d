"""One explorable on somebody else's page: in a frame, as a script, and alone on a projector."""

import re
import threading
from functools import partial
from http.server import ThreadingHTTPServer

import pytest
from conftest import QuietHandler
from in_page import (
    assert_legible,
    assert_same,
    button,
    field,
    readout,
    wait_until,
)
from playwright.sync_api import expect
from serve import Quiet
from settings import CASES, everyone, linked

from rnn_by_hand.explorables import Bptt


class Elsewhere(Quiet):
    """Another origin, with one page."""

    page = b""

    def send_head(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page)


class Sharing(QuietHandler):
    """The site, with the one header that lets other sites load its scripts."""

    def end_headers(self):
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


def serve(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}/"


@pytest.fixture
def elsewhere():
    """Serve a page with this body from another origin, and give its address."""
    server, address = serve(Elsewhere)

    def put(body):
        Elsewhere.page = f"<!DOCTYPE html><title>Elsewhere</title><meta charset=utf-8>{body}".encode()
        return address

    yield put
    server.shutdown()


def frame(site, address, width="100%"):
    return f'<iframe src="{site}embed.html{address}" style="border: 0; width: {width}; height: 900px"></iframe>'


@pytest.mark.weekly(but=2)
@everyone
def test_a_frame_elsewhere_shows_one_explorable(
    site, new_page, elsewhere, kind
):
    """At 320 px, in light and dark; its link leads back to the chapter, at the setting shown."""
    link = CASES[kind].link
    for theme in ("light", "dark"):
        page = new_page(
            viewport={"width": 320, "height": 900}, color_scheme=theme
        )
        body = f"<style>body {{ margin: 0; color-scheme: {theme} }}</style>"
        page.goto(elsewhere(body + frame(site, link)))
        inner = page.frame_locator("iframe")
        element = inner.locator(kind.tag)
        expect(element.get_by_role("img").first).to_be_visible()
        assert_same(readout(element), linked(kind).readout)
        assert_legible(element, [{}])
        root = inner.locator("html")
        expect(root).to_have_attribute("data-theme", theme)
        paper = {"light": "rgb(253, 252, 249)", "dark": "rgb(22, 21, 19)"}
        expect(root).to_have_css("background-color", paper[theme])
        assert root.evaluate("it => it.scrollWidth <= innerWidth")
        for name in ("Copy link", "Embed"):
            expect(button(element, name)).to_have_count(0)
    href = inner.locator("#home a").get_attribute("href")
    assert re.match(rf"{site}book/\w+\.html#{kind.tag[4:]}(-\d)?:", href)
    page.goto(href)
    tag = page.locator(kind.tag).first
    wait_until(
        page,
        "tag => document.querySelector(tag).readout",
        arg=kind.tag,
    )
    assert_same(readout(tag), linked(kind).readout)


def test_the_link_back_follows_the_reader(site, page):
    page.goto(f"{site}embed.html#bptt:wx=1,wRec=0.9")
    element = page.locator("rnn-bptt")
    back = page.get_by_role("link", name="Backpropagation through time")
    expect(back).to_have_attribute("href", re.compile("wRec=0.9,"))
    assert not page.evaluate("scrollY")
    typed = field(element, "wRec")
    typed.fill("0.5")
    typed.press("Enter")
    expect(back).to_have_attribute("href", re.compile("wRec=0.5,"))
    button(element, "Reset").click()
    expect(back).to_have_attribute("href", re.compile("wRec=0.9,"))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "This address names no explorable; it must end in one"),
        ("?bptt:wx=1", "This address names no explorable"),
        ("#btt:wx=1", "There is no explorable “btt”; it must be one of"),
        ("#%E9:wx=1", "There is no explorable “%E9”"),
        ("#bptt:wx=9", "wx is “9”; it must be a number from −3 to 3."),
        ("#bptt:wrek=1", "wrek is no parameter of bptt; it has wx, wRec, x"),
        ("#bptt:x=12", "x is “12”; it must be 10 bits, each 0 or 1."),
    ],
)
def test_a_wrong_address_is_one_sentence(site, page, address, sentence):
    page.goto(f"{site}embed.html{address}")
    alert = page.locator("main > *")
    expect(alert).to_have_count(1)
    expect(alert).to_have_role("alert")
    expect(alert).to_contain_text(sentence)
    assert alert.text_content().endswith(".")
    expect(page.get_by_role("link")).to_have_attribute(
        "href", re.compile(r"book/intro\.html$")
    )
    page.evaluate("() => { location.hash = '#bptt:wx=1,wRec=0.5'; }")
    expect(page.locator("rnn-bptt")).to_be_visible()
    expect(alert).to_have_count(1)
    assert readout(page.locator("rnn-bptt"))["wRec"] == 0.5


def test_a_script_that_does_not_load_is_said(site, browser):
    page = browser.new_context().new_page()
    page.route("**/rnn-bptt.js", lambda route: route.abort())
    page.goto(f"{site}embed.html#bptt:wx=1")
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    page.context.close()


def test_two_are_linked_in_one_frame(site, page):
    page.goto(f"{site}embed.html#states:wx=0.5,wRec=0.6+learning:rate=0.002")
    first, second = page.locator("rnn-states"), page.locator("rnn-learning")
    expect(second.get_by_role("img").first).to_be_visible()
    assert readout(second)["wRec"] == 0.6
    assert readout(second)["rate"] == 0.002
    first.evaluate("it => { it.wRec = 0.7; it.told(); }")
    assert readout(second)["wRec"] == 0.7
    page.goto("about:blank")
    page.goto(f"{site}embed.html#states:wx=1+pole:r=0.9")
    for tag in ("rnn-states", "rnn-pole"):
        expect(page.locator(tag).get_by_role("alert")).to_have_text(
            "link is “embed”; the others that have it share no parameter with this one."
        )


@pytest.mark.parametrize("allowed", [True, False])
def test_the_button_gives_the_code(site, new_page, elsewhere, allowed):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{site}book/04_bptt.html#bptt:wx=1,wRec=0.4,step=3")
    element = page.locator("rnn-bptt").first
    wait_until(page, "() => document.querySelector('rnn-bptt').readout")
    if allowed:
        button(element, "Embed").click()
        expect(button(element, "Code copied")).to_be_visible()
        expect(element.locator(".spoken")).to_contain_text("own page")
        code = page.evaluate("navigator.clipboard.readText()")
    else:
        page.evaluate(
            "() => { delete Navigator.prototype.clipboard; window.prompt = (_, code) => { window.asked = code; }; }"
        )
        button(element, "Embed").click()
        wait_until(page, "() => window.asked")
        code = page.evaluate("window.asked")
    page.goto(elsewhere(code))
    shown = page.frame_locator("iframe").locator("rnn-bptt")
    expect(shown.get_by_role("img").first).to_be_visible()
    assert_same(readout(shown), Bptt(wRec=0.4, step=3).readout)
    # Nothing has to be scrolled.
    assert shown.evaluate(
        "() => document.documentElement.scrollHeight <= innerHeight"
    )


def test_a_script_tag_elsewhere_needs_one_header(
    site, site_dir, new_page, elsewhere
):
    """Two of them there are linked; the explorables know no address to copy."""
    server, sharing = serve(partial(Sharing, directory=site_dir))
    page = new_page()
    tags = "".join(
        f'<script type="module" src="{sharing}_static/rnn-{name}.js"></script>'
        for name in ("states", "bptt")
    )
    page.goto(
        elsewhere(
            f'{tags}<rnn-states wrec="0.9" link="mine"></rnn-states><rnn-bptt link="mine"></rnn-bptt>'
            '<rnn-states link="alone"></rnn-states>'
        )
    )
    second = page.locator("rnn-bptt")
    expect(second.get_by_role("img").first).to_be_visible()
    assert readout(second)["wRec"] == 0.9
    expect(button(second, "Embed")).to_have_count(0)
    expect(second.get_by_role("alert")).to_be_hidden()
    expect(page.locator("[link=alone]").get_by_role("alert")).to_have_text(
        "link is “alone”; no other explorable on this page has it."
    )
    server.shutdown()


def test_three_in_a_ring_come_to_rest(site, page):
    """A link is a name, so three that share it are no ring: each change is told once."""
    page.goto(f"{site}embed.html#states:wRec=0.5+bptt:+unrolled:")
    names = ("states", "bptt", "unrolled")
    elements = [page.locator(f"rnn-{name}") for name in names]
    for element in elements:
        expect(element.get_by_role("img").first).to_be_visible()
    told = elements[2].evaluate(
        """it => {
            let told = 0;
            document.addEventListener("rnn-change", () => { told++; });
            it.wRec = 0.25;
            it.told();
            return told;
        }"""
    )
    assert told == 1
    assert [readout(element)["wRec"] for element in elements] == [0.25] * 3


def test_on_a_projector_nothing_is_shown_before_the_explorable(site, page):
    waiting = []
    page.route("**/rnn-bptt.js", lambda route: waiting.append(route))
    page.goto(f"{site}embed.html?present#bptt:")
    page.frames[1].wait_for_load_state()
    # Two frames of the screen for each width that is tried, and a few more.
    page.evaluate(
        "async () => { for (let i = 0; i < 30; i++) await new Promise(requestAnimationFrame); }"
    )
    frame = page.locator("iframe")
    expect(frame).to_be_hidden()
    waiting.pop().continue_()
    expect(frame).to_be_visible(timeout=20_000)
    expect(page.frame_locator("iframe").locator("rnn-bptt")).to_be_visible()


@pytest.mark.weekly(but=4)
@pytest.mark.parametrize("size", [(1366, 641), (1920, 1080)])
@everyone
def test_on_a_projector_everything_is_in_view(site, new_page, kind, size):
    """Picture, sliders, menus and buttons, with text as large as a fiftieth of the screen, or nearly."""
    width, height = size
    page = new_page(viewport={"width": width, "height": height})
    page.goto(f"{site}embed.html?present{CASES[kind].link}")
    frame = page.locator("iframe")
    # It is laid out at several widths first.
    expect(frame).to_be_visible(timeout=20_000)
    element = page.frame_locator("iframe").locator(kind.tag)
    assert_same(readout(element), linked(kind).readout)
    box = element.bounding_box()
    assert min(box["x"], box["y"]) >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height
    for control in element.locator("button, select, input").all():
        if control.is_visible():
            at = control.bounding_box()
            assert box["x"] - 1 <= at["x"]
            assert at["x"] + at["width"] <= box["x"] + box["width"] + 1
            assert at["y"] + at["height"] <= box["y"] + box["height"] + 1
    assert_legible(element, [{}])
    scale = frame.evaluate(
        "it => it.getBoundingClientRect().width / it.offsetWidth"
    )
    assert 12 * scale >= height / 50
    # It fills the window in one direction.
    assert max(box["width"] / width, box["height"] / height) > 0.9


def test_on_a_projector_a_handle_follows_the_pointer(site, new_page):
    page = new_page(viewport={"width": 1366, "height": 641})
    page.goto(f"{site}embed.html?present#states:wx=1,wRec=0.9")
    expect(page.locator("iframe")).to_be_visible()
    element = page.frame_locator("iframe").locator("rnn-states")
    grip = element.get_by_role("slider", name="wx, the tip")
    before = grip.bounding_box()
    x, y = (
        before["x"] + before["width"] / 2,
        before["y"] + before["height"] / 2,
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 60, steps=5)
    page.mouse.up()
    assert readout(element)["wx"] > 1.2
    after = grip.bounding_box()
    assert after["y"] - before["y"] == pytest.approx(-60, abs=3)


def test_on_a_projector_the_window_may_change(site, new_page):
    page = new_page(viewport={"width": 1366, "height": 641})
    page.goto(f"{site}embed.html?present#tanh:wRec=1.5")
    frame = page.locator("iframe")
    expect(frame).to_be_visible()
    page.set_viewport_size({"width": 700, "height": 900})
    wait_until(
        page,
        """() => {
            const { left, right, top, bottom } = document.querySelector("iframe").getBoundingClientRect();
            return left >= 0 && right <= 700 && top >= 0 && bottom <= 900
                && (right - left > 630 || bottom - top > 810);
        }""",
    )
    page.evaluate("() => { location.hash = '#pole:r=0.5'; }")
    expect(page.frame_locator("iframe").locator("rnn-pole")).to_be_visible()
