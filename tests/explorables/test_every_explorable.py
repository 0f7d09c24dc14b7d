"""What every explorable must offer its readers: on any screen, by keyboard, and in print."""

import re

import pytest
from in_page import (
    COME_TO_REST,
    FRAME,
    assert_legible,
    assert_reachable,
    assert_same,
    button,
    change,
    field,
    readout,
    wait_until,
)
from playwright.sync_api import expect
from settings import CASES, everyone, extremes, linked, start

#: The area within the margins of A4, in CSS pixels.
PAPER = {"width": 642, "height": 971}


@pytest.mark.weekly(but=4)
@everyone
def test_every_width_is_legible(show, kind):
    """Every setting at the narrowest width, and some at all widths.

    The widths include those just before and after a sidebar disappears or a layout changes.
    """
    element = show(start(kind))
    settings = list(extremes(kind))
    resize(element, 320)
    assert_legible(element, settings)
    resize(element, 390)
    assert_legible(element, settings[::5])
    for width in (450, 560, 600, 760, 900, 950, 1150, 1280):
        resize(element, width)
        assert_legible(element, settings[::23])


@pytest.mark.weekly(but=4)
@everyone
def test_an_enlarged_page_is_legible(show, kind):
    """At 200% a page of 1280 pixels is laid out as 640, with two device pixels for each."""
    element = show(start(kind), width=1280, device_scale_factor=2)
    resize(element, 640)
    assert_legible(element, list(extremes(kind))[::11])


@pytest.mark.weekly(but=4)
@everyone
def test_enlarged_text_stays_legible(show, kind):
    """Some readers enlarge only the text."""
    element = show(start(kind))
    element.evaluate(
        "() => { document.documentElement.style.fontSize = '200%'; }"
    )
    for width in (1280, 640, 320):
        resize(element, width)
        assert_legible(element, list(extremes(kind))[::9])


def resize(element, width):
    """Change the width of the page, and wait until the explorable has responded."""
    element.page.set_viewport_size({"width": width, "height": 1000})
    wait_until(element.page, "width => innerWidth === width", arg=width)
    # The theme animates a sidebar that disappears.
    element.page.evaluate(FRAME)
    element.page.evaluate(COME_TO_REST)
    element.page.evaluate(f"{FRAME}.then(() => {FRAME})")


@pytest.mark.weekly(but=10)
@pytest.mark.parametrize("width", [1280, 320])
@everyone
def test_keys_and_fingers_reach_every_control(show, kind, width):
    assert_reachable(show(start(kind), width=width))


@pytest.mark.weekly(but=4)
@everyone
def test_sliders_announce_their_names_and_values(show, kind):
    element = show(start(kind))
    for handle in element.locator("[type=range]").all():
        name = handle.get_attribute("id")
        for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
            handle.press(key)
        change(element)  # waits until the last change is painted
        label = element.locator(f"label[for={name}]").text_content()
        expect(handle).to_have_accessible_name(label)
        assert label.startswith(f"{name} ")
        value = field(element, name).evaluate("({ value }) => value")
        expect(handle).to_have_attribute("aria-valuetext", value)
        expect(element.locator(".spoken")).to_contain_text(
            f"{name} is {value}: "
        )


@pytest.mark.parametrize("theme", ["light", "dark"])
@everyone
def test_text_contrasts_with_its_background(show, kind, theme):
    element = show(start(kind))
    # A faulty attribute, so that the error message is checked as well.
    element.evaluate("element => element.setAttribute('wrek', '1')")
    contrasts = element.evaluate(CONTRASTS, theme)
    assert len(contrasts) > 20
    assert min(contrasts)[0] >= 4.5, min(contrasts)


CONTRASTS = """async (element, theme) => {
    document.documentElement.dataset.theme = theme;
    await new Promise(requestAnimationFrame);
    const page = getComputedStyle(document.body).backgroundColor;
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const mix = (...colours) => {
        for (const [colour, opacity] of colours) {
            canvas.globalAlpha = opacity;
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
        }
        return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    };
    const luminance = (rgb) => rgb.map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    return [...element.shadowRoot.querySelectorAll(".live *")]
        .filter((node) => node.checkVisibility())
        .filter((node) => [...node.childNodes].some(({ data }) => data?.trim()))
        .map((node) => {
            let opacity = 1;
            let behind = page;
            for (let at = node; at.parentElement; at = at.parentElement) {
                const style = getComputedStyle(at);
                if (behind === page && !/, 0\\)/.test(style.backgroundColor)) behind = style.backgroundColor;
                opacity *= style.opacity;
            }
            const { color, fill } = getComputedStyle(node);
            const paper = mix([page, 1], [behind, 1]);
            const ink = mix([node.ownerSVGElement ? fill : color, opacity]);
            const [low, high] = [luminance(ink), luminance(paper)].sort((a, b) => a - b);
            return [(high + 0.05) / (low + 0.05), node.textContent, `${ink} on ${paper}`];
        });
}"""


@pytest.mark.weekly(but=8)
@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
@everyone
def test_nothing_moves_on_its_own(show, kind, motion):
    element = show(start(kind), reduced_motion=motion)
    moves = element.evaluate(
        """async (element) => {
            // The first painting does not count as movement.
            await new Promise(requestAnimationFrame);
            const moves = [];
            new MutationObserver((all) => moves.push(...all.map(({ target }) => target.outerHTML)))
                .observe(element.shadowRoot, { subtree: true, childList: true, attributes: true });
            for (let i = 0; i < 20; i++) await new Promise(requestAnimationFrame);
            return [...moves, ...element.shadowRoot.getAnimations().map(String)];
        }"""
    )
    assert not moves


@everyone
def test_print_shows_the_figure(show, kind):
    element = show(start(kind))
    expect(element.locator("figure")).to_be_hidden()
    expect(element.locator(".live")).to_be_visible()
    element.page.emulate_media(media="print")
    expect(element.locator("figure > svg")).to_be_visible()
    expect(element.locator("figcaption")).to_be_visible()
    expect(element.locator(".live")).to_be_hidden()
    expect(element.get_by_role("slider")).to_have_count(0)


@pytest.mark.weekly(but=4)
@everyone
def test_print_shows_the_setting_that_the_reader_has_chosen(show, kind):
    element = show(start(kind), CASES[kind].link, width=1366)
    element.page.set_viewport_size(PAPER)
    print_it(element)
    expect(element.locator("figure")).to_be_hidden()
    live = element.locator(".live")
    expect(live).to_be_visible()
    assert 200 < live.bounding_box()["width"] <= PAPER["width"]
    # What remains is part of the picture, such as the bits.
    for name in ("Reset", "Copy link", "Let it .*", "Back .*", "zoom .*"):
        named = live.get_by_role("button", name=re.compile(f"^{name}$"))
        expect(named).to_have_count(0)
    expect(live.get_by_role("slider")).to_have_count(0)
    element.page.emulate_media(media="screen")
    button(element, "Reset").click()
    print_it(element)
    expect(element.locator("figure")).to_be_visible()
    expect(live).to_be_hidden()


@pytest.mark.weekly(but=4)
@everyone
def test_a_phone_prints_the_setting_as_wide_as_a_sheet(show, kind):
    element = show(start(kind), CASES[kind].link, width=358)
    # The next frame is too late for what is on the sheet.
    unfinished = element.evaluate("""(node) => {
        dispatchEvent(new Event("beforeprint"));
        return node.shadowRoot.querySelectorAll(".live.narrow, .map[aria-busy=true]").length;
    }""")
    assert unfinished == 0
    element.page.emulate_media(media="print")
    element.page.set_viewport_size(PAPER)
    live = element.locator(".live")
    assert live.bounding_box()["width"] == 640
    element.page.emulate_media(media="screen")
    element.page.set_viewport_size({"width": 390, "height": 844})
    element.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert live.bounding_box()["width"] <= 390
    expect(live).to_have_class(re.compile("narrow"))


def print_it(element):
    element.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    element.page.emulate_media(media="print")


@everyone
def test_a_link_restores_the_setting(show, kind):
    element = show(start(kind), CASES[kind].link)
    assert_same(readout(element), linked(kind).readout)
    button(element, "Reset").click()
    assert_same(readout(element), start(kind).readout)


@everyone
def test_a_link_within_the_open_page_does_too(show, kind):
    element = show(start(kind))
    link = CASES[kind].link
    element.evaluate(
        """(_, link) => new Promise((done) => {
            addEventListener("hashchange", done, { once: true });
            location.hash = link;
        })""",
        link,
    )
    assert_same(readout(element), linked(kind).readout)


@pytest.mark.weekly(but=5)
@everyone
def test_a_frame_is_painted_once_and_nothing_leaks(show, kind):
    """Any number of events cause one painting, and ten thousand leave no extra nodes or memory."""
    element = show(start(kind))
    page = element.page
    # A frame requested earlier would suppress all further requests.
    page.evaluate(FRAME)
    session = page.context.new_cdp_session(page)

    def events(count):
        painted, frames, nodes = element.evaluate(EVENTS, count)
        session.send("HeapProfiler.collectGarbage")
        listeners = session.send("Memory.getDOMCounters")["jsEventListeners"]
        heap = session.send("Runtime.getHeapUsage")["usedSize"]
        assert painted == frames
        return nodes, listeners, heap

    *before, heap = events(2000)
    *after, later = events(10_000)
    session.detach()
    assert after == before
    # Caches and compiled code may vary by half a megabyte, which is as much
    # as a leak of fifty bytes per event.
    assert later - heap < 500_000


# Moves every slider and menu through its range, with a frame after every 50 events.
EVENTS = """async (element, count) => {
    const { requestAnimationFrame, cancelAnimationFrame } = window;
    // An explorable does not request another frame while one is pending.
    await new Promise(requestAnimationFrame);
    const inputs = [...element.shadowRoot.querySelectorAll("input, select")]
        .filter((input) => input.checkVisibility());
    let waiting = [];
    window.requestAnimationFrame = (paint) => waiting.push(paint);
    window.cancelAnimationFrame = (handle) => { delete waiting[handle - 1]; };
    let painted = 0;
    let frames = 0;
    element.paint = () => {
        painted++;
        Object.getPrototypeOf(element).paint.call(element);
    };
    for (let i = 0; i < count; i++) {
        const input = inputs[i % inputs.length];
        if (input.options) {
            input.selectedIndex = Math.floor(i / 50) % input.options.length;
        } else {
            const [low, high] = [Number(input.min), Number(input.max)];
            input.value = String(low + (high - low) * ((i % 601) / 600));
        }
        input.dispatchEvent(new Event("input"));
        if (i % 50 === 49) {
            const due = waiting;
            waiting = [];
            due.forEach((paint) => paint(performance.now()));
            frames++;
        }
    }
    delete element.paint;
    Object.assign(window, { requestAnimationFrame, cancelAnimationFrame });
    return [painted, frames, element.shadowRoot.querySelectorAll("*").length];
}"""
